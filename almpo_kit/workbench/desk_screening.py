"""Screening: which document is read next, and whether enough was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit import learning
from almpo_kit.records import ConflictError
from almpo_kit.vocabulary.documents import NO, RELEVANT, YES
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import desk_states
from almpo_kit.workbench.desk_acts import DeskActs, taken_back
from almpo_kit.workbench.desk_documents import document_state, short_title
from almpo_kit.workbench.reading_orders import BY_RANK, chosen_by_lot, lot_of
from almpo_kit.workbench.screening_readings import screening_reading

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.reviews import Review

#: Documents that one ranking hands out before it learns again, and those that one draw by lot does.
_BATCH, _DRAW = 10, 5
#: Documents that are asked for, at most: others may be reading the first of them.
_ASKED = 8 * _BATCH
_CHOICES = (
    ("y", YES, "Belongs"),
    ("n", NO, "Does not belong"),
    ("s", "skip", "Later"),
    ("u", "undo", "Undo"),
)
_ALL_READ = (
    "Every document was read, or is being read by somebody else. Settle what is open, and code what belongs."
)


@dataclass(frozen=True)
class _Next:
    """One document of the queue, and why it stands there."""

    document: str
    chosen: str
    why: str

    @property
    def by_lot(self) -> bool:
        return not self.chosen.startswith(BY_RANK)


class ScreeningDesk(DeskActs):
    """The queue of one expert.

    Parameters
    ----------
    review : Review
    coder : str
        A pseudonym.
    rank : callable
        Takes documents and labels on ``relevant``, gives a ``Ranking``.
    seed : int
        Of draws by lot; one for the whole review.
    recall, confidence : float
        What has to be guaranteed before reading may stop.
    """

    def __init__(
        self,
        review: Review,
        coder: str,
        *,
        rank: Callable[..., Any],
        seed: int = 0,
        recall: float = 0.95,
        confidence: float = 0.95,
    ) -> None:
        super().__init__()
        self.review, self.coder, self.rank, self.seed = review, coder, rank, seed
        self.recall, self.confidence = recall, confidence
        self.queue: list[_Next] = []
        self.later: set[str] = set()
        self.given: list[int] = []

    # ---- what is shown ---------------------------------------------------------------------------------

    def advice(self, reading: pd.DataFrame | None = None) -> Any:
        """May reading stop, and with what guarantee; of what was read by now where nothing is given."""
        return learning.may_stop(
            self._reading() if reading is None else reading,
            n_documents=max(1, len(self.review.documents)),
            recall=self.recall,
            confidence=self.confidence,
        )

    def state(self) -> dict[str, Any]:
        """The next document and how far the review is."""
        documents = self.review.documents
        reading = self._reading()
        if not self.queue:
            self.queue = self._filled(reading)
        found, read, total = int(reading["relevant"].sum()), len(reading), len(documents)
        common = {
            "synthetic": self.review.synthetic,
            "progress": f"{read:,} of {total:,} read, {found:,} belong.",
            "read": read,
            "total": total,
            "told": self.told,
            "advice": self.advice(reading).sentence if total else "",
        }
        if not self.queue:
            empty = "There are no documents yet. Open “Documents” and drop references or papers."
            return desk_states.desk_state("screen", **common, done=_ALL_READ if total else empty)
        now = self.queue[0]
        return desk_states.desk_state(
            "screen",
            **common,
            document=document_state(self.review.document(now.document), self.review.passages(now.document)),
            why=now.why,
            choices=[
                {"key": k, "value": v, "words": w} for k, v, w in _CHOICES if not (now.by_lot and v == "skip")
            ],
            queue=[
                {
                    "id": n.document,
                    "title": short_title(self.review.document(n.document)),
                    "note": "(by lot)" if n.by_lot else "",
                }
                for n in self.queue[1:]
            ],
        )

    def _reading(self) -> pd.DataFrame:
        return screening_reading(self.review)

    # ---- the queue -------------------------------------------------------------------------------------

    def _filled(self, reading: pd.DataFrame) -> list[_Next]:
        """A new batch: second readings of what one other expert has read, then by lot or by rank."""
        documents = self.review.documents
        labels = self.review.store.labels(self.review.name, field=RELEVANT)
        mine = set(labels.loc[labels["coder"].str.casefold() == self.coder.casefold(), "document_id"])
        counts = labels.groupby("document_id")["coder"].nunique()
        again = [d for d in reading["document_id"] if d not in mine and counts.get(d, 0) == 1]
        unread = [d for d in documents["document_id"] if d not in set(reading["document_id"])]
        fresh = self._fresh(reading, documents, labels, unread) if unread else []
        second = [_Next(d, f"{BY_RANK}second", "A second reading: somebody else has read it.") for d in again]
        kept = self._not_put_off(second), self._not_put_off(fresh)
        second, fresh = kept if any(kept) else (second, fresh)
        # Half of a batch are second readings, so that what was read once is settled soon.
        if fresh and fresh[0].by_lot:
            return self._claimed(second, _BATCH // 2) + self._claimed(fresh, _DRAW)
        return self._claimed(second[: _BATCH // 2] + fresh + second[_BATCH // 2 :], _BATCH)

    def _fresh(
        self, reading: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, unread: list[str]
    ) -> list[_Next]:
        plan = learning.next_by(reading, n_documents=len(documents))
        if plan.by == "lot":
            pool = frozenset(documents["document_id"])
            lot, left, chosen = lot_of(pool, self.seed), set(unread), chosen_by_lot(pool, self.seed)
            why = f"Drawn by lot. {plan.sentence}"
            return [_Next(d, chosen, why) for d in lot if d in left][:_ASKED]
        ranking = self.rank(documents, labels)
        version = f"{BY_RANK}{ranking.version}"
        rows = ranking.table[ranking.table["document_id"].isin(unread)]
        return [_Next(r["document_id"], version, _why(r)) for r in rows.to_dict("records")]

    def _not_put_off(self, wanted: list[_Next]) -> list[_Next]:
        """Without what she wants to read later; the lot must not know of that, or it would spare what is hard."""
        return [n for n in wanted if n.by_lot or n.document not in self.later]

    def _claimed(self, wanted: list[_Next], count: int) -> list[_Next]:
        """Those that nobody else is reading."""
        candidates = {n.document: n for n in reversed(wanted)}
        order = [n.document for n in wanted[:_ASKED]]
        got = self.review.store.claim(self.review.name, self.coder, order, count, coders=2)
        return [candidates[d] for d in got]

    # ---- acts ------------------------------------------------------------------------------------------

    def _carry_out(self, act: Mapping[str, Any]) -> None:
        kind = desk_states.text(act, "act")
        if kind == "decide":
            self._decide(act)
        elif kind == "undo":
            self._undo()
        elif kind == "skip":
            self._put_off()
        elif kind == "open":
            self._bring_forward(desk_states.text(act, "open"))
        else:
            raise ParameterError("the desk does not know this key here; press ? for the keys.")

    def _put_off(self) -> None:
        if not self.queue:
            raise ParameterError("there is no document here that could be put off.")
        if self.queue[0].by_lot:
            raise ParameterError(
                "a document that was drawn by lot cannot be put off: the guarantee rests on deciding every one of them."
            )
        self.later.add(self.queue.pop(0).document)

    def _decide(self, act: Mapping[str, Any]) -> None:
        document, value = desk_states.text(act, "document"), desk_states.text(act, "value")
        # The browser may show an older document than the queue holds: what it names counts.
        now = next((n for n in self.queue if n.document == document), None)
        if now is None:
            raise ParameterError(
                "that document was decided already, or given to somebody else; the next one is shown."
            )
        row = {"review": self.review.name, "document_id": document, "field": RELEVANT, "value": value}
        row["model_version"] = now.chosen
        try:
            given = self.review.store.label_many(
                [row], coder=self.coder, token=desk_states.text(act, "token")
            )
        except ConflictError:
            self.queue.remove(now)
            raise ParameterError(
                "you decided that document in another window, otherwise; that answer stands. Take it back there to change it."
            ) from None
        self.given += [n for n in given if n not in self.given]
        self.queue.remove(now)
        words = "belongs" if value == YES else "does not belong"
        self.told = desk_states.kept(f"Kept: “{_title(self.review, document)}” {words}. u takes it back.")

    def _undo(self) -> None:
        if not self.given:
            raise ParameterError("nothing was decided at this desk yet that could be taken back.")
        number = self.given[-1]
        labels = self.review.store.labels(self.review.name, field=RELEVANT, coder=self.coder)
        row = labels[labels["label_id"] == number]
        taken_back(self.review.store, self.given, self.coder)
        if len(row):
            document, chosen = str(row["document_id"].iloc[0]), str(row["model_version"].iloc[0])
            self.queue.insert(0, _Next(document, chosen, "Taken back; decide again."))
        self.told = desk_states.kept("Taken back.")

    def _bring_forward(self, document: str) -> None:
        found = [n for n in self.queue if n.document == document]
        if not found:
            raise ParameterError("that document is not in this queue any more.")
        # Documents that were drawn by lot are read in their order, all of them: else the guarantee is void.
        if any(n.by_lot for n in self.queue[: self.queue.index(found[0])]):
            raise ParameterError(
                "documents drawn by lot come first, in their order; decide them before this one."
            )
        self.queue.remove(found[0])
        self.queue.insert(0, found[0])


def _why(row: Mapping[Any, Any]) -> str:
    """Why a document stands where it stands, in a sentence."""
    words = [
        f"{head} it: {row[column]}."
        for head, column in (("Words that speak for", "speaks_for"), ("Against", "speaks_against"))
        if row[column]
    ]
    return " ".join([f"{str(row['pick']).capitalize()}.", *words])


def _title(review: Review, document: str) -> str:
    return short_title(review.document(document))
