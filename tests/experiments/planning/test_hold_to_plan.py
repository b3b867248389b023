import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.assigning.assigned_frame import draw_digest
from almpo_kit.experiments.planning.deviation import ABOUT
from almpo_kit.experiments.planning.hold_to_plan import hold_to_plan
from almpo_kit.experiments.planning.plan_check import PlanCheck
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome
from tests.experiments.planning.trial_worlds import ARMS, WAGE, WORK, drawn, grouped, outcomes, people, plan

UNITS = people()
PLAN = plan()
DRAW = drawn(PLAN, UNITS)
DATA = outcomes(UNITS, DRAW, 0.1)


def whats(check: PlanCheck) -> list[str]:
    return [d.what for d in check.deviations]


def test_nothing_to_say_where_all_is_as_planned() -> None:
    held = hold_to_plan(
        PLAN, DRAW, DATA, plan_digest=PLAN.digest, draw_digest=DRAW.draw_digest, list_digest="a", list_now="a"
    )
    assert not held.deviations and held.table.empty and not held.failed
    assert held.sentence.startswith("SYNTHETIC data. Nothing was done otherwise")
    assert held.arms["drawn"].tolist() == [300, 300] and held.asked.planned_primary
    assert held.metrics() == {"deviations": 0, "serious_deviations": 0}


def test_the_draw_may_be_a_table_and_names_may_be_numbers() -> None:
    units = UNITS.assign(id=range(len(UNITS)))
    draw = drawn(PLAN, units)
    data = outcomes(units.assign(id=units["id"].astype(str)), draw).assign(id=units["id"].astype(float))
    from io import StringIO

    published = pd.read_csv(StringIO(draw.assignments.to_csv(index=False)))
    held = hold_to_plan(PLAN, published, data, draw_digest=draw.draw_digest)
    assert not held.deviations


SILENT = [
    (
        {"outcomes": ["wage", "work"]},
        "primary outcome of the plan, 'work', was changed or left out",
        "outcomes",
    ),
    ({"outcomes": ["work"]}, "the outcomes: planned work, wage; asked work", "outcomes"),
    ({"estimator": "adjusted", "covariates": ["age"]}, "how effects are estimated", "estimator"),
    ({"covariates": ["age"]}, "what is adjusted for: planned nothing; asked age", "covariates"),
    ({"subgroups": ["sex"]}, "who is shown apart", "subgroups"),
    ({"alpha": 0.1}, "the level of the test: planned 5%; asked 10%", "alpha"),
    ({"missing": "worst"}, "unknown outcomes", "missing"),
    ({"looks": 2}, "number of looks", "looks"),
    ({"plan_digest": "0" * 64}, "the plan is not the one that was registered", "plan"),
    ({"list_digest": "0" * 64, "list_now": "1" * 64}, "the list of units is not the one", "list"),
    ({"draw_digest": "0" * 64}, "the draw is not the one", "draw"),
]


@pytest.mark.parametrize(("asked", "told", "key"), SILENT, ids=[k for _, _, k in SILENT])
def test_what_is_changed_in_silence_is_refused_and_with_a_reason_listed(
    asked: dict, told: str, key: str
) -> None:
    with pytest.raises(DesignError, match=told) as refused:
        hold_to_plan(PLAN, DRAW, DATA, **asked)
    assert "deviations={" in str(refused.value)
    reasons = {key: " as the board\nasked "} | ({"covariates": "age"} if "estimator" in asked else {})
    held = hold_to_plan(PLAN, DRAW, DATA, **asked, deviations=reasons)
    (found,) = [d for d in held.deviations if d.what == key]
    assert found.reason == "as the board asked"
    assert any(found.sentence in c.sentence for c in held.checks)


def test_a_primary_outcome_that_was_not_measured() -> None:
    gone = DATA.drop(columns="work")
    with pytest.raises(DesignError, match="'work', is not in the data"):
        hold_to_plan(PLAN, DRAW, gone)
    held = hold_to_plan(PLAN, DRAW, gone, deviations={"outcomes": "the register was closed"})
    assert [o.name for o in held.asked.outcomes] == ["wage"] and not held.asked.planned_primary
    assert held.serious and held.failed


