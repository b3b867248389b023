"""Sentences, answers, and which studies are kept away from training."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.vocabulary.documents import (
    LONGEST_SENTENCE,
    PASSAGE_COLUMNS,
    answers,
    document_id,
    is_frozen,
    one_value,
    passages_of,
    sentences,
)


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Smith et al. (2019) found 2.4 points. It fell.", 2),
        ("See Fig. 3 and Tab. 2 vs. the rest. Was it? No. It was not!", 4),
        ("Heading without a stop\n\nA sentence.", 2),
        ("J. Smith wrote it", 1),
        ("", 0),
        ("  \n \n ", 0),
        ("Points:\n• one\n• two", 3),
    ],
)
def test_sentences_end_where_people_end_them(text: str, parts: int) -> None:
    assert len(cut(text)) == parts


@given(st.text(max_size=3_000))
def test_nothing_is_lost_but_space_and_nothing_is_said_twice(text: str) -> None:
    spans = list(sentences(text))
    assert all(a < b and b - a <= LONGEST_SENTENCE for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["men", "women", "youth", " older "]), max_size=6))
def test_the_same_set_is_the_same_value(parts: list[str]) -> None:
    value = one_value(parts)
    assert answers(value) == tuple(sorted({p.strip() for p in parts}))
    assert one_value(reversed(parts)) == value


def test_passages_keep_their_place() -> None:
    table = passages_of(["a", "b"], ["One. Two.", "Three."])
    assert list(table.columns) == list(PASSAGE_COLUMNS)
    assert table["passage"].tolist() == [0, 1, 0]
    assert passages_of([], []).empty


def test_a_study_stays_on_its_side_and_about_the_share_is_kept_away() -> None:
    kept = [is_frozen(document_id(str(i))) for i in range(4_000)]
    assert 0.22 < sum(kept) / len(kept) < 0.28
    assert kept == [is_frozen(document_id(str(i))) for i in range(4_000)]
    other = [is_frozen(document_id(str(i)), review="b") for i in range(4_000)]
    assert other != kept
