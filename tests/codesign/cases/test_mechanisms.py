"""Mechanisms beside results and effects: counted right, never mixed, never called an effect."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.codesign.cases.mechanisms import CaseMechanisms, mechanisms
from almpo_kit.vocabulary.case_studies import RESULTS, parts
from almpo_kit.vocabulary.errors import DesignError, FrameError

from .made_cases import case, effect, evidence, library


@pytest.fixture(scope="module")
def real() -> CaseMechanisms:
    return mechanisms(sources.case_studies(), sources.effects())


def linked(study: str, **more: str) -> dict:
    return case(f"case_{study}", study_ids=study, grounds="counterfactual", result="better") | more


def test_counts_are_the_cases(real: CaseMechanisms) -> None:
    cases = sources.case_studies()
    named = [m for cell in cases["mechanism"] for m in parts(cell)]
    assert real.table["n_cases"].sum() == len(named) == real.pairs["n_cases"].sum()
    assert real.table["n_cases"].to_list() == sorted(real.table["n_cases"], reverse=True)
    assert (real.table[list(RESULTS)].sum(axis=1) == real.table["n_cases"]).all()
    assert (real.table[["shown", "argued", "inferred"]].sum(axis=1) == real.table["n_cases"]).all()
    assert real.n_cases == len(cases)


def test_it_never_claims_an_effect(real: CaseMechanisms) -> None:
    assert "not of a mechanism" in real.sentence and "not averaged" in real.sentence
    assert real.headline is None and real.certainty is None
    assert {c.name for c in real.failed} >= {"several mechanisms", "whose reading", "thin lines"}
    assert not {"mean", "effect", "pooled"} & set(real.effects.columns)


def test_what_must_not_be_mixed_stands_apart() -> None:
    rows = [
        effect("base", "s"),
        effect("unit", "s", unit="percent"),
        effect("outcome", "s", outcome="earnings", unit="eur_per_month"),
        effect("comparator", "s", comparator="other_programme"),
        effect("later", "s", horizon_months=36.0),
        effect("from_end", "s", horizon_from="end"),
        effect("from_end_late", "s", horizon_from="end", horizon_months=36.0),
        effect("estimand", "s", estimand="att"),
        effect("counts_the_job", "s", includes_subsidised_job="included"),
        effect("type", "s", programme_type="services"),
    ]
    found = mechanisms(library(linked("s")), evidence(*rows))
    assert len(found.effects) == len(rows)
    assert (found.effects["n_estimates"] == 1).all()


def test_like_with_like_is_listed_not_averaged() -> None:
    rows = [
        effect("a", "s", effect=2.0),
        effect("b", "s", effect=-4.0, significance="negative", target_group="men"),
        effect("c", "t", effect=9.0, significance="none"),
        effect("d", "t", effect=1.0, significance=None),
    ]
    found = mechanisms(library(linked("s"), linked("t")), evidence(*rows))
    (line,) = found.effects.to_dict("records")
    assert (line["lowest"], line["highest"]) == (-4.0, 9.0)
    assert (line["n_cases"], line["n_samples"], line["n_estimates"]) == (2, 2, 4)
    assert [line[k] for k in ("favourable", "unfavourable", "no_difference", "not_stated")] == [1, 1, 1, 1]
    assert line["target_groups"] == "all, men" and line["studies"] == "s, t"


def test_outcomes_that_are_neither_good_nor_bad_are_not_tallied() -> None:
    rows = evidence(effect("a", "s", outcome="ui_exit_probability", significance="positive"))
    (line,) = mechanisms(library(linked("s")), rows).effects.to_dict("records")
    assert line["favourable"] == 0 and line["not_stated"] == 1


def test_a_study_named_twice_counts_once_and_papers_on_one_trial_are_one_sample() -> None:
    held = library(linked("s"), linked("s", case_id="again"), linked("t"))
    rows = evidence(effect("a", "s"), effect("b", "t", sample_id="s"))
    found = mechanisms(held, rows)
    (line,) = found.effects.to_dict("records")
    assert (line["n_cases"], line["n_samples"], line["n_estimates"]) == (3, 1, 2)
    assert found.table.iloc[0]["n_estimates"] == 2


def test_only_the_estimates_that_a_case_names() -> None:
    held = library(linked("s", estimate_ids="b|c"))
    found = mechanisms(
        held, evidence(effect("a", "s", effect=99.0), effect("b", "s"), effect("c", "s", effect=3.0))
    )
    assert found.effects["highest"].max() == 3.0 and found.effects["n_estimates"].sum() == 2


def test_missing_studies_are_said() -> None:
    found = mechanisms(library(linked("nowhere")), evidence(effect("a", "s")))
    assert len(found.effects) == 0
    assert any(c.name == "missing studies" and "nowhere" in c.sentence for c in found.failed)


def test_a_mechanism_of_one_type_cannot_be_told_from_it() -> None:
    same = mechanisms(library(case("a"), case("b")))
    assert any("New skills" in c.sentence for c in same.failed if c.name == "one programme type")
    apart = mechanisms(library(case("a"), case("b", programme_type="services")))
    assert not any(c.name == "one programme type" for c in apart.failed)


def test_without_effects() -> None:
    found = mechanisms(library(case("a"), case("b", mechanism="lock_in")))
    assert "No published effect" in found.sentence and len(found.effects) == 0
    assert found.table.set_index("mechanism").loc["lock_in", "works"] == "against"


def test_synthetic_is_kept() -> None:
    assert mechanisms(library()).provenance.synthetic
    real = case("a", source="A report")
    assert not mechanisms(library(real)).provenance.synthetic
    invented = evidence(effect("a", "s", source="SYNTHETIC"))
    assert mechanisms(library(real), invented).provenance.synthetic


def test_errors() -> None:
    with pytest.raises(DesignError, match="search more widely"):
        mechanisms(library().iloc[:0])
    with pytest.raises(FrameError, match=r"sources\.effects"):
        mechanisms(library(), pd.DataFrame({"study_id": ["a"]}))
