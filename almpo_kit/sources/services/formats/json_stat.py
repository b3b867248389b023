"""JSON-stat 2.0 of Eurostat's statistics API: sparse values by flat position, the last dimension varying fastest."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from almpo_kit.sources.services.formats.observations import (
    AGAIN,
    FLAG,
    PERIOD,
    VALUE,
    Observations,
    flags,
    periods,
)
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import numpy as np

#: Cells of a cube that are looked at; the largest regional dataset has a hundredth of it.
_LARGEST = 1_000_000_000


def parse(text: str) -> Observations:
    """JSON-stat as observations.

    Raises
    ------
    DataError
        An error message of the service, damaged or cut off, or a cube whose parts do not fit together.
    """
    import numpy as np
    import pandas as pd

    cube = _cube(text)
    # DG EMPL writes names in capitals and time as TIME_PERIOD.
    names, size = [str(n).lower().replace("time_period", "time") for n in cube["id"]], cube["size"]
    values, status = _by_position(cube.get("value")), _by_position(cube.get("status"))
    cells = np.array(sorted(set(values) | set(status)), dtype=np.int64)
    if len(cells) and (cells[0] < 0 or cells[-1] >= math.prod(size)):
        raise DataError(f"The JSON-stat cube has values outside its own size. {AGAIN}")
    if "time" not in names or not len(cells):
        nothing = "has no dimension 'time'" if "time" not in names else "holds no value at all"
        raise DataError(
            f"The JSON-stat answer {nothing}: a code that was asked for does not exist there (dimensions "
            f"{', '.join(f'{n} ({s})' for n, s in zip(names, size, strict=True))}). {AGAIN}"
        )
    at = np.unravel_index(cells, size)
    columns = {
        n: _codes(cube["dimension"], str(o), s)[i]
        for n, o, s, i in zip(names, cube["id"], size, at, strict=True)
    }
    table = pd.DataFrame(columns, dtype="str").rename(columns={"time": PERIOD})
    table[PERIOD] = periods(table[PERIOD])
    table[VALUE] = [_real(values.get(int(k))) for k in cells]
    table[FLAG] = flags(pd.Series([str(status.get(int(k)) or "").replace(":", "") for k in cells]))
    more = cube.get("extension")
    dataset = str(more.get("id", "")).lower() if isinstance(more, dict) else ""
    return Observations(table, "JSON-stat", dataset=dataset, updated=str(cube.get("updated", "")))


def _cube(text: str) -> dict[str, Any]:
    try:
        cube = json.loads(text)
    except (ValueError, RecursionError):
        raise DataError(f"The JSON is damaged or cut off. {AGAIN}") from None
    if not isinstance(cube, dict):
        raise DataError(f"The JSON is no JSON-stat dataset. {AGAIN}")
    for word in ("error", "warning"):
        if word in cube and "id" not in cube:
            raise DataError(f"The service answered with a message, not with data: {_message(cube[word])}.")
    names, size, parts = cube.get("id"), cube.get("size"), cube.get("dimension")
    fits = (
        isinstance(names, list)
        and isinstance(size, list)
        and isinstance(parts, dict)
        and len(names) == len(size)
    )
    if (
        not fits
        or not all(isinstance(s, int) and s >= 0 for s in size or [])
        or set(map(str, names or [])) - set(parts or {})
    ):
        raise DataError(
            f"The JSON is no JSON-stat dataset (id, size and dimension do not fit together). {AGAIN}"
        )
    if math.prod(size or []) > _LARGEST:
        raise DataError("The JSON-stat cube claims more cells than any of our datasets has; refused.")
    return cube


def _message(content: Any) -> str:
    first = content[0] if isinstance(content, list) and content else content
    return str(first.get("label", first)) if isinstance(first, dict) else str(first)


def _by_position(content: Any) -> dict[int, Any]:
    """Values or status by flat position, whether written as an object, an array, or one text for all."""
    if isinstance(content, dict):
        try:
            return {int(k): v for k, v in content.items() if v is not None}
        except ValueError:
            raise DataError(f"The JSON-stat cube numbers its cells with something else. {AGAIN}") from None
    if isinstance(content, list):
        return {k: v for k, v in enumerate(content) if v is not None}
    return {}


def _codes(parts: dict[str, Any], name: str, size: int) -> np.ndarray:
    import numpy as np

    category: Any = parts[name].get("category") if isinstance(parts[name], dict) else None
    category = category if isinstance(category, dict) else {}
    index = category.get("index", list(category.get("label", {})))
    found = _in_order(index)
    if found is None or len(found) != size:
        count = "no order of codes" if found is None else f"{len(found)} codes"
        raise DataError(f"The JSON-stat dimension {name!r} has {count} and claims {size}. {AGAIN}")
    return np.array([str(c) for c in found], dtype=object)


def _in_order(index: Any) -> list[Any] | None:
    """Codes by position, written as a list or as code → position; None where positions are not 0, 1, 2, …"""
    if isinstance(index, list):
        return index
    if not isinstance(index, dict) or set(index.values()) != set(range(len(index))):
        return None
    return sorted(index, key=index.__getitem__)


def _real(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isinf(value):
        raise DataError(f"The JSON-stat cube holds {value!r} where a number should stand. {AGAIN}")
    return float(value)
