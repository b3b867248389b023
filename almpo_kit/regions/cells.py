"""What a caller's frame may hold and still be used: years and vintages as numbers, infinite values, ``GR`` for ``EL``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.places import normalise


def usable(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows with a finite value, periods as text and values as numbers.

    Parameters
    ----------
    rows : DataFrame
        With ``period`` and ``value``.
    name : str
        The argument it came as, for messages.

    Raises
    ------
    FrameError
        A period that is no year or quarter, or a value that is no number.
    """
    values = _numbers(rows["value"], name)
    kept = rows[np.isfinite(values)]
    if values.dtype != rows["value"].dtype:
        kept = kept.assign(value=values[kept.index])
    # Text without a gap is left alone: the frames of the workbench take this path.
    if isinstance(kept["period"].dtype, pd.StringDtype) and not kept["period"].isna().any():
        return kept
    return kept.assign(period=text_periods(kept["period"], name))


def infinite(rows: pd.DataFrame, name: str) -> list[str]:
    """``EL30 2021`` for each cell whose value is infinite; such cells count as missing."""
    endless = rows[np.isinf(_numbers(rows["value"], name))]
    periods = text_periods(endless["period"], name)
    return sorted(f"{g} {p}" for g, p in zip(endless["geo"], periods, strict=True))


def text_periods(periods: pd.Series, name: str) -> pd.Series:
    """Periods as text: 2021 and 2021.0 become ``"2021"``.

    Raises
    ------
    FrameError
        A period is missing or is neither a year nor text.
    """
    return pd.Series([_text(p, name) for p in periods], index=periods.index, name=periods.name, dtype="str")


def _text(period: object, name: str) -> str:
    if isinstance(period, str):
        return period
    if isinstance(period, int | float | np.number) and period == period and float(period).is_integer():
        return str(int(period))
    raise FrameError(
        f"`{name}` has a period {period!r}; write years as '2021' and quarters as '2021-Q3' "
        "(load it with almpo_kit.sources)."
    )


def _numbers(values: pd.Series, name: str) -> pd.Series:
    try:
        return values.astype(float)
    except (TypeError, ValueError) as error:
        raise FrameError(
            f"the column value of `{name}` holds something that is no number ({error}); leave a missing value "
            "empty, or load it with almpo_kit.sources."
        ) from error


def vintages(versions: pd.Series) -> npt.NDArray[np.object_]:
    """NUTS vintages as text, None where there is none: 2024 and 2024.0, as files give them, are ``"2024"``."""
    cells = versions.to_numpy(dtype=object).copy()
    cells[pd.isna(cells)] = None
    found, at = pd.factorize(cells)[::-1]
    known = np.array([*(str(v).removesuffix(".0") for v in found), None], dtype=object)
    return known[at]


def spelled(geos: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Codes in Eurostat's spelling, and the ones that were not (``GR30``), sorted."""
    other = sorted({g for g in geos.unique() if isinstance(g, str) and normalise(g) != g})
    return (geos.replace({g: normalise(g) for g in other}) if other else geos), tuple(other)
