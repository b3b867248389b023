"""From a ``stocks`` table to cells: sums by region and occupation (or whatever is asked) in every period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError, PlaceError
from almpo_kit.vocabulary.occupations import isco_code
from almpo_kit.vocabulary.places import normalise, nuts_level

Array = np.ndarray[Any, np.dtype[Any]]
_PERIOD = re.compile(r"\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?")
#: Levels that codes can be cut to.
LEVELS = {"geo": (0, 1, 2, 3), "occupation": (1, 2, 3, 4)}


@dataclass(frozen=True)
class Cells:
    """Stocks by cell and period.

    Parameters
    ----------
    by : tuple of str
    keys : DataFrame, shape (n_cells, len(by))
    periods : tuple of str
        In order; ``("",)`` where the table has none.
    totals : dict of str to ndarray, shape (n_cells, n_periods)
        Sums of what is known. A cell that is not listed in a period counts as zero.
    hidden : dict of str to ndarray, shape (n_cells, n_periods)
        How many suppressed numbers a sum lacks.
    listed : ndarray of int, shape (n_cells, n_periods)
        Rows of the table in each sum.
    """

    by: tuple[str, ...]
    keys: pd.DataFrame
    periods: tuple[str, ...]
    totals: dict[str, Array]
    hidden: dict[str, Array]
    listed: Array

    def __len__(self) -> int:
        return len(self.keys)

    def codes(self, column: str) -> tuple[Array, list[str]]:
        """Number of each cell's group in a column, and the groups."""
        codes, groups = pd.factorize(self.keys[column], sort=True)
        return codes, [str(g) for g in groups]


def cells(
    stocks: pd.DataFrame,
    by: str | Sequence[str],
    level: Mapping[str, int] | None = None,
    columns: Sequence[str] = ("unemployed", "vacancies"),
    optional: Sequence[str] = (),
) -> Cells:
    """Check a ``stocks`` table and sum it by cell and period.

    Raises
    ------
    FrameError
        Missing columns, numbers that are none, negative or infinite, a cell twice, codes that are missing or wrong.
    ParameterError
        ``by`` or ``level`` names what is not there.
    DesignError
        Codes are coarser than the level asked for or contain each other, or the table is empty.
    """
    if not isinstance(stocks, pd.DataFrame):
        raise FrameError(
            f"stocks must be a table (DataFrame) of geo, occupation, unemployed, vacancies, not {type(stocks).__name__}."
        )
    by = (by,) if isinstance(by, str) else tuple(by)
    level = dict(level or {})
    _ask(stocks, by, level, columns)
    held = [*columns, *(c for c in optional if c in stocks)]
    numbers = {c: _numbers(stocks, c) for c in held}
    places = [c for c in dict.fromkeys((*by, "geo", "occupation")) if c in stocks]
    codes = {c: _codes(stocks, c, level.get(c)) for c in places}
    periods = _periods(stocks)
    _unique(codes, periods, stocks)
    _nested({c: codes[c] for c in LEVELS if c in codes}, stocks, periods)
    keys, cell = _group({c: codes[c][0] for c in by})
    when, names = pd.factorize(periods, sort=True)
    shape = (len(keys), len(names))
    at = cell * shape[1] + when
    size = shape[0] * shape[1]

    def add(x: Array) -> Array:
        return np.bincount(at, x, minlength=size).reshape(shape)

    return Cells(
        by,
        keys,
        tuple(str(n) for n in names),
        {c: add(np.nan_to_num(x)) for c, x in numbers.items()},
        {c: add(np.isnan(x).astype(float)) for c, x in numbers.items()},
        add(np.ones(len(stocks))),
    )


def _ask(stocks: pd.DataFrame, by: tuple[str, ...], level: Mapping[str, int], columns: Sequence[str]) -> None:
    if not by or len(set(by)) < len(by):
        raise ParameterError(f"by={by}: name columns once each, e.g. by=('geo', 'occupation').")
    missing = [c for c in (*by, *columns) if c not in stocks]
    if missing:
        raise FrameError(
            f"stocks lacks the column(s) {', '.join(map(repr, missing))}; a row is a region, an occupation and their "
            "numbers, e.g. geo='EL30', occupation='2512', unemployed=120, vacancies=45."
        )
    if stocks.empty:
        raise DesignError("stocks has no rows: nothing to measure. Check the filter that made it.")
    for name, depth in level.items():
        if name not in by or name not in LEVELS or depth not in LEVELS[name]:
            raise ParameterError(
                f"level={dict(level)}: give a NUTS level 0 to 3 for 'geo' or 1 to 4 ISCO digits for 'occupation', for "
                f"columns in by={by}, e.g. level={{'geo': 2, 'occupation': 1}}."
            )


def _rows(bad: Any) -> str:
    """Rows as a spreadsheet counts them: 2 is the first under the header."""
    at = [str(i + 2) for i in np.flatnonzero(np.asarray(bad))]
    return f"row(s) {', '.join(at[:5])}{f' and {len(at) - 5} more' if len(at) > 5 else ''}"


def _numbers(stocks: pd.DataFrame, column: str) -> Array:
    raw = stocks[column]
    x = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    words = np.isnan(x) & raw.notna().to_numpy()
    if words.any():
        example = raw[words].iloc[0]
        raise FrameError(
            f"{column}: {_rows(words)}: {str(example)[:40]!r} is not a number; leave suppressed numbers empty."
        )
    wrong = (x < 0) | np.isinf(x)
    if wrong.any():
        raise FrameError(
            f"{column}: {_rows(wrong)}: {x[wrong][0]:g} cannot be a count; correct it or leave it empty."
        )
    return x


