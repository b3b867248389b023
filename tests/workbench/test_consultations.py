"""A consultation from its plan to a mix of programmes: forms, SYNTHETIC people, what is shown, and whose weights were used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from almpo_kit import codesign, records
from almpo_kit.vocabulary.consultations import Plan
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.consultation_evidence import band_of, evidence_on, told
from almpo_kit.workbench.consultation_forms import form_of_plan, plan_of_form
from almpo_kit.workbench.consultation_ranking import RankedOptions
from almpo_kit.workbench.consultations import ConsultationCase
from almpo_kit.workbench.example_consultations import (
    example_consultation,
    example_plan,
    hold,
    plan_template,
)
from almpo_kit.workbench.invented_panels import SECOND_CAMP, invented_panel
from almpo_kit.workbench.strategies import first_wish, strategy
from almpo_kit.workbench.strategy_wishes import wish


@pytest.fixture(scope="module")
def case() -> ConsultationCase:
    return example_consultation()


def test_a_form_and_back() -> None:
    """What stands in the form makes the same questions again, in both languages; ids may be others."""
    plan = plan_template("tourism")
    again = plan_of_form(plan, form_of_plan(plan))
    assert [(i.kind, dict(i.text), i.scale) for i in again.items] == [
        (i.kind, dict(i.text), i.scale) for i in plan.items
    ]
    assert again.rules == plan.rules and again.places == plan.places == ("EL42", "EL43")
    fund, before = again.items[-1], plan.item("fund")
    assert list(fund.cost.values()) == list(before.cost.values()) and fund.budget == before.budget
    assert [dict(t) for t in fund.options.values()] == [dict(t) for t in before.options.values()]
    assert plan_of_form(plan, form_of_plan(again)).digest == again.digest


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"proposals": ["Courses | Μαθήματα"]}, "proposal 1"),
        ({"statements": [" | "]}, "statement 1"),
        ({"places": []}, "place"),
        ({"places": ["EL99"]}, "EL99"),
        ({"sectors": ["ZZ"]}, "NACE"),
        ({"structure": ["EL42, 40", "EL43, 50"]}, "add up to 1"),
        ({"structure": ["EL42: 40"]}, "line 1 of the structure"),
        ({"agreement": 1.2}, "agreement"),
        ({"goals_by": "dice"}, "dice"),
        ({"statements": [], "goals_by": "", "proposals": [], "quantities": False}, "items"),
    ],
)
def test_a_form_that_cannot_be_read(changed: dict[str, object], words: str) -> None:
    plan = plan_template("tourism")
    with pytest.raises(ParameterError, match=words):
        plan_of_form(plan, form_of_plan(plan) | changed)


def test_every_template_speaks_every_language() -> None:
    plan = plan_template("tourism")
    texts = [plan.title, plan.question, plan.consent, *(i.text for i in plan.items)]
    texts += [t for i in plan.items for t in i.options.values()]
    assert all(set(t) == {"en", "el"} for t in texts)
    assert not any("five" in plan.consent[k] or "πέντε" in plan.consent[k] for k in ("en", "el")), (
        "the page says how small"
    )


def test_what_the_camps_hold_is_found(case: ConsultationCase) -> None:
    """Of the invented panel: all agree on the first statement, camps part on the third, nobody agrees on the second."""
    last = codesign.delphi(case.judgements, case.plan).table.query("round == 3").set_index("item")["verdict"]
    assert last["winter_training"] == "consensus to agree"
    assert last["lasting_jobs_only"] == "two camps"
    assert last["languages_first"] == "no consensus"
    assert case.delphi.provenance.synthetic and case.delphi.sentence.startswith("SYNTHETIC")


def test_people_are_weighed_to_the_shape_that_was_fixed(case: ConsultationCase) -> None:
    """Four in ten should be of EL42; a quarter are, so that each of them counts for more. Everybody counts once without a shape."""
    weights = case.people.weights  # type: ignore[attr-defined]
    people = case.judgements.drop_duplicates("participant").set_index("participant")["geo"]
    assert weights[people == "EL42"].sum() / weights.sum() == pytest.approx(0.4, abs=0.01)
    plain = codesign.criteria_weights(case.latest("goals"), case.plan, "goals")
    weighed = case.weights("goals")
    assert weighed.weights != plain.weights  # type: ignore[attr-defined]
    form = form_of_plan(case.plan)
    assert form["structure"] == ["EL42, 40", "EL43, 60"]
    assert plan_of_form(case.plan, form).structure == case.plan.structure


def test_an_open_round_shows_nothing() -> None:
    still = example_consultation(people=20, rounds=2, open_last=True)
    assert (still.last, still.open_round, still.held) == (1, 2, 2)
    assert set(still.judgements["round"]) == {1} and set(still.reasons["round"]) <= {1}
    still.store.close_round(still.name, 2)
    still.look_again()
    assert (still.last, still.open_round) == (2, 0) and set(still.judgements["round"]) == {1, 2}


def test_the_weights_of_a_round_change_a_mix_and_say_so(case: ConsultationCase) -> None:
    """A panel's weights make another mix than equal ones; the mix names consultation, plan and round, is SYNTHETIC through
    the panel alone, and a kept wish still says whose they are."""
    alone = first_wish("EL42").but(evidence="published", people=2000, budget=2e6)
    asked = alone.but(**case.wished_goals())
    table = asked.preferences()
    assert set(table["criterion"]) == {"jobs", "months", "equity", "certainty"}
    assert table["weight"].sum() == pytest.approx(1, abs=1e-5)
    mix = strategy(asked).portfolio
    assert mix.provenance.synthetic and not strategy(alone).portfolio.provenance.synthetic
    (made,) = [d for d in mix.provenance.data if d.dataset.startswith("consultation")]
    assert case.plan.digest[:12] in made.version and "round 3" in made.version and made.kind == "synthetic"
    assert made.sha256 == case.plan.digest
    again = wish(asked.as_dict())
    assert again == asked and again.goals_from["source"] == table["source"].iloc[0]


def test_other_weights_buy_another_mix(case: ConsultationCase) -> None:
    """On SYNTHETIC studies the panel's weights and those of who wants certainty alone fund different places."""
    wished = first_wish("EL42").but(evidence="example", people=2000, budget=2e6)
    of_panel = strategy(wished.but(**case.wished_goals())).portfolio
    certain = strategy(wished.but(goals={"certainty": 1.0})).portfolio
    goals = case.wished_goals()["goals"]
    # Months and whom places reach are not known of every programme here; the others keep their proportion, and it is told.
    assert set(of_panel.weights) == {"jobs", "certainty"} and set(of_panel.dropped) == {"months", "equity"}
    share = goals["jobs"] / (goals["jobs"] + goals["certainty"])
    assert of_panel.weights["jobs"] == pytest.approx(share, abs=1e-6)
    assert not of_panel.table.equals(certain.table)
    assert any(
        "SYNTHETIC panel of consultation" in c.sentence for c in of_panel.checks if c.name == "preferences"
    )


