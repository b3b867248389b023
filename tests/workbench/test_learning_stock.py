"""Which side a study is on: by all that is known of it, and for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from almpo_kit import learning, records
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, is_frozen, passages_of
from almpo_kit.workbench.learning_stock import take_stock
from tests.workbench.learning_worlds import REVIEW, Shelf

ABSTRACT = (
    "We study a subsidy paid to firms that hired people out of work for more than a year in the province of Lindau. "
    "Offices that drew a ball paid it, others did not, and those who were offered it worked nine weeks more in two years."
)


@pytest.fixture
def store(tmp_path: Any) -> Iterator[records.Store]:
    yield records.open_store(f"{tmp_path}/records.db")


def on_sides(frozen_first: bool) -> list[str]:
    """Two names, one on each side."""
    names = [f"doc{i:02d}" for i in range(60)]
    away = [n for n in names if is_frozen(n, review=REVIEW)]
    kept = [n for n in names if not is_frozen(n, review=REVIEW)]
    return [away[0], kept[0]] if frozen_first else [kept[0], away[0]]


def one_study(names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A working paper and its article: one abstract, two titles."""
    frame = pd.DataFrame(dict.fromkeys(DOCUMENT_COLUMNS, ""), index=range(2)).assign(
        document_id=names,
        title=["Paying firms to hire the long-term unemployed", "Do vouchers work? Evidence from Lindau"],
        abstract=ABSTRACT,
        text=ABSTRACT,
        authors="Maier, Anna; Huber, Karl",
        year=[2012.0, 2014.0],
        pages=0,
    )
    return frame, passages_of(names, frame["text"].tolist())


@pytest.mark.parametrize("frozen_first", [True, False])
def test_one_abstract_under_two_titles_stands_on_one_side(store: records.Store, frozen_first: bool) -> None:
    held = one_study(on_sides(frozen_first))
    assert learning.duplicates(held[0]).groups.nunique() == 1, "the world is not what the test is about"
    stock = take_stock(REVIEW, Shelf(*held), store)
    assert stock.groups.nunique() == 1
    assert len(stock.frozen) == (2 if frozen_first else 0)


@pytest.mark.parametrize("frozen_first", [True, False])
def test_a_study_stays_on_its_side_when_its_first_paper_is_left_out(
    store: records.Store, frozen_first: bool
) -> None:
    names = on_sides(frozen_first)
    documents, passages = one_study(names)
    stock = take_stock(REVIEW, Shelf(documents, passages, frozenset(names[:1])), store)
    assert stock.documents["document_id"].tolist() == names[1:]
    assert stock.frozen == (frozenset(names[1:]) if frozen_first else frozenset())
    # Who was trained on the paper that was left out has seen the study.
    assert stock.groups[names[0]] == stock.groups[names[1]]
