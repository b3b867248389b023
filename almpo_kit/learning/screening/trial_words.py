"""What simulated screenings say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.learning.screening.methods import PEER
from almpo_kit.vocabulary.finding import Check, Headline
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

#: Seeds below which bands and intervals say little.
_FEW = 20


def trial_sentence(table: pd.DataFrame, recall: float, n: int, n_relevant: int) -> str:
    """The best method beside the others."""
    rows = table.to_dict("records")
    first, rest = rows[0], rows[1:]
    text = (
        f"With {n:,} documents, {n_relevant:,} of them relevant ({number(100 * n_relevant / n, 1)}%), finding {recall:.0%} of "
        f"them by ‘{first['label']}’ saves {_percent(first['wss'])} of the reading over sampling (10–90% of seeds: "
        f"{_percent(first['wss_low'])} to {_percent(first['wss_high'])})"
    )
    if rest:
        text += "; " + ", ".join(f"‘{r['label']}’ {_percent(r['wss'])}" for r in rest)
    return f"{text}."


def _percent(share: Any) -> str:
    return f"{number(100 * float(share), 0)}%"


def trial_headline(table: pd.DataFrame, recall: float) -> Headline:
    """Work saved by the best method, with the band in which four of five seeds lie."""
    row = table.iloc[0]
    value, low, high = (100 * float(row[c]) for c in ("wss", "wss_low", "wss_high"))
    return Headline(value, low, high, "% of the reading saved", (0.0, 100 * recall), 0.8)


def trial_checks(n_seeds: int, n_relevant: int, whole: bool, peer: bool) -> tuple[Check, ...]:
    """Why to doubt a simulation."""
    out = []
    if n_seeds < _FEW:
        out.append(
            Check(
                "seeds",
                "failed",
                f"{n_seeds} simulated screenings are few for a band; take {_FEW} or more, e.g. seeds=20.",
            )
        )
    if n_relevant < math.ceil(1 / 0.05):
        out.append(
            Check(
                "relevant",
                "informational",
                f"With {n_relevant} relevant documents, 95% of them means all of them: one hard document decides.",
            )
        )
    out.append(
        Check(
            "truth",
            "informational",
            "Answers are taken as true at once. Experts err and disagree, so a real screening saves less, and nobody knows "
            "there when 95% is reached: ask may_stop().",
        )
    )
    out.append(
        Check(
            "spread",
            "informational",
            "Seeds differ in the documents known at the start and in lots"
            + (
                " only; the documents are the same, so bands say nothing of other collections."
                if whole
                else " and in the documents drawn, all from one collection; bands say nothing of other collections."
            ),
        )
    )
    if peer:
        out.append(
            Check(
                "peer",
                "informational",
                f"Differences are from ‘{PEER}’ (TF-IDF + logistic regression) on the same seeds, with 95% intervals of "
                "their mean.",
            )
        )
    return tuple(out)
