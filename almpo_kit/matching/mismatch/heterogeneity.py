"""Efficiency of matching and worth of a match, as a person gives them, brought to the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Given:
    """One number a cell, and for which cells none was given (they take ``1``, the middle)."""

    values: Array
    missing: Array


def given(cells: Cells, source: Any, name: str) -> Given | None:
    """Numbers above zero by cell.

    Parameters
    ----------
    source : DataFrame, Series, Mapping, Finding or None
        A table with ``name`` and one or more of the columns that cells are made of; a series or mapping by the code of
        the only column (or, for one of two columns, any mapping whose keys are codes of exactly one of them); or a
        Finding with such a table in the field ``name``, as :func:`matching_function` returns.
    name : str
        "efficiency", "productivity" or "destruction".

    Raises
    ------
    FrameError, DesignError, ParameterError
        Not such a table, no code in common, or numbers that cannot be.
    """
    if source is None:
        return None
    table = _table(
        cells, getattr(source, name, source) if not isinstance(source, pd.DataFrame) else source, name
    )
    keys = [c for c in cells.by if c in table]
    if not keys or name not in table:
        raise FrameError(
            f"{name} must be a table of {' and/or '.join(cells.by)} and {name!r}; it has: {', '.join(map(str, table))}."
        )
    rows = table[[*keys, name]].assign(**{k: table[k].astype(str) for k in keys})
    if rows.duplicated(keys).any():
        raise FrameError(f"{name}: the same {' × '.join(keys)} stands more than once; keep one row each.")
    merged = cells.keys.merge(rows, on=keys, how="left", validate="many_to_one")
    values = pd.to_numeric(merged[name], errors="coerce").to_numpy(dtype=float)
    missing = np.isnan(values)
    if missing.all():
        raise DesignError(
            f"{name}: none of its codes is among the cells ({cells.keys[keys[0]].iloc[0]!r}, …); give it at the level "
            "that cells have."
        )
    wrong = ~missing & ~((values > 0) & np.isfinite(values))
    if wrong.any():
        raise FrameError(f"{name}: {values[wrong][0]:g} is not above zero and finite.")
    middle = float(np.exp(np.log(values[~missing]).mean()))
    return Given(np.where(missing, middle, values), missing)


def _table(cells: Cells, source: Any, name: str) -> pd.DataFrame:
    if isinstance(source, pd.DataFrame):
        return source
    if isinstance(source, pd.Series) and isinstance(source.index, pd.MultiIndex):
        return source.rename(name).reset_index()
    try:
        series = pd.Series(source, dtype=float)
    except (TypeError, ValueError) as error:
        raise FrameError(f"{name} must be a table, a series or a mapping of codes to numbers.") from error
    codes = series.index.astype(str)
    fits = [c for c in cells.by if codes.isin(cells.keys[c]).any()]
    if len(fits) != 1:
        raise FrameError(
            f"{name}: its keys are codes of {' and '.join(fits) or 'none'} of {', '.join(cells.by)}; give a table with "
            f"named columns, e.g. columns {[*cells.by, name]}."
        )
    return pd.DataFrame({fits[0]: codes, name: series.to_numpy()})


def worth(
    cells: Cells, productivity: Any, destruction: Any, discount: float
) -> tuple[Array, dict[str, Given]]:
    """Worth of a match: output zᵢ, discounted over how long matches last, zᵢ / (1 − β(1 − δᵢ)).

    ``destruction`` is the share of matches of a cell that end in a period for whatever reason; ``discount`` is β for the
    same period (Şahin et al. 2014, section I.C, with their aggregate and sectoral rates in one).
    """
    if not 0 < discount < 1:
        raise ParameterError(
            f"discount={discount!r} must lie between 0 and 1, e.g. 0.9967 a month (4% a year)."
        )
    z, d = given(cells, productivity, "productivity"), given(cells, destruction, "destruction")
    value = np.ones(len(cells)) if z is None else z.values
    if d is not None:
        if (d.values > 1).any():
            raise FrameError(
                "destruction is a share of matches that end in a period, between 0 and 1, not a percentage."
            )
        value = value / (1 - discount * (1 - d.values))
    return value, {k: g for k, g in (("productivity", z), ("destruction", d)) if g is not None}
