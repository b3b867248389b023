"""Compare two editions of the evidence: what changed in the data, which conclusions moved, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.evidence.comparison.comparison_words import cell_words, checks, one_sided, sentence
from almpo_kit.evidence.comparison.conclusions import (
    READ,
    Cell,
    Conclusion,
    Reading,
    alone_in,
    cells_of,
    conclude,
    may_differ,
    read,
)
from almpo_kit.evidence.comparison.moves import (
    KINDS,
    Cause,
    because,
    cause_table,
    causes,
    kinds_of,
    shift,
    told,
)
from almpo_kit.evidence.comparison.row_changes import row_changes
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import provenance

_NUMBERS = ("mean", "low", "high", "certainty", "n_estimates", "n_samples", "n_usable")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EditionDiff(Finding):
    """What differs between two editions, and which conclusions moved.

    ``table`` has a row for each moved conclusion, the gravest first: ``what`` in words; ``kind`` of the
    gravest move; ``before``, ``after`` and ``because`` in words; all ``kinds``; ``programme_type, outcome,
    unit, band`` ("all": the counts over all horizons); ``mean, low, high, certainty, n_estimates,
    n_samples, n_usable`` of each edition with the suffixes ``_before`` and ``_after``; ``shift``, the move of
    the mean in half-widths of the interval before; ``by_column``, the columns that only one edition has
    and without which the conclusion would not have moved ("" otherwise).

    ``causes`` has a row for each estimate behind each moved conclusion (``conclusion`` is the row's
    position in ``table``); ``changes`` one for each estimate added or removed and each cell changed.
    """

    names: tuple[str, str]
    n_conclusions: int
    causes: pd.DataFrame
    changes: pd.DataFrame
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    studies_added: tuple[str, ...]
    studies_removed: tuple[str, ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]

    @property
    def n_moved(self) -> int:
        """How many conclusions moved."""
        return len(self.table)

    def metrics(self) -> Mapping[str, float]:
        """How much changed, and how much of it matters."""
        names = ("added", "removed", "changed")
        counts = {f"estimates_{name}": float(len(getattr(self, name))) for name in names}
        return {"conclusions": float(self.n_conclusions), "moved": float(self.n_moved)} | counts


def compare(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    names: tuple[str, str] = ("A", "B"),
    level: float = 0.95,
) -> EditionDiff:
    """Say which conclusions moved between two editions of the evidence base, and why.

    A conclusion is what :func:`answer` says of one programme type, outcome, unit and horizon band; where a
    programme type was studied at several horizons, the counts over all of them are one more. Each edition
    is judged by what it says: where only one of them has a column that conclusions rest on (whose effect
    an estimate is, say), a check says so, and which conclusions moved by that alone.

    Parameters
    ----------
    before, after : DataFrame, shape (k, ...)
        ``effects`` frames. Estimates are the same where their ``estimate_id`` is; their order is of no
        account. Columns that only one of them has are named, not compared.
    names : tuple of str
        How to call them.
    level : float
        Coverage of the intervals.

    Returns
    -------
    EditionDiff

    Raises
    ------
    DesignError
        Missing or repeated columns, text where numbers belong, an ``estimate_id`` that is blank or not
        unique.
    ParameterError
        A level outside 0 to 1; names that are not two.
    """
    check_level(level)
    if len(names) != 2:
        raise ParameterError(f"names are two, one for each edition, not {len(names)}")
    readings = read(before, "compare"), read(after, "compare")
    changes = row_changes(readings[0].effects, readings[1].effects)
    cells = cells_of(*readings)
    moves = _moves(readings, cells, changes, names, level)
    table = _table(moves, level)
    found = _differences(readings, changes)
    cited = _cited(*readings)
    return EditionDiff(
        question=f"Which conclusions moved between {names[0]} and {names[1]}, and why?",
        sentence=sentence(table, len(cells), found, names),
        table=table,
        checks=checks(readings, table, found, names),
        provenance=provenance(
            before,
            after,
            method="evidence.compare: evidence.answer where estimates differ",
            options={"names": list(names), "level": level},
        ),
        rests_on=" and ".join(
            f"{count(len(r.ids), 'estimate')} in {name}" for r, name in zip(readings, names, strict=True)
        ),
        names=(str(names[0]), str(names[1])),
        n_conclusions=len(cells),
        causes=cause_table(table, [m.causes for m in moves], cited),
        changes=changes,
        **found,
    )


@dataclass(frozen=True)
class _Move:
    """One conclusion that moved."""

    cell: Cell
    before: Conclusion
    after: Conclusion
    kinds: tuple[str, ...]
    causes: list[Cause]
    because: str
    by_column: str


def _moves(
    readings: tuple[Reading, Reading],
    cells: list[Cell],
    changes: pd.DataFrame,
    names: tuple[str, str],
    level: float,
) -> list[_Move]:
    changed, cited = _changed(changes), _cited(*readings)
    alone = alone_in(*readings)
    alike = _alike(readings, alone) if alone else readings
    found = []
    for cell in cells:
        # A conclusion depends on its own rows alone; most of them did not change.
        if not may_differ(*readings, cell):
            continue
        said = conclude(readings[0], cell, level), conclude(readings[1], cell, level)
        kinds = kinds_of(*said, cell.unit, level)
        if not kinds:
            continue
        why = causes(cell, readings, said, changed, kinds)
        same = said if not alone else tuple(conclude(r, cell, level) for r in alike)
        by = () if kinds_of(same[0], same[1], cell.unit, level) else alone
        words = "; ".join(filter(None, [one_sided(by, readings, names), because(why, cited)]))
        found.append(_Move(cell, *said, kinds, why, words, ", ".join(by)))
    return sorted(found, key=lambda m: (KINDS.index(m.kinds[0]), _place(m.cell)))


def _place(cell: Cell) -> tuple[int, str, str, int]:
    """Where a cell stands in the order of screens; what the vocabulary does not know comes last."""
    kinds, bands = list(PROGRAMME_TYPES), list(BAND_LABELS)
    kind = kinds.index(cell.programme_type) if cell.programme_type in kinds else len(kinds)
    band = bands.index(cell.band) if cell.band in bands else len(bands)
    return kind, cell.outcome, cell.unit, band


def _alike(readings: tuple[Reading, Reading], alone: tuple[str, ...]) -> tuple[Reading, Reading]:
    """Both readings without the columns that only one of them has."""
    first, second = (
        read(r.effects.drop(columns=[c for c in alone if c in r.effects]), "compare") for r in readings
    )
    return first, second


def _changed(changes: pd.DataFrame) -> dict[str, list[tuple[str, str, str]]]:
    """For each changed estimate the cells that a conclusion may rest on."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    cells = changes[changes["column"].isin(READ)]
    for name, column, before, after in cells[["estimate_id", "column", "before", "after"]].itertuples(
        index=False, name=None
    ):
        found[name].append((column, before, after))
    return found