def _codes(stocks: pd.DataFrame, column: str, depth: int | None) -> tuple[pd.Series, Array]:
    """A key column in its usual spelling, cut to a level; and the numbers of the uncut codes."""
    raw = stocks[column]
    blank = raw.isna() | (raw.astype(str).str.strip() == "")
    if blank.any():
        raise FrameError(
            f"{column} is missing in {_rows(blank)}: say where these people and posts belong, or leave the rows out "
            "and say so."
        )
    numbers, values = pd.factorize(raw)
    spelt = [_spelt(column, v) for v in values]
    full, _ = pd.factorize(np.array(spelt, dtype=object))
    cut = spelt if depth is None else _cut(column, spelt, depth)
    return pd.Series(np.array(cut, dtype=object)[numbers], dtype="str"), full[numbers]


def _spelt(column: str, value: object) -> str:
    text = str(value).strip()
    try:
        if column == "geo":
            nuts_level(text)
            return normalise(text)
        return isco_code(text) if column == "occupation" else text
    except (PlaceError, ParameterError):
        # Sectors or a country's own codes are as good as any other cell, as long as nothing is cut.
        return text


def _cut(column: str, codes: list[str], depth: int) -> list[str]:
    width = depth + 2 if column == "geo" else depth
    ok = [
        len(c) >= width and (c[:1].isalpha() if column == "geo" else c.isascii() and c.isdigit())
        for c in codes
    ]
    if not all(ok):
        bad = [c for c, fine in zip(codes, ok, strict=True) if not fine]
        kind = f"NUTS {depth}" if column == "geo" else f"{depth} ISCO digit(s)"
        raise DesignError(
            f"{column}: {len(bad)} code(s) cannot be cut to {kind}, e.g. {bad[0][:40]!r}; choose a coarser level or "
            f"leave these rows out, e.g. level={{{column!r}: {max(0, depth - 1)}}}."
        )
    return [c[:width] for c in codes]


def _periods(stocks: pd.DataFrame) -> pd.Series:
    if "period" not in stocks:
        return pd.Series(np.full(len(stocks), ""), dtype="str")
    raw = stocks["period"]
    if pd.api.types.is_numeric_dtype(raw) and not raw.isna().any():
        raw = raw.astype(int)
    text = raw.astype(str).str.strip().reset_index(drop=True)
    numbers, values = pd.factorize(text)
    fine = np.array([bool(_PERIOD.fullmatch(str(v))) for v in values])
    if not fine.all():
        example = next(str(v) for v in values[~fine])
        raise FrameError(
            f"period: {_rows(~fine[numbers])}: {example[:40]!r} is not '2024', '2024-Q1' or '2024-01'."
        )
    if len({len(str(v)) for v in values}) > 1 or len({"Q" in str(v) for v in values}) > 1:
        raise FrameError("period mixes years, quarters or months; keep one of them, or call once for each.")
    return text


def _unique(codes: dict[str, tuple[pd.Series, Array]], periods: pd.Series, stocks: pd.DataFrame) -> None:
    full = pd.DataFrame({c: numbers for c, (_, numbers) in codes.items()} | {"period": periods.to_numpy()})
    twice = full.duplicated(keep=False)
    if twice.any():
        which = [c for c in ("geo", "occupation", "period", *codes) if c in stocks]
        raise FrameError(
            f"{_rows(twice)}: the same {' × '.join(dict.fromkeys(which))} stands more than once; add the rows up first, "
            f"e.g. stocks.groupby({list(dict.fromkeys(which))}, as_index=False).sum(numeric_only=True)."
        )


def _nested(codes: dict[str, tuple[pd.Series, Array]], stocks: pd.DataFrame, periods: pd.Series) -> None:
    """Refuse regions or occupations that stand beside a part of themselves: people would count twice."""
    for name in codes:
        spelt = {value: _spelt(name, value) for value in pd.unique(stocks[name])}
        found = _part_of(name, spelt.values())
        if not found:
            continue
        full = stocks[name].map(spelt).groupby(periods.to_numpy(), sort=False)
        for when, rows in full:
            if pair := _part_of(name, rows.unique()):
                raise DesignError(
                    f"{name} holds {pair[0]!r} and {pair[1]!r}, which is a part of it{f', in {when}' if when else ''}, so that "
                    f"people would count twice; keep one level, e.g. stocks[stocks[{name!r}].str.len() == {len(pair[1])}]."
                )


def _part_of(name: str, codes: Iterable[str]) -> tuple[str, str] | None:
    """A code and one that begins with it, of NUTS or ISCO codes; a country's own codes need not nest by letters."""
    known = sorted({c for c in codes if (_is_nuts(c) if name == "geo" else c.isascii() and c.isdigit())})
    return next(((a, b) for a, b in pairwise(known) if b.startswith(a)), None)


def _is_nuts(code: str) -> bool:
    try:
        nuts_level(code)
    except PlaceError:
        return False
    return True


def _group(columns: dict[str, pd.Series]) -> tuple[pd.DataFrame, Array]:
    """Distinct keys in order, and the number of each row's."""
    code = np.zeros(len(next(iter(columns.values()))), dtype=np.int64)
    labels = []
    for series in columns.values():
        numbers, groups = pd.factorize(series, sort=True)
        code = code * len(groups) + numbers
        labels.append(groups)
    found, cell = np.unique(code, return_inverse=True)
    keys, rest = {}, found
    for name, groups in zip(reversed(columns), reversed(labels), strict=True):
        keys[name] = groups[rest % len(groups)]
        rest = rest // len(groups)
    return pd.DataFrame({name: pd.Series(keys[name], dtype="str") for name in columns}), cell
