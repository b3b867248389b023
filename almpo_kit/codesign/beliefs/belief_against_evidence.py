"""Where what a panel believes and what studies found part, and what would tell who is right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from almpo_kit.codesign.beliefs import conflict_words
from almpo_kit.codesign.beliefs.beliefs import Belief
from almpo_kit.codesign.beliefs.both_ways import both_ways
from almpo_kit.codesign.beliefs.comparing import combined, compare, conflict_table
from almpo_kit.codesign.beliefs.evidence_given import evidence_given
from almpo_kit.codesign.beliefs.quantities import in_words, is_real, unit_of, unit_words
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding, Headline
from almpo_kit.vocabulary.provenance import Provenance, provenance

_SHOWN = 0.8


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BeliefAgainstEvidence(Finding):
    """A belief beside the evidence.

    ``table``, one row a view: ``view, called, value, low, high, level, given_low, given_high, given_level``. ``low`` and
    ``high`` hold 80% for every view, so that they can be compared by eye; ``given_…`` is the interval as it was given.

    Parameters
    ----------
    verdict : str
        One of ``conflict_words.VERDICTS``.
    unit : str
    difference, difference_low, difference_high : float
        Belief less evidence, with 80%; against one more place where a prediction interval is given, else against the average.
    conflict_place, conflict_average : float
        0 to 1, small where belief and evidence part; NaN where it cannot be told.
    overlap : float
        Share that both distributions have in common.
    people_above, people_below : int
        Persons whose own belief conflicts with the same evidence.
    both_ways : DataFrame
        ``side, reason, seen, what_would_tell``.
    people_an_arm : float
        Of a trial that tells the two views apart; NaN where the spread of the outcome is not known.
    combined : mapping or None
        ``median, low, high, belief, evidence``; only where it was asked for.
    alpha : float
    margin : float or None
    belief_wider : bool
    n, n_studies : int
    """

    verdict: str
    unit: str
    difference: float
    difference_low: float
    difference_high: float
    conflict_place: float
    conflict_average: float
    overlap: float
    people_above: int
    people_below: int
    both_ways: pd.DataFrame
    people_an_arm: float
    combined: Mapping[str, float] | None
    alpha: float
    margin: float | None
    belief_wider: bool
    n: int
    n_studies: int

    def metrics(self) -> Mapping[str, float]:
        """What can be told; nothing of a comparison that is too thin."""
        if self.verdict in (conflict_words.THIN_EVIDENCE, conflict_words.THIN_PANEL):
            return {"n": float(self.n), "n_studies": float(self.n_studies)}
        names = (
            "difference",
            "difference_low",
            "difference_high",
            "conflict_place",
            "conflict_average",
            "overlap",
        )
        return {k: float(getattr(self, k)) for k in names if math.isfinite(getattr(self, k))}


def belief_against_evidence(
    belief: Belief,
    *,
    estimate: float | None,
    low: float | None = None,
    high: float | None = None,
    prediction: tuple[float, float] | None = None,
    n_studies: int,
    unit: str,
    horizon_months: float | None = None,
    level: float = 0.95,
    countries: Sequence[str] = (),
    alpha: float = 0.05,
    margin: float | None = None,
    outcome_sd: float | None = None,
    combine: Mapping[str, float] | None = None,
    df: float | None = None,
    horizons: Sequence[float] = (),
    of: Provenance | None = None,
) -> BeliefAgainstEvidence:
    """Set a panel's belief beside pooled evidence, in the effect's own unit and at the same horizon, both ways.

    The panel was asked about its place; so it is compared with what one more place may find (``prediction``), and with
    the average beside that. The conflict score is twice the smaller tail of the difference of the two distributions. A
    score below ``alpha`` is called a conflict and settles nothing: evidence may be thin, old or from elsewhere, and
    panels are often too sure. With fewer than five studies nothing contradicts the panel, whatever the numbers.

    How often it is wrong: where people tell their doubt honestly and err together, as far as that doubt says, one in
    twenty is called a conflict; where their ranges are half as wide as they should be, about a third of panels that agree
    with precise evidence.

    Parameters
    ----------
    belief : Belief
    estimate, low, high : float or None
        The average of studies and its interval; None where nothing could be pooled.
    prediction : (float, float), optional
        Where the true effect of one more place is expected, at the same level.
    n_studies : int
        Independent samples behind it.
    unit : str
        Of the evidence; it must be that of the question.
    horizon_months : float, optional
        Of the evidence; must lie within 12 months of that of the question.
    level : float
        Of ``low, high`` and ``prediction``.
    countries : sequence of str
        Of the studies.
    alpha : float
    margin : float, optional
        Difference, in the unit, that would not matter: agreement is only spoken of where one is named.
    outcome_sd : float, optional
        Spread of the outcome between people, for the size of a trial; not needed for percentage points.
    combine : mapping, optional
        ``{"belief": 0.3, "evidence": 0.7}``: also show both in one number, with these weights. Never done otherwise.
    df : float, optional
        Degrees of freedom with which ``low, high`` and ``prediction`` were made (infinite for normal ones); left out, one
        fewer than studies for the average and two fewer for one more place, as is usual in print.
    horizons : sequence of float, optional
        Month of each estimate behind the evidence; where most lie further than 6 months off the question, a check fails.
    of : Provenance, optional
        Of the evidence, so that its data and the word SYNTHETIC follow.

    Returns
    -------
    BeliefAgainstEvidence

    Raises
    ------
    DesignError
        Another unit or horizon than the question's; a combination with evidence that is too thin.
    ParameterError

    References
    ----------
    Box (1980) J. R. Stat. Soc. A 143, 383-430. Presanis, Ohlssen, Spiegelhalter & De Angelis (2013) Statistical Science
    28, 376-397.
    """
    _ask(belief, alpha, margin, outcome_sd)
    _same_quantity(belief, unit, horizon_months)
    evidence = evidence_given(
        estimate, low, high, prediction, n_studies, level, countries, df=df, horizons=horizons
    )
    fields = compare(belief, evidence, alpha) | {"alpha": float(alpha), "margin": margin, "unit": belief.unit}
    fields["verdict"] = conflict_words.verdict(fields, evidence, belief.thin)
    against = evidence.place or evidence.average
    fields["combined"] = None if combine is None else combined(belief, evidence, combine)
    fields["people_an_arm"] = (
        conflict_words.size_of_trial(fields["difference"], belief.unit, outcome_sd) if against else math.nan
    )
    fields["both_ways"] = both_ways(belief, evidence, not fields["difference"] < 0)
    thin = fields["verdict"] in (conflict_words.THIN_EVIDENCE, conflict_words.THIN_PANEL)
    options = {
        "item": belief.item,
        "pooling": belief.pooling,
        "plan": belief.provenance.options.get("plan", ""),
    }
    options |= {
        "estimate": evidence.estimate,
        "low": evidence.low,
        "high": evidence.high,
        "level": evidence.level,
    }
    options |= {"prediction": list(evidence.prediction or ()), "n_studies": evidence.n_studies}
    options |= {"alpha": float(alpha), "df": _kept(df), "horizons": sorted(evidence.horizons)}
    options |= {"margin": None if margin is None else float(margin), "combine": dict(combine or {})}
    return BeliefAgainstEvidence(
        question=f"Do belief and evidence part: {in_words(belief.quantity)}?",
        sentence=conflict_words.sentence(fields, belief, evidence),
        table=conflict_table(belief, evidence, fields["combined"]),
        checks=conflict_words.checks(fields, belief, evidence),
        provenance=_made(belief, of, options),
        figure="belief_against_evidence",
        certainty="too little to say" if thin else None,
        headline=None if thin else _headline(fields, belief),
        rests_on=f"{belief.n} participants and {evidence.n_studies} independent {'study' if n_studies == 1 else 'studies'}",
        n=belief.n,
        n_studies=evidence.n_studies,
        **fields,
    )


def _kept(df: float | None) -> float | str | None:
    """As provenance can keep it: JSON has no infinity and no numbers of numpy."""
    return "normal" if df == math.inf else None if df is None else float(df)


def _ask(belief: Any, alpha: Any, margin: Any, outcome_sd: Any) -> None:
    if not isinstance(belief, Belief):
        raise ParameterError(
            f"belief_against_evidence() needs the answer of codesign.beliefs(…), not {type(belief).__name__}."
        )
    if not is_real(alpha) or not 0.001 <= alpha <= 0.2:
        raise ParameterError(
            f"belief_against_evidence(): alpha={alpha!r} must lie between 0.001 and 0.2, e.g. 0.05."
        )
    for name, value in (("margin", margin), ("outcome_sd", outcome_sd)):
        if value is not None and (not is_real(value) or not 0 < value < 1e12):
            raise ParameterError(
                f"belief_against_evidence(): {name}={value!r} must be above 0, in the unit, or left out."
            )


def _same_quantity(belief: Belief, unit: str, months: float | None) -> None:
    if unit_of(unit) != belief.unit:
        raise DesignError(
            f"belief_against_evidence(): the panel answered in {belief.unit}, the evidence is in {unit_of(unit)}; pool effects of "
            f"the same unit, e.g. effects.query(\"unit == '{belief.unit}'\")."
        )
    asked = float(belief.quantity["horizon_months"])
    if months is not None and not abs(float(months) - asked) <= 12:
        raise DesignError(
            f"belief_against_evidence(): the panel was asked about {asked:g} months on, the evidence is of {float(months):g} months; "
            "pool effects of the same horizon."
        )


def _made(belief: Belief, of: Provenance | None, options: Mapping[str, Any]) -> Provenance:
    made = provenance(method="codesign.belief_against_evidence", options=options, seed=belief.provenance.seed)
    others = () if of is None else of.data
    data = tuple(sorted({*belief.provenance.data, *others}))
    synthetic = belief.provenance.synthetic or (of is not None and of.synthetic)
    return replace(made, data=data, synthetic=synthetic)


def _headline(fields: Mapping[str, Any], belief: Belief) -> Headline:
    reach = (belief.pool.curves.ends[1] - belief.pool.curves.ends[0]) / 2
    return Headline(
        value=fields["difference"],
        low=fields["difference_low"],
        high=fields["difference_high"],
        unit=f"{unit_words(belief.unit)}, belief less evidence",
        scale=(-reach, reach),
        level=_SHOWN,
    )
