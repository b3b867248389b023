"""Ten windows on one store at once: nothing is lost, nothing is doubled, nothing is overwritten without a word."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import records
from almpo_kit.sources.synthetic.invented_documents import SyntheticDocuments, synthetic_documents
from almpo_kit.vocabulary.documents import PROPOSAL_COLUMNS, RELEVANT
from almpo_kit.workbench.apps.evidence_desk.desk_widget import desk_widget
from almpo_kit.workbench.desk_coding import CodingDesk
from almpo_kit.workbench.desk_screening import ScreeningDesk
from almpo_kit.workbench.desk_settling import SettlingDesk
from almpo_kit.workbench.reviews import Review

WINDOWS, CODERS = 10, 5
FIELDS = ("programme_type", "target_group", "design")


@pytest.fixture(scope="module")
def made() -> SyntheticDocuments:
    return synthetic_documents(60, seed=1, full_text_share=0.0)


def opened(
    made: SyntheticDocuments, place: Path, name: str = "screening", store: records.Store | None = None
) -> Review:
    """One window's own view of the store that all share."""
    return Review(
        name,
        store or records.open_store(place / "records.db"),
        held=(made.documents, made.passages),
        known_groups=made.groups,
        synthetic=True,
    )


def by_name(documents: pd.DataFrame, labels: pd.DataFrame) -> Any:
    """Any order will do here."""
    table = documents[["document_id"]].assign(pick="by name", speaks_for="", speaks_against="")
    return SimpleNamespace(version="0", table=table)


