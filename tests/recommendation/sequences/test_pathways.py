"""Sequences through the verb: truth, refusals, limits, persons, skills paths, hostile input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.recommendation import Pathways, SequenceLimits, menu, pathways
from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

from .step_worlds import NAMES, StepWorld, step_world

MONTHS = 24


def asked(seed: int = 0, se: float = 0.5, **more: Any) -> Pathways:
    effects, without, offered = step_world(seed, n=40).tables(MONTHS, se)
    return pathways(effects, offered, without=without, draws=200, **more)


def reasons(found: Pathways) -> dict[str, str]:
    """Why each is left out."""
    return dict(zip(found.left_out["pathway"], found.left_out["reason"], strict=True))


def truth(world: StepWorld, found: Pathways, name: str) -> float:
    """True months in work that a sequence adds."""
    starts = found.stages.loc[found.stages["pathway"] == name, "start"].astype(int)
    path = world.chance(tuple(name.split(" → ")), tuple(starts), found.horizon)
    return float((path - world.chance((), (), found.horizon)).sum())


def covered(seeds: range, builds: float) -> list[bool]:
    out = []
    for seed in seeds:
        world = step_world(seed, builds=builds, n=60)
        effects, without, offered = world.tables(36, se=1.0)
        rng = np.random.default_rng(seed + 500)
        for name in NAMES:
            error = rng.standard_normal(36)
            for t in range(1, 36):
                error[t] = 0.95 * error[t - 1] + np.sqrt(1 - 0.95**2) * error[t]
            effects.loc[effects["programme"] == name, "effect"] += error
        found = pathways(effects, offered, without=without, draws=200, limits=SequenceLimits(most_steps=2))
        out += [
            row["low"] <= truth(world, found, row["pathway"]) <= row["high"]
            for row in found.table.to_dict("records")
            if row["n_steps"] > 1
        ]
    return out


def test_intervals_hold_the_truth_of_sequences() -> None:
    """Where effects add up, where half stays, and (by the column for it) where each step undoes the one before."""
    assert np.mean([*covered(range(5), 1.0), *covered(range(5), 0.5)]) >= 0.9
    world = step_world(3, builds=0.0, n=60)
    effects, without, offered = world.tables(36, se=1e-6)
    found = pathways(effects, offered, without=without, draws=100)
    for row in found.table.to_dict("records"):
        assert row["gain_if_undone"] == pytest.approx(truth(world, found, row["pathway"]), abs=0.6)


@pytest.mark.slow
@pytest.mark.parametrize(("builds", "least"), [(1.0, 0.93), (0.5, 0.93), (0.0, 0.8)])
def test_intervals_hold_the_truth_of_sequences_in_many_worlds(builds: float, least: float) -> None:
    """Beyond the range of the assumption (all is undone, and people get harder to place) coverage falls; stated."""
    assert np.mean(covered(range(150), builds)) >= least


def test_one_programme_is_what_was_estimated() -> None:
    found = asked(se=0.3, limits=SequenceLimits(most_steps=1))
    effects, _, _ = step_world(0, n=40).tables(MONTHS, 0.3)
    for row in found.table.to_dict("records"):
        mine = effects[effects["programme"] == row["pathway"]]
        assert row["gain"] == pytest.approx(mine["effect"].sum() / 100, abs=0.01)
        # Errors that move together fully: the widest that the sum can have.
        assert (row["high"] - row["low"]) / 2 == pytest.approx(1.96 * 0.3 * MONTHS / 100, rel=0.15)
        assert row["rests_on"] == "the effect of one programme"
    assert [c.status for c in found.checks if c.name == "how_steps_combine"] == ["passed"]


def test_covariances_and_sums_make_intervals_narrower() -> None:
    effects, without, offered = step_world(1, n=40).tables(MONTHS, 0.5)
    alone = SequenceLimits(most_steps=1)
    wide = pathways(effects, offered, without=without, limits=alone, draws=400)
    inner = {name: 0.25 * np.eye(MONTHS) for name in NAMES}
    given = pathways(effects, offered, without=without, limits=alone, draws=400, covariance=inner)
    sums = pd.DataFrame({"arm": NAMES, "months": MONTHS, "se": 0.005 * np.sqrt(MONTHS), "unit": "months"})
    by_sum = pathways(effects, offered, without=without, limits=alone, draws=400, cumulative=sums)
    for found in (given, by_sum):
        ratio = (found.table["high"] - found.table["low"]) / (wide.table["high"] - wide.table["low"])
        assert ratio.to_numpy() == pytest.approx(1 / np.sqrt(MONTHS), rel=0.2)
        assert not [c for c in found.checks if c.name == "months_move_together"]
    with pytest.raises(DesignError, match="diagonal"):
        pathways(effects, offered, without=without, covariance={"training": np.eye(MONTHS)})


def test_what_is_said() -> None:
    found = asked(2)
    assert found.sentence.startswith(("Offer first", "The highest expected", "No sequence is shown"))
    assert "against no programme" in found.question and "95%" in found.sentence
    combine = next(c for c in found.checks if c.name == "how_steps_combine")
    assert combine.status == "failed" and combine.sentence.startswith("ASSUMPTION")
    assert found.certainty in ("low", "too little to say", "moderate")
    assert found.table["gain"].is_monotonic_decreasing
    assert found.paths.groupby("pathway").size().eq(MONTHS + 1).all()
    assert found.table["chance_best"].sum() == pytest.approx(1)
    first = found.stages[found.stages["step"] == 1]
    assert first["share"].eq(100).all() and (found.stages["share"] <= 100).all()


def test_alike_programmes_cannot_be_told_apart() -> None:
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 0.5)
    same = pd.concat([effects[effects["programme"] == "training"].assign(programme=name) for name in NAMES])
    found = pathways(same, offered, without=without, limits=SequenceLimits(most_steps=1), draws=400)
    assert found.table["like_best"].all()


def test_no_effect_is_told_as_none() -> None:
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 1.0)
    found = pathways(effects.assign(effect=0.0), offered, without=without, draws=200)
    assert found.sentence.startswith("No sequence is shown to add months in work")


def test_same_seed_same_bytes_and_order_of_rows_is_nothing() -> None:
    effects, without, offered = step_world(4, n=40).tables(MONTHS, 0.5)
    once = pathways(effects, offered, without=without, draws=200, seed=7)
    again = pathways(effects.sample(frac=1, random_state=1), offered, without=without, draws=200, seed=7)
    pd.testing.assert_frame_equal(once.table, again.table)
    pd.testing.assert_frame_equal(once.paths, again.paths)
    other = pathways(effects, offered, without=without, draws=200, seed=8)
    assert not once.table["low"].equals(other.table["low"])


def test_a_constant_more_is_no_change() -> None:
    """A useless column changes nothing."""
    effects, without, offered = step_world(4, n=40).tables(MONTHS, 0.5)
    once = pathways(effects, offered, without=without, draws=100)
    pd.testing.assert_frame_equal(
        once.table, pathways(effects.assign(noted=1), offered, without=without, draws=100).table
    )


def test_a_beaten_sequence_is_dropped_with_its_reason() -> None:
    effects, without, _ = step_world(0, n=40).tables(MONTHS, 0.1)
    effects = effects.assign(effect=np.where(effects["programme"] == "services", 8.0, 1.0))
    offered = menu(
        pd.DataFrame(
            {
                "programme": NAMES,
                "programme_type": ["services", "training", "employment_incentives"],
                "duration_months": [2, 6, 6],
                "unit_cost_eur": [600, 5000, np.nan],
            }
        )
    )
    found = pathways(effects, offered, without=without, draws=200, limits=SequenceLimits(most_steps=1))
    assert "training" not in list(found.table["pathway"])
    assert "services adds more, costs no more" in reasons(found)["training"]
    assert "subsidy" in list(found.table["pathway"]), "nothing is dropped for a cost that nobody knows"
    assert "cost_not_known" in {c.name for c in found.failed}


def test_refusals() -> None:
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 0.5)
    thin = effects.assign(
        abstains=effects["programme"] == "training", reason="fewer than five studies", kind="estimated"
    )
    thin.loc[thin["programme"] == "subsidy", "se"] = np.nan
    found = pathways(thin, offered, without=without, draws=100)
    why = reasons(found)
    assert why["training"] == "fewer than five studies" and "no interval" in why["subsidy"]
    assert set(found.table["pathway"]) == {"services"}
    none = pathways(thin.assign(abstains=True), offered, without=without, draws=100)
    assert none.certainty == "too little to say" and not len(none.table) and none.headline is None
    assert none.best == "" and "No sequence can be told about" in none.sentence and none.metrics() == {}
    wanted = pathways(
        thin, offered, without=without, draws=100, sequences=[["services", "training"], ["services"]]
    )
    assert list(wanted.table["pathway"]) == ["services"]
    assert "training: fewer than five studies" in wanted.left_out["reason"].iloc[0]


def test_nothing_is_carried_beyond_what_is_known() -> None:
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 0.5)
    cut = effects[(effects["programme"] != "training") | (effects["months"] <= 12)]
    assert pathways(cut, offered, without=without, draws=100).horizon == 12
    longer = pathways(cut, offered, without=without, draws=100, horizon=MONTHS)
    why = reasons(longer)
    assert "known to month 12" in why["training"]
    assert "services → training" in why


def test_months_that_lack_are_told() -> None:
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 0.5)
    found = pathways(effects[effects["months"] % 6 == 0], offered, without=without, draws=100)
    told = [c for c in found.failed if c.name == "assumed_effects"]
    assert told and "straight lines" in told[0].sentence
    assert found.stages["assumed"].str.contains("straight lines").all()
    assert found.certainty != "moderate"


def test_limits() -> None:
    limits = SequenceLimits(
        gap=3,
        most_months=12,
        most_cost=9000,
        barred={"subsidy": "has used it up"},
        requires={"training": "services"},
    )
    found = asked(limits=limits)
    assert set(found.table["pathway"]) <= {"services", "services → training"}
    why = reasons(found)
    assert why["subsidy"] == "has used it up" and "asks for services before it" in why["training"]
    starts = found.stages[found.stages["step"] == 2]["start"]
    assert (starts == 5).all(), "two months of services, three between"
    dear = asked(limits=SequenceLimits(most_cost=700))
    assert list(dear.table["pathway"]) == ["services"]
    assert "above the limit" in dear.left_out["reason"].str.cat()


def gains(**more: Any) -> Gains:
    k = 4
    fields: dict[str, Any] = {
        "arms": ("no programme", *NAMES),
        "mean": np.array([[0.0, 1.0, 3.0, 2.0]]),
        "se": np.array([[0.0, 0.3, 0.3, 0.3]]),
        "low": np.zeros((1, k)),
        "high": np.zeros((1, k)),
        "abstains": np.array([[False, False, False, True]]),
        "reasons": np.array([["", "", "", "nobody like this person took it"]], dtype=object),
        "weight_evidence": np.zeros((1, k)),
        "weight_local": np.ones((1, k)),
        "distance": np.zeros((1, k)),
        "unit": "months in work",
        "target_words": "months in work",
    }
    return Gains(**(fields | more))


def test_one_person() -> None:
    found = asked(start=gains(), start_months=MONTHS, limits=SequenceLimits(most_steps=1))
    table = found.table.set_index("pathway")
    assert table.loc["training", "gain"] == pytest.approx(3.0, abs=0.02)
    assert table.loc["training", "high"] == pytest.approx(3 + 1.96 * 0.3, abs=0.1)
    assert reasons(found)["subsidy"] == "nobody like this person took it"
    assert "for this person" in found.sentence and found.metrics() == {}
    assert any("this person's own gain" in c.sentence for c in found.failed)
    points = asked(start=gains(unit="points"), start_months=12, limits=SequenceLimits(most_steps=1))
    path = points.paths[points.paths["pathway"] == "training"].set_index("months")
    assert path.loc[12, "effect"] == pytest.approx(3.0, abs=0.02)
    with pytest.raises(ParameterError, match="one person"):
        asked(start=gains(mean=np.zeros((2, 4))))
    with pytest.raises(DesignError, match="euro"):
        asked(start=gains(unit="euro"))


def path_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "route": ["direct", "with stops", "with stops"],
            "step": [1, 1, 2],
            "start_label": ["cashier", "cashier", "stock clerk"],
            "label": ["welder", "stock clerk", "welder"],
            "months": [9.2, 2.0, 7.0],
            "months_low": [5.0, 1.0, 4.0],
            "months_high": [12.0, 4.0, 9.0],
        }
    )


def test_a_skills_path_is_the_training_step() -> None:
    found = asked(skills_path=path_frame(), sequences=[["training"], ["services", "training"]])
    step = found.stages[(found.stages["programme"] == "training") & (found.stages["step"] == 1)].iloc[0]
    assert step["label"] == "training from cashier to welder" and step["end"] - step["start"] == 10
    assert "it takes 10 months by the skills path" in step["assumed"]
    (told,) = [c for c in found.checks if c.name == "length_of_training"]
    assert "5 months" in told.sentence and "12 months" in told.sentence
    around = asked(skills_path=path_frame(), skills_route="with stops", sequences=[["training"]])
    assert "stock clerk" in around.stages.loc[around.stages["programme"] == "training", "label"].iloc[0]
    with pytest.raises(FrameError, match="months"):
        asked(skills_path=path_frame().assign(months=-1))
    with pytest.raises(FrameError, match="unknown programme"):
        asked(skills_path=path_frame(), skills_programme="welding")


def test_people_who_followed_a_sequence() -> None:
    rows = [(f"p{i}", "services", "2019-01") for i in range(40)]
    rows += [(f"p{i}", "training", "2019-06") for i in range(12)]
    rows += [(f"p{i}", "subsidy", "2019-06") for i in range(12, 15)]
    entries = pd.DataFrame(rows, columns=["id", "programme", "start"]).assign(source="SYNTHETIC register")
    found = asked(
        entries=entries, sequences=[["services"], ["services", "training"], ["services", "subsidy"]]
    )
    people = found.table.set_index("pathway")["people"]
    assert found.sentence.startswith("SYNTHETIC")
    assert np.isnan(people["services → subsidy"]), "three people"
    assert np.isnan(people["services → training"]), "else the three could be taken from a total"
    assert people["services"] == 25
    text = " ".join(c.sentence for c in found.checks)
    assert " 3 people" not in text


def test_a_table_of_an_estimate_is_taken_as_it_is() -> None:
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 0.5)
    table = effects.rename(columns={"programme": "arm"}).assign(
        contrast="x",
        comparison="no programme",
        outcome="employment_probability",
        unit="percentage_points",
        df=50.0,
    )
    table["comparison_mean"] = table["months"].map(without.set_index("months")["chance"])
    more = table.head(2).assign(arm="training", comparison="subsidy")
    found = pathways(pd.concat([table, more]), offered, draws=100)
    direct = pathways(effects.assign(df=50.0), offered, without=without, draws=100)
    pd.testing.assert_frame_equal(found.table, direct.table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"without": None}, "without="),
        ({"without": pd.DataFrame({"months": [0, 12], "chance": [0, 140]})}, "between 0 and 100"),
        ({"rule": "magic"}, "neither"),
        ({"interaction": (1.0, 0.5)}, "interaction="),
        ({"losing": 2.0}, "losing="),
        ({"draws": 3}, "draws="),
        ({"horizon": -5}, "horizon="),
        ({"level": 95}, "level="),
        ({"sequences": [["services", "services"]]}, "twice"),
        ({"sequences": [["nonsense"]]}, "unknown programme"),
        ({"sequences": ["services"]}, "lists of programmes"),
        ({"sequences": [["no programme"]]}, "no step"),
        ({"limits": SequenceLimits(most_cost=-1)}, "most_cost"),
        ({"limits": SequenceLimits(most_steps=9)}, "most_steps"),
        ({"limits": SequenceLimits(barred={"nonsense": "x"})}, "unknown programme"),
        ({"start_months": 2, "start": gains()}, ""),
    ],
)
def test_what_cannot_be_asked(change: dict[str, Any], words: str) -> None:
    effects, without, offered = step_world(0, n=20).tables(MONTHS, 0.5)
    options: dict[str, Any] = {"without": without, "draws": 100} | change
    if not words:
        assert not len(pathways(effects, offered, **options).table), (
            "a gain told before programmes end says nothing"
        )
        return
    with pytest.raises(AlmpoError, match=words):
        pathways(effects, offered, **options)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"unit": "eur_per_month"}, "percentage_points"),
        ({"outcome": "employed_within_horizon"}, "whole period"),
        ({"comparison": "waiting"}, "against"),
        ({"programme": "nonsense"}, "menu lacks"),
        ({"months": 1.5}, "whole numbers"),
        ({"months": 3}, "stands twice"),
        ({"effect": 400.0}, "beyond 100"),
        ({"se": -1.0}, "negative"),
    ],
)
def test_tables_that_are_none(columns: dict[str, Any], words: str) -> None:
    effects, without, offered = step_world(0, n=20).tables(MONTHS, 0.5)
    with pytest.raises(AlmpoError, match=words):
        pathways(effects.assign(**columns), offered, without=without)
    with pytest.raises(FrameError, match="lacks"):
        pathways(effects.drop(columns="se"), offered, without=without)


def test_a_bare_table_says_that_nobody_knows_whether_it_is_invented() -> None:
    """A table taken out of its Finding has lost its label: told, unless what it comes from is given."""
    effects, without, offered = step_world(0, n=40).tables(MONTHS, 0.5)
    bare = effects.drop(columns="source", errors="ignore")
    limits = SequenceLimits(most_steps=1)

    def ask(given: pd.DataFrame, of: Provenance | None = None) -> Pathways:
        return pathways(given, offered, without=without, draws=100, limits=limits, of=of)

    told = ask(bare)
    assert [c.name for c in told.failed if c.name == "source not stated"] == ["source not stated"]
    invented = ask(bare, Provenance(data=(DataVersion("invented", "1", kind="synthetic"),), synthetic=True))
    assert invented.sentence.startswith("SYNTHETIC") and invented.provenance.data
    for named in (
        invented,
        ask(bare.assign(source="register of 2024")),
        ask(bare, Provenance(method="an estimate")),
    ):
        assert "source not stated" not in {c.name for c in named.checks}
    # Saying where it comes from never takes a label off.
    marked = ask(bare.assign(source="SYNTHETIC effects"), Provenance(method="an estimate"))
    assert marked.provenance.synthetic


def test_progress_and_stopping() -> None:
    seen: list[tuple[int, int]] = []
    asked(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(seen)

    def stop(_: int, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(progress=stop)
