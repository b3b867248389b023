"""What an evidence base says of each programme type, outcome, unit and horizon band, read once.

A conclusion depends on its own rows alone. Two readings are compared by the marks of these rows, so that
only what may have moved is computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.answers import answer
from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import bands_of, estimands_of, samples_of
from almpo_kit.evidence.eligibility import reasons, within_one_estimand
from almpo_kit.evidence.tally import favour
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.errors import DesignError

#: In place of a band: all horizons together, of which only the counts are told.
ALL = "all"
#: Why there is no number of all horizons together.
ALL_HORIZONS = "several horizons are never averaged together"
_NEEDED = (
    *("estimate_id", "programme_type", "outcome", "unit"),
    *("horizon_months", "horizon_from", "effect", "se"),
)
#: Columns that a conclusion may depend on although a table need not have them.
OPTIONAL = (
    *("sample_id", "comparator", "includes_subsidised_job", "estimand"),
    *("significance", "design", "country", "start_year"),
)
_VALUES = ("effect", "se", "design", "country", "start_year")
#: What may move a conclusion when it changes; a note or a source may not.
READ = (*_NEEDED[1:], "study_id", *OPTIONAL)


@dataclass(frozen=True, order=True)
class Cell:
    """One question: a key of the vocabulary each, and a horizon band or :data:`ALL`."""

    programme_type: str
    outcome: str
    unit: str
    band: str


#: What a conclusion reads of one estimate, but for whose effect it is: its sample, its direction, why it
#: cannot be averaged, and the values that an average uses.
Mark = tuple[object, ...]


@dataclass(frozen=True)
class Reading:
    """An evidence base by position, in the order of ``estimate_id``; ``parts`` names the parts of a mark."""

    effects: pd.DataFrame
    ids: list[str]
    samples: list[object]
    favours: list[str]
    why: list[str]
    estimands: list[str] | None
    marks: list[Mark]
    parts: tuple[str, ...]
    cells: Mapping[Cell, list[int]]

    def rows(self, cell: Cell) -> list[int]:
        """Positions of the estimates of a cell."""
        return self.cells.get(cell, [])

    def whose(self, rows: list[int]) -> set[str]:
        """The estimands of those that may be averaged; none where the table does not say."""
        return set() if self.estimands is None else {self.estimands[i] for i in rows if self.why[i] == ""}

    def marked(self, cell: Cell) -> list[tuple[object, ...]]:
        """What decides about a cell, but for whose effects they are."""
        return [(self.ids[i], *self.marks[i]) for i in self.rows(cell)]


@dataclass(frozen=True)
class Conclusion:
    """What is said of one cell. ``mean``, ``low``, ``high`` are NaN and ``refusal`` says why where there is
    no number; ``status`` says of each estimate why it cannot enter the average, "" where it can."""

    n_estimates: int = 0
    n_samples: int = 0
    n_usable: int = 0
    favours: Mapping[str, int] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    mean: float = np.nan
    low: float = np.nan
    high: float = np.nan
    certainty: str = ""
    estimand: str = ""
    refusal: str = "no estimate"

    @property
    def pooled(self) -> bool:
        """Whether there is a number."""
        return bool(np.isfinite(self.mean))


def read(effects: pd.DataFrame, verb: str) -> Reading:
    """Read an evidence base.

    Raises
    ------
    DesignError
        Missing or repeated columns, text where numbers belong, an ``estimate_id`` that is blank or not
        unique.
    """
    ready = require(effects, _NEEDED, verb).copy(deep=False)
    # Categories of another library, and attributes, would be copied at every step.
    ready.attrs = {}
    ready["estimate_id"] = _ids(ready["estimate_id"], verb)
    ready = ready.sort_values("estimate_id", ignore_index=True)
    samples, estimands = samples_of(ready), estimands_of(ready)
    favours, why = favour(ready)["favour"].tolist(), reasons(ready).tolist()
    values = [c for c in _VALUES if c in ready]
    named = [None if s != s else s for s in samples.tolist()]
    return Reading(
        effects=ready,
        ids=ready["estimate_id"].tolist(),
        samples=named,
        favours=favours,
        why=why,
        estimands=None if estimands is None else [str(e) for e in estimands],
        marks=list(zip(named, favours, why, *(_plainly(ready[c]) for c in values), strict=True)),
        parts=("sample", "favour", "why", *values),
        cells=_cells(ready),
    )


def _ids(column: pd.Series, verb: str) -> list[str]:
    names = ["" if x is None or x is pd.NA or x != x else str(x).strip() for x in column.tolist()]
    twice = [name for name, n in Counter(names).items() if n > 1 and name]
    if "" in names or twice:
        what = f"the estimate_id {twice[0]!r} more than once" if twice else "an empty estimate_id"
        raise DesignError(
            f"{verb}() got {what}, so nobody can tell which estimates are the same in both tables; give each "
            "estimate its own estimate_id"
        )
    return names


def _plainly(column: pd.Series) -> list[object]:
    """What an average and its certainty read; blank is None, so that blanks are equal."""
    return [_plain(x) for x in column.tolist()]


def _plain(value: Any) -> object:
    if value is None or value is pd.NA or value != value:
        return None
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _cells(effects: pd.DataFrame) -> dict[Cell, list[int]]:
    bands = bands_of(effects)
    assert bands is not None  # _NEEDED has the columns
    keys = [_key(effects[c]) for c in ("programme_type", "outcome", "unit")]
    cells: dict[Cell, list[int]] = {}
    for i, (programme, outcome, unit, band) in enumerate(zip(*keys, bands.tolist(), strict=True)):
        for horizon in (band, ALL):
            cells.setdefault(Cell(programme, outcome, unit, horizon), []).append(i)
    return cells


def _key(column: pd.Series) -> list[str]:
    return ["not_stated" if x is None or x is pd.NA or x != x else str(x) for x in column.tolist()]


def cells_of(*readings: Reading) -> list[Cell]:
    """Every cell of some readings; all horizons together only where there are several."""
    every = sorted({cell for r in readings for cell in r.cells})
    held = Counter((c.programme_type, c.outcome, c.unit) for c in every if c.band != ALL)
    return [c for c in every if c.band != ALL or held[c.programme_type, c.outcome, c.unit] > 1]


def may_differ(first: Reading, second: Reading, cell: Cell) -> bool:
    """Whether two readings may conclude differently; False is certain."""
    if first.marked(cell) != second.marked(cell):
        return True
    if first.estimands is None or second.estimands is None:
        # Where only one of them says whose effects they are, it matters where they are several people's.
        return any(len(r.whose(r.rows(cell))) > 1 for r in (first, second))
    said = [[r.estimands[i] for i in r.rows(cell)] for r in (first, second) if r.estimands is not None]
    return said[0] != said[1]


def alone_in(first: Reading, second: Reading) -> tuple[str, ...]:
    """Columns that conclusions may rest on and only one of the two has."""
    one = [c for c in OPTIONAL if (c in first.effects) != (c in second.effects)]
    # Without sample_id the study is the sample, where both say which study.
    both = "study_id" in first.effects and "study_id" in second.effects
    return tuple(c for c in one if c != "sample_id" or both)


def conclude(reading: Reading, cell: Cell, level: float) -> Conclusion:
    """What the evidence says of a cell, as :func:`answer` says it; of all horizons together the counts."""
    rows = reading.rows(cell)
    if not rows:
        return Conclusion()
    counted: dict[str, Any] = {
        "n_estimates": len(rows),
        "n_samples": len({reading.samples[i] for i in rows} - {None}),
        "favours": Counter(reading.favours[i] for i in rows),
        "certainty": "too little to say",
    }
    if cell.band == ALL:
        # Several horizons never enter one average.
        return Conclusion(**counted | _usable(reading, rows) | {"n_usable": 0, "refusal": ALL_HORIZONS})
    return Conclusion(**counted | _number(reading, rows, level))


def _usable(reading: Reading, rows: list[int], why: list[str] | None = None) -> dict[str, Any]:
    status = dict(zip((reading.ids[i] for i in rows), why or [reading.why[i] for i in rows], strict=True))
    able = {reading.samples[i] for i in rows if status[reading.ids[i]] == ""} - {None}
    return {"status": status, "n_usable": len(able)}


def _number(reading: Reading, rows: list[int], level: float) -> dict[str, Any]:
    """The number, or why there is none. Whether there are enough samples is asked first: an answer says
    much more than is compared here, and most cells are thin."""
    whose = reading.whose(rows)
    if len(whose) < 2:
        usable, estimand = _usable(reading, rows), next(iter(whose), "")
    else:
        listed = reading.effects.iloc[rows].reset_index(drop=True)
        estimand, why = within_one_estimand(listed, pd.Series([reading.why[i] for i in rows], dtype=object))
        usable = _usable(reading, rows, why.tolist())
    if usable["n_usable"] < FEWEST_SAMPLES:
        able = count(usable["n_usable"], "independent sample")
        return usable | {"refusal": f"{able} can enter an average; at least {FEWEST_SAMPLES} are needed"}
    try:
        found = answer(reading.effects.iloc[rows], question="", level=level)
    except DesignError as error:
        return usable | {"refusal": f"the estimates cannot be averaged ({error})"}
    if found.pooled is None:
        return usable | {"refusal": found.refusal}
    numbers = {name: float(getattr(found.pooled, name)) for name in ("mean", "low", "high")}
    return usable | numbers | {"certainty": found.certainty, "estimand": estimand, "refusal": ""}
