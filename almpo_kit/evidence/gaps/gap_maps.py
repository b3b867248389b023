"""What has been studied and what has not: every combination of two headings, the empty ones among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.gaps.gap_cells import (
    CELL,
    DIMENSIONS,
    QUESTION,
    counted,
    counts,
    expected,
    heads,
    in_eu,
    marked,
)
from almpo_kit.evidence.gaps.gap_words import checks_of, question_of, sentence_of
from almpo_kit.evidence.selection import select
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import foundation
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

NOTHING, THIN, POOLED = STATES = ("nothing studied", "studied, too little to say", "pooled")
_NEEDED = ("programme_type", "target_group", "outcome", "unit", "country", "design")
_NUMBERS = ("mean", "low", "high")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GapMap(Finding):
    """What each combination of two headings holds; ``table`` has a row for every one, also the empty ones.

    ``rows``, ``columns``: the headings. ``outcome``, ``unit``, ``band``: what it was narrowed to, None where
    all are counted. ``n_cells``, ``n_empty``, ``n_empty_eu`` (no sample from the EU-27), ``n_pooled``.
    """

    rows: str
    columns: str
    outcome: str | None
    unit: str | None
    band: str | None

    @property
    def n_cells(self) -> int:
        """All combinations."""
        return len(self.table)

    @property
    def n_empty(self) -> int:
        """Combinations that nobody studied."""
        return int(self.table["state"].eq(NOTHING).sum())

    @property
    def n_empty_eu(self) -> int:
        """Combinations that nobody studied in the EU-27."""
        eu = in_eu(self.table, self.rows, self.columns)
        return int((self.table["n_samples_eu"].eq(0) & eu).sum())

    @property
    def n_pooled(self) -> int:
        """Combinations with an average."""
        return int(self.table["state"].eq(POOLED).sum())

    def metrics(self) -> Mapping[str, float]:
        """How many combinations there are, and of which kind."""
        names = ("n_cells", "n_empty", "n_empty_eu", "n_pooled")
        return {name.removeprefix("n_"): float(getattr(self, name)) for name in names}


def gap_map(
    effects: pd.DataFrame,
    *,
    rows: str = "programme_type",
    columns: str = "target_group",
    band: str | None = None,
    outcome: str | None = None,
    unit: str | None = None,
) -> GapMap:
    """Say for every combination of two headings how much has been studied, and what has not.

    Estimates of every comparator count as studied. An average stands in a cell only where enough samples
    measured one outcome, in one unit, at one horizon, as one estimand; where the map is not narrowed to one
    question, it is the question that most samples of the cell can answer, named in the row.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    rows, columns : {"programme_type", "target_group", "outcome", "band", "design", "country"}
        Two different headings. ``country`` has a row for every member state of the EU-27, and for the
        others that the frame holds.
    band, outcome, unit : str, optional
        Count these estimates only.

    Returns
    -------
    GapMap
        ``table``, a row per combination: the headings (key and ``row_label``, ``column_label``);
        ``state``, one of "nothing studied", "studied, too little to say", "pooled"; ``n_estimates,
        n_samples, n_samples_eu, n_samples_randomised``; ``n_usable``, samples that could enter one average,
        and the ``minimum`` it takes; ``countries``; samples by direction (``samples_favourable,
        samples_mixed, samples_not_significant, samples_unfavourable, samples_not_stated``); ``mean, low,
        high`` with their ``outcome, unit, band, estimand`` and ``certainty``, and ``reason`` where there is
        no mean; ``expected`` and ``expected_eu``, the samples a cell would hold if attention were even.

    Raises
    ------
    ParameterError
        A heading or word that the vocabulary does not know, or the same heading twice.
    DesignError
        Missing or repeated columns, or text where numbers belong.
    """
    _headings(rows, columns)
    effects = require(effects, (*_NEEDED, "effect", "se", "horizon_months", "horizon_from"), "gap_map")
    chosen = select(effects, outcome=outcome, unit=unit, band=band, comparator=None)
    # By position, and without attributes, which pandas copies deeply at every operation.
    bare = chosen.reset_index(drop=True)
    bare.attrs = {}
    marks = marked(bare, rows, columns)
    table = _table(bare, marks, rows, columns)
    return GapMap(
        question=question_of(rows, columns, outcome, band),
        sentence=sentence_of(table, rows, columns),
        table=table,
        checks=checks_of(table, marks, one_question=bool(outcome and unit and band)),
        provenance=provenance(
            chosen,
            method="evidence.gap_map: counts, and evidence.answer where enough samples can enter an average",
            options={"rows": rows, "columns": columns, "band": band, "outcome": outcome, "unit": unit}
            | {"minimum_samples": FEWEST_SAMPLES},
        ),
        figure="gap_map",
        rests_on=foundation(chosen, int(samples_of(bare).nunique())),
        rows=rows,
        columns=columns,
        outcome=outcome,
        unit=unit,
        band=band,
    )


def _headings(rows: str, columns: str) -> None:
    for name in (rows, columns):
        if name not in DIMENSIONS:
            raise ParameterError(f"unknown heading {name!r}. Choose from: {', '.join(DIMENSIONS)}.")
    if rows == columns:
        raise ParameterError(f"rows and columns are both {rows!r}; a map needs two different headings")


def _table(bare: pd.DataFrame, marks: pd.DataFrame, rows: str, columns: str) -> pd.DataFrame:
    down, across = heads(marks["row"], rows), heads(marks["column"], columns)
    every = pd.MultiIndex.from_product([down, across], names=CELL)
    held = counted(counts(marks).reindex(every)).reset_index()
    answers = _averages(bare, marks, held)
    held["minimum"] = FEWEST_SAMPLES
    # Whose effect an average is says the answer that took it.
    whose = {i: a.estimand for i, a in answers.items() if a.estimand}
    held["estimand"] = [whose.get(i, str(named)) for i, named in enumerate(held["estimand"])]
    for name in _NUMBERS:
        found = {i: float(getattr(a.pooled, name)) for i, a in answers.items() if a.pooled}
        held[name] = [found.get(i, np.nan) for i in held.index]
    studied = held["n_estimates"] > 0
    held["state"] = np.select([~studied, held["mean"].notna()], [NOTHING, POOLED], THIN)
    held["certainty"] = [
        str(answers[i].certainty) if i in answers else "too little to say" if s else ""
        for i, s in studied.items()
    ]
    held["reason"] = [_reason(cell, answers.get(i)) for i, cell in enumerate(held.to_dict("records"))]
    held["expected"] = expected(held, "n_samples")
    held["expected_eu"] = expected(held, "n_samples_eu")
    return _named(held, down, across, rows, columns)


def _averages(bare: pd.DataFrame, marks: pd.DataFrame, held: pd.DataFrame) -> dict[int, Answer]:
    """The answer of each cell whose best question has enough samples for one, by position."""
    found = {}
    for i, cell in enumerate(held.to_dict("records")):
        if cell["n_usable"] >= FEWEST_SAMPLES:
            same = [marks[name].eq(cell[name]) for name in (*CELL, *QUESTION[:3])]
            found[i] = answer(bare[np.logical_and.reduce(same)], question="What is the effect?")
    return found


def _reason(cell: Mapping[Any, Any], found: Answer | None) -> str:
    """Why a cell has no average; "" where it has one."""
    if not cell["n_estimates"]:
        return "no estimate in the base"
    if found is not None:
        return found.refusal or ""
    return (
        f"{cell['n_usable']} of {cell['n_samples']} independent samples could enter one average; at least "
        f"{FEWEST_SAMPLES} are needed"
    )


def _named(
    held: pd.DataFrame, down: Mapping[str, str], across: Mapping[str, str], rows: str, columns: str
) -> pd.DataFrame:
    """Columns in reading order, the headings under their own names.

    A heading that is also part of an average's question (outcome, band) keeps its own name; it says there
    which cell this is, and the question follows from it.
    """
    labelled = held.assign(row_label=held["row"].map(down), column_label=held["column"].map(across))
    question = [name for name in QUESTION if name not in (rows, columns)]
    directions = [c for c in held if str(c).startswith("samples_")]
    first = ["row", "column", "row_label", "column_label", "state", "n_estimates", "n_samples"]
    then = ["n_samples_eu", "n_samples_randomised", "n_usable", "minimum", "countries", *directions]
    last = [*_NUMBERS, *question, "certainty", "reason", "expected", "expected_eu"]
    return labelled[[*first, *then, *last]].rename(columns={"row": rows, "column": columns})
