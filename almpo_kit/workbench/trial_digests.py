"""Whether a published draw is what was kept: the digest of each of its parts beside the one in the registry."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from almpo_kit.experiments.assigning.assigned_frame import draw_digest
from almpo_kit.vocabulary.draws import list_digest

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import KeptTrial

LIST, BATCH = "list", "batch"


def draw_digests(kept: KeptTrial, held: pd.DataFrame, *, whole: bool = True) -> tuple[str, str]:
    """Digest of the draw as kept, and of the draw as given; of several parts, of their digests in order.

    Parameters
    ----------
    kept : KeptTrial
    held : DataFrame
        An ``assignments`` frame with all parts.
    whole : bool
        False: later parts that are not in it are not missed.
    """
    parts = [(d, part_of(held, d.stage)) for d in kept.draws]
    asked = [(d, p) for d, p in parts if whole or len(p) or d is kept.draws[0]]
    then = [d.draw_digest for d, _ in asked]
    now = [_digest(p, d.stage) for d, p in asked]
    return _one(then), _one(now)


def part_of(held: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Rows of one draw: of the list, of a wave of late entrants, of a batch."""
    if stage == LIST:
        return held[held["entered"] == LIST]
    if stage.startswith(BATCH):
        number = int(stage.removeprefix(BATCH))
        return held[held["batch"] == number] if BATCH in held else held.iloc[:0]
    return held[(held["entered"] == "late") & held["source"].str.endswith(f", {stage}")]


def _digest(part: pd.DataFrame, stage: str) -> str:
    if stage.startswith(BATCH):
        return list_digest(zip(part["id"].astype(str), part["arm"].astype(str), strict=True))
    return draw_digest(part) if len(part) else ""


def _one(digests: list[str]) -> str:
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
