"""Profiles, coverage and selection: each cell agrees with its own answer, each count with its rows."""

from __future__ import annotations

import numpy as np
import pytest

from almpo_kit import evidence
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import DataVersion, stamp


def test_coverage_of_the_whole_base(coded):
    frame = coded(6)
    whole = evidence.coverage(frame)
    assert whole.country is None and whole.n_estimates == 6
    table = whole.table
    assert table["n_estimates"].sum() == 6
    directions = [c for c in table if c.startswith("samples_")]
    assert (table[directions].sum(axis=1) == table["n_samples"]).all()


def test_coverage_counts_the_eu_and_trials(coded):
    frame = coded(4, 2, country=["DE", "DE", "US", "US", "EU", "EU", "UK", "UK"])
    frame["design"] = ["rct", "matching", "rct", "rct", *["matching"] * 4]
    found = evidence.coverage(frame)
    training = found.table.set_index("programme_type").loc["training"]
    assert (training["n_samples"], training["n_samples_eu"], training["n_samples_randomised"]) == (4, 2, 2)
    assert found.sentence.startswith(
        "The base holds 8 estimates from 4 independent samples, 2 of these samples from the EU-27, on training."
    )


def test_profile_has_every_programme_and_horizon(coded):
    p = evidence.profile(coded(7), country="GR")
    assert list(p.table["programme_type"].unique()) == list(PROGRAMME_TYPES)
    assert len(p.table) == len(PROGRAMME_TYPES) * 4 == len(p.answers)
    (cell,) = p.table[p.table["mean"].notna()].to_dict("records")
    assert (cell["programme_type"], cell["band"]) == ("training", "medium")
    assert cell["n_samples"] == cell["favourable"] == 7
    assert cell["reason"] == ""
    assert set(p.table.loc[p.table["n_estimates"] == 0, "reason"]) == {"no estimate in the base"}
    assert p.sentence.startswith("1 of 24 combinations")
    assert "0 have some estimates but too few, 23 none at all." in p.sentence
    assert cell["df"] == p.answers[list(p.table["mean"].notna()).index(True)].pooled.judged_df < 6
    assert "No estimate of this outcome comes from Greece." in p.sentence
    assert p.n_pooled == 1


def test_profile_counts_local_estimates(coded):
    p = evidence.profile(coded(6), country="DE")
    assert p.table["n_local"].sum() == 2
    assert "2 estimates of 6 come from Germany" in p.sentence


def test_profile_tallies_what_it_may_not_pool(coded):
    p = evidence.profile(coded(6, comparator="other_programme"))
    assert p.table["n_estimates"].sum() == 6
    assert p.table["favourable"].sum() == 6
    assert p.n_pooled == 0
    assert "1 has some estimates but too few, 23 none at all." in p.sentence


def test_coverage(coded):
    frame = coded(6)
    local = evidence.coverage(frame, country="de")
    assert (local.country, local.n_estimates, local.n_samples) == ("DE", 2, 2)
    assert local.table.set_index("programme_type").loc["training", "favourable"] == 2
    none = evidence.coverage(frame, country="GR")
    assert none.sentence == (
        "No estimate from Greece is in the evidence base; everything here comes from elsewhere."
    )
    assert len(none.table) == len(PROGRAMME_TYPES)
    with pytest.raises(ParameterError):
        evidence.coverage(frame, country="ZZ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"programme_type": "trainin"},
        {"target_group": "teens"},
        {"outcome": "jobs"},
        {"unit": "pp"},
        {"band": "1y"},
        {"country": "ZZ"},
        {"comparator": "nothing"},
    ],
)
def test_select_knows_its_words(coded, wrong):
    with pytest.raises(ParameterError, match="Choose from"):
        evidence.select(coded(), **wrong)


