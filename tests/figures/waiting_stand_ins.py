"""Small stand-ins of people entering and waiting."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, stand_in

NAN = float("nan")


def waiting(n: int, **more: Any) -> StandIn:
    """WaitingGroups of ``n`` months and seven arms, every fifth month too small to show."""
    arms = ["training", "job-search services", "a very long name of a programme <b>", "d", "e", "f", "g"]
    table = pd.DataFrame(
        {"stratum": [f"{i} months" for i in range(n)], "moments": [float(100 - i) for i in range(n)]}
    )
    by_month = pd.DataFrame(
        [
            {
                "elapsed_months": i,
                "arm": arm,
                "still_waiting": 100.0 * 0.93**i,
                "entering": NAN if i % 5 == 4 else 1.0 + 0.4 * k + 0.05 * i,
            }
            for k, arm in enumerate(arms)
            for i in range(n)
        ],
        columns=["elapsed_months", "arm", "still_waiting", "entering"],
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "waiting", synthetic=synthetic, **({"by_month": by_month} | more))


WAITING_MAKERS = {"waiting": waiting}
