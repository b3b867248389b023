"""Small stand-ins of a Delphi and of who sits on its panel."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import NAN, StandIn, stand_in

_VERDICTS = ("consensus to agree", "two camps", "no consensus", "too few answers")


def delphi(n: int, **more: Any) -> StandIn:
    """A Delphi of ``n`` statements over two rounds; one share is missing."""
    rows = [(i, r) for i in range(n) for r in (1, 2)]
    table = pd.DataFrame(
        {
            "item": pd.Series([f"s{i}" for i, _ in rows], dtype="str"),
            "round": [float(r) for _, r in rows],
            "disagree": [0.1 + 0.02 * (i % 9) for i, _ in rows],
            "between": [0.3 - 0.1 * r for _, r in rows],
            "agree": [NAN if (i, r) == (2, 1) else 0.6 - 0.02 * (i % 9) + 0.1 * r for i, r in rows],
            "name": "carried to be made nasty",
        }
    )
    verdicts = pd.DataFrame(
        {
            "item": pd.Series([f"s{i}" for i in range(n)], dtype="str"),
            "statement": pd.Series(
                [f"Courses off season should be free for everybody, part {i}" for i in range(n)], dtype="str"
            ),
            "verdict": pd.Series([_VERDICTS[i % 4] for i in range(n)], dtype="str"),
        }
    )
    fields = {"verdicts": verdicts, "rules": {"agreement": 0.75}}
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "delphi", synthetic=synthetic, **(fields | more))


def coverage(n: int, **more: Any) -> StandIn:
    """A Coverage of ``n`` parts of a panel, every third of them missing."""
    every = range(n)
    share = [0.0 if i % 3 == 2 else 0.2 + 0.01 * i for i in every]
    standing = ["missing" if i % 3 == 2 else ("as wanted", "too few")[i % 2] for i in every]
    table = pd.DataFrame(
        {
            "name": pd.Series([f"employers of number {i}" for i in every], dtype="str"),
            "wanted": [NAN if i == 3 else 0.25 for i in every],
            "answered_share": share,
            "low": [max(s - 0.1, 0.0) for s in share],
            "high": [s + 0.1 for s in share],
            "standing": pd.Series(standing, dtype="str"),
        }
    )
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "coverage", synthetic=synthetic, **({"invited": 40, "answered": 30} | more))


CONSULTATION_MAKERS = {"delphi": delphi, "coverage": coverage}