def test_a_secondary_outcome_cannot_vanish_in_silence() -> None:
    with pytest.raises(DesignError, match="planned work, wage; asked work"):
        hold_to_plan(PLAN, DRAW, DATA.drop(columns="wage"))


def test_an_outcome_measured_otherwise_is_another_outcome() -> None:
    later = TrialOutcome("work", "binary", 0.4, outcome="employment_probability", months=24)
    with pytest.raises(DesignError, match="was changed"):
        hold_to_plan(PLAN, DRAW, DATA, outcomes=[later, WAGE])
    held = hold_to_plan(PLAN, DRAW, DATA, outcomes=[later, WAGE], deviations={"outcomes": "data came late"})
    assert not held.asked.planned_primary and "measured otherwise" in held.deviations[0].done
    assert held.asked.planned_outcomes == {"wage"}


def test_an_outcome_nobody_planned_needs_to_be_described() -> None:
    data = DATA.assign(happy=1.0)
    with pytest.raises(ParameterError, match="say what it is: TrialOutcome"):
        hold_to_plan(PLAN, DRAW, data, outcomes=["work", "wage", "happy"])
    more = [WORK, WAGE, TrialOutcome("happy", "binary", 0.5)]
    with pytest.raises(DesignError, match="planned work, wage; asked work, wage, happy"):
        hold_to_plan(PLAN, DRAW, data, outcomes=more)
    held = hold_to_plan(PLAN, DRAW, data, outcomes=more, deviations={"outcomes": "asked by the ministry"})
    assert held.asked.planned_primary and "happy" not in held.asked.planned_outcomes


def test_attrition_overall_and_between_arms() -> None:
    treated = DATA["received"] == "course"
    lost = DATA.copy()
    lost.loc[treated & (np.arange(600) % 3 == 0), "work"] = np.nan
    held = hold_to_plan(PLAN, DRAW, lost, deviations={"attrition": "moved away"})
    done = [d.done for d in held.deviations if d.what == "attrition"]
    share = held.arms.set_index("arm")["lost"]
    assert share["no programme"] == 0 and 0.25 < share["course"] < 0.42
    assert any("points between the arms" in d for d in done) and any("unknown for" in d for d in done)
    assert all(d.reason == "moved away" for d in held.deviations)
    expected = plan(losses=Losses(attrition=0.2))
    even = DATA.copy()
    even.loc[np.arange(600) % 5 == 0, "work"] = np.nan
    assert "attrition" not in whats(hold_to_plan(expected, DRAW, even)), (
        "as much as was planned, alike in both arms"
    )


def test_a_few_points_apart_in_a_small_trial_may_be_luck() -> None:
    arm = DATA["received"] == "course"
    few, many = DATA.copy(), DATA.copy()
    few.loc[np.flatnonzero(arm)[:24], "work"] = np.nan
    few.loc[np.flatnonzero(~arm)[:8], "work"] = np.nan
    held = hold_to_plan(plan(losses=Losses(0.1)), DRAW, few)
    assert [(d.what, d.serious) for d in held.deviations] == [("attrition", True)], (
        "5.3 points of 300 are no luck (p = 0.004)"
    )
    tenth = few.iloc[[*np.flatnonzero(arm)[15:45], *np.flatnonzero(~arm)[6:36]]]
    units = UNITS[UNITS["id"].isin(tenth["id"])]
    small = plan(design=TrialDesign("individual", ARMS, people=60), losses=Losses(0.2))
    draw = DRAW.assignments[DRAW.assignments["id"].isin(units["id"])]
    held = hold_to_plan(small, draw, tenth)
    assert [(d.what, d.serious) for d in held.deviations] == [("attrition", True)], "nine of 30 against two"
    many.loc[np.flatnonzero(arm)[:3], "work"] = np.nan
    small_gap = many[many["id"].isin(units["id"]) | many["work"].isna()]
    few_units = DRAW.assignments[DRAW.assignments["id"].isin(small_gap["id"])]
    held = hold_to_plan(small, few_units, small_gap)
    assert [(d.what, d.serious) for d in held.deviations] == [("attrition", False)], (
        "three of 33 against none: luck"
    )


