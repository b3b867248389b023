"""A question in words is answered with pooled estimates and quotes, or said to be not in the evidence."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import evidence, sources
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.evidence_desk.asking import asked_html
from almpo_kit.workbench.apps.evidence_questions import Choice, matching
from almpo_kit.workbench.asking import ask


def test_the_pooled_answer_is_the_evidence_wings_own() -> None:
    found = ask("Is training better than job-search services?")
    asked = [a.question for a in found.answers]
    assert len(asked) == 2 and "training" in asked[0] and "job-search services" in asked[1]
    choice = Choice(programme_type="training")
    same = evidence.answer(matching(sources.effects(), choice), question=choice.question())
    assert found.answers[0].sentence == same.sentence and same.sentence in found.sentence
    assert any("one by one" in c.sentence for c in found.checks)


def test_an_answer_with_a_number_keeps_its_interval() -> None:
    effects = sources.synthetic_studies(seed=1).effects
    found = ask("What does training do to the chance of being in work after 18 months?", effects=effects)
    assert found.provenance.synthetic and "SYNTHETIC" in found.sentence
    (answer,) = found.answers
    assert answer.pooled is not None and "(95%:" in found.sentence
    whenever = ask("What does training do to the chance of being in work?", effects=effects)
    # Times after entry are never averaged together.
    assert len(whenever.answers) == 3 and all(a.pooled is not None for a in whenever.answers)
    assert answer.sentence in whenever.sentence


def test_outcome_group_place_and_time_are_read() -> None:
    found = ask("What does training do for earnings of women after 36 months?")
    assert found.passages.asked.outcomes == ("earnings",)
    assert all("women" in a.question and "more than 2 years" in a.question for a in found.answers)


@pytest.mark.parametrize(
    "question",
    [
        "Do chess lessons help unemployed youth?",
        "Does job search assistance crowd out others?",
        "Does wage subsidy therapy cure cancer on Mars?",
        "what works?",
    ],
)
def test_not_in_the_evidence(question: str) -> None:
    found = ask(question)
    assert not found.in_evidence and found.sentence.startswith("Not in the evidence")
    assert found.answers == () and found.table.empty and found.estimates.empty
    assert found.certainty == "too little to say"


@pytest.fixture(scope="module")
def pooled() -> pd.DataFrame:
    """Effects in which every programme has a pooled number, on being in work and nothing else."""
    return sources.synthetic_studies(seed=1).effects


@pytest.mark.parametrize("outcome", ["benefit payments", "earnings"])
def test_another_outcome_is_no_answer(pooled: pd.DataFrame, outcome: str) -> None:
    found = ask(f"Does training reduce {outcome} after 18 months?", effects=pooled)
    assert found.answers == () and found.headline is None and "raised" not in found.sentence


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "Do training and job search assistance help bakers after 18 months?",
            "Nothing in the evidence on bakers",
        ),
        ("What does training cost after 18 months?", "not what programmes cost"),
    ],
)
def test_a_number_beside_the_question_is_not_its_answer(
    pooled: pd.DataFrame, question: str, said: str
) -> None:
    found = ask(question, effects=pooled)
    assert found.answers and said in found.sentence
    assert found.headline is None and found.certainty == "too little to say"


@pytest.mark.parametrize("words", ["outside Germany", "for people other than women", "ohne Frauen"])
def test_what_is_left_out_is_not_what_is_asked_for(pooled: pd.DataFrame, words: str) -> None:
    found = ask(f"Does training help {words} after 18 months?", effects=pooled)
    assert found.answers == ()
    assert any(c.name == "left out" for c in found.failed)


def test_start_up_subsidies_are_one_programme_and_two_times_are_told(pooled: pd.DataFrame) -> None:
    found = ask("Do start-up subsidies help after 12 months and after 36 months?", effects=pooled)
    assert found.passages.asked.programme_types == ("start_up_incentives",)
    assert [a.pooled is not None for a in found.answers] == [True]
    assert any("more than one time" in c.sentence for c in found.failed)


def test_the_screen_escapes_and_quotes() -> None:
    html = asked_html(ask("Do <script>alert(1)</script> wage subsidies help the long-term unemployed?"))
    assert "<script>" not in html
    assert "<blockquote>" in asked_html(ask("Do wage subsidies help the long-term unemployed?"))


def test_an_answer_rests_on_what_fits_it_not_on_what_was_looked_through() -> None:
    found = ask("Does yoga reduce back pain?")
    assert found.rests_on.startswith("0 of ") and " and 0 of " in found.rests_on
    found = ask("Do wage subsidies help the long-term unemployed?")
    assert found.rests_on.startswith(f"{len(found.estimates)} of ")
    assert f"and {found.table['document_id'].nunique()} of " in found.rests_on


def test_no_question() -> None:
    with pytest.raises(ParameterError, match="ask in words"):
        ask("  ")
