"""What the evidence says about each type of programme, at each horizon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
import pandas as pd

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import n_known, samples_of
from almpo_kit.evidence.estimand_words import apart, whom
from almpo_kit.evidence.selection import SELECTION, select
from almpo_kit.evidence.words import amount, band_words, count, foundation, listed, outcome_words, place_words
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.horizons import BAND_LABELS, HORIZON_BANDS, horizon_band
from almpo_kit.vocabulary.places import normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import provenance

_NEEDED = ("programme_type", "outcome", "unit", "country", "horizon_months", "horizon_from", "effect", "se")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Profile(Finding):
    """The evidence by programme type and horizon band, for one ``outcome`` in one ``unit``.

    ``table`` has a row for every type and band, also where nothing was found; ``reason`` says why a row
    has no ``mean``; ``n_usable`` are the independent samples that could enter one average, of which there
    must be ``minimum``; ``estimand`` says whose effect the average is; ``df`` are Satterthwaite's degrees of freedom, judged against a minimum of their own.
    ``answers`` holds the full answer of each row, in the table's order.
    """

    outcome: str
    unit: str
    country: str | None
    answers: tuple[Answer, ...]

    @property
    def n_pooled(self) -> int:
        """Rows with a pooled number."""
        return int(self.table["mean"].notna().sum())

    def metrics(self) -> dict[str, float]:
        """Rows with a pooled number, and estimates behind the whole."""
        return {"pooled_cells": float(self.n_pooled), "estimates": float(self.table["n_estimates"].sum())}


def profile(
    effects: pd.DataFrame,
    *,
    outcome: str = "employment_probability",
    unit: str = "percentage_points",
    country: str | None = None,
) -> Profile:
    """Say what the evidence holds for each type of programme at each horizon.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    outcome, unit : str
        Keys of the vocabulary.
    country : str, optional
        Count how many estimates of each row come from here (``n_local``); all countries are used.

    Returns
    -------
    Profile
        Rows for all programme types and all bands, ``not_comparable`` among them.

    Raises
    ------
    DesignError
        Missing or repeated columns, or text where numbers belong.
    """
    effects = require(effects, _NEEDED, "profile")
    chosen = select(effects, outcome=outcome, unit=unit, comparator=None)
    place = None if country is None else normalise(country)
    cells = [(kind, band) for kind in PROGRAMME_TYPES for band in BAND_LABELS]
    bands = horizon_band(chosen)
    # One pass for the bands; the attributes wait outside because pandas copies them at every operation.
    bare = chosen.copy(deep=False)
    bare.attrs = {}
    found = _found(bare, bands, cells, chosen)
    table = pd.DataFrame([_row(*cell, *pair, place) for cell, pair in zip(cells, found, strict=True)])
    return Profile(
        question="What does the pooled evidence say about each type of programme?",
        sentence=_sentence(table, chosen, outcome, unit, place),
        table=table,
        checks=_checks(table, chosen, place),
        provenance=provenance(
            chosen,
            method="evidence.profile: evidence.answer for each programme type and horizon band",
            options={"outcome": outcome, "unit": unit, "country": place},
        ),
        figure="evidence_profile",
        rests_on=foundation(chosen, int(samples_of(chosen).nunique())),
        outcome=outcome,
        unit=unit,
        country=place,
        answers=tuple(a for _, a in found),
    )


def _found(
    bare: pd.DataFrame, bands: pd.Series, cells: list[tuple[str, str]], chosen: pd.DataFrame
) -> list[tuple[pd.DataFrame, Answer]]:
    """Rows and answer of each cell; all that have no estimate share one answer but for what was asked."""
    at: dict[tuple[str, str], list[int]] = {}
    for i, cell in enumerate(zip(bare["programme_type"].tolist(), bands.tolist(), strict=True)):
        at.setdefault(cell, []).append(i)
    none, found = bare.iloc[:0], []
    nothing: Answer | None = None
    for kind, band in cells:
        rows = bare.iloc[at[kind, band]] if (kind, band) in at else none.copy(deep=False)
        if rows.empty and nothing is not None:
            found.append((rows, replace(nothing, question=_question(kind, band, chosen), band=band)))
            continue
        found.append(_cell(rows, kind, band, chosen))
        nothing = found[-1][1] if rows.empty else nothing
    return found


def _question(kind: str, band: str, chosen: pd.DataFrame) -> str:
    what = f"{outcome_words(chosen.attrs[SELECTION]['outcome'])}{band_words(band)}"
    return f"{PROGRAMME_TYPES[kind].label}: effect on {what}"


def _cell(rows: pd.DataFrame, kind: str, band: str, chosen: pd.DataFrame) -> tuple[pd.DataFrame, Answer]:
    rows.attrs = dict(chosen.attrs)
    rows.attrs[SELECTION] = chosen.attrs[SELECTION] | {"programme_type": kind, "band": band}
    return rows, answer(rows, question=_question(kind, band, chosen))


def _row(kind: str, band: str, rows: pd.DataFrame, a: Answer, place: str | None) -> dict[str, object]:
    n = dict(zip(a.tally["direction"].tolist(), a.tally["estimates"].tolist(), strict=True))
    where, free = rows["country"].tolist(), (w == "" for w in a.table["why_not"].tolist())
    usable = set(compress(a.table["sample_id"].tolist(), free))
    p = a.pooled
    numbers = ("mean", "low", "high", "prediction_low", "prediction_high")
    return {
        "programme_type": kind,
        "label": PROGRAMME_TYPES[kind].label,
        "band": band,
        "n_estimates": len(rows),
        "n_samples": a.n_samples,
        "n_usable": len({s for s in usable if s == s}),
        "minimum": int(a.provenance.options["minimum_samples"]),
        "n_countries": n_known(rows["country"]),
        "n_local": where.count(place) if place else 0,
        "estimand": a.estimand,
        "favourable": int(n["favourable"]),
        "not_significant": int(n["not significant"]),
        "unfavourable": int(n["unfavourable"]),
        "not_stated": int(n["not stated"]),
        **{name: np.nan if p is None else float(getattr(p, name)) for name in numbers},
        "df": np.nan if p is None else p.judged_df,
        "certainty": a.certainty,
        "reason": "no estimate in the base" if rows.empty else a.refusal or "",
    }


def _sentence(table: pd.DataFrame, chosen: pd.DataFrame, outcome: str, unit: str, place: str | None) -> str:
    asked = table[table["band"].isin(HORIZON_BANDS)]
    pooled = asked[asked["mean"].notna()]
    thin = int(((asked["n_estimates"] > 0) & asked["mean"].isna()).sum())
    empty = int((asked["n_estimates"] == 0).sum())
    what = f"{len(asked)} combinations of programme type and horizon"
    if pooled.empty:
        said = f"None of the {what} has enough independent evidence on {outcome_words(outcome)} for a pooled number"
    else:
        verb = "has" if len(pooled) == 1 else "have"
        said = f"{len(pooled)} of {what} {verb} enough independent evidence on {outcome_words(outcome)} to pool: "
        said += listed(_pooled_words(row, unit) for _, row in pooled.iterrows())
    said += f". {thin} {'has' if thin == 1 else 'have'} some estimates but too few, {empty} none at all."
    return f"{said} {_local(chosen, place)}".strip()


def _pooled_words(row: pd.Series, unit: str) -> str:
    label = str(row["label"])
    number = amount(row["mean"], row["low"], row["high"], unit, 0.95)
    return f"{label[:1].lower()}{label[1:]}{band_words(row['band'])}, {number}{whom(row['estimand'])}, {row['certainty']} certainty"


def _local(chosen: pd.DataFrame, place: str | None) -> str:
    if place is None:
        return ""
    n = int(chosen["country"].eq(place).sum())
    if n == 0:
        return f"No estimate of this outcome comes from {place_words(place)}."
    return (
        f"{count(n, 'estimate')} of {len(chosen)} {'comes' if n == 1 else 'come'} from {place_words(place)}."
    )


def _checks(table: pd.DataFrame, chosen: pd.DataFrame, place: str | None) -> tuple[Check, ...]:
    n = int(table["mean"].notna().sum())
    cells = int(table["band"].isin(HORIZON_BANDS).sum())
    notes = [
        Check(
            "minimum evidence",
            "passed" if n == cells else "failed",
            f"{n} of {cells} combinations reach five independent samples and four degrees of freedom; the "
            "others show counts, which are not a conclusion.",
        )
    ]
    # The rows without a horizon never have an average.
    notes += apart(table.loc[table["mean"].notna(), "estimand"], "combinations")
    loose = int(table.loc[~table["band"].isin(HORIZON_BANDS), "n_estimates"].sum())
    if loose:
        words = f"{count(loose, 'estimate')} of {len(chosen)} state no horizon counted from entry; they are never pooled."
        notes.append(Check("horizons", "informational", words))
    if place is not None and not chosen["country"].eq(place).any():
        words = f"Nothing here was measured in {place_words(place)}; whether it carries over is a judgement."
        notes.append(Check("local evidence", "failed", words))
    return tuple(notes)
