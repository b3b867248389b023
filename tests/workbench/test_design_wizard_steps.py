"""The design wizard in plain Python: odd answers, drafts of any shape, two people at one draft. No strategy is worked out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from almpo_kit import records
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, ParameterError
from almpo_kit.workbench.apps.design_wizard import plan as plans
from almpo_kit.workbench.apps.design_wizard.means import _number, _written
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.design_wizard.wizard import Wizard
from almpo_kit.workbench.strategies import first_wish
from almpo_kit.workbench.strategy_wishes import wish

TAG = "<script>alert(1)</script>"
HUGE = 10**400
ONE = {"programme": "Training", "programme_type": "training"}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own, and no strategy: each would take seconds, and nothing here asks what it says."""
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))

    def none(*_: Any, **__: Any) -> None:
        raise DesignError("not worked out here.")

    monkeypatch.setattr(plans, "strategy", none)
    return tmp_path / "records.db"


def wizard(**asked: Any) -> Wizard:
    return Wizard(Plan(first_wish().but(**asked)))


def step(at: int, made: Wizard) -> Any:
    made.tabs.selected_index = at
    return made.screens[at]


def fine(html: str) -> str:
    """Words of ours: no markup of theirs, nothing unforeseen."""
    assert TAG not in html and "Traceback" not in html and "not foreseen" not in html, html
    return html


def keep(made: Wizard, name: str) -> str:
    made.drafts.name.value = name
    made.drafts.keep.click()
    return fine(made.drafts.told.value)


def open_draft(made: Wizard, name: str) -> str:
    made.drafts._list()
    made.drafts.which.value = name
    made.drafts.open.click()
    return fine(made.drafts.told.value)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *(
            ("5200", 5200),
            ("5200.5", 5200.5),
            ("5200,50", 5200.5),
            ("5,200", 5200),
            ("€ 1 200 000", 1_200_000),
        ),
        *(("2,5", 2.5), ("1,200.75", 1200.75), ("0.125", 0.125), ("", None), ("0", 0)),
        *(
            (bad, "refused")
            for bad in ("5.200", "1.234,56", "1e400", "nan", "inf", "-3", "9" * 300, TAG, "=1+1")
        ),
        *((bad, "refused") for bad in ("1_000", "12,3456", "1,23,456", "five", "10000001")),
    ],
)
def test_numbers_as_people_write_them_are_read_one_way_or_refused(typed: str, read: Any) -> None:
    if read == "refused":
        with pytest.raises(ParameterError) as refused:
            _number(typed, "the cost of Training")
        assert len(str(refused.value)) < 200
    else:
        assert _number(typed, "the cost of Training") == read


def test_a_cost_that_nobody_touched_keeps_its_digits_and_its_source(kept: Path) -> None:
    for cost in (8123.456, 123.456, 1234567.0, 0.1, 5200.0):
        assert _number(_written(cost), "x", cost) == cost
    row = ONE | {"unit_cost_eur": 8123.456, "cost_source": "a published study", "capacity": 1234567}
    made = wizard(programmes=(row,))
    screen = step(2, made)
    screen.refresh()
    assert made.plan.asked.programmes == (row,)
    screen.controls["cost Training"].value = "2.500"
    assert "Not answered" in fine(screen.answer.value) and made.plan.asked.programmes == (row,)
    screen.controls["cost Training"].value = "2500"
    assert made.plan.asked.programmes[0]["cost_source"] == "your own figure"


HOSTILE: dict[str, dict[str, Any]] = {
    "of another program": {"version": 3, TAG: 1},
    "people": {"people": HUGE},
    "half a person": {"people": 1.5},
    "negative budget": {"budget": -1},
    "budget": {"budget": HUGE},
    "decimal comma": {"budget": "1,5"},
    "group a list": {"target_group": ["all"]},
    "group a tag": {"target_group": TAG * 99},
    "band a table": {"band": {}},
    "evidence": {"evidence": [1]},
    "place none": {"place": None},
    "place of nowhere": {"place": "ZZ"},
    "place a tag": {"place": TAG},
    "programmes a number": {"programmes": 3},
    "programmes of numbers": {"programmes": [1]},
    "programmes of lists": {"programmes": [[1, 2]]},
    "programmes of words": {"programmes": ["x"]},
    "a programme without a name": {"programmes": [{"a": 1}]},
    "a programme named 3": {"programmes": [ONE | {"programme": 3}]},
    "an unknown programme": {"programmes": [ONE | {"programme_type": TAG}]},
    "a type that is a list": {"programmes": [ONE | {"programme_type": ["training"]}]},
    "a cost that is text": {"programmes": [ONE | {"unit_cost_eur": "5"}]},
    "a negative cost": {"programmes": [ONE | {"unit_cost_eur": -5}]},
    "an endless cost": {"programmes": [ONE | {"unit_cost_eur": HUGE}]},
    "negative places": {"programmes": [ONE | {"capacity": -1}]},
    "a source that is none": {"programmes": [ONE | {"cost_source": 3}]},
    "more of a programme": {"programmes": [ONE | {TAG: 3}]},
    "the same twice": {"programmes": [ONE, ONE]},
    "a goal of no meaning": {"goals": {TAG: 1}},
    "a goal of words": {"goals": {"jobs": "x"}},
    "an endless goal": {"goals": {"jobs": HUGE}},
    "no goal": {"goals": {"jobs": 0}},
    "forced without a reason": {"forced": {"Training": 3}},
    "forced, and somebody named": {"forced": {"Training": "ask anna@example.org why it runs"}},
    "displacement": {"displacement": "0,25"},
}