def _cited(*readings: Reading) -> dict[str, str]:
    cited: dict[str, str] = {}
    for r in readings:
        if "citation" in r.effects:
            held = zip(r.ids, r.effects["citation"].tolist(), strict=True)
            cited |= {name: said for name, said in held if isinstance(said, str)}
    return cited


def _differences(readings: tuple[Reading, Reading], changes: pd.DataFrame) -> dict[str, Any]:
    """What was added, removed and changed: estimates, studies, columns."""
    first, second = (r.effects for r in readings)
    of = {
        kind: changes.loc[changes["change"] == kind, "estimate_id"]
        for kind in ("added", "removed", "changed")
    }
    studies = [set(f["study_id"].dropna().astype(str)) if "study_id" in f else set() for f in (first, second)]
    return {
        **{kind: tuple(dict.fromkeys(ids)) for kind, ids in of.items()},
        "studies_added": tuple(sorted(studies[1] - studies[0])),
        "studies_removed": tuple(sorted(studies[0] - studies[1])),
        "columns_added": tuple(str(c) for c in second if c not in first),
        "columns_removed": tuple(str(c) for c in first if c not in second),
    }


def _table(moves: list[_Move], level: float) -> pd.DataFrame:
    rows = [_row(m, level) for m in moves]
    nothing = _Move(Cell("", "", "", ""), Conclusion(), Conclusion(), KINDS[-1:], [], "", "")
    return pd.DataFrame(rows, columns=list(_row(nothing, level)))


def _row(m: _Move, level: float) -> dict[str, object]:
    said = {"before": m.before, "after": m.after}
    return {
        "what": cell_words(m.cell),
        "kind": m.kinds[0],
        **{when: told(c, m.kinds[0], m.cell.unit, level) for when, c in said.items()},
        "because": m.because,
        "kinds": "; ".join(m.kinds),
        **vars(m.cell),
        **{f"{name}_{when}": getattr(c, name) for name in _NUMBERS for when, c in said.items()},
        "shift": shift(m.before, m.after),
        "by_column": m.by_column,
    }
