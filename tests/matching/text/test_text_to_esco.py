"""Titles to occupations, sentences to skills: answers, abstention, words, order, hostile input."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from almpo_kit import matching, sources
from almpo_kit.matching.text.cleaning import MOST_CLEAN, clean
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.text_index import TextIndex

NOTHING = ["", "   ", "😀🎉", "\u200b\u200f", None, float("nan"), 7, "<script>nurse()</script>"]


@pytest.fixture(scope="module")
def encoder():
    return sources.encoder()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Cashier", "5230.2"),
        ("Registered Nurse - nights (m/f/d)", "2221.1"),
        ("KRANKENPFLEGER", "2221.1"),
        ("νοσοκομα", "2221.1"),
        ("kierowca ciezarowki", "8332.3"),
        ("Sr. Web Developer II, Remote", "2513.3"),
        ("bricklayr", "7112.1"),
        ("<h1>Plumber</h1><p>We offer 25 days of holiday &amp; a van.</p>", "7126.7"),
        ("Cook wanted\nWir suchen einen Koch für unsere Küche.\nYou prepare and present food.", "5120.1"),
    ],
)
def test_first_answer(text: str, code: str, occupations: TextIndex, encoder) -> None:
    found = matching.classify([text], occupations, encoder)
    assert found.table.iloc[0]["code"] == code
    assert found.table["score"].between(0, 1).all()


def test_table_is_as_promised(occupations: TextIndex, encoder) -> None:
    given = pd.DataFrame(
        {"id": ["a", "b", "c"], "text": ["truck driver", "", "office cleaner"], "source": "test"}
    )
    found = matching.classify(given, occupations, encoder, top=7)
    assert list(found.table.columns) == [
        "id",
        "rank",
        "code",
        "label",
        "isco",
        "isco_label",
        "score",
        "abstained",
        "words",
    ]
    assert found.table.groupby("id")["rank"].apply(list).to_dict() == {
        "a": list(range(1, 8)),
        "c": list(range(1, 8)),
    }
    assert found.table.groupby("id")["score"].apply(lambda s: s.is_monotonic_decreasing).all()
    assert found.best["id"].tolist() == ["a", "b", "c"]
    assert found.best.loc[1, "reason"] == "the text holds no words" and found.best.loc[1, "abstained"]
    assert found.table.iloc[0]["isco_label"] == "group 8332"
    assert found.table.iloc[0]["words"] == "truck driver"
    assert [c.name for c in found.failed] == ["empty"]


def test_nothing_is_said_of_nothing(occupations: TextIndex, skills: TextIndex, encoder) -> None:
    found = matching.classify(NOTHING, occupations, encoder)
    assert found.table.empty and found.best["abstained"].all() and len(found.best) == len(NOTHING)
    assert "None of 8 texts" in found.sentence
    assert matching.extract_skills(NOTHING, skills, encoder).table.empty
    assert matching.classify([], occupations, encoder).table.empty


def test_what_is_no_title_is_left_open(occupations: TextIndex, encoder) -> None:
    texts = [
        "SELECT * FROM users; DROP TABLE users;",
        "=cmd|' /C calc'!A0",
        "The weather is nice today",
        "12345 67890",
    ]
    assert (matching.classify(texts, occupations, encoder).best["placed"] != "occupation").all()


def test_a_megabyte_is_bounded(occupations: TextIndex, skills: TextIndex, encoder) -> None:
    began = time.perf_counter()
    texts = ["welder " * 150_000, "<" * 1_000_000, "<script " * 120_000, "a" * 1_000_000, "&amp;" * 200_000]
    found = matching.classify(texts, occupations, encoder)
    assert found.table.iloc[0]["code"] == "7212.3"
    matching.extract_skills(texts[:1], skills, encoder)
    assert time.perf_counter() - began < 60
    assert any(c.name == "cut" for c in found.checks)
    assert all(len(clean(t)) <= MOST_CLEAN for t in texts)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>Koch</p><style>p{}</style>", "Koch"),
        ("<SCRIPT>alert(1)</SCRIPT >nurse", "nurse"),
        ("nur\u200bse \u202enurse", "nurse nurse"),
        ("Koch 👩‍🍳", "Koch"),
        ("ﬁtter", "fitter"),
        ("a <b>b</b> < 5 years", "a b < 5 years"),
        ("<script>never closed", ""),
        ("İ<script>x</script>cook", "İ\ncook"),
        ("nurse\x00\x07", "nurse"),
        ("أمين الصندوق", "أمين الصندوق"),
    ],
)
def test_cleaning(raw: str, plain: str) -> None:
    assert clean(raw) == plain


def test_order_and_company_change_nothing(occupations: TextIndex, encoder) -> None:
    texts = ["cook", "sales assistant", "lorry driver", "maurer", "cook"]
    alone = [matching.classify([t], occupations, encoder, top=3).table for t in texts]
    together = matching.classify(texts, occupations, encoder, top=3).table
    for i, one in enumerate(alone):
        mine = together[together["id"] == i]
        assert mine["code"].tolist() == one["code"].tolist()
        np.testing.assert_allclose(mine["score"], one["score"], atol=1e-4)


def test_skills_with_their_places(skills: TextIndex, encoder) -> None:
    text = "We are a growing company.\nYou manage budgets and drive a forklift. Knowledge of SQL is a plus."
    found = matching.extract_skills([text], skills, encoder, top=8)
    assert list(found.table.columns) == [
        "id",
        "skill",
        "label",
        "score",
        "abstained",
        "words",
        "start",
        "end",
    ]
    assert len(found.table) == 8
    assert set(found.table["label"].head(3)) == {"manage budgets", "operate forklift", "SQL"}
    row = found.table.set_index("label").loc["manage budgets"]
    assert found.texts[0][row["start"] : row["end"]] == "manage budgets"
    assert set(found.found["label"]) >= {"manage budgets", "SQL"}


def test_given_codes_stay(occupations: TextIndex, encoder) -> None:
    frame = pd.DataFrame(
        {
            "id": list("abcd"),
            "occupation": ["9999", None, None, ""],
            "text": ["cook", "truck driver", "zzz qqq", None],
        }
    )
    before = frame.copy()
    coded = matching.code_occupations(frame, occupations, encoder)
    assert coded["occupation_from"].tolist() == ["given", "text", "none", "none"]
    assert coded["occupation"].iloc[0] == "9999" and coded["occupation"].iloc[1] == "8332.3"
    assert coded["occupation_score"].notna().tolist() == [False, True, False, False]
    pd.testing.assert_frame_equal(frame, before)
    with pytest.raises(FrameError, match="neither"):
        matching.code_occupations(frame[["id"]], occupations, encoder)


def test_streams(occupations: TextIndex, encoder) -> None:
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield "cook"

    stream = matching.classify_stream(endless(), occupations, encoder, batch=3)
    assert [next(stream).best["id"].tolist() for _ in range(2)] == [[0, 1, 2], [3, 4, 5]]
    assert len(taken) == 6


def test_wrong_arguments_name_the_way_out(occupations: TextIndex, skills: TextIndex, encoder) -> None:
    with pytest.raises(ParameterError, match="give a list"):
        matching.classify("nurse", occupations, encoder)
    with pytest.raises(DesignError, match=r"sources\.text_index"):
        matching.classify(["nurse"], skills, encoder)
    with pytest.raises(ParameterError, match="1 to 100"):
        matching.extract_skills(["nurse"], skills, encoder, top=101)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        matching.classify(["nurse"], occupations, encoder, sure=1.5)