def test_people_of_whom_the_data_say_nothing_are_lost() -> None:
    held = hold_to_plan(PLAN, DRAW, DATA.iloc[:450])
    assert held.joined.without_data == 150 and len(held.joined.rows) == 600
    assert "attrition" in whats(held)


def test_taking_part_crossing_over() -> None:
    crossed = DATA.copy()
    crossed.loc[(crossed["received"] == "course") & (np.arange(600) % 2 == 0), "received"] = "no programme"
    crossed.loc[(DATA["received"] == "no programme") & (np.arange(600) % 4 == 0), "received"] = "course"
    held = hold_to_plan(PLAN, DRAW, crossed)
    assert {"take_up", "contamination"} <= set(whats(held))
    assert next(d for d in held.deviations if d.what == "contamination").serious, "the offer moved few"
    part = held.arms.set_index("arm")["took_part"]
    assert 0.4 < part["course"] < 0.6 and 0.15 < part["no programme"] < 0.35
    with pytest.raises(FrameError, match="'received' holds 'job'"):
        hold_to_plan(PLAN, DRAW, DATA.assign(received="job"))
    unknown = hold_to_plan(PLAN, DRAW, DATA.drop(columns="received"))
    assert unknown.arms["took_part"].isna().all()
    assert any("not known" in c.sentence for c in unknown.checks)


def test_others_in_the_data_and_other_arms() -> None:
    stranger = pd.concat([DATA, DATA.iloc[:1].assign(id="stranger")], ignore_index=True)
    held = hold_to_plan(PLAN, DRAW, stranger)
    assert whats(held) == ["units"] and len(held.joined.rows) == 600
    assert "fewer than 10 rows" in held.deviations[0].done and "stranger" not in held.deviations[0].sentence
    swapped = DATA.assign(arm=np.where(np.arange(600) < 30, "course", DATA["received"]))
    arms = hold_to_plan(PLAN, DRAW, swapped)
    assert whats(arms) == ["arms"] and arms.serious
    as_drawn = arms.joined.rows.set_index("id")["arm"]
    assert (as_drawn == DRAW.assignments.set_index("id")["arm"][as_drawn.index]).all()


def test_nobody_counts_twice() -> None:
    twice = pd.concat([DATA, DATA.iloc[:2]], ignore_index=True)
    with pytest.raises(FrameError, match=r"more than one row \(2 too many\).*keep the right row"):
        hold_to_plan(PLAN, DRAW, twice)
    with pytest.raises(FrameError, match="unique"):
        hold_to_plan(PLAN, pd.concat([DRAW.assignments, DRAW.assignments.iloc[:1]]), DATA)


def test_a_draw_of_other_arms_or_none() -> None:
    other = DRAW.assignments.assign(arm=DRAW.assignments["arm"].replace("course", "job"))
    with pytest.raises(FrameError, match="has the arm 'job'"):
        hold_to_plan(PLAN, other, DATA)
    for bad in (None, DATA, DRAW.assignments.drop(columns="chance")):
        with pytest.raises(FrameError):
            hold_to_plan(PLAN, bad, DATA)
    for data, told in (
        (None, "one row a person"),
        (DATA.iloc[:0], "one row a person"),
        (DATA.drop(columns="id"), "id='…'"),
    ):
        with pytest.raises(FrameError, match=told):
            hold_to_plan(PLAN, DRAW, data)
    held = hold_to_plan(PLAN, DRAW, DATA.rename(columns={"id": "person"}), id="person")
    assert not held.deviations


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [("work", 2, "yes or no"), ("work", "often", "no number"), ("wage", np.inf, "no number")],
)
def test_outcomes_that_are_none(column: str, value: object, told: str) -> None:
    bad = DATA.astype({column: object})
    bad.loc[3, column] = value
    which = plan(outcomes=(next(o for o in PLAN.outcomes if o.name == column),), smallest_effect=0.05)
    with pytest.raises(FrameError, match=told):
        hold_to_plan(which, DRAW, bad)


