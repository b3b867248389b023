"""Texts that mean harm: megabytes without an end, hidden characters, absurd numbers, frames that are none."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from almpo_kit.learning.numbers.read_estimates import read_estimates
from almpo_kit.vocabulary.documents import PASSAGE_COLUMNS
from almpo_kit.vocabulary.errors import FrameError
from tests.learning.numbers.scoring import as_frames

MEGABYTE = 1_000_000
EVIL = (
    *(
        "1",
        "1 ",
        "1,",
        "#",
        "(",
        "(1",
        "effect ",
        "0.024** (0.010) ",
        "p = ",
        "95% CI ",
        "95% CI 1 to ",
        "no a ",
    ),
    *(
        "hazard ratio ",
        "neither ",
        "-",
        "standard error ",
        "from 1 ",
        "1-",
        "\u202e1.2",
        "1 against ",
        "€",
        "***",
        "1 % 1 ",
    ),
    "raised employment by 2.4 percentage points (s.e. 0.6) ",
)


def one_line(text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    documents, _ = as_frames([text], ["en"])
    passages = pd.DataFrame([("d00000", 0, 0, 0, len(text), text)], columns=list(PASSAGE_COLUMNS[:6]))
    return documents, passages


@pytest.mark.parametrize(
    "pieces", [EVIL[2::8], pytest.param(EVIL, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_a_line_of_a_megabyte_takes_no_time(pieces: tuple[str, ...]) -> None:
    started = time.process_time()
    for piece in pieces:
        read_estimates(*one_line(piece * (MEGABYTE // len(piece))))
    assert time.process_time() - started < 1.5 * len(pieces)


@pytest.mark.parametrize("piece", EVIL)
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    """No pattern goes back and forth: four times the text, not sixteen times the time."""

    def seconds(length: int) -> float:
        documents, passages = one_line(piece * (length // len(piece)))
        started = time.process_time()
        read_estimates(documents, passages)
        return time.process_time() - started

    assert seconds(3_600) < 8 * seconds(900) + 0.2


@pytest.mark.parametrize(
    "text",
    [
        "Employment rose by 2\u202e4 percentage points\u202c (s.e. 0.6).",
        "Employment rose by 1e400 percentage points (s.e. 0.6).",
        f"Employment rose by {'9' * 39} percentage points (s.e. 0.6).",
        "Employment rose by 240 percentage points (s.e. 60).",
        "Employment rose by 2.4 percentage points (s.e. 0.0).",
        "Employment rose by 2.4 percentage points (p = 7.3).",
        "Employment rose by 2.4 percentage points (s.e. 0.00001).",
        "The hazard ratio of finding work was -1.3 (95% CI -2.0 to -0.7).",
        "Employment rose by 2.4 percentage points (150% CI 1.0 to 3.8).",
        "Employment rose by 2,4 percentage points (s.e. 0.6, p < 0.001). It cost 3.5 times 2.5, or 1.5 of 4.5.",
    ],
)
def test_absurd_numbers_are_not_proposed(text: str) -> None:
    assert read_estimates(*as_frames([text], ["en"])).proposed == 0


@pytest.mark.parametrize("text", ["", " ", "\x00\x01\ufffe", "💥" * 400, "٢٫٤ percentage points"])
def test_texts_without_numbers_say_nothing(text: str) -> None:
    read = read_estimates(*as_frames([text], ["en"]))
    assert not len(read.table)
    assert "No effect" in read.sentence


def test_frames_that_are_none_are_refused_with_the_way_out() -> None:
    documents, passages = as_frames(["Employment rose by 2.4 points (s.e. 0.6)."], ["en"])
    with pytest.raises(FrameError, match="passages_of"):
        read_estimates(documents, passages.drop(columns="text"))
    with pytest.raises(FrameError, match="drop_duplicates"):
        read_estimates(pd.concat([documents, documents]), passages)
