r"""Eurostat's TSV: ``freq,unit,sex,age,geo\TIME_PERIOD`` and one column a period; ``12.3 bp``, ``: c``, ``:``."""

from __future__ import annotations

import io

from almpo_kit.sources.services.formats.observations import (
    AGAIN,
    FLAG,
    PERIOD,
    VALUE,
    Observations,
    flags,
    numbers,
    periods,
)
from almpo_kit.vocabulary.errors import DataError


def parse(text: str) -> Observations:
    """A TSV as observations.

    Raises
    ------
    DataError
        Another header, ragged lines (cut off), or a cell that is neither a number nor ``:``.
    """
    import numpy as np
    import pandas as pd

    head, _, body = text.replace("\r\n", "\n").partition("\n")
    first, *columns = head.split("\t")
    names, _, time = first.rpartition("\\")
    dimensions = [n.strip().lower() for n in names.split(",")]
    if not names or time.strip().upper() not in ("TIME_PERIOD", "TIME") or not columns:
        raise DataError(
            f"The TSV's first column is {first[:80]!r}, not dimensions and \\TIME_PERIOD. {AGAIN}"
        )
    _complain_if_cut(body, len(columns))
    wide = pd.read_csv(
        io.StringIO(body), sep="\t", header=None, dtype=str, keep_default_na=False, quoting=3, na_filter=False
    )
    keys = wide[0].str.split(",", expand=True)
    if keys.shape[1] != len(dimensions) or keys.isna().any(axis=None):
        raise DataError(f"A line of the TSV has other dimensions than {', '.join(dimensions)}. {AGAIN}")
    n, width = len(wide), len(columns)
    cells = pd.Series(wide.iloc[:, 1:].to_numpy().ravel()).str.strip()
    parts = cells.str.extract(r"^(:|[^\sA-Za-z:]*(?:[eE][+-]?\d+)?)\s*(.*)$", expand=True)
    table = pd.DataFrame(
        {d: np.repeat(keys[k].str.strip().to_numpy(), width) for k, d in enumerate(dimensions)}
    )
    table[PERIOD] = periods(pd.Series(np.tile([c.strip() for c in columns], n)))
    table[VALUE] = numbers(parts[0], "The TSV")
    table[FLAG] = flags(parts[1].fillna(""))
    # An empty cell is not published; ":" without a flag says no more than that.
    return Observations(
        table[table[VALUE].notna() | (table[FLAG] != "")].reset_index(drop=True), "Eurostat TSV"
    )


def _complain_if_cut(body: str, width: int) -> None:
    lines = body.split("\n")
    last = lines.pop() if lines else ""
    if any(line.count("\t") != width for line in lines if line) or not body.strip():
        raise DataError(
            f"The TSV has lines that are shorter or longer than its header: it was cut off. {AGAIN}"
        )
    # Eurostat closes every cell with a space or a flag and every line with its end, so anything else at the very
    # end may be half a number or half a flag.
    if last and (last.count("\t") != width or not (last[-1].isspace() or last[-1] == ":")):
        raise DataError(f"The TSV ends in the middle of a line: it was cut off. {AGAIN}")
