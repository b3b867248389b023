"""How strong selective publication would have to be, and what is left if it is as strong as can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.affirmative import (
    Corrected,
    affirmative,
    common,
    multipliers,
    ratio_for_limit,
    ratio_for_mean,
    robust,
)
from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.tau2 import between
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.estimates import Estimates, Side, read, side_checks
from almpo_kit.evidence.small_study.findings import SmallStudyFinding, scope, shared, subject
from almpo_kit.evidence.small_study.lines import ROUNDING
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import amount, count, digits, only, sign_of
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Model = Literal["robust", "common"]
RATIOS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
#: "Significant" always means two-sided at 5%, whatever level is shown: that is what editors look at.
_SIGNIFICANT = 0.95


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WorstCase(SmallStudyFinding):
    """The average under selection of any strength.

    ``worst``, ``worst_low``, ``worst_high``, ``worst_df``: from the results alone that are not affirmative
    (favourable and significant), the limit of selection without bound; NaN where there is none.
    ``s_value``: how many times as likely affirmative results must be to be published as others for the
    corrected mean to be ``target``; ``s_value_limit``: the same for the end of its interval that lies nearer. 1
    where it is there without selection, infinite where no selection of this kind brings it there, NaN where
    ``one_sided`` says that all results are affirmative ("all") or none is ("none"), so that there is nothing to
    weigh. ``table``: corrected means by ``ratio``.
    """

    worst: float
    worst_low: float
    worst_high: float
    worst_df: float
    s_value: float
    s_value_limit: float
    target: float
    n_affirmative: int
    n_other_samples: int
    tau2: float
    model: str
    one_sided: str = ""

    def metrics(self) -> Mapping[str, float]:
        """Worst case and S-values (infinite ones left out)."""
        names = ("worst", "worst_low", "worst_high", "s_value", "s_value_limit", "n_affirmative")
        return {n: float(v) for n in names if np.isfinite(v := getattr(self, n))}


def worst_case(
    effects: pd.DataFrame,
    *,
    model: Model = "robust",
    target: float = 0.0,
    ratios: Sequence[float] = RATIOS,
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> WorstCase:
    """Correct the average for affirmative results being likelier to be published, by any ratio.

    Affirmative: on the favourable side and significant, two-sided at 5%. At ratio ``r`` every other result
    stands for ``r`` of its kind.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    model : {"robust", "common"}
        ``robust``: weights 1 / (v + tau2) with tau2 by REML from the estimates as they are, CR2 standard
        errors by sample with Satterthwaite degrees of freedom. ``common``: one true effect, weights 1 / v,
        the normal; independent estimates only in truth, not checked.
    target : float
        Value of the effect to which the S-values refer, in its unit.
    ratios : sequence of float
        Selection ratios for the table, at least 1.
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says.
    level : float
        Coverage of the intervals.

    Returns
    -------
    WorstCase

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, or fewer than five independent samples.
    ParameterError
        Ratios below 1, a target that is no number, an unknown model.

    References
    ----------
    Mathur and VanderWeele (2020) J. R. Stat. Soc. C 69, 1091-1119.
    """
    check_level(level)
    _options(model, target, ratios)
    e = read(effects, "worst_case", favourable=favourable, cluster=cluster)
    bench = _bench(e, model, level)
    rows = [(r, bench.at(r)) for r in (*dict.fromkeys((1.0, *map(float, ratios))), np.inf)]
    worst = _turned(rows[-1][1], e.favourable, level)
    s_value, s_limit = bench.s_values(target * e.favourable)
    others = len(np.unique(e.sample[~bench.favoured]))
    thin = too_thin(others, worst["df"] if others else 0.0)
    return WorstCase(
        question="How strong would selective publication have to be?",
        sentence=_sentence(e, bench, worst, (s_value, s_limit), target, thin, level),
        table=_table(rows, e.favourable, level),
        figure="bias",
        checks=(*_checks(e, bench, thin), *side_checks(e), *scope(e)),
        worst=worst["estimate"],
        worst_low=worst["low"],
        worst_high=worst["high"],
        worst_df=worst["df"],
        s_value=s_value,
        s_value_limit=s_limit,
        target=target,
        n_affirmative=int(bench.favoured.sum()),
        n_other_samples=others,
        tau2=bench.tau2,
        model=model,
        one_sided=bench.one_sided,
        **shared(e, level, f"selection ratio of affirmative results, {model}", target=target),
    )


def _options(model: str, target: float, ratios: Sequence[float]) -> None:
    if model not in get_args(Model):
        raise ParameterError(f"unknown model {model!r}; choose from {', '.join(get_args(Model))}")
    if not np.isfinite(target):
        raise ParameterError(f"target is {target!r}; give an effect in the unit of the estimates, e.g. 0.0")
    if not all(r >= 1 for r in ratios):
        raise ParameterError(f"ratios are {tuple(ratios)!r}; give numbers of at least 1, e.g. (1, 2, 5)")


@dataclass(frozen=True)
class _Bench:
    """The estimates turned so that the favourable side is positive, ready to be weighted."""

    e: Estimates
    y: Floats
    favoured: np.ndarray
    tau2: float
    model: str
    level: float

    def at(self, ratio: float) -> Corrected:
        """The corrected mean at a selection ratio; NaN where nothing is left."""
        times = multipliers(self.favoured, ratio)
        kept = times > 0
        if not kept.any():
            return Corrected(np.nan, np.nan, np.nan)
        if self.model == "common":
            return common(self.y, self.e.v, self.favoured, ratio)
        working = self.e.v + self.tau2
        sample = self.e.sample[kept]
        if len(np.unique(sample)) < 2:
            mean = float(np.average(self.y[kept], weights=1 / working[kept]))
            return Corrected(mean, np.nan, np.nan)
        found = robust(self.y[kept], working[kept], (times / working)[kept], sample)
        # Estimates that are all the same leave no residual, which is not the same as no error.
        return replace(found, se=found.model_se) if found.se <= ROUNDING * found.model_se else found

    @property
    def one_sided(self) -> str:
        """``all`` where every result is affirmative, ``none`` where none is."""
        return "all" if self.favoured.all() else "" if self.favoured.any() else "none"

    def s_values(self, target: float) -> tuple[float, float]:
        """Ratios that bring the mean, and the lower end of its interval, to the target."""
        weight = 1.0 / (self.e.v + self.tau2)
        mass, sums = (
            (float(x[self.favoured].sum()), float(x[~self.favoured].sum())) for x in (weight, weight * self.y)
        )
        if self.one_sided:
            # Nothing to weigh against each other: the mean stays where it is, at the target already or not.
            there = self.at(1.0).mean <= target
            return (1.0, 1.0) if there else (np.nan, np.nan)
        limit = ratio_for_limit(lambda r: self.at(r).low(self.level), target)
        return ratio_for_mean(mass, sums, target), limit


def _bench(e: Estimates, model: str, level: float) -> _Bench:
    y = e.y * e.favourable
    unit = float(np.median(e.v))
    tau2 = between(y / np.sqrt(unit), e.v / unit, "REML").tau2 * unit if model == "robust" else 0.0
    return _Bench(e, y, affirmative(y, e.v, _SIGNIFICANT), tau2, model, level)


def _turned(c: Corrected, favourable: int, level: float) -> dict[str, float]:
    """A corrected mean on the effects' own sides."""
    known = np.isfinite(c.se) and c.df > 0
    ends = sorted((c.low(level) * favourable, c.high(level) * favourable)) if known else (np.nan, np.nan)
    numbers = {"estimate": c.mean * favourable, "se": c.se, "df": c.df, "low": ends[0], "high": ends[1]}
    return numbers | {"model_se": c.model_se}


