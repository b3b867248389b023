"""PET-PEESE: the effect that an infinitely precise study would find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.small_study.egger import df_check
from almpo_kit.evidence.small_study.estimates import (
    FEWEST_FOR_TESTS,
    Estimates,
    Side,
    read,
    side_checks,
    spread_out,
)
from almpo_kit.evidence.small_study.findings import (
    SmallStudyFinding,
    Span,
    p_words,
    scope,
    shared,
    subject,
    two_sided,
)
from almpo_kit.evidence.small_study.lines import line
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import count, only
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PetPeese(SmallStudyFinding):
    """The intercepts of two regressions, and which of them the conditional rule takes.

    ``estimate``, ``se``, ``df``, ``low``, ``high``: the chosen one, named by ``chosen`` ("PET" or "PEESE").
    ``pet_p``: two-sided p-value of the PET intercept, on which the rule turns. ``model_se``: standard error
    if the working model were true. ``table`` has both.
    """

    estimate: float
    se: float
    df: float
    low: float
    high: float
    chosen: Literal["PET", "PEESE"]
    pet_p: float
    model_se: float

    def metrics(self) -> Mapping[str, float]:
        """The chosen estimate and the test behind the choice."""
        return {n: float(getattr(self, n)) for n in ("estimate", "se", "df", "low", "high", "pet_p")}


def pet_peese(
    effects: pd.DataFrame,
    *,
    alpha: float = 0.05,
    cluster: str = "sample_id",
    favourable: Side | None = None,
    level: float = 0.95,
) -> PetPeese:
    """Extrapolate the effects to a standard error of zero.

    PET regresses the effects on their standard errors, PEESE on their variances; both in three levels with
    CR2 intervals. The rule: PEESE where the PET intercept differs from zero (two-sided, at ``alpha``), PET
    where it does not (Stanley and Doucouliagos 2014).

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame, or any frame with ``effect``, ``se`` and ``study_id``; all in one unit.
    alpha : float
        Level of the test of the PET intercept.
    cluster : str
        Column that tells independent samples apart.
    favourable : {"positive", "negative"}, optional
        The side that is good for the person; by default what the outcome says.
    level : float
        Coverage of the intervals.

    Returns
    -------
    PetPeese
        It extrapolates, and is poor with few studies, large heterogeneity, or studies of similar size
        (Stanley 2017); the checks say where that is so.

    Raises
    ------
    DesignError
        Estimates that cannot be averaged, fewer than five independent samples, equal standard errors.

    References
    ----------
    Stanley and Doucouliagos (2014) Res. Synth. Methods 5, 60-78. Stanley (2017) Soc. Psychol. Personal. Sci.
    8, 581-591.
    """
    check_level(level)
    if not 0 < alpha < 1:
        raise ParameterError(f"alpha is {alpha!r}; give a number between 0 and 1, e.g. 0.05")
    e = read(effects, "pet_peese", favourable=favourable, cluster=cluster)
    spread_out(e.se, "pet_peese", "standard errors")
    lines = {m: line(e, x, "multilevel", level) for m, x in (("PET", e.se), ("PEESE", e.v))}
    pet, peese = (found.limit for found in lines.values())
    p = two_sided(pet.estimate / pet.se, pet.df)
    chosen: Literal["PET", "PEESE"] = "PEESE" if p < alpha else "PET"
    best = peese if chosen == "PEESE" else pet
    return PetPeese(
        question="What would an infinitely precise study find?",
        sentence=_sentence(e, best, level),
        table=_table({"PET": pet, "PEESE": peese}, chosen),
        checks=(
            _rule(chosen, p, alpha),
            *_limits(e),
            *df_check(best.df),
            *lines[chosen].notes,
            *side_checks(e),
            *scope(e),
        ),
        figure="bias",
        estimate=best.estimate,
        se=best.se,
        df=best.df,
        low=best.low,
        high=best.high,
        chosen=chosen,
        pet_p=p,
        model_se=float(lines[chosen].model_se[0]),
        certainty="too little to say" if too_thin(e.n_samples, best.df) else None,
        **shared(e, level, "PET-PEESE in three levels, REML, CR2 with Satterthwaite df", alpha=alpha),
    )


def _table(both: dict[str, Span], chosen: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"method": m, **vars(s), "p": two_sided(s.estimate / s.se, s.df), "chosen": m == chosen}
            for m, s in both.items()
        ]
    )


def _rule(chosen: str, p: float, alpha: float) -> Check:
    differs = "differs" if chosen == "PEESE" else "does not clearly differ"
    words = (
        f"The PET intercept {differs} from zero ({p_words(p)}, at {alpha:g}), so the rule of Stanley and "
        f"Doucouliagos (2014) takes {chosen}."
    )
    return Check("rule", "informational", words)


def _limits(e: Estimates) -> tuple[Check, ...]:
    ratio = float(e.se.max() / e.se.min())
    if e.n_samples < FEWEST_FOR_TESTS or ratio < 2:
        few = f"{count(e.n_samples, 'independent sample')}" if e.n_samples < FEWEST_FOR_TESTS else ""
        alike = f"standard errors that differ by a factor of {ratio:.1f} only" if ratio < 2 else ""
        words = f"PET-PEESE extrapolates and is poor with {' and '.join(filter(None, [few, alike]))}."
        return (Check("extrapolation", "failed", words),)
    words = (
        "PET-PEESE extrapolates beyond the most precise study; with few studies, large differences between "
        "true effects, or other reasons why small studies differ it can be far off."
    )
    return (Check("extrapolation", "informational", words),)


def _sentence(e: Estimates, best: Span, level: float) -> str:
    said = best.words(only(e.frame, "unit"), level)
    thin = too_thin(e.n_samples, best.df)
    if thin:
        return (
            f"Too little to say: {thin}. The line leads to {said}; this is a computation, not a conclusion."
        )
    return f"Extrapolated to an infinitely precise study, {subject(e)} is {said}."