def test_reasons_that_say_nothing() -> None:
    for bad, told in (
        ({"weather": "rain"}, "it can name plan, outcomes"),
        ({"estimator": " "}, "is empty"),
        ("estimator", "maps what was done"),
        ({"estimator": 5}, "maps what was done"),
    ):
        with pytest.raises(ParameterError, match=told):
            hold_to_plan(PLAN, DRAW, DATA, deviations=bad)  # type: ignore[arg-type]
    told_only = hold_to_plan(PLAN, DRAW, DATA, deviations={"groups": "one office moved into another"})
    assert whats(told_only) == ["groups"] and "one office moved" in told_only.checks[0].sentence


def test_a_changed_draw_is_seen_from_the_table_alone() -> None:
    frame = DRAW.assignments.copy()
    assert not hold_to_plan(PLAN, frame, DATA, draw_digest=draw_digest(frame)).deviations
    a, b = (frame.index[frame["arm"] == arm][0] for arm in ARMS)
    frame.loc[[a, b], "arm"] = ["course", "no programme"]
    with pytest.raises(DesignError, match="the draw is not the one that was registered"):
        hold_to_plan(PLAN, frame, DATA, draw_digest=DRAW.draw_digest)


def test_fewer_than_planned() -> None:
    few = hold_to_plan(plan(design=TrialDesign("individual", ARMS, people=1000)), DRAW, DATA)
    assert (
        whats(few) == ["size"]
        and few.serious
        and "1 000 people" in few.deviations[0].planned.replace("\u202f", " ")
    )


GROUPS = grouped()
OFFICES = pd.DataFrame({"office": [f"o{i}" for i in range(24)]})


def test_groups_drawn_by_name_or_by_their_people() -> None:
    by_people = drawn(GROUPS, UNITS)
    from almpo_kit.experiments.assigning.assign import assign

    by_name = assign(OFFICES, GROUPS.design, seed=1, id="office", cluster="office")
    for draw in (by_people, by_name):
        arm = draw.assignments.drop_duplicates("cluster").set_index("cluster")["arm"]
        data = DATA.assign(received=UNITS["office"].map(arm))
        held = hold_to_plan(GROUPS, draw, data)
        assert not held.deviations and len(held.joined.rows) == 600
        assert (held.joined.rows["cluster"].map(arm) == held.joined.rows["arm"]).all()
    lost_office = hold_to_plan(GROUPS, by_name, data[data["office"] != "o3"])
    assert any("of 1 groups" in d.done for d in lost_office.deviations)


def test_people_who_changed_their_group() -> None:
    draw = drawn(GROUPS, UNITS)
    moved = outcomes(UNITS, draw).assign(office=np.where(np.arange(600) < 40, "o5", UNITS["office"]))
    held = hold_to_plan(GROUPS, draw, moved)
    assert whats(held) == ["groups"] and held.serious
    # Two of the forty were in o5 already: as many as in every office of 24.
    assert held.joined.other_group == 38


def test_small_numbers_are_not_told() -> None:
    few = DATA.copy()
    few.loc[:3, "work"] = np.nan
    held = hold_to_plan(PLAN, DRAW, few)
    assert held.arms["lost"].isna().any(), "fewer than ten: neither their number nor their share"
    said = " ".join([held.sentence, *(c.sentence for c in held.checks), held.table.to_string()])
    assert not any(i in said for i in UNITS["id"].head(50) + " ")


def test_every_deviation_has_words() -> None:
    assert all(v and not v.endswith(".") for v in ABOUT.values())
