"""How an effect unfolds: every estimate at its months since entry, and an average where one is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import bands_of, samples_of
from almpo_kit.evidence.eligibility import reasons
from almpo_kit.evidence.estimand_words import apart, whom
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.selection import select
from almpo_kit.evidence.words import (
    amount,
    band_words,
    count,
    foundation,
    listed,
    outcome_words,
    programme_words,
)
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.horizons import HORIZON_BANDS, NOT_COMPARABLE
from almpo_kit.vocabulary.provenance import provenance

_NEEDED = ("programme_type", "outcome", "unit", "country", "horizon_months", "horizon_from", "effect", "se")
#: Estimates that differ in none of these are of one programme on one group of people, at several times.
_SERIES = (
    *("study_id", "sample_id", "programme_type", "programme_name", "target_group", "comparator", "design"),
    *("estimand", "part"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TimeProfile(Finding):
    """Every estimate of one ``outcome`` in one ``unit`` by months since entry.

    ``table``: one row per estimate, as :func:`~almpo_kit.evidence.listing.listing` has them, with
    ``from_entry`` (False: the horizon is not stated or not counted from entry) and ``series``, the same
    for estimates of one group of people at several times ("" where an estimate has no such company).
    ``bands``: one row per horizon band with ``n_estimates, n_samples, n_usable, minimum, estimand,
    mean, low, high, certainty, reason``; ``estimand`` says whose effect the average is. ``answers``: the full answer of each band, in that order.
    """

    outcome: str
    unit: str
    programme_type: str | None
    bands: pd.DataFrame
    answers: tuple[Answer, ...]

    @property
    def n_series(self) -> int:
        """Groups of people that were followed to more than one time."""
        return int(self.table.loc[self.table["series"].ne(""), "series"].nunique())

    def metrics(self) -> Mapping[str, float]:
        """Estimates on the time axis and apart, series, and bands with an average."""
        known = self.table["from_entry"]
        return {
            "timed_estimates": float(known.sum()),
            "other_estimates": float((~known).sum()),
            "series": float(self.n_series),
            "pooled_bands": float(self.bands["mean"].notna().sum()),
        }


def time_profile(
    effects: pd.DataFrame,
    *,
    programme_type: str | None = None,
    outcome: str = "employment_probability",
    unit: str = "percentage_points",
) -> TimeProfile:
    """List every estimate at its months since entry; average within a horizon band where that is allowed.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    programme_type : str, optional
        One type of programme; all types when left out.
    outcome, unit : str
        Keys of the vocabulary.

    Returns
    -------
    TimeProfile

    Raises
    ------
    ParameterError
        A word that the vocabulary does not know.
    DesignError
        Missing or repeated columns, or text where numbers belong.
    """
    effects = require(effects, _NEEDED, "time_profile")
    chosen = select(effects, programme_type=programme_type, outcome=outcome, unit=unit, comparator=None)
    bare = chosen.reset_index(drop=True)
    bare.attrs = {}
    band = bands_of(bare)
    at = pd.Series(NOT_COMPARABLE, bare.index) if band is None else band
    question = _question(programme_type, outcome)
    answers = tuple(
        answer(bare[at == key], question=f"{question}{band_words(key)}?") for key in HORIZON_BANDS
    )
    table = _listed(bare, at, answers)
    bands = pd.DataFrame([_row(key, a) for key, a in zip(HORIZON_BANDS, answers, strict=True)])
    return TimeProfile(
        question=f"{question} over time?",
        sentence=_sentence(table, bands, programme_type, outcome, unit),
        table=table,
        checks=_checks(table, bands),
        provenance=provenance(
            chosen,
            method="evidence.time_profile: estimates by months since entry; evidence.answer within a band",
            options={"programme_type": programme_type, "outcome": outcome, "unit": unit},
        ),
        figure="time_profile",
        rests_on=foundation(bare, int(samples_of(bare).nunique())),
        outcome=outcome,
        unit=unit,
        programme_type=programme_type,
        bands=bands,
        answers=answers,
    )


def _question(programme_type: str | None, outcome: str) -> str:
    return f"What is the effect of {programme_words(programme_type or '')} on {outcome_words(outcome)}"


def _listed(bare: pd.DataFrame, at: pd.Series, answers: tuple[Answer, ...]) -> pd.DataFrame:
    """Every estimate, those counted from entry first, with the weight and reason of its band's answer."""
    why, weight = reasons(bare), np.full(len(bare), np.nan)
    for key, a in zip(HORIZON_BANDS, answers, strict=True):
        inside = np.flatnonzero((at == key).to_numpy())
        weight[inside] = a.table["weight"]
        why.iloc[inside] = a.table["why_not"].to_numpy(dtype=object)
    table = listing(bare, level=0.95, weight=weight, why_not=why)
    table["from_entry"] = at.ne(NOT_COMPARABLE).to_numpy()
    table["series"] = _series(bare, table)
    order = ["from_entry", "programme_type", "series", "horizon_months"]
    ascending = [False, True, True, True]
    return table.sort_values(order, ascending=ascending, kind="stable").reset_index(drop=True)