def _table(rows: list[tuple[float, Corrected]], favourable: int, level: float) -> pd.DataFrame:
    called = {1.0: "Equally likely", np.inf: "Only the others"}
    kinds = {1.0: "as published", np.inf: "worst case"}
    told = [
        {
            "ratio": r,
            "method": called.get(r, f"{r:g} times as likely"),
            "kind": kinds.get(r, "adjusted"),
            **_turned(c, favourable, level),
        }
        for r, c in rows
    ]
    return pd.DataFrame(told)


def _checks(e: Estimates, bench: _Bench, thin: str) -> tuple[Check, ...]:
    n = int(bench.favoured.sum())
    words = (
        f"{count(n, 'estimate')} of {len(e.y)} {'is' if n == 1 else 'are'} affirmative: on the favoured side and "
        "significant (two-sided, 5%). The correction assumes that only this decides what is published, by a constant "
        "ratio."
    )
    notes = [Check("selection", "informational", words)]
    if thin:
        notes.append(Check("worst case", "failed", f"The worst case is no ground for a conclusion: {thin}."))
    if bench.model == "common" and not e.alone:
        words = (
            "The common-effect version takes all estimates for independent, and several come from one sample."
        )
        notes.append(Check("dependence", "failed", words))
    return tuple(notes)


def _sentence(
    e: Estimates,
    bench: _Bench,
    worst: dict[str, float],
    values: tuple[float, float],
    target: float,
    thin: str,
    level: float,
) -> str:
    unit = only(e.frame, "unit")
    to = f"{number(target, digits(unit))} {sign_of(unit)}".strip() if target else "zero"
    if bench.one_sided:
        why = unassessed(bench.one_sided, e.known)
        return f"{_upper(why)}." if np.isnan(values[0]) else f"{_selection_words(e, values, to)}; {why}."
    head = _selection_words(e, values, to)
    if thin or not np.isfinite(worst["low"]):
        return f"{head}."
    alone = amount(worst["estimate"], worst["low"], worst["high"], unit, level)
    return f"{head}; the other results alone give {alone}."


def _selection_words(e: Estimates, values: tuple[float, float], to: str) -> str:
    s_value, s_limit = values
    who = "Favourable significant results" if e.known else "Significant results on the side of the average"
    if s_value == 1:
        return f"{_upper(subject(e))} is not above {to} on the favoured side even without correction"
    if np.isinf(s_value):
        head = f"No preference for {who[:1].lower()}{who[1:]}, however strong, brings {subject(e)} to {to}"
        near = f", although {number(s_limit)} times the chance to be published brings its interval there"
        return head + (near if 1 < s_limit < np.inf else "")
    head = (
        f"{who} would have to be {number(s_value)} times as likely to be published as others to bring "
        f"{subject(e)} to {to}"
    )
    return head + (
        f", and {number(s_limit)} times to bring its interval there" if 1 < s_limit < s_value else ""
    )


def unassessed(one_sided: str, known: bool) -> str:
    """Why selection cannot be assessed where results are all affirmative, or none is; a clause."""
    which = "favourable and significant" if known else "significant and on the side of the average"
    if one_sided == "all":
        return (
            f"no published result is other than {which}; this cannot be assessed, and is what total selection would "
            "look like"
        )
    return f"no result is {which}, so a preference for such results cannot be assessed"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
