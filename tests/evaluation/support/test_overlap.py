"""Overlap: what can be compared passes, what cannot stops, and nothing is told about few people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation, sources
from almpo_kit.evaluation import Overlap
from almpo_kit.evaluation.support.overlap import overlap
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from .people import chosen, design

COVARIATES = {
    **dict.fromkeys(("age", "education", "black", "hispanic", "married", "no_degree"), "confounder"),
    **dict.fromkeys(("re74", "re75"), "history"),
}


def lalonde(controls: Any, **more: Any) -> Overlap:
    people = sources.lalonde(controls=controls)
    plan = evaluation.design(
        people,
        assignment="matching",
        comparison="no programme",
        outcomes=evaluation.measured("re78", outcome="earnings", unit="usd_per_year", months=24),
        covariates=COVARIATES,
    )
    return overlap(plan, learner="linear", **more)


def check(found: Overlap, name: str) -> Any:
    return next(c for c in found.checks if c.name == name)


def test_groups_that_overlap_can_be_compared() -> None:
    found = overlap(design(chosen(1500)), learner="linear")
    assert not found.stopped and not found.failed
    assert found.sentence.startswith("SYNTHETIC") and "can be compared" in found.sentence
    before, after = (found.table[f"difference_{w}"].abs().max() for w in ("before", "after"))
    assert before > 0.4 and after < 0.1
    assert found.kept.mean() > 0.95
    assert set(found.table["covariate"]) == {"age", "before", "schooling"}


def test_the_experiment_passes_and_the_surveys_of_lalonde_do_not() -> None:
    assert not lalonde("experiment").failed
    assert lalonde("psid").stops == ("effective_size",)
    assert lalonde("cps3").stopped
    cps = lalonde("cps")
    assert check(cps, "told_apart").status == "failed"
    assert "with caution" in cps.sentence


def test_nobody_is_trimmed_when_nobody_is_to_be() -> None:
    found = lalonde("psid", trim="none")
    assert found.kept.all() and found.stopped
    assert (found.trimmed["share_kept"] == 1).all()


def test_perfect_prediction_stops_and_names_the_way_out() -> None:
    people = chosen(600)
    people["treatment"] = np.where(people["age"] > 45, "training", "no programme")
    plan = design(people)
    found = overlap(
        plan, learner="linear", override="to see what overlap itself says" if plan.stopped else ""
    )
    assert "told_apart" in found.stops and "common_support" in found.stops
    assert "assignment='rd'" in check(found, "told_apart").sentence


def test_strong_selection_stops_for_everybody_before_it_does_for_participants() -> None:
    people = chosen(1500, pull=2.2, share=0.15)
    everybody = overlap(design(people, estimand="ate"), learner="linear")
    assert "common_support" in everybody.stops
    trimmed = everybody.trimmed.set_index("arm")
    assert (trimmed["share_kept"] < 0.8).any()
    assert np.isfinite(trimmed["difference"]).all() and (trimmed["difference"].abs() > 0.1).any()
    assert check(everybody, "trimming").status == "failed"


def test_what_trimming_changes_is_told_by_arm_and_covariate() -> None:
    found = overlap(design(chosen(1500, pull=1.5), estimand="ate"), learner="linear", trim=0.1)
    left = found.trimmed.set_index("arm")
    counts = pd.Series(found.design.sample.arm[found.kept]).value_counts()
    assert left.loc["training", "kept"] == counts[1]
    changed = found.details["trimming"]
    age = changed.query("arm == 'training' and column == 'age'").iloc[0]
    own = found.design.sample.arm == 1
    assert age["mean_kept"] == pytest.approx(found.design.sample.covariates[own & found.kept, 0].mean())
    assert found.propensity is not None
    assert found.propensity[found.kept].min() >= 0.1


def test_several_arms_are_each_held_against_the_comparison() -> None:
    found = overlap(design(chosen(1800, arms=3)), learner="linear")
    assert set(found.table["contrast"]) == {
        "training against no programme",
        "wage subsidy against no programme",
    }
    assert found.propensity is not None and found.propensity.shape == (1800, 3)
    assert set(found.details["histogram"]["group"]) == {"no programme", "training", "wage subsidy"}


def test_an_arm_that_is_unlike_all_others_is_named() -> None:
    people = chosen(1500, arms=3)
    people.loc[people["treatment"] == "wage subsidy", "before"] += 5000
    plan = design(people)
    found = overlap(
        plan, learner="linear", override="to see what overlap itself says" if plan.stopped else ""
    )
    assert found.stopped
    assert "wage subsidy" in check(found, "common_support").sentence


def test_strata_without_a_comparison_are_outside() -> None:
    people = chosen(900)
    people["stratum"] = np.arange(900) % 3
    lone = (people["stratum"] == 2) & (people["treatment"] == "no programme")
    people.loc[lone, "stratum"] = 1
    plan = design(people, block="stratum")
    found = overlap(
        plan, learner="linear", override="to see what overlap itself says" if plan.stopped else ""
    )
    treated_there = (people["stratum"] == 2).to_numpy()
    assert not found.kept[treated_there].any()
    assert "common_support" in found.stops


def test_same_seed_same_bytes_and_workers_do_not_matter() -> None:
    plan = design(chosen(800))
    one, two = overlap(plan, seed=3), overlap(plan, seed=3, workers=2)
    assert one.propensity is not None and two.propensity is not None
    assert one.propensity.tobytes() == two.propensity.tobytes()
    assert one.table.equals(two.table) and one.sentence == two.sentence
    assert one.provenance == two.provenance


def test_weights_count() -> None:
    people = chosen(800).assign(times=np.tile([1, 3], 400))
    plain = overlap(design(people), learner="linear", trim="none").table
    weighted = overlap(design(people, weight="times"), learner="linear", trim="none").table
    repeated = people.loc[people.index.repeat(people["times"])]
    age = float(np.mean(repeated.loc[repeated["treatment"] == "training", "age"]))
    assert weighted.query("column == 'age'")["mean_arm"].iloc[0] == pytest.approx(age)
    assert plain.query("column == 'age'")["mean_arm"].iloc[0] != pytest.approx(age)


def test_a_stopped_design_is_not_compared_without_a_reason() -> None:
    from dataclasses import replace

    plan = replace(design(chosen(300)), stops=("clusters",))
    with pytest.raises(DesignError, match="override"):
        overlap(plan)
    with pytest.raises(ParameterError, match="reason"):
        overlap(plan, override="because")
    found = overlap(plan, learner="linear", override="Shown to see what comes out of it")
    assert found.checks[0].name == "overridden_design" and found.overrides


def test_wrong_questions_are_refused() -> None:
    plan = design(chosen(300))
    with pytest.raises(ParameterError, match="design"):
        overlap(chosen(50))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="counterparts"):
        overlap(plan, trim="hard")
    with pytest.raises(ParameterError, match=r"0\.05"):
        overlap(plan, trim=0.7)
    with pytest.raises(ParameterError, match="learner"):
        overlap(plan, learner="magic")
    with pytest.raises(ParameterError, match="no meaning"):
        overlap(design(chosen(300), assignment="rct"), trim=0.1)


def test_a_figure_is_drawn() -> None:
    found = overlap(design(chosen(600)), learner="linear")
    assert found.plot("overlap", width=328).to_dict()["width"] == 328


def test_groups_with_nobody_in_common_stop_without_a_traceback() -> None:
    people = chosen(300)
    people["age"] += np.where(people["treatment"] == "training", 80, 0)
    found = overlap(
        design(people, covariates={"age": "history"}), learner="linear", override="to see it said"
    )
    assert "common_support" in found.stops and "effective_size" in found.stops
    assert not len(found.table)
    assert "cannot be compared" in found.sentence
    for method in ("regression", "nearest_neighbours", "difference", "doubly_robust"):
        with pytest.raises(DesignError, match="left nobody in"):
            evaluation.estimate(found, method=method, override="to see it said")


def test_columns_that_vary_by_rounding_only_are_no_columns() -> None:
    people = chosen(300)
    people["age"] += 1e14
    found = overlap(design(people, covariates={"age": "history"}), learner="linear")
    assert found.propensity is not None
    assert np.ptp(found.propensity[:, 1]) < 0.02
    matched = evaluation.estimate(found, method="propensity_matching", override="to see it said")
    assert np.isfinite(matched.table["effect"]).all()
