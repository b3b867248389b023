"""Diagnoses, sweeps and comparisons say what the declared trials do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from almpo_kit.experiments.declaring.compare_designs import compare_designs
from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.declare import declare
from almpo_kit.experiments.declaring.diagnose import diagnose
from almpo_kit.experiments.declaring.kernels.diagnosands import DIAGNOSANDS, diagnosands
from almpo_kit.experiments.declaring.replications import replicate
from almpo_kit.experiments.declaring.simulated_power import simulated_power
from almpo_kit.experiments.declaring.sweep import sweep
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome

JOB = TrialOutcome("employed", "binary", 0.3, icc=0.05)
PAY = TrialOutcome("pay", "continuous", 1000.0, sd=400.0)
OFFICES = TrialDesign("cluster", clusters=12, cluster_size=40)


def offices(**more: Any) -> Declaration:
    return declare(OFFICES, JOB, **({"effect": 0.08} | more))


def test_power_is_that_of_the_t_test() -> None:
    n, effect = 80, 180.0
    declared = declare(TrialDesign("individual", people=n), PAY, effect=effect)
    found, mc_se = simulated_power(declared, 1000, 0)
    t = stats.t.isf(0.025, n - 2)
    true = stats.nct.sf(t, n - 2, effect / 400 * math.sqrt(n) / 2)
    assert mc_se == pytest.approx(math.sqrt(found * (1 - found) / 1000))
    assert found == pytest.approx(true, abs=3 * mc_se)


@pytest.mark.parametrize(
    "design",
    [
        TrialDesign("individual", people=100),
        TrialDesign("blocked", people=100),
        TrialDesign("cluster", clusters=12, cluster_size=20, size_variation=0.6),
        TrialDesign("matched_pair", clusters=12, cluster_size=20, size_variation=0.6),
        TrialDesign("saturation", clusters=16, cluster_size=20, saturations={0.0: 0.5, 0.5: 0.5}),
        TrialDesign("saturation", clusters=16, cluster_size=20, saturations={0.25: 0.5, 0.75: 0.5}),
        TrialDesign("stepped_wedge", clusters=9, cluster_size=8, steps=3),
    ],
    ids=lambda d: f"{d.kind}-{len(d.saturations)}",
)
def test_each_design_is_right_on_average_and_its_intervals_hold(design: TrialDesign) -> None:
    outcome = TrialOutcome("pay", "continuous", 0.0, sd=1.0, icc=0.05, explained=0.2, explained_between=0.3)
    found = diagnose(declare(design, outcome, effect=0.3), replications=150, seed=5)
    assert abs(found.bias) < 4 * found.bias_mc_se
    assert found.coverage > 0.95 - 4 * math.sqrt(0.95 * 0.05 / 150)
    assert found.se_ratio == pytest.approx(1, abs=0.2)
    assert found.failed_share == 0


def test_several_arms_are_judged_by_the_one_found_least() -> None:
    design = TrialDesign("individual", arms={"none": 0.4, "a": 0.3, "b": 0.3}, people=400)
    found = diagnose(declare(design, PAY, effect={"a": 200.0, "b": 60.0}), replications=100)
    power = found.table.query("figure == 'power'").set_index("arm")["value"]
    assert power["a"] > power["b"] == found.power and found.truth == 60
    assert "of b, the arm found least often" in found.sentence
    assert list(found.table["figure"].unique()) == list(DIAGNOSANDS)


def test_people_taken_for_independent_are_found_out() -> None:
    wrong = diagnose(offices(effect=0.0, estimator="difference"), replications=200)
    assert wrong.power > 0.15 and {c.name for c in wrong.failed} >= {
        "false finds",
        "intervals",
        "standard errors",
    }
    right = diagnose(offices(effect=0.0), replications=200)
    assert right.power < 0.11 and not right.failed
    assert "5 are allowed" in right.sentence and math.isnan(right.exaggeration)


def test_a_weak_trial_is_called_one() -> None:
    found = diagnose(offices(cost_fixed=10.0, cost_per_group=2000.0, cost_per_person=100.0), replications=150)
    assert found.power < 0.4 and found.exaggeration > 1.5
    assert {c.name for c in found.failed} == {"chance to find it", "what a find is worth"}
    assert "times as large as it is" in found.sentence
    assert found.cost == 10 + 12 * 2000 + 480 * 100
    assert found.metrics()["cost"] == found.cost


def test_diagnosands_are_what_they_say() -> None:
    effect = np.array([1.0, 3.0, -2.0, 4.0, np.nan])
    se = np.array([1.0, 1.0, 2.0, 1.0, np.nan])
    p = np.array([0.2, 0.01, 0.04, 0.001, np.nan])
    found = diagnosands(effect, se, effect - 2 * se, effect + 2 * se, p, 2.0, 0.05)
    value = {k: v[0] for k, v in found.items()}
    assert value["power"] == 3 / 5 and value["failed"] == pytest.approx(1 / 5)
    assert value["bias"] == pytest.approx(-0.5)
    assert value["rmse"] == pytest.approx(math.sqrt((1 + 1 + 16 + 4) / 4))
    assert value["coverage"] == np.mean([-1 <= 2 <= 3, 1 <= 2 <= 5, -6 <= 2 <= 2, 2 <= 2 <= 6])
    assert value["true_se"] == pytest.approx(np.std([1, 3, -2, 4], ddof=1))
    assert value["wrong_sign"] == pytest.approx(1 / 3)
    assert value["exaggeration"] == pytest.approx((1.5 + 1 + 2) / 3)
    assert value["se_ratio"] == pytest.approx(math.sqrt(7 / 4) / value["true_se"])


def test_monte_carlo_errors_are_right() -> None:
    rng = np.random.default_rng(0)
    many = []
    for _ in range(400):
        effect = rng.normal(0.5, 1, 200)
        se = np.sqrt(rng.chisquare(20, 200) / 20)
        p = 2 * stats.norm.sf(np.abs(effect / se))
        many.append(diagnosands(effect, se, effect - 1.96 * se, effect + 1.96 * se, p, 0.5, 0.05))
    for name in ("power", "bias", "rmse", "coverage", "se_ratio", "true_se", "exaggeration"):
        spread = np.std([m[name][0] for m in many])
        assert np.mean([m[name][1] for m in many]) == pytest.approx(spread, rel=0.2), name


def test_same_seed_same_numbers_and_more_runs_begin_alike() -> None:
    few, more = (replicate(offices(), n, 7, None) for n in (20, 30))
    assert few.effect.tobytes() == more.effect[:20].tobytes()
    assert replicate(offices(), 20, 8, None).effect.tobytes() != few.effect.tobytes()
    a, b = (diagnose(offices(), replications=20, seed=7) for _ in range(2))
    assert a.table.equals(b.table) and a.sentence == b.sentence


def test_trials_without_an_answer_count_as_not_found() -> None:
    rare = TrialOutcome("months", "duration", 400.0, months=12.0)
    found = diagnose(declare(TrialDesign("individual", people=60), rare, effect=1.5), replications=60)
    assert 0 < found.failed_share < 1
    (check,) = [c for c in found.checks if c.name == "trials without an answer"]
    assert check.status == "failed" and "wait longer" in check.sentence


class StoppedError(Exception):
    pass


def test_progress_is_told_and_may_stop_the_work() -> None:
    told: list[tuple[int, int]] = []
    diagnose(offices(), replications=40, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (40, 40) and [d for d, _ in told] == sorted(d for d, _ in told)

    rows: list[Any] = []

    def stop(done: int, total: int) -> None:
        assert total == 60
        if done > 45:
            raise StoppedError

    with pytest.raises(StoppedError):
        sweep(
            offices(),
            over={"outcome.icc": [0.0, 0.05, 0.1]},
            replications=20,
            progress=stop,
            each=rows.append,
        )
    # What was done before is kept by whoever listened.
    assert [r["outcome.icc"] for r in rows] == [0.0, 0.05]


def test_sweep_tells_what_helps_and_what_cannot_be() -> None:
    found = sweep(
        offices(effect=0.12, cost_per_person=1.0),
        over={"design.clusters": [3, 12, 30], "outcome.icc": [0.0, 0.1]},
        replications=60,
    )
    power = found.table.pivot_table(
        index="design.clusters", columns="outcome.icc", values="power", dropna=False
    )
    assert power.loc[30, 0.0] > power.loc[12, 0.0] > power.loc[12, 0.1]
    gone = found.table[found.table["design.clusters"] == 3]
    assert gone["power"].isna().all() and gone["why"].str.contains("take at least 4 groups").all()
    assert "clusters 30 and icc 0" in found.sentence and found.over == ("design.clusters", "outcome.icc")
    assert found.failed[0].name == "combinations that cannot be run"
    single = diagnose(offices(effect=0.12), replications=60)
    alone = sweep(offices(effect=0.12), over={"estimator": ["cluster", "difference"]}, replications=60)
    assert alone.table["power"].iloc[0] == single.power
    assert alone.table["power"].iloc[1] > single.power


def test_comparison_names_the_cheapest_that_can_be_trusted() -> None:
    money = {"cost_per_person": 100.0, "cost_per_group": 2000.0}
    people = declare(TrialDesign("individual", people=800), JOB, effect=0.14, cost_per_person=100.0)
    big = declare(TrialDesign("cluster", clusters=50, cluster_size=30), JOB, effect=0.14, **money)
    naive = declare(
        TrialDesign("cluster", clusters=40, cluster_size=60),
        JOB,
        effect=0.1,
        estimator="difference",
        cost_per_person=1.0,
    )
    found = compare_designs({"people": people, "many offices": big, "naive": naive}, replications=80)
    assert found.cheapest == "people" and "“people” is the cheapest" in found.sentence
    assert found.table.set_index("name")["trusted"].to_dict() == {
        "people": True,
        "many offices": True,
        "naive": False,
    }
    assert any(c.name == "intervals of naive" for c in found.failed)
    weak = compare_designs({"a": offices(), "b": offices(effect=0.05)}, replications=60)
    assert weak.cheapest == "" and "comes closest" in weak.sentence
    assert {c.name for c in weak.checks} >= {"same question", "costs"}


def test_synthetic_is_said() -> None:
    assert diagnose(offices(synthetic=True), replications=20).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("design", "outcome", "more", "match"),
    [
        (TrialDesign("individual"), PAY, {}, "say how many people"),
        (TrialDesign("cluster", clusters=12), JOB, {}, "say how many groups"),
        (TrialDesign("cluster", clusters=2, cluster_size=9), JOB, {}, "take at least 4 groups"),
        (
            TrialDesign("cluster", arms={"a": 0.9, "b": 0.1}, clusters=12, cluster_size=9),
            JOB,
            {},
            "at least 20 groups",
        ),
        (TrialDesign("matched_pair", clusters=2, cluster_size=9), JOB, {}, "needs 4"),
        (TrialDesign("stepped_wedge", clusters=3, cluster_size=9, steps=5), JOB, {}, "needs 5"),
        (TrialDesign("individual", people=90), JOB, {"effect": 0.8}, "make 110%"),
        (TrialDesign("individual", people=90), JOB, {"effect": 5}, "0.05 for five points"),
        (TrialDesign("individual", people=90), JOB, {"effect": "big"}, "give a number"),
        (TrialDesign("individual", people=90), JOB, {"effect": {"course": 0.1}}, "name each arm"),
        (
            TrialDesign("individual", people=90),
            JOB,
            {"estimator": "cluster"},
            "choose one of difference, adjusted",
        ),
        (TrialDesign("individual", people=90), PAY, {"estimator": "adjusted"}, "explained=0"),
        (TrialDesign("individual", people=90), PAY, {"spillover": 1.0}, "needs kind='saturation'"),
        (TrialDesign("individual", people=90), JOB, {"effect_spread": 0.1}, "leave effect_spread out"),
        (TrialDesign("individual", people=90), PAY, {"population_size": 50}, "population 50"),
        (TrialDesign("individual", people=90), PAY, {"blocks": 5}, "belong to kind='blocked'"),
        (TrialDesign("individual", people=90), PAY, {"cost_fixed": -1.0}, "cost_fixed"),
        (TrialDesign("individual", people=90), PAY, {"alpha": 1.0}, "alpha"),
        (TrialDesign("blocked", people=30), PAY, {"blocks": 20}, "make at most 15 blocks"),
        (
            TrialDesign("individual", people=90),
            TrialOutcome("m", "duration", 8.0),
            {"effect": -1.0},
            "ratio of hazards",
        ),
        (
            TrialDesign("stepped_wedge", clusters=9, cluster_size=9, steps=3),
            TrialOutcome("m", "duration", 8.0),
            {"effect": 1.2},
            "runs through several",
        ),
    ],
)
def test_what_is_refused_names_the_way_out(
    design: Any, outcome: Any, more: dict[str, Any], match: str
) -> None:
    with pytest.raises((ParameterError, DesignError), match=match):
        declare(design, outcome, **({"effect": 0.1} | more))


def test_verbs_refuse_what_is_no_declaration_or_no_value() -> None:
    with pytest.raises(ParameterError, match=r"experiments\.declare"):
        diagnose(OFFICES)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="2 to 50 named"):
        compare_designs({"one": offices()})
    with pytest.raises(ParameterError, match="no value of a declaration"):
        sweep(offices(), over={"design.colour": [1]})
    with pytest.raises(ParameterError, match="over a list"):
        sweep(offices(), over={"estimator": "cluster"})
    with pytest.raises(ParameterError, match="at most 500"):
        sweep(offices(), over={"effect": list(range(501))})
    with pytest.raises(ParameterError, match="replications"):
        diagnose(offices(), replications=3)
