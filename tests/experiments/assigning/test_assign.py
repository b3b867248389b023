from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare

from almpo_kit.experiments.assigning.assign import assign
from almpo_kit.experiments.assigning.drawing import draw, options
from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation
from almpo_kit.experiments.assigning.unit_list import unit_list
from almpo_kit.vocabulary.draws import list_digest
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.trial_designs import TrialDesign

from .lists import DESIGNS, people

STRANGER = Path(__file__).parent / "stranger.py"
KINDS = list(DESIGNS)


def of_groups(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("cluster")


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_draws_the_same(kind: str) -> None:
    """By hashlib alone, in another process."""
    design, columns = DESIGNS[kind]
    made = assign(people(), design, seed="lottery 2027-01-09: 4 11 23", **columns)
    frame = made.assignments
    unit = "cluster" if design.of_clusters else "id"
    within = "pair" if design.kind == "matched_pair" else "block"
    names, weights = options(design)
    told: dict[str, Any] = {"seed": made.seed, "stage": made.stage, "weights": weights}
    told |= {"block": dict(zip(frame[unit], frame[within], strict=True))}
    if design.kind == "saturation":
        told |= {
            "within": {"0.4": (1, (3, 2))},
            "place": dict(zip(frame["id"], frame["cluster"], strict=True)),
        }
    done = subprocess.run(
        [sys.executable, "-S", str(STRANGER)],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    again = json.loads(done.stdout)
    if design.kind == "stepped_wedge":
        assert [again[c] + 1 for c in frame["cluster"]] == frame["step"].tolist()
    elif design.kind == "saturation":
        levels = list(design.saturations)
        assert [levels[again[c]] for c in frame["cluster"]] == frame["saturation"].tolist()
        inner = frame[frame["saturation"] == 0.4]
        assert [list(design.arms)[again[i]] for i in inner["id"]] == inner["arm"].tolist()
    else:
        assert [names[again[u]] for u in frame[unit]] == frame["arm"].tolist()


def test_another_process_and_hash_seed_draw_the_same() -> None:
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests.experiments.assigning.lists import DESIGNS, people\n"
        "from almpo_kit.experiments.assigning.assign import assign\n"
        "from almpo_kit.experiments.assigning.rerandomisation import Rerandomisation\n"
        "print([assign(people(), d, seed=5, **c).draw_digest for d, c in DESIGNS.values()])\n"
        "d, c = DESIGNS['individual']\n"
        "print(assign(people(), d, seed=5, criterion=Rerandomisation(['age', 'sex'], 0.2)).draw_digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "77"}
    )
    here = [assign(people(), d, seed=5, **c).draw_digest for d, c in DESIGNS.values()]
    design, columns = DESIGNS["individual"]
    rule = Rerandomisation(["age", "sex"], 0.2)
    chosen = assign(people(), design, seed=5, criterion=rule, **columns).draw_digest
    assert done.stdout.splitlines() == [str(here), chosen]


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_rows_plays_no_part(kind: str) -> None:
    design, columns = DESIGNS[kind]
    units = people()
    one = assign(units, design, seed=3, **columns)
    other = assign(units.sample(frac=1, random_state=1), design, seed=3, **columns)
    assert one.draw_digest == other.draw_digest and one.list_digest == other.list_digest
    assert assign(units, design, seed=4, **columns).draw_digest != one.draw_digest


@pytest.mark.parametrize("kind", KINDS)
def test_frame_table_and_checks(kind: str) -> None:
    design, columns = DESIGNS[kind]
    units = people()
    made = assign(units, design, seed=1, **columns)
    frame = check(made.assignments, "assignments")
    assert frame["id"].tolist() == units["id"].tolist()
    assert made.table["people"].sum() == len(units)
    assert made.sentence.startswith("SYNTHETIC") and frame["source"].str.startswith("SYNTHETIC").all()
    text = made.sentence + made.table.to_csv() + "".join(c.sentence for c in made.checks)
    assert not any(f"{i}," in text or f" {i} " in text for i in units["id"])
    assert made.draw_digest == list_digest(
        (i, a, "" if s < 0 else str(s), "" if q != q else f"{q:g}")
        for i, a, s, q in frame[["id", "arm", "step", "saturation"]].itertuples(index=False)
    )


def test_blocks_have_their_shares_and_what_is_left_over_balances() -> None:
    design = TrialDesign("blocked", arms={"none": 0.6, "a": 0.4})
    units = people(1003, offices=90)
    units = units[units.groupby("office")["id"].transform("size") > 1]
    frame = assign(units, design, seed=9, blocks=["office"]).assignments
    got = (frame["arm"] == "a").groupby(frame["block"]).agg(["sum", "size"])
    assert (got["sum"] - 0.4 * got["size"]).abs().max() < 1
    assert abs(got["sum"].sum() - 0.4 * len(units)) < 1


def test_groups_go_together_and_pairs_have_one_each() -> None:
    design, columns = DESIGNS["matched_pair"]
    frame = assign(people(), design, seed=1, **columns).assignments
    assert (frame.groupby("cluster")["arm"].nunique() == 1).all()
    pairs = of_groups(frame).groupby("pair")["arm"]
    assert (pairs.size() == 2).all() and (pairs.nunique() == 2).all()


def test_steps_and_saturations_have_their_groups() -> None:
    frame = assign(people(), DESIGNS["stepped_wedge"][0], seed=1, cluster="office").assignments
    assert of_groups(frame)["step"].value_counts().to_dict() == {1: 3, 2: 3, 3: 3, 4: 3}
    assert set(frame["arm"]) == {"programme"} and set(frame["chance"]) == {0.25}
    design = DESIGNS["saturation"][0]
    frame = assign(people(), design, seed=1, cluster="office").assignments
    assert of_groups(frame)["saturation"].value_counts().to_dict() == {0.0: 3, 0.4: 6, 1.0: 3}
    offered = (frame["arm"] == "programme").groupby(frame["cluster"]).agg(["sum", "size"])
    share = of_groups(frame).set_index("cluster")["saturation"]
    assert (offered["sum"] - share * offered["size"]).abs().max() < 1
    inner = frame[frame["saturation"] == 0.4].groupby("arm")["chance"].first()
    assert np.isclose(inner["programme"], 0.5 * 0.4) and np.isclose(inner["no programme"], 0.5 * 0.6)


@pytest.mark.parametrize("kind", ["three arms", "blocked", "saturation", "individual"])
def test_each_units_chance_is_the_one_that_is_written_down(kind: str) -> None:
    """Over 1,000 draws, in blocks that the shares do not divide; χ² of each unit, at 1e-5: 37 units a design, so
    that chance alone fails one of them in about 2,700."""
    design, columns = DESIGNS[kind]
    listed = unit_list(people(37, offices=5 if kind != "saturation" else 8), design, **columns)
    rng = np.random.default_rng(np.random.SeedSequence(4))
    counts, chance = np.zeros((len(listed.ids), 12)), {}
    for _ in range(1000):
        drawn = draw(listed, design, lambda _, names: rng.integers(0, 2**64, len(names), np.uint64), "list")
        cell = drawn.arm + 4 * np.unique(np.nan_to_num(drawn.saturation), return_inverse=True)[1]
        if kind == "saturation":
            cell = drawn.arm + 4 * np.array([0, 1, 2])[np.searchsorted([0, 0.4, 1], drawn.saturation)]
        counts[np.arange(len(cell)), cell] += 1
        chance |= dict(zip(cell.tolist(), drawn.chance.tolist(), strict=True))
    cells = sorted(chance)
    assert np.isclose(sum(chance.values()), 1)
    for row in counts:
        assert chisquare(row[cells], 1000 * np.array([chance[c] for c in cells])).pvalue > 1e-5


def test_a_criterion_takes_the_first_draw_that_is_balanced() -> None:
    units, design = people(), DESIGNS["individual"][0]
    rule = Rerandomisation(["age", "sex"], share_accepted=0.05)
    made = assign(units, design, seed=1, criterion=rule)
    assert made.distance <= made.limit and made.stage == f"list#{made.attempt}" and made.attempt > 1
    # Without it, the draw of that stage has the same arms; those before it are further apart.
    x = np.column_stack([units["age"], units["sex"] == "women"]).astype(float)
    arm = (made.assignments["arm"] == "programme").to_numpy()
    apart = x[arm].mean(0) - x[~arm].mean(0)
    told = arm.sum() * (~arm).sum() / len(arm) * apart @ np.linalg.solve(np.cov(x.T), apart)
    assert np.isclose(made.distance, told)
    loose = assign(units, design, seed=1, criterion=Rerandomisation(["age", "sex"], distance=1e6))
    assert loose.attempt == 1 and loose.distance > made.limit
    assert Rerandomisation.from_plain(rule.to_plain()) == rule


def test_a_criterion_changes_the_digest_of_the_list_with_its_covariates() -> None:
    units, design = people(), DESIGNS["individual"][0]
    rule = Rerandomisation(["age"], share_accepted=0.5)
    one = assign(units, design, seed=1, criterion=rule)
    other = assign(units.assign(age=units["age"] + (units.index == 3)), design, seed=1, criterion=rule)
    assert one.list_digest != other.list_digest


def test_a_criterion_that_is_never_met_says_so_and_can_be_stopped() -> None:
    design, seen = DESIGNS["individual"][0], []
    rule = Rerandomisation(["age"], distance=1e-12, most=20)
    with pytest.raises(DesignError, match=r"none of 20 draws .* Accept a larger share"):
        assign(people(), design, seed=1, criterion=rule, progress=lambda *a: seen.append(a))
    assert seen[-1] == (20, 20)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assign(people(), design, seed=1, criterion=rule, progress=stop)


def test_numbers_as_names_are_written_as_whole_numbers() -> None:
    design = DESIGNS["individual"][0]
    whole = pd.DataFrame({"id": range(20)})
    digests = {
        assign(units, design, seed=1).draw_digest
        for units in (
            whole,
            whole.astype(float),
            whole.astype(str),
            " " + whole.astype(str),
            whole.astype("Int64"),
        )
    }
    assert len(digests) == 1
    # Composed and decomposed letters are one name.
    accents = [pd.DataFrame({"id": [f"Jos{e} {i}" for i in range(9)]}) for e in ("é", "e\u0301")]
    assert len({assign(u, design, seed=1).draw_digest for u in accents}) == 1


def test_many_codes_are_written_like_few() -> None:
    units = pd.DataFrame({"id": range(3000), "code": np.arange(3000) % 7 * 1.0})
    design = TrialDesign("blocked")
    many = assign(units, design, seed=1, blocks=["code"])
    text = assign(units.assign(code=[str(int(c)) for c in units["code"]]), design, seed=1, blocks=["code"])
    assert many.draw_digest == text.draw_digest and many.list_digest == text.list_digest


def test_blocks_of_few_people_are_counted_together() -> None:
    units = people(60, offices=3).assign(village=lambda u: np.where(u.index < 8, u.index // 4, 9).astype(str))
    table = assign(units, TrialDesign("blocked"), seed=1, blocks=["village"]).table
    assert set(table["block"]) == {"9", "blocks of fewer than 10 people, together"}
    assert table.loc[table["block"] != "9", "people"].tolist() == [4, 4]


@pytest.mark.parametrize(
    ("units", "design", "columns", "says"),
    [
        (people(12, 6), TrialDesign("blocked"), {"blocks": ["age"]}, "blocks have one person"),
        (
            people(5),
            TrialDesign("individual", arms={"n": 0.9, "a": 0.1}),
            {},
            r"nearest .* 'n': 4/5, 'a': 1/5",
        ),
        (people(40, 2), TrialDesign("cluster"), {"cluster": "office"}, "Draw at least 4 groups"),
        (
            people(40, 4),
            TrialDesign("stepped_wedge", steps=6),
            {"cluster": "office"},
            "Draw at least 6 groups",
        ),
        (people(90, 9), TrialDesign("matched_pair"), {"cluster": "office", "pair": "pair"}, "1 of 5 pairs"),
        (
            people(90, 8),
            TrialDesign("cluster"),
            {"cluster": "office", "blocks": ["sex"]},
            "more than one block",
        ),
        (people(), TrialDesign("individual"), {"blocks": ["office"]}, "kind='blocked'"),
        (people(), TrialDesign("blocked"), {}, "blocks=\\['office'\\]"),
        (people(), TrialDesign("cluster"), {}, "cluster='office'"),
        (people(), TrialDesign("individual"), {"cluster": "office"}, "kind='cluster'"),
        (people(), TrialDesign("cluster"), {"cluster": "office", "pair": "pair"}, "matched_pair"),
        (people().assign(id="x"), TrialDesign("individual"), {}, "more than once"),
        (people().drop(columns="id"), TrialDesign("individual"), {}, "no column 'id'"),
        (people().head(0), TrialDesign("individual"), {}, "is empty"),
        (
            people().replace({"office": {"office 1": None}}),
            DESIGNS["cluster"][0],
            {"cluster": "office"},
            "missing",
        ),
        (
            people().replace({"office": {"office 1": "a\tb"}}),
            DESIGNS["cluster"][0],
            {"cluster": "office"},
            "tab",
        ),
        (
            people(20, 9),
            TrialDesign("saturation", saturations={0.0: 0.5, 0.05: 0.5}),
            {"cluster": "office"},
            "no place has enough people",
        ),
    ],
)
def test_what_cannot_be_drawn_names_the_way_out(
    units: pd.DataFrame, design: TrialDesign, columns: dict[str, Any], says: str
) -> None:
    with pytest.raises((DesignError, FrameError, ParameterError), match=says):
        assign(units, design, seed=1, **columns)


def test_a_duplicate_is_told_by_its_rows() -> None:
    units = people(20)
    twice = pd.concat([units, units.iloc[[4]]], ignore_index=True)
    with pytest.raises(FrameError, match="rows 6 and 22") as told:
        assign(twice, DESIGNS["individual"][0], seed=1)
    assert "p4" not in str(told.value)


@pytest.mark.parametrize("seed", ["", "a\nb", None, 1.5, True])
def test_seeds_that_are_none(seed: Any) -> None:
    with pytest.raises(AlmpoError, match="seed="):
        assign(people(), DESIGNS["individual"][0], seed=seed)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"covariates": []}, "name 1 to"),
        ({"covariates": ["age", "age"]}, "each once"),
        ({"covariates": ["age"], "share_accepted": 0}, "share_accepted"),
        ({"covariates": ["age"], "distance": -1}, "distance"),
    ],
)
def test_criteria_that_are_none(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        Rerandomisation(**rule)


def test_covariates_that_are_not_known_or_do_not_vary() -> None:
    design, units = DESIGNS["individual"][0], people()
    with pytest.raises(FrameError, match="not known of 1 rows"):
        assign(
            units.assign(age=units["age"].where(units.index > 0)),
            design,
            seed=1,
            criterion=Rerandomisation(["age"]),
        )
    with pytest.raises(DesignError, match="do not vary"):
        assign(units.assign(age=3), design, seed=1, criterion=Rerandomisation(["age"]))


def test_what_to_look_out_for() -> None:
    few = assign(people(60, 8), TrialDesign("cluster", clusters=20), seed=1, cluster="office")
    assert {c.name for c in few.failed} == {"as many as planned", "enough groups"}
    arms = {"n": 0.4, "a": 0.3, "b": 0.3}
    thin = assign(
        people(20).assign(block=np.arange(20) // 2),
        TrialDesign("blocked", arms=arms),
        seed=1,
        blocks=["block"],
    )
    assert [c.name for c in thin.failed] == ["blocks are large enough"]
    small = assign(
        people(30, 8), TrialDesign("saturation", saturations={0.0: 0.5, 0.3: 0.5}), seed=1, cluster="office"
    )
    assert "places are large enough" in {c.name for c in small.failed}


@pytest.mark.slow
def test_a_million_people_in_a_thousand_blocks_take_less_than_ten_seconds() -> None:
    """Seconds of processor, as others may use the machine; 3.2 on two shared cores (benchmarks/assigning.py)."""
    units = pd.DataFrame({"id": np.arange(1_000_000), "block": np.arange(1_000_000) * 7919 % 1000})
    start = time.process_time()
    made = assign(units, TrialDesign("blocked"), seed=1, blocks=["block"])
    assert time.process_time() - start < 10
    assert (made.table["units"] == 500).all() and len(made.table) == 2000
