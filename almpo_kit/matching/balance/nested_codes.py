"""Codes that contain each other: whoever stands in both would count twice."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from almpo_kit.vocabulary.errors import DesignError


def refuse_nested(stocks: pd.DataFrame) -> None:
    """Refuse stocks in which a region or an occupation stands beside a part of itself.

    Raises
    ------
    DesignError
    """
    for column in ("geo", "occupation"):
        codes = sorted(stocks[column].unique())
        # Sorted, whatever begins with a code follows it at once.
        nested = [(a, b) for a, b in pairwise(codes) if b.startswith(a)]
        if nested:
            whole, part = nested[0]
            raise DesignError(
                f"{column} holds {whole!r} and {part!r}, which is a part of it, so that people would count twice; keep one "
                f"level, e.g. stocks[stocks['{column}'].str.len() == {len(part)}]."
            )
