"""Estimates and codes become rows of an ``effects`` frame; what nobody coded is stated and never filled in."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from almpo_kit.learning.numbers.effect_rows import to_effects
from almpo_kit.learning.numbers.read_estimates import read_estimates
from almpo_kit.sources.synthetic.invented_documents import synthetic_documents
from almpo_kit.vocabulary.errors import DataError, FrameError
from almpo_kit.vocabulary.frames import check

INVENTED = synthetic_documents(60, seed=7, relevant_share=0.6)
READ = read_estimates(INVENTED.documents, INVENTED.passages)


def test_complete_rows_are_an_effects_frame() -> None:
    made = to_effects(READ.table, INVENTED.truth, documents=INVENTED.documents, groups=INVENTED.groups)
    assert len(made.table) > 10
    assert len(made.table) + len(made.missing) == READ.proposed
    check(made.table, "effects")
    assert made.sentence.startswith("SYNTHETIC")
    assert made.table["source"].str.startswith("SYNTHETIC").all()
    truth = INVENTED.estimates.assign(key=INVENTED.estimates["document_id"].str[:12])
    for row in made.table.itertuples():
        of_study = truth[truth["study_id"] == row.study_id]
        assert row.programme_type in set(of_study["programme_type"])
        assert any(abs(e - row.effect) < 1e-3 * max(1, abs(e)) for e in of_study["effect"])


def test_json_values_give_the_same_rows() -> None:
    direct = to_effects(
        READ.table, INVENTED.truth, documents=INVENTED.documents, groups=INVENTED.groups
    ).table
    through = to_effects(
        READ.proposals, INVENTED.truth, documents=INVENTED.documents, groups=INVENTED.groups
    ).table
    columns = ["estimate_id", "effect", "se", "unit", "outcome", "horizon_months", "significance", "source"]
    pd.testing.assert_frame_equal(direct[columns], through[columns])


def test_missing_and_several_codes_are_stated() -> None:
    name = str(READ.table.loc[READ.table["says"] == "proposed", "document_id"].iloc[0])
    one = READ.table[READ.table["document_id"] == name]
    codes = pd.DataFrame(
        {"document_id": name, "field": ["programme_type", "country"], "value": ["services|training", "DE"]}
    )
    made = to_effects(one, codes)
    assert not len(made.table)
    assert "programme_type (several: services, training); target_group; design" in set(
        made.missing["missing"]
    )
    assert made.failed


@pytest.mark.parametrize("value", ["", "[1]", "{", '{"effect": [1]}', "[" * 9000, None, "9" * 30_000])
def test_values_that_are_no_estimate_are_refused(value: object) -> None:
    settled = pd.DataFrame({"document_id": ["d"], "item": ["1"], "field": ["estimate"], "value": [value]})
    with pytest.raises(DataError, match="label it anew"):
        to_effects(settled, INVENTED.truth)


def test_numbers_in_json_that_are_none_count_as_missing() -> None:
    value = json.dumps({"effect": "much", "unit": "percentage_points", "outcome": "earnings"})
    settled = pd.DataFrame({"document_id": ["d"], "item": ["1"], "field": ["estimate"], "value": [value]})
    made = to_effects(settled, INVENTED.truth)
    assert "effect" in made.missing["missing"].iloc[0]


def test_a_frame_without_columns_is_refused() -> None:
    with pytest.raises(FrameError, match="value"):
        to_effects(READ.table, INVENTED.truth.drop(columns="value"))


ESTIMATE = {
    "document_id": "d",
    "item": "1",
    "outcome": "unemployment_duration",
    "unit": "days",
    "effect": -12.0,
    "se": 4.0,
    "significance": "positive",
    "horizon_from": "start",
}
CODED = {
    "programme_type": "training",
    "target_group": "all",
    "country": "DE",
    "design": "rct",
    "horizon_months": "24",
}


def rows(estimate: dict[str, object], **codes: str) -> tuple[pd.DataFrame, list[str]]:
    table = pd.DataFrame(
        [("d", f, v) for f, v in (CODED | codes).items()], columns=["document_id", "field", "value"]
    )
    made = to_effects(pd.DataFrame([ESTIMATE | estimate]), table)
    return made.table, made.missing["missing"].tolist()


def test_fewer_days_unemployed_are_favourable_and_the_opposite_is_no_row() -> None:
    table, missing = rows({})
    assert (table["significance"].tolist(), missing) == (["positive"], [])
    table, missing = rows({"significance": "negative"})
    assert table.empty and "significance" in missing[0]


def test_a_code_that_is_not_stated_is_missing_and_stops_no_other_row() -> None:
    table, missing = rows({}, design="not stated")
    assert table.empty and missing == ["design"]


def test_months_of_the_document_have_no_origin_of_the_estimate() -> None:
    table, _ = rows({})
    assert table["horizon_months"].tolist() == [24.0] and table["horizon_from"].isna().all()