def test_drafts_that_are_none_are_refused_in_words_and_the_plan_stays(kept: Path) -> None:
    store, made = records.open_store(kept), wizard()
    before = made.plan.asked
    for name, content in HOSTILE.items():
        with pytest.raises(AlmpoError):
            wish(content)
        store.keep_draft(name, content)
    for name in HOSTILE:
        made.drafts.told.value = ""
        told = open_draft(made, name)
        assert "Not answered" in told and "9" * 100 not in told and "0" * 100 not in told, name
        assert made.plan.asked is before and made.plan.draft == ("", 0), name
    assert made.screens[0].answer.value, "what was there is still shown"


def test_a_place_without_figures_is_told_and_not_changed_by_looking(kept: Path) -> None:
    for place in ("EL99", "EL301", "US", "UK", "MT"):
        made = wizard(place=place)
        said = fine(step(0, made).answer.value)
        assert made.plan.asked.place == place and place in said
        if place != "MT":
            assert "No unemployment figure is held" in said and "not known" in said
        assert "Greece (EL99)" not in said and "1 regions" not in said
    step(0, made).controls["country"].value = "IT"
    assert made.plan.asked.place == "IT"


def test_older_drafts_open_and_what_they_lack_is_told(kept: Path) -> None:
    store = records.open_store(kept)
    store.keep_draft("old", {"place": "EL30", "budget": 4e6})
    store.keep_draft("own", first_wish().but(evidence="own").as_dict())
    made = wizard()
    assert "named no programmes" in open_draft(made, "old")
    assert made.plan.asked.budget == 4e6 and len(made.plan.asked.programmes) == 6
    assert "A cost is known of" in fine(step(2, made).answer.value)
    told = open_draft(made, "own")
    assert "not kept with a draft" in told and made.plan.asked.evidence == "published"
    assert "changed since version 1" in made.plan.draft_words


def test_a_document_says_which_draft_it_is_and_whether_it_still_is(kept: Path) -> None:
    made = wizard()
    assert made.plan.draft_words == "A draft that was not kept"
    keep(made, "Attica")
    assert made.plan.draft_words == "Draft “Attica”, version 1"
    made.plan.change(budget=1.0)
    assert made.plan.draft_words == "Draft “Attica”, changed since version 1"
    keep(made, "Attica")
    assert made.plan.draft_words == "Draft “Attica”, version 2"


def test_two_people_at_one_draft_conflict_is_told_and_nothing_is_lost(kept: Path) -> None:
    first, second = wizard(budget=1e6), wizard()
    assert "Kept as version 1" in keep(first, f"Attica  2027 {TAG}")
    name = f"Attica 2027 {TAG}"
    assert first.drafts.name.value == name
    open_draft(second, name)
    second.plan.change(budget=2e6)
    # The name as it was typed, with two spaces, is the same draft.
    assert "Kept as version 2" in keep(second, f"Attica  2027 {TAG}")
    first.plan.change(budget=3e6)
    told = keep(first, name)
    assert "moved on" in told and "nothing was lost" in told and first.plan.asked.budget == 3e6
    stranger = wizard(budget=4e6)
    assert "moved on" in keep(stranger, name)
    assert "Kept as version 1" in keep(first, "Attica of mine")
    store = records.open_store(kept)
    assert [store.draft(name, v).content["budget"] for v in (1, 2)] == [1e6, 2e6]
    assert store.draft("Attica of mine").content["budget"] == 3e6 and len(store.drafts()) == 2


def spoil(kept: Path) -> None:
    kept.write_bytes(b"no database" * 100)


def lock_up(kept: Path) -> None:
    kept.chmod(0o444)


def tamper(kept: Path) -> None:
    with sqlite3.connect(kept) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        db.execute("UPDATE drafts SET content='{}'")


@pytest.mark.parametrize(
    ("harm", "said"),
    [(spoil, "no store of records"), (lock_up, "read-only"), (tamper, "changed from outside")],
)
def test_records_that_cannot_be_kept_or_read_never_look_kept(
    kept: Path, harm: Callable[[Path], None], said: str
) -> None:
    made = wizard(budget=1e6)
    keep(made, "Attica")
    for extra in kept.parent.glob("records.db-*"):
        extra.unlink()
    harm(kept)
    made.plan.change(budget=2e6)
    told = open_draft(wizard(), "Attica") if harm is tamper else keep(made, "Attica")
    assert said in told and "Kept as" not in told and made.plan.asked.budget == 2e6
    assert "changed since version 1" in made.plan.draft_words


def test_names_that_are_none_or_tell_of_somebody_are_refused(kept: Path) -> None:
    made = wizard()
    for name in ("", "   ", "x" * 200, "call +30 210 1234567", "anna@example.org"):
        assert "Not answered" in keep(made, name) and made.plan.draft == ("", 0)
        made.drafts.told.value = ""


def test_steps_that_cannot_answer_say_why_and_the_others_go_on(kept: Path) -> None:
    made = wizard()
    for at in (1, 4, 5, 6):
        made.tabs.selected_index = at
        shown = made.screens[at].answer if at in made.screens else made.tabs.children[at].children[0]
        assert "not worked out here." in fine(shown.value)
    goals = step(3, made)
    for control in [c for name, c in goals.controls.items() if name != "whose"]:
        control.value = 0
    assert "all goals have the weight 0" in fine(goals.answer.value)
    assert any(made.plan.asked.goals.values()), "the plan keeps the last weights that mean something"