def test_goals_of_other_names_are_no_goals_of_a_portfolio(tmp_path: Path) -> None:
    plan = example_plan()
    other = replace(plan.item("goals"), kind="points", options={"sun": {"en": "sun"}, "sea": {"en": "sea"}})
    plan = replace(plan, items=(other,))
    store = records.open_store(tmp_path / "records.db")
    store.keep_consultation("others", plan)
    hold(store, "others", plan, people=18, rounds=1, seed=1)
    held = ConsultationCase(store, "others")
    assert set(held.weights("goals").weights) == {"sun", "sea"}  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="no goal of a portfolio"):
        held.preferences("goals")


def test_evidence_on_what_was_asked(case: ConsultationCase) -> None:
    """The same unit, the same span of months; thin evidence gives no number to set beside a belief."""
    from almpo_kit import sources

    item = case.plan.item("course_effect")
    assert band_of(24) == "medium" and band_of(24.5) == "long" and band_of(0) == "short"
    thin = told(evidence_on(item, sources.effects()))
    assert thin["estimate"] is None and thin["prediction"] is None
    rich = told(evidence_on(item, sources.synthetic_studies().effects))
    assert rich["low"] < rich["estimate"] < rich["high"] and rich["n_studies"] >= 5


def test_thin_evidence_ranks_nothing(case: ConsultationCase) -> None:
    """Published evaluations tell too little of most programmes: no order is made up, and the reason stands there."""
    ranked = RankedOptions(case, "published")
    assert ranked.table.table["abstains"].any()
    assert "comes first" not in ranked.ranking.sentence and ranked.ranking.failed


def test_the_same_panel_again() -> None:
    plan: Plan = example_plan()
    assert invented_panel(plan, 12, seed=3) == invented_panel(plan, 12, seed=3)
    assert invented_panel(plan, 12, seed=3) != invented_panel(plan, 12, seed=4)
    assert set(plan.roles) == set(SECOND_CAMP)