def nothing(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(columns=list(PROPOSAL_COLUMNS))


def screening_desk(review: Review, coder: str) -> ScreeningDesk:
    return ScreeningDesk(review, coder, rank=by_name)


def token(rng: np.random.Generator) -> str:
    return rng.bytes(16).hex()


def sent(desk: Any, act: dict[str, Any], rng: np.random.Generator, told: list[Any]) -> dict[str, Any]:
    """Send an act, one in three again as a browser does that hears nothing; note what was said of it."""
    state = {}
    for _ in range(1 + (rng.random() < 1 / 3)):
        before = list(desk.given)
        state = desk.take(act)
        new = [n for n in desk.given if n not in before]
        words = state["told"]
        told.append([act["token"], act["act"], words["kind"], words["words"], act.get("expected"), new])
    return state


def screen(review: Review, number: int, acts: int) -> list[Any]:
    rng, told = np.random.default_rng([1, number]), list[Any]()
    desk = screening_desk(review, f"coder {'ABCDE'[number % CODERS]}")
    state = desk.state()
    for _ in range(acts):
        if state["document"] is None:
            break
        act: dict[str, Any] = {"act": "decide", "field": RELEVANT, "value": str(rng.choice(["yes", "no"]))}
        if rng.random() < 0.25:
            act = {"act": "undo"}
        act |= {"document": state["document"]["id"], "token": token(rng)}
        state = sent(desk, act, rng, told)
    return told


def code(review: Review, number: int, acts: int) -> list[Any]:
    rng, told = np.random.default_rng([2, number]), list[Any]()
    desk = CodingDesk(review, f"coder {'ABCDE'[number % CODERS]}", propose=nothing)
    state = desk.state()
    for _ in range(acts):
        act: dict[str, Any] = {"act": "undo"}
        if rng.random() < 0.75:
            field = rng.choice(FIELDS)
            row = next(r for r in state["rows"] if r["field"] == field)
            value = str(rng.choice([o["value"] for o in row["options"]]))
            act = {"act": "decide", "field": row["field"], "item": "", "value": value}
            act |= {"expected": row["expected"], "row": 0}
        act |= {"document": state["document"]["id"], "token": token(rng)}
        state = sent(desk, act, rng, told)
    return told


def in_threads(work: Callable[[int], list[Any]]) -> list[list[Any]]:
    told: dict[int, list[Any]] = {}
    threads = [
        threading.Thread(target=lambda n=n: told.__setitem__(n, work(n)))  # type: ignore[misc]
        for n in range(WINDOWS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == WINDOWS
    return [told[n] for n in range(WINDOWS)]


def in_processes(work: Callable[[int], list[Any]], place: Path) -> list[list[Any]]:
    children = []
    for n in range(WINDOWS):
        child = os.fork()
        if not child:
            code = 1
            try:
                (place / f"{n}.json").write_text(json.dumps(work(n)))
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children] == [0] * WINDOWS
    return [json.loads((place / f"{n}.json").read_text()) for n in range(WINDOWS)]


def whole(review: Review, told: list[list[Any]], *, besides: int = 0) -> None:
    """What the desks said is what the store holds."""
    every = review.store.labels(review.name, current=False)
    every = every[every["label_id"] > besides]
    with review.store.engine.begin() as db:
        undoings = {r[0] for r in db.exec_driver_sql("SELECT id FROM labels WHERE undoes IS NOT NULL")}
    undoings &= set(every["label_id"])
    given = every[~every["label_id"].isin(undoings)]
    events = [event for window in told for event in window]
    # An answer that was told as kept has its label, and a label its answer; two windows of a coder can give one alike.
    expected = {n: seen for _, _, kind, _, seen, new in events for n in new if kind == "kept"}
    assert set(expected) == {n for *_, new in events for n in new} == set(given["label_id"])
    # One key takes back one answer, however often it was sent.
    assert len(undoings) == len({e[0] for e in events if e[3] == "Taken back."})
    # What replaces an answer was sent by somebody who saw that answer.
    values = every.set_index("label_id")["value"]
    for row in given.dropna(subset=["replaces"]).itertuples():
        assert expected[row.label_id] == (row.replaces if values[row.replaces] else None)
    held = review.store.labels(review.name)
    assert not held.duplicated(["coder", "document_id", "field", "item"]).any()


def run(made: SyntheticDocuments, place: Path, acts: int, *, processes: bool = False) -> None:
    def spread(name: str, work: Callable[[Review, int, int], list[Any]], acts: int) -> list[list[Any]]:
        def one(number: int) -> list[Any]:
            # Every process opens the store itself; threads have a connection each without that.
            return work(opened(made, place, name, None if processes else screened.store), number, acts)

        return in_processes(one, place) if processes else in_threads(one)

    screened = opened(made, place)
    whole(screened, spread("screening", screen, acts // 2))
    coded = opened(made, place, "coding")
    rows = [
        {"review": "coding", "document_id": d, "field": RELEVANT, "value": "yes"}
        for d in made.documents["document_id"].head(3)
    ]
    last = max(coded.store.label_many(rows, coder="coder Z"))
    whole(coded, spread("coding", code, acts), besides=last)


def test_ten_windows_on_one_store(made: SyntheticDocuments, tmp_path: Path) -> None:
    run(made, tmp_path, 2)


@pytest.mark.slow
def test_ten_processes_on_one_store(made: SyntheticDocuments, tmp_path: Path) -> None:
    run(made, tmp_path, 60, processes=True)


# ---- one window ----------------------------------------------------------------------------------------


def decide(state: dict[str, Any], value: str, name: str) -> dict[str, Any]:
    document = state["document"]["id"]
    return {"act": "decide", "field": RELEVANT, "value": value, "document": document, "token": name}


def test_taking_back_once_takes_back_once(made: SyntheticDocuments, tmp_path: Path) -> None:
    review = opened(made, tmp_path)
    desk = screening_desk(review, "coder A")
    for number in range(3):
        desk.take(decide(desk.state(), "yes", f"yes-{number:05d}"))
    undo = {"act": "undo", "document": "", "token": "undo-00001"}
    first = desk.take(undo)
    assert desk.take(undo)["told"] == first["told"] == {"words": "Taken back.", "kind": "kept"}
    assert len(review.store.labels("screening")) == 2


def test_an_act_that_was_kept_says_so_though_nothing_can_be_shown(
    made: SyntheticDocuments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = opened(made, tmp_path)
    desk = screening_desk(review, "coder A")
    widget = desk_widget(desk.take({"act": "?"}), desk.take)
    act = decide(desk.state(), "yes", "a-token-1")

    def away(*_: object) -> object:
        raise records.RecordsError("the store is away.")

    with monkeypatch.context() as patch:
        patch.setattr(ScreeningDesk, "_reading", away)
        widget._handle_custom_msg(act, [])
        assert widget.state["answered"] == "a-token-1"
        assert widget.state["told"]["words"].startswith("Kept: ")
        assert "the store is away" in widget.state["told"]["words"]
    assert len(review.store.labels("screening")) == 1
    # Sent again, it is neither kept twice nor said not to be kept.
    widget._handle_custom_msg({"act": "?", "token": "a-token-2"}, [])
    widget._handle_custom_msg(act, [])
    assert widget.state["told"]["words"].startswith("Kept: ")
    assert len(review.store.labels("screening", current=False)) == 1


@pytest.mark.parametrize("odd", [{"value": "x" * 30_000}, {"value": ["yes"]}, {"expected": 1.5}])
def test_what_no_browser_sends_is_answered_too(odd: dict[str, Any]) -> None:
    widget = desk_widget({"told": {}, "rows": []}, lambda _: pytest.fail("taken"))
    widget._handle_custom_msg({"act": "decide", "token": "a-token-1"} | odd, [])
    assert widget.state["answered"] == "a-token-1"
    assert widget.state["told"]["kind"] == "refused"


def test_two_windows_of_one_coder_that_part(made: SyntheticDocuments, tmp_path: Path) -> None:
    one, other = (screening_desk(opened(made, tmp_path), "coder A") for _ in range(2))
    here, there = one.state(), other.state()
    assert here["document"]["id"] == there["document"]["id"]
    one.take(decide(here, "yes", "one-00001"))
    after = other.take(decide(there, "no", "other-0001"))
    assert after["told"]["words"].startswith("Not kept: you decided that document in another window")
    # She is not stuck at it, and what she decided stands.
    assert after["document"]["id"] != there["document"]["id"]
    assert one.review.store.labels("screening")["value"].tolist() == ["yes"]
    other.take(decide(other.state(), "no", "other-0002"))
    number = other.given[-1]
    one.review.store.undo_label(number, coder="coder A")
    told = other.take({"act": "undo", "token": "undo-00001"})["told"]
    assert told["kind"] == "refused" and "in another window" in told["words"]
    assert other.given == []


def test_keeping_what_stands_is_nothing_to_take_back(made: SyntheticDocuments, tmp_path: Path) -> None:
    review = opened(made, tmp_path)
    relevant = {"review": "screening", "field": RELEVANT, "value": "yes"}
    document = made.documents["document_id"].iloc[0]
    review.store.label_many([relevant | {"document_id": document}], coder="coder Z")
    desk = CodingDesk(review, "coder A", propose=nothing)

    def answer(value: str, name: str) -> None:
        row = next(r for r in desk.state()["rows"] if r["field"] == "design")
        act = {"act": "decide", "document": document, "field": "design", "item": "", "value": value}
        assert desk.take(act | {"expected": row["expected"], "token": name})["told"]["kind"] == "kept"

    for value in ("rct", "did"):
        answer(value, f"answer-{value}")
    desk.take({"act": "undo", "token": "undo-00001"})
    answer("rct", "answer-again")
    desk.take({"act": "undo", "token": "undo-00002"})
    # The answer that was taken back does not come again.
    assert review.store.labels("screening", coder="coder A").empty


def test_nobody_settles_what_was_answered_anew(made: SyntheticDocuments, tmp_path: Path) -> None:
    review = opened(made, tmp_path)
    document = made.documents["document_id"].iloc[0]
    rows = [
        {"review": "screening", "document_id": document, "field": "design", "value": v}
        for v in ("rct", "did")
    ]
    (first,) = review.store.label_many(rows[:1], coder="coder A")
    review.store.label_many(rows[1:], coder="coder B")
    desk = SettlingDesk(review, "senior reviewer")
    (row,) = desk.state()["rows"]
    review.store.label_many([rows[0] | {"value": "rd", "expected": first}], coder="coder A")
    act = {
        "act": "settle",
        "document": document,
        "field": "design",
        "item": "",
        "value": "rct",
        "token": "settle-0001",
    }
    act |= {"expected": row["expected"], "reason": "read the whole paper again"}
    told = desk.take(act)["told"]
    assert told["kind"] == "refused" and "answered anew" in told["words"]
    assert review.decisions().empty
    again = act | {"token": "settle-0002"}
    assert desk.take(again)["told"]["kind"] == desk.take(again)["told"]["kind"] == "kept"
    assert len(review.decisions()) == 1
