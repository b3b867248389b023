"""The verb: what it gives, what it refuses, what it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from almpo_kit import evaluation
from almpo_kit.vocabulary.errors import DesignError, ParameterError

from . import worlds

MONTHS = [-1, 0, *range(1, 13)]


def path(seed: int = 0, **more: Any) -> Any:
    plan = evaluation.design(
        worlds.months(seed),
        assignment="rct",
        comparison=worlds.COMPARISON,
        outcomes=evaluation.measured(
            "employed_{month}", outcome="employment_probability", unit="percentage_points", months=MONTHS
        ),
        covariates={"x0": "history"},
    )
    return evaluation.estimate(evaluation.overlap(plan), **more)


@pytest.fixture(scope="module")
def found() -> Any:
    return path()


def test_columns_and_rows(found: Any) -> None:
    assert list(found.table) == [
        "contrast",
        "arm",
        "comparison",
        "outcome",
        "unit",
        "months",
        "effect",
        "se",
        "df",
        "low",
        "high",
        "band_low",
        "band_high",
        "comparison_mean",
        "n_arm",
        "n_comparison",
        "estimand",
        "method",
    ]
    assert found.table["months"].tolist() == MONTHS
    assert set(found.table["contrast"]) == {"training against no programme"}
    assert (found.table["band_low"] <= found.table["low"]).all()
    assert (found.table["band_high"] >= found.table["high"]).all()
    assert found.figure == "effect_path" and found.method == "adjusted"
    assert found.fit.covariance.shape == (1, 14, 14)


def test_the_sentence_has_the_end_the_lock_in_and_the_sum(found: Any) -> None:
    said = found.sentence
    assert said.startswith(
        "SYNTHETIC data. Training against no programme, for all who were offered it (ITT): 12 months"
    )
    assert "worse off than without it from month 1 to month 4" in said
    assert "Over the 12 months that adds up to" in said and "months (95%" in said


def test_months_before_entry_are_not_added_up(found: Any) -> None:
    table, sums = found.table, found.cumulative
    assert sums["months"].tolist() == list(range(1, 13)) and set(sums["unit"]) == {"months"}
    after = table[table["months"] > 0]["effect"].to_numpy()
    assert sums["effect"].to_numpy() == pytest.approx(np.cumsum(after) / 100)
    # Months of one person go together, so the sum is less sure than independent months would make it.
    apart = np.sqrt((table[table["months"] > 0]["se"] ** 2).sum()) / 100
    assert sums["se"].iloc[-1] > 1.05 * apart


def test_a_path_with_a_hole_is_not_added_up() -> None:
    plan = evaluation.design(
        worlds.months(),
        assignment="rct",
        comparison=worlds.COMPARISON,
        outcomes=evaluation.measured(
            "employed_{month}", outcome="employment_probability", unit="percentage_points", months=(1, 2, 6)
        ),
        covariates={"x0": "history"},
    )
    told = evaluation.estimate(evaluation.overlap(plan))
    assert told.cumulative.empty and "contrast" in told.cumulative
    assert "not_added_up" in {c.name for c in told.checks}


def four() -> Any:
    world = worlds.four_arms(0, n=1200)
    return evaluation.overlap(evaluation.design(world.frame, **world.design))


def test_contrasts_are_named_and_may_be_any_two_arms() -> None:
    shared = four()
    told = evaluation.estimate(shared, learner="linear", folds=3, override="to look at all of the arms")
    assert told.table["contrast"].tolist() == [
        f"{a} against no programme" for a in ("incentive", "services", "training")
    ]
    pair = evaluation.estimate(
        shared,
        estimand="ate",
        learner="linear",
        folds=3,
        contrasts=[("training", "services"), ("services", "training")],
        override="to look at two of the arms",
    )
    assert pair.table["effect"].iloc[0] == pytest.approx(-pair.table["effect"].iloc[1])
    assert pair.table["se"].iloc[0] == pytest.approx(pair.table["se"].iloc[1])
    assert "several_comparisons" in {c.name for c in pair.checks}


def test_same_seed_same_bytes_and_two_workers_as_one() -> None:
    shared = four()
    asked: dict[str, Any] = {"learner": "boosting", "folds": 2, "override": "to look at the bytes"}
    one, two = (evaluation.estimate(shared, workers=w, **asked) for w in (1, 2))
    assert one.table.to_csv() == two.table.to_csv()
    assert one.fit.scores.tobytes() == two.fit.scores.tobytes()
    assert one.provenance == two.provenance
    other = evaluation.estimate(shared, seed=5, **asked)
    assert other.table["effect"].iloc[0] != one.table["effect"].iloc[0]


def test_what_is_asked_wrongly_is_told_how_to_ask() -> None:
    shared = four()
    with pytest.raises(ParameterError, match="doubly_robust"):
        evaluation.estimate(shared, method="magic")
    with pytest.raises(ParameterError, match="att"):
        evaluation.estimate(shared, estimand="cate")
    with pytest.raises(ParameterError, match="the arms are"):
        evaluation.estimate(shared, contrasts=[("training", "nothing")])
    with pytest.raises(ParameterError, match="itself"):
        evaluation.estimate(shared, contrasts=[("training", "training")])
    with pytest.raises(ParameterError, match="pair"):
        evaluation.estimate(shared, contrasts=["training"])  # type: ignore[list-item]
    with pytest.raises(ParameterError, match="twice"):
        evaluation.estimate(shared, contrasts=[("training", "services")] * 2)
    with pytest.raises(ParameterError, match="overlap"):
        evaluation.estimate(shared.design)
    with pytest.raises(ParameterError, match="boosting"):
        evaluation.estimate(shared, learner="forest", override="to see what an unknown learner does")


def test_a_stop_is_a_stop_and_an_override_stays_in_sight() -> None:
    from dataclasses import replace

    from almpo_kit.vocabulary.finding import Check

    shared = replace(
        four(),
        checks=(Check("common_support", "failed", "Nobody is comparable."),),
        stops=("common_support",),
    )
    with pytest.raises(DesignError, match="Nobody is comparable"):
        evaluation.estimate(shared)
    told = evaluation.estimate(
        shared, method="regression", override="The ministry wants to see the number anyway"
    )
    assert told.checks[0].name == "overridden_overlap" and told.checks[0].status == "failed"
    assert "The ministry wants" in str(told.provenance.options)


def test_few_clusters_are_a_failed_check() -> None:
    world = worlds.twelve_clusters(1)
    frame = world.frame.assign(office=[str(int(o) % 3) for o in world.frame["office"]])
    frame["treatment"] = np.where(frame["office"] == "0", "training", worlds.COMPARISON)
    plan = evaluation.design(frame, **world.design)
    why = "to see what three offices can tell"
    told = evaluation.estimate(evaluation.overlap(plan, override=why), override=why, method="difference")
    assert "degrees_of_freedom" in {c.name for c in told.failed}


def test_nothing_is_told_of_fewer_than_ten() -> None:
    from almpo_kit.evaluation.estimation.tables import effects_table
    from almpo_kit.evaluation.inference.fit import Fit

    told = path()
    thin = Fit(
        contrasts=(("a", "b"), ("c", "b")),
        estimate=np.ones((2, 14)),
        covariance=np.repeat(np.eye(14)[None], 2, axis=0),
        df=np.full((2, 14), 9.0),
        comparison_mean=np.ones((2, 14)),
        n_arm=np.array([7, 80]),
        n_comparison=np.array([40, 40]),
        n_clusters=np.array([47, 120]),
        estimand="att",
        se_kind="HC2",
    )
    table = effects_table(thin, told.sample.measures, "difference", 0)
    hidden = table[table["arm"] == "a"]
    assert hidden[["effect", "se", "low", "high", "comparison_mean", "n_arm"]].isna().all(axis=None)
    assert table[table["arm"] == "c"]["effect"].notna().all()
    from almpo_kit.evaluation.estimation.words import sentence

    assert "too little to say" in sentence(table, told.cumulative)


def test_no_person_is_shown(found: Any) -> None:
    text = found._repr_html_() if found.figure is None else repr(found)
    assert "p17" not in text and "employed_1" not in text
    assert len(found.table) == 14 and "scores" not in found.provenance.as_dict()["options"]


def test_progress_is_told_and_can_stop() -> None:
    told: list[tuple[int, int]] = []
    shared = four()
    evaluation.estimate(
        shared,
        learner="linear",
        folds=3,
        progress=lambda d, t: told.append((d, t)),
        override="to see progress",
    )
    assert told and told[-1][0] == told[-1][1]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluation.estimate(shared, learner="linear", progress=stop, override="to see it stop")


def test_an_effect_whose_support_was_not_judged_is_not_credible() -> None:
    world = worlds.four_arms(0, n=1200)
    shared = evaluation.overlap(evaluation.design(world.frame, **world.design), learner="linear")
    assert shared.design.plan.estimand == "att"
    as_planned = evaluation.estimate(shared, method="regression")
    other = evaluation.estimate(shared, method="regression", estimand="ate")
    name = "support_of_another_effect"
    assert name not in {c.name for c in as_planned.checks}
    (check,) = (c for c in other.checks if c.name == name)
    assert check.status == "failed"
    assert 'estimand="ate"' in check.sentence
    assert evaluation.verdict(other).verdict != "credible"


def test_a_month_nobody_of_an_arm_is_followed_to_is_left_out() -> None:
    frame = worlds.months(0)
    frame.loc[frame["treatment"] != worlds.COMPARISON, "employed_12"] = np.nan

    def asked(months: list[int]) -> Any:
        plan = evaluation.design(
            frame,
            assignment="matching",
            comparison=worlds.COMPARISON,
            outcomes=evaluation.measured(
                "employed_{month}",
                outcome="employment_probability",
                unit="percentage_points",
                months=months,
            ),
            covariates={"x0": "history"},
        )
        shared = evaluation.overlap(plan, learner="linear", override="to see what is said")
        return evaluation.estimate(shared, learner="linear", override="to see what is said")

    found = asked(MONTHS)
    assert found.table["months"].max() == 11
    assert found.cumulative["months"].max() == 11
    assert "11 months after entry" in found.sentence
    assert any(c.name == "too_few_followed" and "employed_12" in c.sentence for c in found.checks)
    with pytest.raises(DesignError, match="followed longer"):
        asked([12])
