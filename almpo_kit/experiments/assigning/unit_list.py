"""The list that a draw is made from, as text and codes: who is in it, in which block, group and pair."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.draws import list_digest
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.trial_designs import TrialDesign

Text = np.ndarray[Any, np.dtype[np.object_]]
Whole = np.ndarray[Any, np.dtype[np.intp]]
#: Between the values of several columns of blocks.
JOINED = " | "
_MANY = 1000


@dataclass(frozen=True, eq=False, repr=False)
class UnitList:
    """A list of units; what is drawn are its units or their groups.

    Parameters
    ----------
    ids, block, cluster, pair : array of str, shape (n,)
        "" where there is none.
    unit : array of int, shape (n,)
        Whom a row follows: place of what is drawn in ``drawn``.
    drawn : array of str, shape (m,)
        What is drawn: people, or groups.
    stratum : array of int, shape (m,)
        Codes of the blocks, or pairs, within which it is drawn.
    strata : array of str, shape (n_strata,)
    known : tuple of tuples of str
        Further columns that the draw depends on, as text: covariates of a criterion.
    """

    ids: Text
    block: Text
    cluster: Text
    pair: Text
    unit: Whole
    drawn: Text
    stratum: Whole
    strata: Text
    known: tuple[tuple[str, ...], ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the list: name, block, group, pair and covariates of each unit, whatever the order of rows."""
        return list_digest(zip(self.ids, self.block, self.cluster, self.pair, *self.known, strict=True))

    @property
    def sizes(self) -> Whole:
        """Rows of each drawn unit, shape (m,)."""
        return np.bincount(self.unit, minlength=len(self.drawn))


def unit_list(
    units: pd.DataFrame,
    design: TrialDesign,
    *,
    id: str = "id",
    blocks: Sequence[str] = (),
    cluster: str = "",
    pair: str = "",
    known: tuple[tuple[str, ...], ...] = (),
) -> UnitList:
    """Read a list of units for a design.

    Raises
    ------
    FrameError
        A column or a value is missing, or a unit stands in the list twice.
    ParameterError
        Columns that do not belong to the design, or lack.
    DesignError
        A group lies in two blocks; a pair is none.
    """
    given = [blocks] if isinstance(blocks, str) else list(blocks)
    _belong(design, given, cluster, pair)
    return listed(design, *columns_of(units, id=id, blocks=given, cluster=cluster, pair=pair), known=known)


def columns_of(
    units: pd.DataFrame, *, id: str, blocks: Sequence[str], cluster: str, pair: str
) -> tuple[Text, Text, Text, Text]:
    """Name, block, group and pair of each row as text; "" where there is none."""
    if not isinstance(units, pd.DataFrame) or not len(units):
        raise FrameError("the list of units is empty; give a table with one row a unit.")
    wanted = [c for c in (id, *blocks, cluster, pair) if c]
    if lacking := [c for c in wanted if c not in units]:
        raise FrameError(
            f"the list has no column {lacking[0]!r}; its columns are {', '.join(map(str, units.columns[:20]))}."
        )
    ids = as_text(units[id], id)
    _each_once(ids)
    nothing = np.full(len(ids), "", dtype=object)
    block = _joined([as_text(units[c], c) for c in blocks], list(blocks)) if blocks else nothing
    group = as_text(units[cluster], cluster) if cluster else nothing
    return ids, block, group, as_text(units[pair], pair) if pair else nothing


def listed(
    design: TrialDesign,
    ids: Text,
    block: Text,
    cluster: Text,
    pair: Text,
    known: tuple[tuple[str, ...], ...] = (),
) -> UnitList:
    """The list made of columns that are text already, e.g. of published assignments."""
    if design.of_clusters:
        unit, drawn = pd.factorize(cluster)
        first = np.zeros(len(drawn), dtype=np.intp)
        first[unit[::-1]] = np.arange(len(unit))[::-1]
        _one_each(block, first[unit], cluster, "block")
        _one_each(pair, first[unit], cluster, "pair")
        within = (pair if design.kind == "matched_pair" else block)[first]
    else:
        unit, drawn, within = np.arange(len(ids)), ids, block
    stratum, strata = pd.factorize(within)
    if design.kind == "matched_pair" and (odd := np.bincount(stratum) != 2).any():
        raise DesignError(
            f"{number(int(odd.sum()), 0)} of {number(len(strata), 0)} pairs do not have exactly two groups, e.g. pair {strata[odd][0]!r}; leave the "
            "group without a partner out of the list, or pair again with match_pairs()."
        )
    return UnitList(ids, block, cluster, pair, unit, drawn, stratum, strata, known)


