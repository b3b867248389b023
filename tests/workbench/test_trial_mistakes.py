"""Mistakes at a desk, and what must not come of them: a wrong file, a hidden look, people who count twice, invented people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import records
from almpo_kit.vocabulary.errors import DataError, DesignError, FrameError, ParameterError
from almpo_kit.workbench.example_trials import example_trial
from almpo_kit.workbench.trial_files import read_plan
from almpo_kit.workbench.trials import TrialCase, keep_plan


@pytest.fixture
def case(home: Path) -> TrialCase:
    made = keep_plan(replace(example_trial().plan, looks=0), records.open_store(home / "records.db"))
    made.register()
    return made


def test_a_wrong_file_is_told_of_and_forgotten(case: TrialCase) -> None:
    made = example_trial()
    case.draw(made.units, 1)
    other = made.units.head(2000).copy()
    assert not case.verify(other).list_same
    arms = list(made.plan.design.arms)
    held = case.assignments
    assert held is not None
    turned = held.assign(arm=held["arm"].map(dict(zip(arms, arms[::-1], strict=True))))
    assert not case.verify(made.units, turned).same
    data = made.outcomes(case.assignments)
    for act in (case.monitor, lambda d, p: case.late(made.late_units, p, seed=2)):
        with pytest.raises(DesignError, match="is not the draw of"):
            act(data, turned)
    with pytest.raises(DesignError, match="list"):
        case.analyse(data, units=other)
    # Neither file is what the case goes on with.
    assert case.analyse(data, draws=20).deviations == () and case.state == "analysed"


def test_a_look_cannot_be_asked_away(case: TrialCase) -> None:
    made = example_trial()
    case.draw(made.units, 1)
    data = made.outcomes(case.assignments)
    seen = case.monitor(pd.concat([data, data.head(20).assign(id="Z" + data["id"].head(20))]))
    assert seen.checks[0].sentence.startswith("20 rows are about units that were not drawn")
    with pytest.raises(DesignError, match="looks"):
        case.analyse(data, looks=0)
    # A refusal closes nothing.
    with pytest.raises(ParameterError, match="e-mail"):
        case.analyse(data, {"looks": "maria.p@ministry.gr asked for figures"}, draws=20)
    assert case.state == "running"


def test_a_plan_amended_while_units_are_drawn(case: TrialCase, monkeypatch: pytest.MonkeyPatch) -> None:
    made = example_trial()
    desk = TrialCase(case.store, case.name)
    keep = desk._keep_draw

    def amended(*given: object) -> None:
        case.amend(replace(case.plan, alpha=0.1), reason="the ministry asked for it")
        keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "_keep_draw", amended)
    with pytest.raises(records.ConflictError, match="amended while units were drawn"):
        desk.draw(made.units, 1)
    assert case.store.trial(case.name).draws == ()


def test_people_of_a_trial_count_once_and_invented_ones_never(home: Path) -> None:
    made, store = example_trial(), records.open_store(home / "records.db")
    for name in ("A course", "SYNTHETIC course"):
        case = keep_plan(replace(made.plan, name=name, synthetic=False, looks=0), store)
        units = pd.DataFrame(made.units.drop(columns="source"))
        units.attrs = {}
        case.register()
        case.draw(units, 1)
        data = pd.DataFrame(made.outcomes(case.assignments).drop(columns="source"))
        data.attrs = {}
        case.analyse(data, study_id="one", draws=20)
        if name.startswith("SYNTHETIC"):
            with pytest.raises(ParameterError, match="are invented"):
                case.publish("own-1")
            continue
        case.publish("once")
        case.analyse(data, study_id="two", draws=20)
        with pytest.raises(DesignError, match="count twice"):
            case.publish("again", base="own:once")


def test_people_stand_in_data_once_where_groups_are_drawn(home: Path) -> None:
    made = example_trial(kind="cluster")
    case = keep_plan(replace(made.plan, looks=0), records.open_store(home / "records.db"))
    offices = pd.DataFrame({"id": sorted(made.units["office"].unique())})
    offices["office"], offices.attrs = offices["id"], made.units.attrs
    case.register()
    drawn = case.draw(offices, 1).assignments.set_index("id")["arm"]
    data = made.outcomes(made.units.assign(arm=made.units["office"].map(drawn))[["id", "arm"]])
    with pytest.raises(FrameError, match="600 too many"):
        case.analyse(pd.concat([data, data.head(600)], ignore_index=True))


def test_a_document_says_what_the_trial_can_see(home: Path) -> None:
    made = example_trial().plan
    said = keep_plan(made, records.open_store(home / "records.db")).document()
    assert "Yes. With 2 400 people" in said.replace("\u202f", " ") and "closed.." not in said
    assert "an effect must be about 1.4 times as large" in said


def test_a_plan_says_nothing_twice(home: Path) -> None:
    (home / "plan.json").write_text('{"alpha": 0.05, "alpha": 0.2}')
    with pytest.raises(DataError, match="'alpha' stands in it twice"):
        read_plan(home / "plan.json")
