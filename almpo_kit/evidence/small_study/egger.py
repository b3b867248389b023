"""Egger's test: do less precise studies find larger effects?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import name
from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.estimates import (
    FEWEST_FOR_TESTS,
    Estimates,
    Side,
    read,
    side_checks,
    spread_out,
    test_checks,
)
from almpo_kit.evidence.small_study.findings import (
    SmallStudyFinding,
    Span,
    p_words,
    scope,
    shared,
    two_sided,
)
from almpo_kit.evidence.small_study.lines import line
from almpo_kit.evidence.telling import df_words, enough
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Model = Literal["multilevel", "mixed", "classical"]
Predictor = Literal["se", "inverse_root_n"]
_METHODS = {
    "multilevel": "Egger regression in three levels, REML, CR2 with Satterthwaite df",
    "mixed": "Egger regression with a random effect, REML, normal",
    "classical": "Egger regression, weighted least squares with free dispersion, t",
}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Egger(SmallStudyFinding):
    """Regression of the effects on a measure of imprecision.

    ``slope`` with ``se``, ``df``, ``low``, ``high``, ``statistic`` and two-sided ``p``: change of the effect
    for one more unit of ``predictor``. ``limit`` with ``limit_low``, ``limit_high``: the effect that the line
    gives an infinitely precise study. ``interpreted``: whether there is enough to read the test at all.
    """

    slope: float
    se: float
    df: float
    low: float
    high: float
    statistic: float
    p: float
    limit: float
    limit_low: float
    limit_high: float
    model: str
    predictor: str
    interpreted: bool
    estimates: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """Slope, test and limit."""
        names = ("slope", "se", "df", "statistic", "p", "limit", "limit_low", "limit_high")
        return {n: float(getattr(self, n)) for n in names}


def egger(
    effects: pd.DataFrame,
    *,
    model: Model = "multilevel",
    predictor: Predictor = "se",
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> Egger:
    """Test whether less precise studies find other effects.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    model : {"multilevel", "mixed", "classical"}
        ``multilevel``: estimates within samples, cluster-robust (CR2), for any data. For one estimate per
        sample also ``mixed`` (a random effect, normal) and ``classical`` (weighted least squares with a free
        dispersion, t with k − 2 degrees of freedom).
    predictor : {"se", "inverse_root_n"}
        Standard error, or 1 / sqrt(n) where the number of persons ``n`` is known for every estimate (the
        standard error of a ratio depends on the ratio itself, n does not).
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Egger
        Fewer than ten samples: the numbers, with a failed check, not interpreted.

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, fewer than five independent samples, a predictor that does not
        vary or is missing, several estimates of one sample for ``mixed`` and ``classical``.

    References
    ----------
    Egger, Davey Smith, Schneider and Minder (1997) BMJ 315, 629-634. Sterne et al. (2011) BMJ 343, d4002.
    Rodgers and Pustejovsky (2021) Psychol. Methods 26, 141-160 (cluster-robust).
    """
    check_level(level)
    for given, allowed in ((model, Model), (predictor, Predictor)):
        if given not in get_args(allowed):
            raise ParameterError(f"unknown option {given!r}; choose from {', '.join(get_args(allowed))}")
    e = read(effects, "egger", favourable=favourable, cluster=cluster)
    if model != "multilevel" and not e.alone:
        raise DesignError(
            f"egger(model={model!r}) takes one estimate per sample and got {len(e.y)} of {e.n_samples} samples; "
            "use model='multilevel', which allows for their dependence"
        )
    x = _predictor(e, predictor)
    found = line(e, x, model, level)
    limit, slope = found.limit, found.slope
    p = two_sided(slope.estimate / slope.se, slope.df)
    interpreted = e.n_samples >= FEWEST_FOR_TESTS and enough(slope.df)
    return Egger(
        question="Do less precise studies find other effects?",
        sentence=_sentence(e, slope, p, predictor, interpreted, level),
        table=_table(limit, slope, p),
        checks=(*test_checks(e), *df_check(slope.df), *found.notes, *_reading(), *side_checks(e), *scope(e)),
        figure="funnel" if predictor == "se" else None,
        slope=slope.estimate,
        se=slope.se,
        df=slope.df,
        low=slope.low,
        high=slope.high,
        statistic=slope.estimate / slope.se,
        p=p,
        limit=limit.estimate,
        limit_low=limit.low,
        limit_high=limit.high,
        model=model,
        predictor=predictor,
        interpreted=interpreted,
        estimates=listing(e.frame, level=level, weight=np.full(len(e.y), 1 / len(e.y))),
        **shared(e, level, _METHODS[model], predictor=predictor),
    )


def _predictor(e: Estimates, predictor: str) -> Floats:
    if predictor == "se":
        spread_out(e.se, "egger", "standard errors")
        return e.se
    if "n" not in e.frame:
        raise DesignError("egger(predictor='inverse_root_n') needs a column n; without it use predictor='se'")
    n = pd.to_numeric(e.frame["n"], errors="coerce").to_numpy(dtype=float)
    missing = np.flatnonzero(~(np.isfinite(n) & (n > 0)))
    if missing.size:
        raise DesignError(
            f"egger(predictor='inverse_root_n') got {count(missing.size, 'estimate')} without n "
            f"({name(e.frame, int(missing[0]))} first); leave them out, or use predictor='se'"
        )
    x = 1.0 / np.sqrt(n)
    spread_out(x, "egger", "numbers of persons")
    return x


def df_check(df: float) -> tuple[Check, ...]:
    """A failed check where degrees of freedom are too few to be relied on."""
    if enough(df):
        return ()
    words = f"The line has {df_words(df)} Satterthwaite degrees of freedom; below 4 it is not relied on."
    return (Check("degrees of freedom", "failed", words),)


def _reading() -> tuple[Check, ...]:
    words = (
        "Small studies can differ for other reasons than selective publication, such as other programmes or "
        "people; asymmetry is a sign, not a proof."
    )
    return (Check("how to read it", "informational", words),)


def _table(limit: Span, slope: Span, p: float) -> pd.DataFrame:
    rows = [{"term": "limit", **vars(limit), "p": two_sided(limit.estimate / limit.se, limit.df)}]
    rows.append({"term": "slope", **vars(slope), "p": p})
    return pd.DataFrame(rows)


def _sentence(e: Estimates, slope: Span, p: float, predictor: str, interpreted: bool, level: float) -> str:
    if not interpreted:
        why = (
            f"{count(e.n_samples, 'independent sample')}, and with fewer than {FEWEST_FOR_TESTS} a test of asymmetry "
            "cannot tell asymmetry from chance"
            if e.n_samples < FEWEST_FOR_TESTS
            else f"{df_words(slope.df)} degrees of freedom, and at least 4 are needed"
        )
        return f"Not interpreted: {why}."
    if p >= 1 - level:
        return (
            f"Less precise studies do not clearly find other effects than precise ones ({p_words(p)}), which does "
            "not show that nothing is missing."
        )
    more = slope.estimate * e.favourable > 0
    kind = (
        ("more" if more else "less") + " favourable"
        if e.known
        else "larger"
        if slope.estimate > 0
        else "smaller"
    )
    # In the same unit above and below the line, so the slope is a plain multiple.
    said = (
        f", by {number(abs(slope.estimate))} times the difference in standard error"
        if predictor == "se"
        else ""
    )
    return f"Less precise studies find {kind} effects than precise ones{said} ({p_words(p)})."