def _series(bare: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """A name for each group of people seen at several times; "" for an estimate without company, or with
    two at one time, of which nobody can say which continues which."""
    known = [(table[c] if c in table else bare[c]).tolist() for c in _SERIES if c in table or c in bare]
    counted = table["from_entry"].tolist()
    said = [str(each) if c else "" for each, c in zip(zip(*known, strict=True), counted, strict=True)]
    key = pd.Series(said, index=table.index, dtype=object)
    months = table["horizon_months"].groupby(key).transform("nunique")
    size = key.groupby(key).transform("size")
    first = table["estimate_id"].groupby(key).transform("first").astype(str)
    return list(first.where(key.ne("") & months.gt(1) & months.eq(size), ""))


def _row(key: str, a: Answer) -> dict[str, object]:
    p = a.pooled
    return {
        "band": key,
        "n_estimates": len(a.table),
        "n_samples": a.n_samples,
        "n_usable": int(a.table.loc[a.table["why_not"].eq(""), "sample_id"].nunique()),
        "minimum": int(a.provenance.options["minimum_samples"]),
        "estimand": a.estimand,
        **{name: np.nan if p is None else float(getattr(p, name)) for name in ("mean", "low", "high")},
        "certainty": a.certainty,
        "reason": "no estimate in the base" if a.table.empty else a.refusal or "",
    }


def _sentence(
    table: pd.DataFrame, bands: pd.DataFrame, programme_type: str | None, outcome: str, unit: str
) -> str:
    known = table[table["from_entry"]]
    what = f"{programme_words(programme_type or '')} on {outcome_words(outcome)}"
    apart = len(table) - len(known)
    if known.empty:
        none = f"No estimate of an effect of {what} is counted from entry"
        return f"{none}; {count(apart, 'estimate')} cannot be placed in time." if apart else f"{none}."
    first, last = (f"{m:g}" for m in (known["horizon_months"].min(), known["horizon_months"].max()))
    span = f"from {first} to {last} months" if first != last else f"{first} months"
    be = "is" if len(known) == 1 else "are"
    said = (
        f"{count(len(known), 'estimate')} from {count(known['sample_id'].nunique(), 'independent sample')} "
    )
    said += f"{be} known of effects of {what}, {span} after entry. {_averages(bands, unit)}"
    if apart:
        cannot = (
            "is not counted from entry and stands" if apart == 1 else "are not counted from entry and stand"
        )
        said += f" {count(apart, 'further estimate')} {cannot} apart."
    return said


def _averages(bands: pd.DataFrame, unit: str) -> str:
    pooled = bands[bands["mean"].notna()]
    if pooled.empty:
        return "No horizon has enough independent samples for an average."
    told = listed(
        f"{amount(r['mean'], r['low'], r['high'], unit, 0.95)}{band_words(r['band'])}"
        f"{whom(r['estimand'])}, {r['certainty']} certainty"
        for _, r in pooled.iterrows()
    )
    return f"On average: {told}."


def _checks(table: pd.DataFrame, bands: pd.DataFrame) -> tuple[Check, ...]:
    n, least = int(bands["mean"].notna().sum()), int(bands["minimum"].max())
    notes = [
        Check(
            "minimum evidence",
            "passed" if n == len(bands) else "failed",
            f"{n} of {len(bands)} horizons carry an average; it takes {least} independent samples.",
        ),
        Check(
            "composition",
            "informational",
            "Early and late estimates come from different studies; only a joined line follows the same people.",
        ),
    ]
    notes += apart(bands.loc[bands["mean"].notna(), "estimand"], "horizons")
    job = int((table["from_entry"] & table["why_not"].str.contains("subsidised job")).sum())
    if job:
        verb = "counts" if job == 1 else "count"
        words = f"{count(job, 'estimate')} on the time axis {verb} the subsidised job itself, which overstates the effect while it lasts."
        notes.append(Check("subsidised job", "failed", words))
    return tuple(notes)
