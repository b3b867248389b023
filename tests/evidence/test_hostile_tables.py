"""Tables with blank names, text for numbers, or columns missing or twice: understood or refused, never wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.vocabulary.errors import DesignError

VERBS = [evidence.pool, evidence.multilevel]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("column", ["effect", "se"])
def test_missing_columns(coded, verb, column):
    with pytest.raises(DesignError, match=column):
        verb(coded().drop(columns=column))


@pytest.mark.parametrize("verb", VERBS)
def test_text_where_numbers_belong(coded, verb):
    with pytest.raises(DesignError, match="numbers"):
        verb(coded().assign(se="a lot"))


@pytest.mark.parametrize("blank", [None, np.nan, "", "  "])
def test_an_estimate_of_no_known_sample_is_never_taken_for_independent(coded, blank):
    frame = coded(7)
    frame.loc[[0, 3], ["sample_id", "study_id"]] = blank
    for verb in VERBS:
        with pytest.raises(DesignError, match=r"sample .* of s0-0, s3-3, .*leave them out"):
            verb(frame)


@pytest.mark.parametrize("blank", [None, "", " "])
def test_blank_cells_fall_back_to_the_study(coded, blank):
    frame = coded(6)
    frame.loc[0, "sample_id"] = blank
    assert evidence.pool(frame).table["sample_id"][0] == "s0"
    frame.loc[0, "study_id"] = " s1 "
    with pytest.raises(DesignError, match="s1: 2"):
        evidence.pool(frame)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "kind",
    [
        lambda f: f.assign(**{c: f[c].astype("category") for c in f.select_dtypes(exclude="number")}),
        lambda f: f.convert_dtypes(),
        lambda f: f.assign(sample_id=np.nan),
        lambda f: f.assign(sample_id=pd.Categorical([None] * len(f))),
        lambda f: f.assign(sample_id=[1, 2.5, "a", None, "b", 3]),
        lambda f: f.astype({"effect": str, "se": str, "horizon_months": str}),
        lambda f: f.astype({"effect": object, "se": object}),
        lambda f: f.astype({"effect": "float32", "se": "float32"}),
    ],
)
def test_columns_of_any_kind(coded, verb, kind):
    got, plain = verb(kind(coded(6))), verb(coded(6))
    assert (got.mean, got.se) == pytest.approx((plain.mean, plain.se), rel=1e-6)
    assert got.rests_on == plain.rests_on
    assert evidence.answer(kind(coded(6)), question="?").n_samples == 6


@pytest.mark.parametrize("column", ["effect", "se", "horizon_months", "start_year"])
def test_text_where_numbers_belong_is_named(coded, column):
    frame = coded(6).astype({column: object})
    frame.loc[2, column] = "about 18"
    for verb in (*VERBS, evidence.select, evidence.profile, evidence.coverage):
        with pytest.raises(DesignError, match=f"needs numbers in {column}, and 'about 18' is none"):
            verb(frame)
    with pytest.raises(DesignError, match="needs numbers"):
        evidence.answer(frame, question="?")


@pytest.mark.parametrize(
    ("verb", "column"),
    [
        (evidence.select, "outcome"),
        (evidence.profile, "country"),
        (evidence.profile, "horizon_from"),
        (evidence.coverage, "design"),
        (evidence.coverage, "country"),
        (lambda f: evidence.answer(f, question="?"), "se"),
        (lambda f: evidence.select(f, band="short"), "horizon_months"),
    ],
)
def test_missing_columns_are_named(coded, verb, column):
    with pytest.raises(DesignError, match=rf"needs the column\(s\) {column}; the frame has "):
        verb(coded().drop(columns=column))


@pytest.mark.parametrize(
    "verb",
    [
        *VERBS,
        evidence.select,
        evidence.profile,
        evidence.coverage,
        lambda f: evidence.answer(f, question="?"),
    ],
)
def test_repeated_columns(coded, verb):
    twice = pd.concat([coded(), coded()[["unit"]]], axis=1)
    with pytest.raises(DesignError, match=r"column\(s\) unit more than once; .*duplicated") as error:
        verb(twice)
    assert len(str(error.value)) < 200
    verb(twice.loc[:, ~twice.columns.duplicated()])


def test_the_callers_frame_is_left_as_it_is(coded):
    frame = coded().astype({"effect": str, "unit": "category"})
    before = frame.copy()
    evidence.pool(frame)
    pd.testing.assert_frame_equal(frame, before)
