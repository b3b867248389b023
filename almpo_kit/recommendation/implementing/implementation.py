"""Advice on how to run programmes, drawn from the evidence base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.recommendation.implementing.risks import risks
from almpo_kit.recommendation.implementing.sayings import TOPICS, sayings
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Certainty, Check, Finding
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS, unit_fit
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.provenance import is_synthetic, provenance

_EFFECTS = (
    *("sample_id", "programme_type", "programme_name", "target_group", "comparator", "outcome", "unit"),
    *("horizon_months", "horizon_from", "effect", "design", "includes_subsidised_job", "citation"),
)
_REVIEWS = ("review_id", "version_of", "label", "citation", "topic", "finding", "statement", "n_studies")
_CLASSES = ("high", "low", "unknown")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Implementation(Finding):
    """``table``: ``topic, programme_type, says, evidence, rows, samples, certainty, citations, known``.

    ``topic`` is one of targeting, timing, duration, sequence, delivery, scale, context, choice; ``known`` is False where
    the evidence base says nothing.

    Parameters
    ----------
    risks : DataFrame
        ``risk, programme_type, why, level, evidence, reduce_by``.
    silent : tuple of str
        Topics on which the evidence base says nothing for any of the types.
    programme_types : tuple of str
    target_group : str
    """

    risks: pd.DataFrame
    silent: tuple[str, ...]
    programme_types: tuple[str, ...]
    target_group: str

    def metrics(self) -> Mapping[str, float]:
        """How many rows say something, and how many firmly enough to go by."""
        firm = self.table["certainty"].isin(["moderate", "high"])
        return {"said": float(self.table["known"].sum()), "firm": float(firm.sum())}


def implementation(
    effects: pd.DataFrame,
    reviews: pd.DataFrame,
    *,
    programme_types: Sequence[str],
    target_group: str = "all",
    unemployment_class: str = "unknown",
    skill_class: str = "unknown",
    outcome: str = "employment_probability",
    unit: str = "percentage_points",
    place: str = "",
) -> Implementation:
    """What studies and reviews say on targeting, timing, duration, sequence, delivery and scale, and what may go wrong.

    Comparisons are made inside studies only (two groups of one sample, two dates of one sample) and counted by sample,
    never averaged; from fewer than three samples, or mixed ones, nothing is concluded. Reviews stand beside each other.

    Parameters
    ----------
    effects : DataFrame
        An ``effects`` frame with citations, e.g. ``sources.effects()``.
    reviews : DataFrame
        E.g. ``sources.reviews()``.
    programme_types : sequence of str
        E.g. those of a portfolio that are funded.
    target_group : str
    unemployment_class, skill_class : {"high", "low", "unknown"}
        Of the labour market, for what reviews say on the cycle.
    outcome, unit : str
        In which coverage and thin evidence are counted.

    Returns
    -------
    Implementation

    Raises
    ------
    ParameterError, FrameError
    """
    types = _asked(programme_types, target_group, unemployment_class, skill_class, outcome, unit)
    _columns(effects, _EFFECTS, "effects")
    _columns(reviews, _REVIEWS, "reviews")
    table = sayings(effects, reviews, types, target_group, outcome, unit)
    said = set(table.loc[table["known"], "topic"])
    silent = tuple(t for t in TOPICS if t not in said)
    synthetic = is_synthetic(effects, reviews)
    options: dict[str, Any] = {
        "programme_types": types,
        "target_group": target_group,
        "outcome": outcome,
        "unit": unit,
    }
    options |= {"unemployment_class": unemployment_class, "skill_class": skill_class}
    danger = risks(effects, types, outcome, unit, synthetic)
    where = f" · {place}" if place else ""
    return Implementation(
        question=f"How should {_named(types)} for {TARGET_GROUPS[target_group]} be run?{where}",
        sentence=_sentence(table, silent, types, target_group),
        table=table,
        checks=_checks(table, danger, silent, unemployment_class, skill_class),
        provenance=provenance(
            effects,
            reviews,
            method="recommendation.implementation: comparisons inside studies",
            options=options,
        ),
        certainty=_certainty(table),
        rests_on=f"{int(table['rows'].sum())} estimates and {int(table['programme_type'].eq('all types').sum())} statements of reviews",
        risks=danger,
        silent=silent,
        programme_types=types,
        target_group=target_group,
    )


def _asked(
    types: Any, group: Any, unemployment: Any, skills: Any, outcome: Any, unit: Any
) -> tuple[str, ...]:
    types = (types,) if isinstance(types, str) else tuple(dict.fromkeys(types))
    if not types:
        raise ParameterError("programme_types is empty; name at least one, e.g. ['training'].")
    choices = ((types, PROGRAMME_TYPES, "programme_types"), ((group,), TARGET_GROUPS, "target_group"))
    more = (((unemployment,), _CLASSES, "unemployment_class"), ((skills,), _CLASSES, "skill_class"))
    for given, known, name in (*choices, *more, ((outcome,), OUTCOMES, "outcome"), ((unit,), UNITS, "unit")):
        if unknown := [g for g in given if g not in known]:
            raise ParameterError(f"{name}: unknown {unknown[0]!r}; choose among {', '.join(known)}.")
    if OUTCOMES[outcome].favourable == 0 or unit_fit(outcome, unit) == "impossible":
        raise ParameterError(
            f"outcome={outcome!r} in {unit!r} says nothing of whether people are better off; choose e.g. "
            "employment_probability in percentage_points."
        )
    return types


def _columns(frame: Any, needed: tuple[str, ...], name: str) -> None:
    missing = [c for c in needed if c not in frame] if isinstance(frame, pd.DataFrame) else list(needed)
    if missing:
        raise FrameError(f"{name} lacks the column(s) {', '.join(missing)}; give e.g. sources.{name}().")


def _named(types: tuple[str, ...]) -> str:
    labels = [PROGRAMME_TYPES[t].label.lower() for t in types]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _sentence(table: pd.DataFrame, silent: tuple[str, ...], types: tuple[str, ...], group: str) -> str:
    own = table[table["programme_type"].ne("all types")]
    firm = own[own["certainty"].isin(["moderate", "low"])]
    if firm.empty:
        start = f"Studies of {_named(types)} for {TARGET_GROUPS[group]} settle none of the questions of how to run them"
    else:
        label = PROGRAMME_TYPES[firm["programme_type"].iloc[0]].label
        start = f"What studies support most is on {firm['topic'].iloc[0]} ({label.lower()}): {firm['says'].iloc[0].rstrip('.')}"
    end = f" The evidence base says nothing on {_or(silent)}." if silent else ""
    return f"{start}.{end} {_reviews(table)}"


def _or(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _reviews(table: pd.DataFrame) -> str:
    topics = list(dict.fromkeys(table.loc[table["programme_type"].eq("all types"), "topic"]))
    return (
        f"Large reviews speak on {', '.join(topics)}; they are quoted beside it, not averaged."
        if topics
        else ""
    )


def _certainty(table: pd.DataFrame) -> Certainty:
    own = table[table["programme_type"].ne("all types")]
    return "low" if own["certainty"].isin(["moderate", "low"]).any() else "too little to say"


def _checks(
    table: pd.DataFrame, danger: pd.DataFrame, silent: tuple[str, ...], unemployment: str, skills: str
) -> tuple[Check, ...]:
    found = []
    thin = danger[danger["risk"].eq("thin evidence")]
    if len(thin):
        names = ", ".join(PROGRAMME_TYPES[t].label.lower() for t in thin["programme_type"])
        found.append(
            Check(
                "thin evidence",
                "failed",
                f"Fewer than five independent samples measured the outcome for: {names}.",
            )
        )
    for topic, rows in table[table["evidence"].str.contains("reviews differ")].groupby("topic", sort=False):
        words = f"Reviews differ on {topic}: {len(rows)} statements stand side by side; none settles it."
        if topic == "context" and unemployment != "unknown":
            words += f" Whether programmes work better here, where unemployment is {unemployment}, is therefore open."
        found.append(Check(f"reviews on {topic}", "failed", words))
    if silent:
        words = f"Not in the evidence base: {', '.join(silent)}. Advice on these would be opinion, so there is none."
        found.append(Check("silent", "informational", words))
    if skills != "unknown":
        words = f"No study here codes how skilled the jobs of its region are, so nothing follows from skill being {skills}."
        found.append(Check("skill class", "informational", words))
    words = "How to reduce a risk is common practice of the field, not a finding of these studies."
    found.append(Check("risks", "informational", words))
    words = "Groups and dates are compared inside studies and counted by sample; a count of signs is no size of an effect."
    return (*found, Check("how compared", "informational", words))
