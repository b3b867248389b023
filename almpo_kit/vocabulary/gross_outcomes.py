"""What became of participants, without anybody to compare them with: labelled so that nothing takes it for an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: With this the `source` of every row of monitoring data begins, so that the label outlives renamed columns and files.
GROSS = "GROSS OUTCOMES"
WHY = (
    "these are gross outcomes of participants from monitoring, not effects: nobody knows from them what would have happened "
    "without the programme. Evaluate with a comparison group first (evaluation.design), then publish the effect"
)


def are_gross(frame: pd.DataFrame) -> bool:
    """True when any row is labelled as a gross outcome."""
    if "source" not in frame or frame.columns.duplicated().any():
        return False
    # The few different sources: asked of every frame that a verb is given.
    return any(isinstance(s, str) and s.startswith(GROSS) for s in frame["source"].unique())
