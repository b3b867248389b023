"""Where a round is: each step is kept once, with what came of it, so that a round that was cut off goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.learning_stock import short

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import Store

#: Steps of a round in their order, with what they do.
STEPS = {
    "stock": "taking stock",
    "trained": "training the challenger",
    "compared": "comparing it with the champion",
    "decided": "promoting it or not",
    "watched": "looking for drift",
    "concluded": "looking at what follows for the conclusions",
    "proposed": "proposing codes for new documents",
    "finished": "finishing",
}
SUPERSEDED = "superseded"
#: So many new documents are kept a row.
_A_ROW = 50_000


class Journal:
    """The steps of a review's rounds.

    Parameters
    ----------
    store : Store
    review : str
    """

    def __init__(self, store: Store, review: str) -> None:
        self.store, self.review = store, review
        self._rows = self._read()

    def _read(self) -> pd.DataFrame:
        rows = self.store.steps(self.review)
        return rows[rows["round_id"].str.startswith("round-")].reset_index(drop=True)

    def of(self, round_id: str) -> dict[str, Mapping[str, Any]]:
        """Step → content, of one round."""
        mine = self._rows[self._rows["round_id"] == round_id]
        return dict(zip(mine["step"], mine["content"], strict=True))

    def rounds(self) -> list[str]:
        """Rounds in the order in which they began."""
        return list(dict.fromkeys(self._rows["round_id"]))

    def finished(self) -> list[str]:
        """Rounds that were finished, in that order."""
        return self._rows.loc[self._rows["step"] == "finished", "round_id"].tolist()

    def unfinished(self) -> list[str]:
        """Rounds that were begun and neither finished nor given up."""
        ended = set(self._rows.loc[self._rows["step"].isin(("finished", SUPERSEDED)), "round_id"])
        return [r for r in self.rounds() if r not in ended]

    def once(
        self, round_id: str, step: str, work: Callable[[], Mapping[str, Any]], *, decided_by: str = ""
    ) -> Mapping[str, Any]:
        """What came of a step: from the journal, or by carrying it out and keeping that."""
        kept = self.of(round_id).get(step)
        if kept is not None:
            return kept
        content = work()
        self.store.log_step(self.review, round_id, step, content, decided_by=decided_by)
        self._rows = self._read()
        return self.of(round_id)[step]

    def known(self) -> frozenset[str]:
        """Short names of the documents that finished rounds have seen."""
        done = set(self.finished())
        rows = self._rows[self._rows["step"].str.startswith("arrived_") & self._rows["round_id"].isin(done)]
        return frozenset(
            ids[i : i + 8] for ids in (c["ids"] for c in rows["content"]) for i in range(0, len(ids), 8)
        )

    def keep_arrivals(self, round_id: str, arrived: list[str]) -> None:
        """Keep which documents are new to this round."""
        names = [short(d) for d in arrived]
        for at, start in enumerate(range(0, len(names), _A_ROW)):
            part = "".join(names[start : start + _A_ROW])
            self.store.log_step(self.review, round_id, f"arrived_{at:03d}", {"ids": part})

    def comparisons(self, champion: str, *, besides: str) -> int:
        """How often challengers were compared with this champion in other rounds."""
        rows = self._rows[(self._rows["step"] == "compared") & (self._rows["round_id"] != besides)]
        return sum(c.get("against") == champion and not c.get("refused") for c in rows["content"])

    def last(self, step: str, *, besides: str = "") -> Mapping[str, Any] | None:
        """Content of a step of the last finished round; None where there is none."""
        for round_id in reversed(self.finished()):
            if round_id != besides:
                return self.of(round_id).get(step)
        return None

    def began(self, round_id: str) -> pd.Timestamp:
        """When the first step of a round was kept."""
        return self._rows.loc[self._rows["round_id"] == round_id, "at"].iloc[0]
