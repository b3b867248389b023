"""Words that speak for a code."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.learning.coding.lexicon.fields import WITH_RULES, finder
from almpo_kit.learning.coding.lexicon.horizon_words import horizons
from almpo_kit.learning.coding.lexicon.phrases import Entry, fold, phrase_book, words_of
from almpo_kit.learning.coding.mentions import Mention, all_mentions, read_sentences
from almpo_kit.vocabulary.documents import FIELDS, RELEVANT
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS


def found(field: str, text: str) -> set[str]:
    find = finder(field)
    assert find is not None
    return {hit.value for hit in find(words_of(text)) if hit.strength}


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("country", "Evidence from Greece and the Czech Republic", {"EL", "CZ"}),
        ("country", "Effekte der Weiterbildung in Österreich", {"AT"}),
        ("country", "Une évaluation aléatoire en Suède", {"SE"}),
        ("country", "It matters to us that the UK and the US differ", {"UK", "US"}),
        ("country", "published in the American Economic Review, in French language courses", set()),
        ("country", "Η ανεργία στην Ελλάδα", {"EL"}),
        ("programme_type", "A wage subsidy for small firms", {"employment_incentives"}),
        ("programme_type", "the training sample of a job search model", set()),
        ("programme_type", "Start-up subsidies for the unemployed", {"start_up_incentives"}),
        ("programme_type", "Lohnkostenzuschüsse und Umschulungen", {"employment_incentives", "training"}),
        ("design", "a Difference-in-Differences design", {"did"}),
        ("design", "participants were randomly assigned", {"rct"}),
        ("design", "a fuzzy regression-discontinuity design", {"rd"}),
        ("design", "job matching over random effects", set()),
        ("target_group", "the long-term unemployed and women", {"long_term_unemployed", "women"}),
        ("outcome", "wage subsidies raise earnings", {"earnings"}),
        ("outcome", "the minimum wage", set()),
    ],
)
def test_what_is_named(field: str, text: str, expected: set[str]) -> None:
    assert found(field, text) == expected


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("after 12 months", {"12"}),
        ("a two-year follow-up", {"24"}),
        ("innerhalb von sechs Monaten", {"6"}),
        ("nach 24 Monaten", {"24"}),
        ("après trois ans", {"36"}),
        ("30 months after random assignment", {"30"}),
        ("aged 18 months", set()),
        ("unemployed for at least 12 months", set()),
        ("pays for itself after 20 months", set()),
        ("within 2000 years", set()),
        ("after 0 months", set()),
    ],
)
def test_horizons(text: str, strong: set[str]) -> None:
    assert {h.value for h in horizons(words_of(text)) if h.strength} == strong


def test_values_are_those_of_the_vocabulary() -> None:
    known = {
        "programme_type": set(PROGRAMME_TYPES),
        "target_group": set(TARGET_GROUPS),
        "design": set(DESIGNS),
        "outcome": set(OUTCOMES),
        "country": set(PLACE_NAMES),
    }
    for field, values in known.items():
        book = finder(field).__self__  # type: ignore[union-attr]
        phrases = [p for group in (book.by_word, book.by_prefix) for found in group.values() for p in found]
        named = {p.value for p in phrases} - {""}
        assert named <= values
        # Groups of countries have no name of their own but "several European countries".
        assert values - named <= {"EU27_2020", "EU28", "EA19", "EA20"}
    assert set(FIELDS) - {RELEVANT} == WITH_RULES


def test_the_longest_phrase_wins_and_equal_ones_share() -> None:
    book = phrase_book(
        {"a": Entry("wage subsid*"), "b": Entry("wage*", "subsidy"), "c": Entry("wage subsidy")}
    )
    assert [(h.value, h.first, h.last) for h in book.find(words_of("wage subsidy, wages"))] == [
        ("a", 0, 2),
        ("c", 0, 2),
        ("b", 2, 3),
    ]


@pytest.mark.parametrize("wrong", ["ab*", "wage-subsidy", "*"])
def test_a_phrase_of_nothing_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="a phrase has words"):
        phrase_book({"a": Entry(wrong)})


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_spans_are_in_the_text(text: str) -> None:
    sentences = read_sentences([(0, 7, 7 + len(text), text)])
    for field in sorted(WITH_RULES):
        for m in all_mentions([field], sentences)[field]:
            assert text[m.start - 7 : m.end - 7] == m.words
            assert m.words


def mentions(text: str) -> list[Mention]:
    return all_mentions(["programme_type"], read_sentences([(0, 0, len(text), text)]))["programme_type"]


def test_only_named_for_comparison() -> None:
    (one,) = [
        m for m in mentions("A wage subsidy compared with public works") if m.value == "direct_job_creation"
    ]
    assert one.compared


def test_reading_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("almpo_kit.learning.coding.mentions.MOST_LETTERS", 450)
    assert len(read_sentences([(k, 0, 1, "a b " * 50) for k in range(9)])) == 3


def test_a_hostile_text_takes_no_longer() -> None:
    text = "wage wage training-" * 1_000 + "x" * 200_000 + "é" * 50_000
    began = time.perf_counter()
    sentences = read_sentences([(0, 0, len(text), text)] * 2)
    all_mentions(sorted(WITH_RULES), sentences)
    assert time.perf_counter() - began < 5
    assert len(fold("x" * 1_000_000)) < 100


@pytest.mark.parametrize(
    ("text", "value", "named_as_used"),
    [
        ("We do not use random assignment.", "rct", False),
        ("Participants were not randomised.", "rct", False),
        ("In contrast to the randomised study of others, we use matching.", "rct", False),
        ("In contrast, randomised letters were sent.", "rct", True),
        ("Instead, we use propensity score matching.", "matching", True),
        ("Instead of propensity score matching we draw lots.", "matching", False),
        ("Not only randomised offers, but letters too.", "rct", True),
    ],
)
def test_a_design_that_is_denied_is_none_that_was_used(text: str, value: str, named_as_used: bool) -> None:
    named = all_mentions(["design"], read_sentences([(0, 0, len(text), text)]))["design"]
    hits = [m for m in named if m.value == value and m.strong]
    assert hits and all(m.compared != named_as_used for m in hits)


def test_who_answers_a_survey_is_drawn_and_no_design() -> None:
    assert (
        found("design", "We interviewed a randomly selected sample, randomly selected for the survey.")
        == set()
    )
