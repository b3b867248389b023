"""What the evidence says to a question that a panel was asked, and where the two part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import Answer
    from almpo_kit.vocabulary.consultation_items import Item
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.workbench.consultations import ConsultationCase


def evidence_on(item: Item, effects: pd.DataFrame) -> Answer:
    """The pooled answer to what a panel was asked, in the same unit and in the span of horizons that holds the one asked.

    Spans are wide (more than two years after entry is one), so a check says which months the evidence has, and fails
    where most estimates lie further than six months off the question.

    Parameters
    ----------
    item : Item
        A quantity.
    effects : DataFrame
        An ``effects`` frame.

    Returns
    -------
    Answer
        Without a number where the evidence is too thin for one.
    """
    from almpo_kit import evidence
    from almpo_kit.codesign.beliefs.horizons_beside import same_horizon

    asked = item.quantity
    band = band_of(float(asked["horizon_months"]))
    group = asked.get("target_group")
    rows = evidence.select(
        effects,
        programme_type=asked["programme_type"],
        outcome=asked["outcome"],
        unit=asked["unit"],
        band=band,
        target_group=None if group in (None, "all") else group,
        country=asked.get("country"),
    )
    words = f"{PROGRAMME_TYPES[asked['programme_type']].label} and the {OUTCOMES[asked['outcome']].label}, {HORIZON_BANDS[band][0]}"
    answer = evidence.answer(rows, question=f"What does the evidence say? · {words}")
    months = horizons(answer)
    if not months:
        return answer
    return replace(answer, checks=(*answer.checks, same_horizon(float(asked["horizon_months"]), months)))


def horizons(answer: Answer) -> tuple[float, ...]:
    """The month of each estimate that an average rests on, or could rest on."""
    rows = entered(answer)
    return tuple(rows["horizon_months"].dropna().astype(float)) if "horizon_months" in rows else ()


def band_of(months: float) -> str:
    """The band of horizons in which a number of months lies."""
    return next(key for key, (_, low, high) in HORIZON_BANDS.items() if low < months <= high)


def clash(case: ConsultationCase, item: str, effects: pd.DataFrame) -> Finding:
    """Where a panel's belief and the pooled evidence part, both ways.

    Parameters
    ----------
    case : ConsultationCase
    item : str
        A quantity of its plan.
    effects : DataFrame
        An ``effects`` frame.
    """
    from almpo_kit import codesign

    belief = case.belief(item)
    if not isinstance(belief, codesign.Belief):
        return belief
    answer = evidence_on(case.plan.item(item), effects)
    asked = case.plan.item(item).quantity
    # The evidence's own months: handing on the one that was asked would compare the question with itself.
    return codesign.belief_against_evidence(
        belief,
        **told(answer),
        unit=answer.unit or asked["unit"],
        horizons=horizons(answer),
        countries=tuple(sorted(entered(answer)["country"].unique())) if "country" in answer.table else (),
        of=answer.provenance,
    )


def entered(answer: Answer) -> pd.DataFrame:
    """The estimates that an average rests on, or could rest on: those that are only listed back nothing."""
    rows = answer.table
    return rows[rows["used"] if answer.pooled is not None else rows["why_not"] == ""]


def told(answer: Answer) -> dict[str, Any]:
    """The numbers of an answer, none where it has none; studies are those that may enter its average."""
    from almpo_kit.evidence.comparability import samples_of

    rows, pooled = entered(answer), answer.pooled
    n = int(samples_of(rows).nunique()) if len(rows) else 0
    if pooled is None:
        none = {"estimate": None, "low": None, "high": None, "prediction": None, "df": None}
        return none | {"n_studies": n}
    return {
        "estimate": pooled.mean,
        "low": pooled.low,
        "high": pooled.high,
        "prediction": (pooled.prediction_low, pooled.prediction_high),
        "df": pooled.df,
        "n_studies": n,
    }
