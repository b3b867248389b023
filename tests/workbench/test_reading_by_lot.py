"""Draws by lot at the desk: nobody can leave one out, draw again, or have one of another pool count."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from almpo_kit import learning, records
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, RELEVANT, passages_of
from almpo_kit.workbench.desk_screening import ScreeningDesk
from almpo_kit.workbench.reading_orders import chosen_by_lot, lot_of, reading_of
from almpo_kit.workbench.reviews import Review
from almpo_kit.workbench.screening_readings import screening_reading

N = 40


def pool(n: int = N) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = [f"d{i:03d}" for i in range(n)]
    frame = pd.DataFrame(dict.fromkeys(DOCUMENT_COLUMNS, ""), index=range(n))
    frame = frame.assign(document_id=names, title=[f"Title {i}" for i in range(n)], text="Words.")
    return frame.assign(year=float("nan"), pages=0), passages_of(names, frame["text"].tolist())


@pytest.fixture
def review(tmp_path: Any) -> Iterator[Review]:
    yield Review("lots", records.open_store(f"{tmp_path}/records.db"), held=pool())


def in_order(documents: pd.DataFrame, labels: pd.DataFrame) -> Any:
    """A ranking by name."""
    rows = documents[["document_id"]].assign(pick="likely", speaks_for="", speaks_against="")
    return SimpleNamespace(version="v", table=rows[~rows["document_id"].isin(set(labels["document_id"]))])


def desk(review: Review, coder: str = "coder A") -> ScreeningDesk:
    return ScreeningDesk(review, coder, rank=in_order, recall=0.8)


def act(kind: str, n: int, **parts: Any) -> dict[str, Any]:
    return {"act": kind, "token": f"token-{n:06d}", **parts}


def labelled(review: Review, rows: list[tuple[str, str, str]]) -> list[int]:
    made = [
        {"review": review.name, "document_id": d, "field": RELEVANT, "value": v, "model_version": chosen}
        for d, v, chosen in rows
    ]
    return review.store.label_many(made, coder="coder A")


def dried_up(review: Review) -> None:
    """The ranking has brought nothing for a while; the first two were put off."""
    names = review.documents["document_id"].tolist()
    labelled(review, [(d, "no", "ranked:v") for d in names[2:14]])


def waiting(one: ScreeningDesk) -> list[str]:
    if not one.queue:
        one.state()
    return [n.document for n in one.queue if n.by_lot]


def test_what_was_put_off_can_be_drawn(review: Review) -> None:
    dried_up(review)
    one = desk(review)
    one.later = {"d000", "d001"}
    names = review.documents["document_id"].tolist()
    lot = lot_of(frozenset(names))
    left = [d for d in lot if d not in names[2:14]]
    before = [d for d in left if left.index(d) < max(left.index("d000"), left.index("d001")) - 1]
    labelled(review, [(d, "no", chosen_by_lot(names)) for d in before])
    assert set(waiting(one)) & one.later, "the lot does not know what was put off"


def test_a_draw_is_neither_put_off_nor_drawn_again(review: Review) -> None:
    dried_up(review)
    one = desk(review)
    drawn = waiting(one)
    assert one.take(act("skip", 100))["told"]["kind"] == "refused"
    assert waiting(one) == drawn
    one.take(act("decide", 200, document=drawn[0], value="no"))
    assert waiting(one) == drawn[1:]
    # The page is loaded again, also by somebody else: those that were drawn come first.
    assert waiting(desk(review))[:4] == drawn[1:5]
    assert waiting(desk(review, "coder B"))[:4] == drawn[1:5]


def test_nothing_to_put_off_is_told(tmp_path: Any) -> None:
    empty = Review("none", records.open_store(f"{tmp_path}/none.db"), held=pool(0))
    told = desk(empty).take(act("skip", 1))["told"]
    assert told["kind"] == "refused" and "index" not in told["words"]


def test_a_find_by_lot_that_is_taken_back_does_not_lower_the_bound(review: Review) -> None:
    names = review.documents["document_id"].tolist()
    chosen, lot = chosen_by_lot(names), lot_of(frozenset(names))
    rank = list(reversed(lot))[:10]
    labelled(review, [(d, "no", "ranked:v") for d in rank])
    given = labelled(review, [(d, "yes" if d == lot[0] else "no", chosen) for d in lot[:25]])
    sure = learning.may_stop(screening_reading(review), n_documents=N)
    review.store.undo_label(given[0], coder="coder A")
    open_again = screening_reading(review)
    assert set(open_again["by"]) == {"ranked"}, "what was drawn after an open draw does not count"
    assert learning.may_stop(open_again, n_documents=N).highest >= sure.highest
    labelled(review, [(lot[0], "yes", chosen)])
    again = screening_reading(review)
    assert again["by"].eq("lot").sum() == 25 and bool(again["relevant"].iloc[10])


def frame(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["document_id", "value", "model_version"])
    return made.assign(label_id=range(1, len(rows) + 1), field=RELEVANT)


def test_draws_count_in_the_order_of_the_lot() -> None:
    """Who sets a hard one aside and reads on, or waits for a colleague, does not change what the lot says."""
    names = [f"d{i}" for i in range(12)]
    lot, chosen = lot_of(frozenset(names)), chosen_by_lot(names)
    rows = [(lot[9], "no", "ranked:v"), *((lot[k], "no", chosen) for k in (1, 0, 3, 4))]
    none = frame([]).iloc[:0]

    def read(rows: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
        given = frame(rows)
        found = reading_of(given, given, none, names)
        return list(zip(found["document_id"], found["by"], strict=True))

    assert read(rows) == [
        (lot[9], "ranked"),
        (lot[0], "lot"),
        (lot[1], "lot"),
        (lot[3], "ranked"),
        (lot[4], "ranked"),
    ]
    # The one that was set aside is read by rank in the end: it comes first, and frees the others.
    after = [*rows, (lot[2], "yes", "ranked:v")]
    assert read(after)[3:] == [(lot[2], "ranked"), (lot[3], "lot"), (lot[4], "lot")]


def test_draws_from_another_pool_of_the_same_size_count_as_ranked() -> None:
    names = [f"d{i}" for i in range(9)]
    first = lot_of(frozenset(names))[0]
    other = [n for n in names if n != lot_of(frozenset(names))[1]] + ["new"]
    rows, none = frame([(first, "no", chosen_by_lot(names))]), frame([])
    assert reading_of(rows, rows, none, names)["by"].tolist() == ["lot"]
    assert reading_of(rows, rows, none, names[::-1])["by"].tolist() == ["lot"]
    assert reading_of(rows, rows, none, other)["by"].tolist() == ["ranked"]
    odd = rows.assign(model_version=rows["model_version"] + "x")
    assert reading_of(odd, odd, none, names)["by"].tolist() == ["ranked"]
    assert len(chosen_by_lot([f"d{i}" for i in range(100)], 2**40)) < 128
