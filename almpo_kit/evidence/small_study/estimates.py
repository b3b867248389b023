"""What every look at small-study bias reads: effects, standard errors, samples and the favourable side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import comparable, labels_of
from almpo_kit.evidence.designs import average
from almpo_kit.evidence.kernels.blocks import Blocks, Floats, Ints, blocks
from almpo_kit.evidence.kernels.three_level import Fit, fit
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import count, only
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.outcomes import OUTCOMES

Side = Literal["positive", "negative"]
#: Below this many independent samples tests of asymmetry are not interpreted (Sterne et al. 2011, BMJ 343,
#: d4002): they cannot tell chance from asymmetry.
FEWEST_FOR_TESTS = 10
#: Standard errors this close to each other (relative) leave a funnel without height.
_FLAT = 1e-8


@dataclass(frozen=True)
class Estimates:
    """Comparable estimates: ``y``, ``se`` (k,), ``sample`` (k,) numbered from zero, ``n_samples``.

    ``favourable``: +1 where more is better for the person, −1 where less is. ``known``: whether the
    outcome says so; otherwise it is the side on which the average lies. ``cluster``: the column that tells
    samples apart.
    """

    frame: pd.DataFrame
    y: Floats
    se: Floats
    sample: Ints
    n_samples: int
    favourable: int
    known: bool
    cluster: str = "sample_id"

    @property
    def v(self) -> Floats:
        """Sampling variances, shape (k,)."""
        return np.asarray(self.se**2)

    @property
    def alone(self) -> bool:
        """Whether each sample gives one estimate."""
        return self.n_samples == len(self.y)

    def blocks(self, *moderators: Floats) -> Blocks:
        """The estimates by sample, with an intercept and these moderators (k,)."""
        return blocks(self.y, self.v, np.column_stack([np.ones(len(self.y)), *moderators]), self.sample)

    def fit(self, b: Blocks) -> Fit:
        """Three levels by REML; two where each sample gives one estimate."""
        return fit(b, free=(True, not self.alone))


def read(
    effects: pd.DataFrame,
    verb: str,
    *,
    favourable: Side | None = None,
    cluster: str = "sample_id",
    fewest: int = FEWEST_SAMPLES,
) -> Estimates:
    """Refuse what cannot be compared or is too little; otherwise the estimates.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
    verb : str
        Name of the verb, for messages.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says, and for an outcome of which
        nobody can say, the side of the average (which is the side that selection would favour).
    cluster : str
        Column that tells independent samples apart.
    fewest : int
        Fewest independent samples.

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, or fewer than ``fewest`` independent samples.
    ParameterError
        An unknown side.
    """
    if favourable is not None and favourable not in get_args(Side):
        raise ParameterError(
            f"favourable is {favourable!r}; choose 'positive' or 'negative', or leave it out"
        )
    effects = require(effects, ("effect", "se"), verb)
    y, v = comparable(effects, verb)
    sample = pd.factorize(labels_of(effects, cluster, verb))[0].astype(np.intp)
    n = int(sample.max()) + 1
    if n < fewest:
        raise DesignError(
            f"{verb}() got {count(n, 'independent sample')} and needs at least {fewest}: with so few, asymmetry "
            "and chance look the same; look at the estimates themselves, e.g. funnel(effects)"
        )
    stated = _stated(effects, favourable)
    # The average that is shown, not another one: a single precise study may lie on the other side of it.
    mean = average(effects, level=0.95, cluster=cluster).mean if not stated and n > 1 else float(y @ (1 / v))
    side = stated or (1 if mean >= 0 else -1)
    return Estimates(effects, y, np.sqrt(v), sample, n, side, bool(stated), cluster)


def _stated(effects: pd.DataFrame, favourable: Side | None) -> int:
    """The side that is good for the person, as asked for or as the outcome says; 0 where nobody can say."""
    if favourable is not None:
        return 1 if favourable == "positive" else -1
    outcome = only(effects, "outcome")
    return OUTCOMES[outcome].favourable if outcome in OUTCOMES else 0


def spread_out(x: Floats, verb: str, what: str) -> None:
    """Refuse a predictor that is the same for all estimates.

    Raises
    ------
    DesignError
        Names the way out.
    """
    if np.ptp(x) <= _FLAT * float(np.abs(x).max()):
        raise DesignError(
            f"{verb}() got {what} that are all the same, so small and large studies cannot be told apart; "
            "use worst_case(effects) or selection_model(effects), which do not need them to differ"
        )


def side_checks(e: Estimates) -> tuple[Check, ...]:
    """A note where the favourable side is a guess."""
    if e.known:
        return ()
    side = "positive" if e.favourable > 0 else "negative"
    return (
        Check(
            "favourable side",
            "informational",
            f"Which direction helps is not stated; results that are significantly {side}, the side on which the "
            "average lies, are taken for those that are easier to publish.",
        ),
    )


def test_checks(e: Estimates) -> tuple[Check, ...]:
    """A failed check where samples are too few for a test of asymmetry."""
    if e.n_samples >= FEWEST_FOR_TESTS:
        return ()
    return (
        Check(
            "samples for a test",
            "failed",
            f"Only {count(e.n_samples, 'independent sample')}; with fewer than {FEWEST_FOR_TESTS} a test of "
            "asymmetry is not interpreted, because it cannot tell asymmetry from chance.",
        ),
    )
