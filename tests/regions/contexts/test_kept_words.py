"""A class kept from an earlier year is counted apart from what this year's rate says."""

from __future__ import annotations

import pytest

from almpo_kit import regions, sources


def ask(**options: object) -> regions.Context:
    return regions.context(
        sources.indicators(2), sources.nuts(), national=sources.indicators(0), period="2025", **options
    )


def sentence(**options: object) -> str:
    return ask(**options).sentence


def test_kept_classes_are_not_counted_as_this_years() -> None:
    assert (
        "of Greece's 13 regions, 10 had high unemployment, none low and 3 lay within 1 point of the threshold. "
        "All 3 still count as high, from 2024. The threshold is the EU value of 6.0% (mean of four quarters, seasonally "
        "adjusted). High is more than 1 point above it, low more than 1 point below."
    ) in sentence(country="EL")
    assert (
        "11 lay within 1 point of the threshold. Of the 11, 6 still count as high and 3 as low, from earlier years."
        in (sentence(country="FR"))
    )
    assert "All 4 still count as low, from earlier years." in sentence(country="DE")
    assert "1 lay within 1 point of the threshold. That one still counts as high, from 2021." in sentence(
        country="HR"
    )
    assert "still" not in sentence(country="EL", hysteresis=False)
    assert (
        "Luxembourg, which is one region, lay within 1 point of the threshold and still counted as low, from 2022: 6.5%"
    ) in sentence(country="LU")


def test_the_words_follow_the_rule() -> None:
    assert "High is more than 0.5 points above it, low more than 0.5 points below." in sentence(
        country="SI", margin=0.5
    )
    # Without a margin a region is at the threshold, above or below.
    at = ask(margin=0)
    assert "137 low, 1 lay at the threshold and 3 had no value. That one still counts as low" in at.sentence
    told = " ".join([at.sentence, *(c.sentence for c in at.checks)])
    assert "0 points" not in told and "High is" not in at.sentence
    kept = next(c.sentence for c in at.checks if c.name == "kept_class")
    assert kept.startswith("At the threshold, so kept in the class of an earlier year")
    # The size of the sampling error is claimed for the default margin only.
    wide, usual = (
        next(c.sentence for c in ask(country="IT", margin=m).checks if c.name == "near_threshold")
        for m in (4, 1)
    )
    assert "sampling error" not in wide and "sampling error" in usual


def test_two_thresholds() -> None:
    found = ask(threshold="both")
    assert (
        "36 had high unemployment, 37 low, 19 were on different sides of the EU and the national value, 149 lay within 1 "
        "point of one or both and 3 had no value. Of the 149, 18 still count as high, 32 as low and 47 as mixed, from "
        "earlier years."
    ) in found.sentence
    assert (
        found.sentence.count("High is more than 1 point above both, low more than 1 point below both.") == 1
    )
    # A region that is its nation is apart: only the EU decides.
    table = found.table[found.table.groupby("country")["geo"].transform("size") > 1]
    eu, nation = table["distance_to_eu"], table["distance_to_nation"]
    apart = ((eu > 1) & (nation < -1)) | ((eu < -1) & (nation > 1))
    assert apart.sum() == 19
    one = ask(threshold="both", country="LU")
    assert one.threshold_label == "the EU value" and "national value" not in one.sentence


def test_all_regions_add_up() -> None:
    found = ask()
    assert "74 had high unemployment, 112 low, 55 lay within 1 point of the threshold and 3 had no value" in (
        found.sentence
    )
    assert len(found.table) == 74 + 112 + 55 + 3
    beyond = found.table[found.table["distance"].abs() > 1]
    assert len(beyond) == 74 + 112


@pytest.mark.parametrize(
    "options", [{}, {"country": "EL"}, {"threshold": "both"}, {"margin": 0}, {"threshold": "nation"}]
)
def test_the_first_sentence_can_be_a_title(options: dict[str, object]) -> None:
    first = sentence(**options).split(". ")[0]
    # Nothing in it to be cut at, and short enough for the head of a map.
    assert not set("(;:") & set(first) and len(first) < 200
