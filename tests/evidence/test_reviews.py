"""Reviews: all shown with their scope, disagreement said, nothing averaged or counted."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from almpo_kit import evidence, sources
from almpo_kit.evidence.reviews import TOPICS
from almpo_kit.vocabulary.errors import DesignError, ParameterError


@pytest.fixture(scope="module")
def held():
    return sources.reviews()


def test_the_cycle_is_disputed_and_all_three_are_shown(held):
    found = evidence.reviews(held)
    assert found.conflict and len(found.table) == 3
    assert set(found.table["finding"]) == {"larger_in_downturns", "smaller_in_downturns", "no_clear_relation"}
    for label in found.table["label"]:
        assert label in found.sentence
    assert found.sentence.startswith("Reviews differ.")
    assert "207 studies" in found.sentence and "102 studies (randomised trials only)" in found.sentence
    assert found.failed[0].name == "conflict"


def test_nothing_is_averaged_counted_or_certain(held):
    for topic in TOPICS:
        found = evidence.reviews(held, topic)
        assert found.headline is None and found.certainty is None and found.figure is None
        assert not re.search(r"\b(most|majority|two of|on average)\b", found.sentence, re.IGNORECASE)


def test_scope_is_told_and_what_is_unknown_is_said(held):
    found = evidence.reviews(held)
    (scope,) = [c for c in found.checks if c.name == "scope"]
    assert "55 to 207 studies" in scope.sentence and "differ in designs" in scope.sentence
    assert "does not state" in scope.sentence
    assert found.table["regions"].notna().all()


def test_one_review_is_no_agreement(held):
    found = evidence.reviews(held, "groups")
    assert found.sentence.startswith("One review speaks of this:") and not found.conflict
    assert "scope" not in {c.name for c in found.checks}


def test_agreeing_reviews_are_not_independent(held):
    same = held[held["topic"].eq("programme_types")].head(2).assign(finding="human_capital_best")
    found = evidence.reviews(same, "programme_types")
    assert not found.conflict and found.sentence.startswith("Reviews agree, though they may share studies.")
    assert any(c.name == "overlap" for c in found.checks)


def test_every_row_of_the_table_is_known_sourced_and_checked(held):
    for row in held.to_dict("records"):
        assert row["finding"] in TOPICS[row["topic"]].findings
        assert row["source"].startswith("https://") and "bstract" in row["checked"]
        assert row["statement"].endswith(".") and len(row["statement"]) < 200
        assert row["n_estimates"] > row["n_studies"] > 0
    assert set(held["topic"]) == set(TOPICS)
    for topic in TOPICS.values():
        assert set(topic.findings) <= set(held["finding"])
    # A review has one scope, whichever topic it speaks of.
    scope = held[["review_id", "label", "citation", "designs", "n_studies", "n_estimates", "source"]]
    assert len(scope.drop_duplicates()) == held["review_id"].nunique()


def test_an_earlier_version_says_what_it_is(held):
    (row,) = held[held["topic"].eq("cycle") & held["finding"].eq("no_clear_relation")].to_dict("records")
    assert "working paper" in row["label"] and "working paper" in row["checked"]
    assert (row["n_studies"], row["n_estimates"]) == (55, 630)


def test_two_versions_of_one_review_are_said_to_be_one(held):
    found = evidence.reviews(held, "programme_types")
    (check,) = [c for c in found.checks if c.name == "versions"]
    assert "Vooren and others (2019) are versions of one review" in check.sentence
    assert not [c for c in evidence.reviews(held).checks if c.name == "versions"]


@pytest.mark.parametrize("topic", ["weather", ""])
def test_an_unknown_topic_names_the_known(held, topic):
    with pytest.raises(ParameterError, match="cycle"):
        evidence.reviews(held, topic)


def test_a_table_without_the_topic_says_what_it_has(held):
    with pytest.raises(ParameterError, match="horizon"):
        evidence.reviews(held[held["topic"] == "horizon"], "groups")


def test_hostile_tables_are_refused(held):
    with pytest.raises(DesignError, match="statement"):
        evidence.reviews(held.drop(columns="statement"))
    with pytest.raises(DesignError, match="twice"):
        evidence.reviews(pd.concat([held, held]))
    with pytest.raises(DesignError, match="sideways"):
        evidence.reviews(held.assign(finding="sideways"))


def test_it_reads_in_html(held):
    html = evidence.reviews(held)._repr_html_()
    assert html.count("working paper") >= 1 and "Caution" in html
