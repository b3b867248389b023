"""From lines to text: laws that hold for any page, and the cases that papers bring."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.sources.documents.pages.flow import run_together
from almpo_kit.sources.documents.pages.lines import Line
from almpo_kit.sources.documents.pages.reading_order import in_order
from almpo_kit.sources.documents.pages.running_heads import without_running_heads
from almpo_kit.sources.documents.pages.sentence_places import placed_sentences

WORDS = st.text(st.sampled_from("abcdefgh-.,0123 \t"), min_size=1, max_size=40).map(str.strip).filter(bool)
PIECES = st.lists(
    st.builds(
        lambda text, x, y, size: Line(text, x, y, x + 5 * len(text), y + size, size, 1),
        WORDS,
        st.floats(0, 500),
        st.floats(0, 800),
        st.floats(4, 30),
    ),
    max_size=60,
)


def column(lines: list[str], x: float = 72, y: float = 100, page: int = 1, width: float = 200) -> list[Line]:
    return [Line(t, x, y + 14 * i, x + width, y + 14 * i + 11, 11, page) for i, t in enumerate(lines)]


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_no_sign_is_lost_or_doubled(pieces: list[Line]) -> None:
    upright = [p for p in pieces if len(p.text) > 2]
    read = in_order(upright)
    assert sorted("".join("".join(r.text.split()) for r in read)) == sorted(
        "".join("".join(p.text.split()) for p in upright)
    )


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_places_point_to_their_text(pieces: list[Line]) -> None:
    text, placed = run_together(in_order(pieces))
    assert all(text[p.start : p.end] in (p.line.text, p.line.text[:-1]) for p in placed)
    for _, _, page, start, end, said, x0, y0, x1, y1 in placed_sentences("a", text, placed):
        assert text[start:end] == said and page == 1 and x0 <= x1 and y0 <= y1


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "read"),
    [
        ("the employ-", "ment of people", "", "the employment of people"),
        ("the long-", "term effect", "", "the long-term effect"),
        ("a cost-", "benefit ratio", "cost-benefit is", "a cost-benefit ratio"),
        ("the pre-", "dicted value", "predicted means", "the predicted value"),
        ("in North-", "Rhine", "", "in North- Rhine"),
    ],
)
def test_cut_words(first: str, second: str, elsewhere: str, read: str) -> None:
    lines = column([first, second, *([elsewhere] if elsewhere else [])])
    assert run_together(lines)[0].startswith(read)


def test_a_sentence_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    first = column(["The effect of the programme on the", "work of those who took part in"])
    second = [r._replace(column=1) for r in column(["it was large in all regions.", "It faded."], x=320)]
    third = column(["Costs were lower than", "expected."], page=2)
    text, _ = run_together([*first, *second, *third])
    assert "took part in it was large in all regions." in text
    assert "It faded.\n\nCosts were lower than expected." in text


def test_rows_of_tables_and_headings_stand_alone() -> None:
    lines = column(["Results", "Employment\t0.02\t(0.01)", "Earnings\t12\t(30)", "We find that it helps."])
    lines[0] = lines[0]._replace(size=15, y0=85)
    assert run_together(lines)[0].split("\n\n") == [
        "Results",
        "Employment\t0.02\t(0.01)",
        "Earnings\t12\t(30)",
        "We find that it helps.",
    ]


def test_running_heads_go_and_headings_of_tables_stay() -> None:
    pages = [
        [
            Line(f"Author and others, {page}", 72, 20, 200, 31, 11, page),
            Line("(1)\t(2)\t(3)", 72, 40, 300, 51, 11, page),
            *column([f"Text of page {page} says something."], page=page, y=300),
            Line(f"– {page} –", 290, 810, 310, 821, 11, page),
        ]
        for page in range(1, 5)
    ]
    kept, gone = without_running_heads(pages, [842.0] * 4)
    assert [[r.text for r in lines] for lines in kept] == [
        ["(1)\t(2)\t(3)", f"Text of page {page} says something."] for page in range(1, 5)
    ]
    assert gone == ["Author and others, 1"]


def test_one_page_loses_nothing() -> None:
    lines = [Line("A title at the top", 72, 20, 200, 31, 11, 1), Line("1", 290, 810, 296, 821, 11, 1)]
    assert without_running_heads([lines], [842.0]) == ([lines], [])
