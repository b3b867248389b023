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
