"""A small stand-in of a stopping advice."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in


def stopping(n: int, **more: Any) -> StandIn:
    """A StoppingAdvice with ``n`` points of its way; it may stop at the last but one."""
    way = pd.DataFrame(
        {
            "read": [25 * (i + 1) for i in range(n)],
            "found": [min(4 * (i + 1), 40) for i in range(n)],
            "highest": [max(40 + 300 // (i + 1), 42) for i in range(n)],
        }
    )
    table = pd.DataFrame({"recall": [0.9, 0.95], "reached": [True, False], "needed": [0, 140]})[
        : 2 if n else 0
    ]
    fields = {
        "way": way,
        "first": 25 * (n - 1),
        "guaranteed": 0.952,
        "may_stop": n > 1,
        "read": 25 * n,
        "by_lot": 10 * n,
        "n_documents": 3007,
        "confidence": 0.95,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "stopping", synthetic=synthetic, **(fields | more))


STOPPING_MAKERS = {"stopping": stopping}