def _belong(design: TrialDesign, blocks: list[str], cluster: str, pair: str) -> None:
    if design.of_clusters and not cluster:
        raise ParameterError(
            f"{design.kind} draws groups; name the column with the group, e.g. cluster='office'."
        )
    if not design.of_clusters and cluster:
        raise ParameterError(
            f"{design.kind} draws people, so cluster={cluster!r} has no part in it; leave it out, or draw groups with kind='cluster'."
        )
    if design.kind == "blocked" and not blocks:
        raise ParameterError("a blocked design needs the columns of its blocks, e.g. blocks=['office'].")
    if design.kind in ("individual", "matched_pair") and blocks:
        other = "kind='blocked'" if design.kind == "individual" else "the pairs alone"
        raise ParameterError(
            f"{design.kind} does not draw within blocks; leave blocks={blocks} out, or draw by {other}."
        )
    if (design.kind == "matched_pair") != bool(pair):
        raise ParameterError(
            "a matched_pair design, and no other, names the column with the pair, e.g. pair='pair'."
        )


def as_text(column: pd.Series, name: str) -> Text:
    """Values as text as it is published: 7 and 7.0 are "7", spaces around are gone, letters are composed (NFC).

    Raises
    ------
    FrameError
        A value is missing, empty, or has a tab or line feed in it.
    """
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf" and len(column) > _MANY:
        # Codes of blocks and groups come many times over; each is written once.
        codes, once = pd.factorize(column, use_na_sentinel=False)
        if len(once) * 2 < len(column):
            return as_text(pd.Series(once), name)[codes]
    values = _texts(column)
    if wrong := [i for i, v in enumerate(values) if not v or "\t" in v or "\n" in v or "\r" in v]:
        raise FrameError(
            f"column {name!r} has {number(len(wrong), 0)} values that are missing, or have a tab or line feed in them (first in row "
            f"{wrong[0] + 2} as a spreadsheet counts); fill them, e.g. with 'not known'."
        )
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _texts(column: pd.Series) -> list[str]:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        return list(map(str, column.tolist()))
    if pd.api.types.is_float_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
        return [_number_text(v) for v in column.tolist()]
    return [_cell_text(v) for v in column.tolist()]


def _number_text(value: Any) -> str:
    if value is None or value is pd.NA or not math.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def _cell_text(value: Any) -> str:
    if isinstance(value, str):
        text = value.strip()
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return _number_text(value)
    return "" if value is None or pd.isna(value) else str(value)


def _joined(columns: list[Text], names: list[str]) -> Text:
    if len(columns) == 1:
        return columns[0]
    for column, name in zip(columns, names, strict=True):
        if any("|" in v for v in column):
            raise FrameError(
                f"column {name!r} has '|' in it, which stands between blocks; write another sign."
            )
    made = np.empty(len(columns[0]), dtype=object)
    made[:] = [JOINED.join(row) for row in zip(*columns, strict=True)]
    return made


def _each_once(ids: Text) -> None:
    again = pd.Series(ids).duplicated(keep=False).to_numpy()
    if again.any():
        first = np.flatnonzero(ids == ids[np.flatnonzero(again)[0]])
        rows = " and ".join(str(i + 2) for i in first[:3])
        raise FrameError(
            f"{number(len(set(ids[again])), 0)} units stand in the list more than once ({number(int(again.sum()), 0)} rows), e.g. rows {rows}, as a "
            "spreadsheet counts; nobody has two lots. Keep one row each, e.g. units.drop_duplicates('id')."
        )


def _one_each(values: Text, first: Whole, cluster: Text, what: str) -> None:
    if (apart := values != values[first]).any():
        name = cluster[np.flatnonzero(apart)[0]]
        raise DesignError(
            f"{number(len(set(cluster[apart])), 0)} groups lie in more than one {what}, e.g. group {name!r}; a group is drawn as a whole, "
            f"so give each one {what}."
        )
