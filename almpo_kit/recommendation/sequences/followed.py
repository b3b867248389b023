"""How many people in a register followed a sequence: what direct evidence there is of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError

#: Fewer people than this are not told, nor is anything estimated from them.
FEWEST = 10


def people_who_followed(entries: pd.DataFrame, sequences: Sequence[tuple[str, ...]]) -> dict[str, float]:
    """People whose entries, in order of time, are exactly these programmes.

    Parameters
    ----------
    entries : DataFrame
        A ``programme_entries`` frame: ``id, programme, start``.
    sequences : sequence of tuple of str

    Returns
    -------
    dict of str to float
        ``"a → b"`` -> people; NaN for 1 to 9, and for the smallest other one where a single number would be hidden
        (it could be taken from the total). 0 is told.

    Raises
    ------
    FrameError
    """
    if missing := [c for c in ("id", "programme", "start") if c not in entries]:
        raise FrameError(
            f"entries lacks the column(s) {', '.join(missing)}; give one row a start of a programme: id, programme, start "
            "(a month such as 2019-04)."
        )
    order = entries.assign(programme=entries["programme"].astype(str)).sort_values(
        ["id", "start", "programme"], kind="stable"
    )
    done = order.groupby("id", sort=False)["programme"].agg(" → ".join).value_counts()
    names = [" → ".join(s) for s in sequences]
    counts = {name: float(done.get(name, 0)) for name in names}
    hidden = [name for name, n in counts.items() if 0 < n < FEWEST]
    told = sorted((n, name) for name, n in counts.items() if n >= FEWEST)
    if len(hidden) == 1 and told:
        hidden.append(told[0][1])
    return {name: np.nan if name in hidden else n for name, n in counts.items()}
