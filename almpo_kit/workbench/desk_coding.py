"""Coding: what a document that belongs says, field by field, with the model's proposal and its sentence beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.records import ConflictError
from almpo_kit.vocabulary.documents import ESTIMATE, FIELDS, PROPOSED, RELEVANT, YES, one_value
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import desk_codes, desk_states
from almpo_kit.workbench.desk_acts import DeskActs, taken_back
from almpo_kit.workbench.desk_documents import document_state, short_title

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.reviews import Review

#: Asked of every document that belongs.
ASKED = tuple(f for f in FIELDS if f != RELEVANT)
_DONE = "No document that belongs is waiting for codes. Screen some first; a document belongs once somebody says so."
#: Documents that are listed beside the one in view.
_LISTED = 30


class CodingDesk(DeskActs):
    """The documents one expert codes.

    Parameters
    ----------
    review : Review
    coder : str
        A pseudonym.
    propose : callable
        Takes one row of ``documents`` (a frame) and its ``passages``, gives a frame of proposals
        (``PROPOSAL_COLUMNS``), those of estimates with them.
    """

    def __init__(
        self,
        review: Review,
        coder: str,
        *,
        propose: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
    ) -> None:
        super().__init__()
        self.review, self.coder, self.propose = review, coder, propose
        self.at, self.on, self.given = 0, 0, list[int]()
        self._proposals: dict[str, pd.DataFrame] = {}

    def state(self) -> dict[str, Any]:
        """The document in view with what is asked of it."""
        labels = self.review.labels(hide_others_from=self.coder)
        waiting = self._waiting(labels)
        mine = labels[labels["coder"].str.casefold() == self.coder.casefold()]
        done = [d for d in waiting if _coded(mine, d)]
        common = {
            "synthetic": self.review.synthetic,
            "progress": f"{len(done)} of {len(waiting)} documents that belong are coded by you.",
            "read": len(done),
            "total": len(waiting),
            "told": self.told,
        }
        if not waiting:
            return desk_states.desk_state("code", **common, done=_DONE)
        self.at %= len(waiting)
        name = waiting[self.at]
        passages = self.review.passages(name)
        rows = self._rows(name, passages, mine[mine["document_id"] == name])
        around = waiting[self.at + 1 : self.at + 1 + _LISTED]
        return desk_states.desk_state(
            "code",
            **common,
            document=document_state(self.review.document(name), passages, desk_codes.marks_of(rows)),
            rows=rows,
            on=self.on,
            queue=[
                {
                    "id": d,
                    "title": short_title(self.review.document(d)),
                    "note": "(coded)" if d in done else "",
                }
                for d in around
            ],
        )

    def _waiting(self, labels: pd.DataFrame) -> list[str]:
        """Documents that belong: settled so, or said by somebody and denied by nobody."""
        said = self.review.store.labels(self.review.name, field=RELEVANT)
        decisions = self.review.decisions()
        decided = decisions[decisions["field"] == RELEVANT].set_index("document_id")["value"]
        answers = said.groupby("document_id", sort=False)["value"].agg(set)
        answers.update(decided.map(lambda v: {v}))
        there = set(self.review.documents["document_id"])
        return [str(d) for d, values in answers.items() if values == {YES} and d in there]

    def _rows(self, name: str, passages: pd.DataFrame, mine: pd.DataFrame) -> list[dict[str, Any]]:
        proposals = self._proposals_of(name, passages)
        items = [(f, "") for f in ASKED]
        found = proposals[(proposals["field"] == ESTIMATE)]
        items += [(ESTIMATE, str(i)) for i in dict.fromkeys(found["item"])]
        own = mine[(mine["field"] == ESTIMATE) & ~mine["item"].isin(found["item"])]
        items += [(ESTIMATE, str(i)) for i in dict.fromkeys(own["item"])]
        return [_row(f, i, _of(proposals, f, i), _of(mine, f, i)) for f, i in items]

    def _proposals_of(self, name: str, passages: pd.DataFrame) -> pd.DataFrame:
        if name not in self._proposals:
            row = self.review.documents[self.review.documents["document_id"] == name]
            self._proposals[name] = self.propose(row, passages)
        return self._proposals[name]

    # ---- acts ------------------------------------------------------------------------------------------

    def _carry_out(self, act: Mapping[str, Any]) -> None:
        kind = desk_states.text(act, "act")
        if kind in ("next", "previous"):
            self.at, self.on = self.at + (1 if kind == "next" else -1), 0
        elif kind == "open":
            self._open(desk_states.text(act, "open"))
        elif kind == "undo":
            self._undo()
        elif kind == "decide":
            self._decide(act)
        else:
            raise ParameterError("the desk does not know this key here; press ? for the keys.")

    def _open(self, name: str) -> None:
        waiting = self._waiting(self.review.labels(hide_others_from=self.coder))
        if name not in waiting:
            raise ParameterError("that document is not waiting for codes any more.")
        self.at, self.on = waiting.index(name), 0

    def _decide(self, act: Mapping[str, Any]) -> None:
        name, field = desk_states.text(act, "document"), desk_states.text(act, "field")
        item = desk_states.text(act, "item")
        seen = _of(self._proposals.get(name), field, item)
        said = str(seen["value"].iloc[0]) if seen is not None and len(seen) else ""
        value = desk_codes.kept_value(field, desk_states.text(act, "value"), said)
        row: dict[str, Any] = {"review": self.review.name, "document_id": name, "field": field, "item": item}
        row |= {"value": value, "expected": desk_states.number(act, "expected")}
        if seen is not None and len(seen):
            row["model_version"] = str(seen["model_version"].iloc[0])
            row |= _span(seen)
        try:
            given = self.review.store.label_many(
                [row], coder=self.coder, token=desk_states.text(act, "token")
            )
        except ConflictError:
            raise ParameterError(
                "you answered this in another window, otherwise; that answer is shown now and stands. Keep yours again to "
                "replace it."
            ) from None
        # An answer that stood already is nothing that u could take back; of a taken-back one it would bring back the other.
        self.given += [n for n in given if n not in self.given and n != row["expected"]]
        self.on = (desk_states.number(act, "row") or 0) + 1
        self.told = desk_states.kept(
            f"Kept: {desk_codes.LABELS[field]}: {desk_codes.in_words(field, value)}."
        )

    def _undo(self) -> None:
        if not self.given:
            raise ParameterError("nothing was coded at this desk yet that could be taken back.")
        taken_back(self.review.store, self.given, self.coder)
        self.on = max(0, self.on - 1)
        self.told = desk_states.kept("Taken back.")


def _of(frame: pd.DataFrame | None, field: str, item: str) -> pd.DataFrame | None:
    return None if frame is None else frame[(frame["field"] == field) & (frame["item"] == item)]


def _span(seen: pd.DataFrame) -> dict[str, int]:
    """The first stretch that speaks for what was proposed."""
    placed = seen.dropna(subset=["start", "end"])
    placed = placed[placed["end"] > placed["start"]]
    return {} if placed.empty else {c: int(placed[c].iloc[0]) for c in ("start", "end")}


def _coded(mine: pd.DataFrame, name: str) -> bool:
    return set(ASKED) <= set(mine.loc[mine["document_id"] == name, "field"])


def _row(field: str, item: str, proposed: pd.DataFrame | None, given: pd.DataFrame | None) -> dict[str, Any]:
    own = given.iloc[-1] if given is not None and len(given) else None
    mine = "" if own is None else str(own["value"])
    said = _said(field, proposed)
    return {
        "key": f"{field} {item}".strip(),
        "field": field,
        "item": item,
        "label": f"{desk_codes.LABELS[field]} {item}" if item else desk_codes.LABELS[field],
        "many": FIELDS.get(field, False),
        "options": desk_codes.options(field),
        # Numbers that are in doubt are not filled in: whoever presses Enter would keep them, and so would the second expert.
        "parts": _parts(field, mine or said["accept"]),
        "given": mine,
        "givenWords": desk_codes.in_words(field, mine) if mine else "",
        "expected": None if own is None else int(own["label_id"]),
        "others": [],
        **said,
    }


def _said(field: str, proposed: pd.DataFrame | None) -> dict[str, Any]:
    """What the model says of one question: its values together, and the words they rest on. Of what it is unsure of, the
    words are marked and no value is said: who has read a guess is led by it."""
    empty = {
        "says": "",
        "proposed": "",
        "certainty": "",
        "accept": "",
        "why": "",
        "sentence": "",
    }
    if proposed is None or proposed.empty:
        return empty | {"spans": []}
    sure = proposed[proposed["says"] == PROPOSED]
    shown = sure if len(sure) else proposed
    placed = shown.dropna(subset=["start", "end"])
    value = one_value(sure["value"]) if field != ESTIMATE else "".join(sure["value"].head(1))
    words = (
        f"{desk_codes.in_words(field, v)} ({100 * p:.0f}%)"
        for v, p in zip(sure["value"], sure["probability"], strict=True)
    )
    return empty | {
        "says": str(shown["says"].iloc[0]),
        "proposed": desk_codes.in_words(field, value) if field == ESTIMATE and value else ", ".join(words),
        "accept": value,
        "why": "; ".join(dict.fromkeys(shown["why"].astype(str))),
        "sentence": " … ".join(dict.fromkeys(placed["sentence"].astype(str))),
        "spans": [[int(s), int(e)] for s, e in zip(placed["start"], placed["end"], strict=True) if e > s],
    }


def _parts(field: str, value: str) -> list[dict[str, str]]:
    if field == ESTIMATE:
        return desk_codes.parts_of(value)
    if field in desk_codes.TYPED:
        stands = "" if value == desk_codes.NOT_STATED else value
        return [{"name": "value", "words": desk_codes.TYPED[field], "value": stands}]
    return []
