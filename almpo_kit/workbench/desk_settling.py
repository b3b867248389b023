"""Settling: what two experts see differently, beside the document, until somebody says what holds and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit import learning
from almpo_kit.records import ConflictError
from almpo_kit.vocabulary.documents import ESTIMATE
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import desk_codes, desk_states
from almpo_kit.workbench.desk_acts import DeskActs
from almpo_kit.workbench.desk_documents import document_state, short_title

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.reviews import Review

_DONE = "Nothing is open: where two experts have answered, they agree or somebody has settled it."


class SettlingDesk(DeskActs):
    """Open cases, one document after another.

    Parameters
    ----------
    review : Review
    role : str
        As whom one settles, e.g. "senior reviewer", or the coders' pseudonyms where they settle together.
    coder : str
        The pseudonym of whoever sits here, whatever the role is called: nobody settles alone what she labelled herself.
    """

    def __init__(self, review: Review, role: str, *, coder: str = "") -> None:
        super().__init__()
        self.review, self.role, self.coder, self.at = review, role, coder, 0
        self._looked_at: dict[tuple[str, str, str], list[int]] = {}
        self.last: tuple[Any, ...] | None = None

    def state(self) -> dict[str, Any]:
        """What is open now."""
        labels, decisions = self.review.labels(), self.review.decisions()
        found = learning.disagreements(labels, decisions)
        cases = found.table
        documents = list(dict.fromkeys(cases["document_id"]))
        there = set(self.review.documents["document_id"])
        documents = [d for d in documents if d in there]
        progress = f"{len(cases):,} to settle or to look at again; {found.settled:,} questions are settled."
        common = {"synthetic": self.review.synthetic, "progress": progress, "told": self.told}
        if not documents:
            return desk_states.desk_state("settle", **common, done=_DONE)
        self.at %= len(documents)
        name = documents[self.at]
        of_it = labels[labels["document_id"] == name]
        self._looked_at = {
            (name, str(f), str(i)): [int(n) for n in part["label_id"]]
            for (f, i), part in of_it.groupby(["field", "item"])
        }
        rows = [_row(case, of_it, decisions) for _, case in cases[cases["document_id"] == name].iterrows()]
        marks = [m for row in rows for m in row.pop("marks")]
        return desk_states.desk_state(
            "settle",
            **common,
            document=document_state(self.review.document(name), self.review.passages(name), marks),
            rows=rows,
            on=0,
            queue=[
                {"id": d, "title": short_title(self.review.document(d)), "note": ""} for d in documents[:30]
            ],
        )

    def _carry_out(self, act: Mapping[str, Any]) -> None:
        kind = desk_states.text(act, "act")
        if kind in ("next", "previous"):
            self.at += 1 if kind == "next" else -1
        elif kind == "open":
            self._open(desk_states.text(act, "open"))
        elif kind == "undo":
            self._reopen()
        elif kind == "settle":
            self._settle(act)
        else:
            raise ParameterError("the desk does not know this key here; press ? for the keys.")

    def _open(self, name: str) -> None:
        cases = learning.disagreements(self.review.labels(), self.review.decisions()).table
        documents = list(dict.fromkeys(cases["document_id"]))
        if name not in documents:
            raise ParameterError("nothing is open about that document any more.")
        self.at = documents.index(name)

    def _settle(self, act: Mapping[str, Any]) -> None:
        field, item = desk_states.text(act, "field"), desk_states.text(act, "item")
        document = desk_states.text(act, "document")
        value = desk_states.text(act, "value")
        said = value if field == ESTIMATE else desk_codes.kept_value(field, value)
        before = desk_states.number(act, "expected")
        self._may_settle(document, field, item)
        try:
            number = self.review.store.adjudicate(
                self.review.name,
                document,
                field,
                said,
                item=item,
                decided_by=self.role,
                reason=desk_states.text(act, "reason"),
                expected=before,
                seen=self._looked_at.get((document, field, item)),
            )
        except ConflictError:
            raise ParameterError(
                "somebody settled this meanwhile, or an expert answered anew; what holds now is shown. Look at it, and settle "
                "again if it is still open."
            ) from None
        self.last = (document, field, item, number)
        self.told = desk_states.kept(
            f"Settled: {desk_codes.LABELS.get(field, field)}: {desk_codes.in_words(field, said)}. u opens it again."
        )

    def _may_settle(self, document: str, field: str, item: str) -> None:
        labels = self.review.store.labels(self.review.name, documents=[document], field=field)
        names = {str(c).casefold() for c in labels.loc[labels["item"] == item, "coder"]}
        together = all(name in self.role.casefold() for name in names)
        if self.coder.strip().casefold() in names and not together:
            raise ParameterError(
                f"you answered this yourself as {self.coder.strip()}, so somebody else has to settle it; or settle it together, and say "
                f"so under “Who is reading?”: You settle as “{' and '.join(sorted(names))}”."
            )

    def _reopen(self) -> None:
        if self.last is None:
            raise ParameterError("nothing was settled here yet that could be opened again.")
        document, field, item, number = self.last
        self.review.store.reopen(
            self.review.name,
            document,
            field,
            item=item,
            decided_by=self.role,
            reason="opened again at the desk",
            expected=number,
        )
        self.last = None
        self.told = desk_states.kept("Open again.")


def _row(case: pd.Series, labels: pd.DataFrame, decisions: pd.DataFrame) -> dict[str, Any]:
    field, item = str(case["field"]), str(case["item"])
    given = labels[(labels["field"] == field) & (labels["item"] == item)]
    said = [(str(c), str(v)) for c, v in zip(given["coder"], given["value"], strict=True)]
    values = list(dict.fromkeys(v for _, v in said))
    words = {v: desk_codes.in_words(field, v) for v in values}
    if len(set(words.values())) < len(words):
        # Two estimates that are said alike differ in what is not said of them: then all of it is shown.
        words = {v: desk_codes.whole_words(v) for v in values}
    options = [{"value": v, "words": words[v]} for v in values]
    others = [o for o in desk_codes.options(field) if o["value"] not in values]
    mine = decisions[
        (decisions["document_id"] == case["document_id"])
        & (decisions["field"] == field)
        & (decisions["item"] == item)
    ]
    key = f"{field} {item}".strip()
    spans = given.dropna(subset=["start", "end"])
    return {
        "key": key,
        "field": field,
        "item": item,
        "label": desk_codes.LABELS.get(field, field.replace("_", " ")),
        # Whole answers, also where several hold at once: the answer that holds is one of them, or another.
        "many": False,
        "options": [*options, *others],
        "parts": [],
        "given": str(case["decided"]),
        "givenWords": f"decided: {desk_codes.in_words(field, str(case['decided']))}"
        if case["decided"]
        else "",
        "expected": None if mine.empty else int(mine["decision_id"].iloc[-1]),
        "others": [{"coder": c, "words": words[v]} for c, v in said],
        "says": "",
        "accept": "",
        "sentence": "",
        "marks": [
            {"start": s, "end": e, "key": key, "words": c}
            for s, e, c in zip(spans["start"], spans["end"], spans["coder"], strict=True)
        ],
    }