def test_select_filters_and_keeps_attributes(coded):
    frame = stamp(coded(6), DataVersion("effects", "1"))
    chosen = evidence.select(frame, country="de", band="medium")
    assert set(chosen["country"]) == {"DE"}
    assert chosen.attrs["data_versions"] == frame.attrs["data_versions"]
    assert "selection" not in frame.attrs
    assert len(evidence.select(frame.assign(comparator="other_amount"), comparator=None)) == 6


def consistent(p):
    """Whether every cell of a profile agrees with its own answer; gives back how many are pooled."""
    for cell, a in zip(p.table.to_dict("records"), p.answers, strict=True):
        assert (a.pooled is None) == np.isnan(cell["mean"])
        assert bool(cell["reason"]) == (a.pooled is None)
        if a.pooled is not None:
            assert a.table.loc[a.table["used"], "sample_id"].nunique() >= 5
            assert a.pooled.judged_df == cell["df"] >= 4 - 1e-6
            assert (cell["mean"], cell["low"]) == (a.pooled.mean, a.pooled.low)
        assert not (a.table["used"] & (a.table["why_not"] != "")).any()
    return p.n_pooled


def test_a_profile_agrees_with_its_answers(coded):
    frame = coded(18, 2)
    frame.loc[frame.index[12:24], "horizon_months"] = 6.0
    frame.loc[frame.index[24:], "programme_type"] = "services"
    frame.loc[frame.index[24::2], "se"] = np.nan
    p = evidence.profile(frame)
    assert consistent(p) == 3
    assert {type(a.pooled) for a in p.answers if a.pooled} == {
        evidence.PooledEffect,
        evidence.MultilevelEffect,
    }
    frame.loc[frame.index[:4], "se"] = np.nan
    assert consistent(evidence.profile(frame)) == 2


def test_on_the_base_itself():
    sources = pytest.importorskip("almpo_kit.sources")
    effects = sources.effects()
    p = evidence.profile(effects, country="EL")
    assert p.table["n_estimates"].sum() == len(evidence.select(effects, comparator=None))
    consistent(p)


def test_a_profile_counts_the_samples_that_could_enter_one_average(coded):
    frame = coded(6)
    frame.loc[frame.index[:2], "se"] = np.nan
    p = evidence.profile(frame)
    (cell,) = p.table[p.table["n_estimates"] > 0].to_dict("records")
    assert (cell["n_samples"], cell["n_usable"], cell["minimum"]) == (6, 4, 5)
    assert set(p.table["minimum"]) == {5}
    whole = evidence.profile(coded(6)).table
    assert set(whole.loc[whole["mean"].notna(), "n_usable"]) == {6}


def test_cells_without_estimates_share_all_but_the_question(coded):
    p = evidence.profile(coded(6))
    nothing = [a for a in p.answers if a.table.empty]
    assert len({a.question for a in nothing}) == len(nothing) == 31
    for a, cell in zip(p.answers, p.table.to_dict("records"), strict=True):
        assert a.band == cell["band"]
        asked = evidence.select(coded(0), programme_type=cell["programme_type"], band=cell["band"])
        if a.table.empty:
            alone = evidence.answer(asked, question=a.question)
            assert (a.sentence, a.checks, a.refusal) == (alone.sentence, alone.checks, alone.refusal)


def test_a_profile_says_whose_effect_each_average_is(coded):
    frame = coded(12, programme_type=["training"] * 6 + ["services"] * 6, estimand=["itt"] * 6 + ["att"] * 6)
    p = evidence.profile(frame)
    pooled = p.table[p.table["mean"].notna()].set_index("programme_type")
    assert pooled["estimand"].to_dict() == {"training": "itt", "services": "att"}
    assert ", for all who were offered it (ITT), " in p.sentence
    assert ", for those who took part (ATT), " in p.sentence
    (check,) = [c for c in p.failed if c.name == "estimand"]
    assert "different people" in check.sentence
    assert "estimand" not in {c.name for c in evidence.profile(frame.assign(estimand="late")).checks}
