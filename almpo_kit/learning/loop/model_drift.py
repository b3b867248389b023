"""Does the model in use still keep its promises on what experts settled after it was trained?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.loop.drift_result import row
from almpo_kit.learning.loop.scored_proposals import SILENT, WRONG
from almpo_kit.learning.loop.sequential_alarm import evidence_of_change, first_alarm
from almpo_kit.vocabulary.rendering import number

#: Studies with a settled proposal; evidence counts from the first on, but shares of fewer say nothing.
LEAST = 5
#: Probabilities that are too sure by less than this are no reason to look.
TOLERATED = 0.03


def look(scored: pd.DataFrame, *, promised: float, every: int) -> list[dict[str, Any]]:
    """Rows on precision (errors beyond the promise) and on overconfidence (errors beyond the stated probabilities).

    Parameters
    ----------
    scored : DataFrame
        As :func:`almpo_kit.learning.loop.scored_proposals.score` gives, of proposals made before the codes were settled.
    promised : float
        Precision that was promised.
    every : int
        Studies until a false alarm, on average, at least.
    """
    said = scored[scored["outcome"] != SILENT]
    studies = _by_study(said)
    if len(studies) < LEAST:
        return []
    wrong = studies["wrong"].to_numpy(float)
    precise = _row("precision", studies, np.full(len(studies), 1 - promised), every, 100 * promised)
    stated = np.minimum(studies["doubt"].to_numpy(float) + TOLERATED, 1.0)
    sure = 100 * (1 - float(studies["doubt"].mean()))
    confident = _row("stated probabilities", studies, stated, every, sure)
    right = 100 * (1 - float(wrong.mean()))
    precise["said"] = (
        f"{number(right)}% of what was proposed is right on the {number(len(studies), 0)} studies settled since (mean of "
        f"studies); {number(100 * promised)}% was promised. {precise.pop('when')}"
    )
    confident["said"] = (
        f"Stated probabilities have a mean of {number(sure)}%, and {number(right)}% is right; {number(100 * TOLERATED, 0)} points "
        f"are allowed for. {confident.pop('when')}"
    )
    return [precise, confident] if studies["doubt"].notna().all() else [precise]


def _by_study(said: pd.DataFrame) -> pd.DataFrame:
    """Shares wrong and doubted in each study, in the order in which studies were first settled."""
    when = pd.to_datetime(said["at"], utc=True, errors="coerce", format="mixed")
    held = pd.DataFrame(
        {
            "study": said["study"],
            "wrong": said["outcome"] == WRONG,
            "doubt": 1 - said["probability"],
            "at": when,
        }
    )
    held["doubt"] = held["doubt"].fillna(float("nan"))
    parts = held.groupby("study").agg(wrong=("wrong", "mean"), doubt=("doubt", "mean"), at=("at", "min"))
    return parts.sort_values(["at"], kind="stable").reset_index()


def _row(what: str, studies: pd.DataFrame, limit: np.ndarray, every: int, before: float) -> dict[str, Any]:
    evidence = evidence_of_change(studies["wrong"].to_numpy(float), np.nan_to_num(limit, nan=1.0))
    at = first_alarm(evidence, every)
    now = 100 * (1 - float(studies["wrong"].mean()))
    when = (
        f"Errors have been beyond that since study {number(at + 1, 0)} of them at the latest."
        if at is not None
        else f"The evidence of a change is {number(float(evidence.max()), 0)}; the alarm is at {number(every, 0)}."
    )
    found = row(
        "model",
        what,
        before=before,
        now=now,
        unit="% right",
        change=now - before,
        allowed=float(every),
        alarm=at is not None,
    )
    return found | {"when": when}
