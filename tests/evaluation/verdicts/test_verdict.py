"""The verdict: every rule, and what no verdict may ever do."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit import evaluation
from almpo_kit.evaluation import Estimate, Heterogeneity, Refutation
from almpo_kit.evaluation.protocol.steps import Override
from almpo_kit.evaluation.refutation.trials import PLANS
from almpo_kit.evaluation.verdicts.rules import CHECKED, ESSENTIAL, RULES, WEIGHS, worst
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check

from ..refutation.invented import WHY, estimated, invented, planned

ORDER = ("credible", "fragile", "not identified")
HELD = (Check("balance", "passed", "Balanced."),)


def clean(estimate: Estimate) -> Estimate:
    """An estimate whose steps all hold, so that what a test adds is what decides."""
    design = replace(estimate.design, checks=HELD, stops=(), overrides=())
    overlap = replace(estimate.overlap, design=design, checks=HELD, stops=(), overrides=())
    return replace(estimate, overlap=overlap, checks=HELD, stops=(), overrides=())


def refuted(estimate: Estimate, **results: str) -> Refutation:
    """A refutation in which every essential attempt held unless said otherwise."""
    found = evaluation.refute(estimate, attempts=("e_value",))
    one = found.table.iloc[[0]]
    names = dict.fromkeys(ESSENTIAL["matching"], "held") | results
    rows = [
        one.assign(attempt=a, result=r.split("!")[0], weighs="breaks" if r.endswith("!") else "doubts")
        for a, r in names.items()
    ]
    return replace(found, table=pd.concat(rows, ignore_index=True))


@pytest.fixture(scope="module")
def chosen() -> Estimate:
    return clean(estimated(invented(600)))


@pytest.fixture(scope="module")
def trial() -> Estimate:
    return clean(estimated(invented(600, lots=True), "rct"))


def test_a_trial_without_a_failed_check_is_credible(trial: Estimate) -> None:
    found = evaluation.verdict(trial)
    assert found.verdict == "credible"
    assert found.certainty == "moderate"
    assert "Chance alone decided" in found.sentence
    assert not found.stops
    assert not found.failed


def test_credible_is_not_taken_for_works() -> None:
    effects = clean(estimated(invented(600, lots=True, effect=0.0, seed=4), "rct"))
    assert effects.table["low"].iloc[0] < 0 < effects.table["high"].iloc[0]
    assert "not that the programme works" in evaluation.verdict(effects).sentence


def test_without_lots_nobody_is_believed_before_it_was_attacked(chosen: Estimate) -> None:
    found = evaluation.verdict(chosen)
    assert found.verdict == "fragile"
    assert "not_refuted" in set(found.table["rule"])


def test_without_lots_all_attempts_have_to_hold(chosen: Estimate) -> None:
    assert evaluation.verdict(refuted(chosen)).verdict == "credible"


@pytest.mark.parametrize("attempt", ESSENTIAL["matching"])
@pytest.mark.parametrize(
    ("result", "word"),
    [
        ("broken", "fragile"),
        ("broken!", "not identified"),
        ("cannot tell", "fragile"),
        ("not tried", "fragile"),
        ("informs", "credible"),
    ],
)
def test_what_an_attempt_does(chosen: Estimate, attempt: str, result: str, word: str) -> None:
    assert evaluation.verdict(refuted(chosen, **{attempt: result})).verdict == word


@pytest.mark.parametrize("place", ["design", "overlap", "estimate"])
def test_a_failed_check_anywhere_leaves_fragile(trial: Estimate, place: str) -> None:
    failed = (Check("clusters", "failed", "Only 7 clusters."),)
    if place == "estimate":
        effects = replace(trial, checks=failed)
    elif place == "overlap":
        effects = replace(trial, overlap=replace(trial.overlap, checks=failed))
    else:
        design = replace(trial.design, checks=failed)
        effects = replace(trial, overlap=replace(trial.overlap, design=design))
    found = evaluation.verdict(effects)
    assert found.verdict == "fragile"
    assert "Only 7 clusters." in found.sentence
    assert found.table.query("rule == 'failed'")["step"].tolist() == [place]


def test_chance_differences_that_are_adjusted_for_weigh_nothing(trial: Estimate) -> None:
    differs = (Check("balance", "failed", "Age differs."),)
    overlap = replace(trial.overlap, checks=differs)
    assert trial.method == "adjusted"
    found = evaluation.verdict(replace(trial, overlap=overlap))
    assert found.verdict == "credible"
    assert any("The estimate adjusts" in c.sentence for c in found.checks)
    # What failed is in the sentence, which must not say that nothing speaks against the result.
    assert "Age differs." in found.sentence
    assert "one failed that does not count against it" in found.sentence
    assert not any("Nothing that was checked" in s for s in (found.sentence, found.checks[0].sentence))
    assert evaluation.verdict(replace(trial, overlap=overlap, method="difference")).verdict == "fragile"


def test_people_compared_as_they_are_tell_nothing(chosen: Estimate) -> None:
    naive = replace(chosen, checks=(Check("naive_comparison", "failed", "Nothing was held constant."),))
    assert evaluation.verdict(naive).verdict == "not identified"


@pytest.mark.parametrize(
    ("step", "word"), [("design", "not identified"), ("overlap", "not identified"), ("estimate", "fragile")]
)
def test_a_stop_that_was_overridden_is_never_credible(trial: Estimate, step: str, word: str) -> None:
    found = evaluation.verdict(replace(trial, overrides=(Override(step, ("thin",), WHY),)))
    assert found.verdict == word
    assert found.checks[0].name == f"overridden_{step}"
    assert found.overrides


def test_an_overridden_stop_from_the_first_step_to_the_last() -> None:
    persons = invented(300)
    design = planned(persons)
    stopped = replace(design, stops=("clusters",), checks=(Check("clusters", "failed", "3 clusters."),))
    shared = evaluation.overlap(stopped, override=WHY)
    effects = evaluation.estimate(shared, method="regression", override=WHY)
    found = evaluation.verdict(evaluation.refute(effects, attempts=("e_value",)))
    assert found.verdict == "not identified"
    assert sum(c.name == "overridden_design" for c in found.checks) == 1


def test_the_walk_that_ended_early(trial: Estimate) -> None:
    stop = (Check("common_support", "failed", "Nobody is alike."),)
    shared = replace(trial.overlap, stops=("common_support",), checks=stop)
    found = evaluation.verdict(shared)
    assert found.verdict == "not identified"
    assert "Nobody is alike." in found.sentence
    assert found.estimate is None
    assert set(found.table.query("status == 'not reached'")["step"]) == {
        "estimate",
        "heterogeneity",
        "refutation",
    }
    with pytest.raises(DesignError, match="no number from here"):
        from almpo_kit.evaluation.protocol.steps import go_on

        go_on(found, "verdict")


def test_a_design_alone_says_so_far(trial: Estimate) -> None:
    found = evaluation.verdict(trial.design)
    assert found.verdict == "not identified"
    assert "Nothing has been estimated yet" in found.sentence


def test_not_identified_hands_out_no_number(chosen: Estimate) -> None:
    found = evaluation.verdict(replace(chosen, overrides=(Override("overlap", ("common_support",), WHY),)))
    assert not re.search(r"\d", found.sentence)
    assert found.certainty == "too little to say"
    assert found.headline is None
    assert found.figure == "verdict"


def test_invented_people_stay_invented(trial: Estimate) -> None:
    found = evaluation.verdict(trial)
    assert found.sentence.startswith("SYNTHETIC")
    assert found.sentence.count("SYNTHETIC") == 1
    assert found.provenance.synthetic


def test_for_whom_is_told_and_does_not_decide(trial: Estimate) -> None:
    same = Heterogeneity(
        question="For whom?",
        sentence="No evidence of different effects.",
        table=pd.DataFrame(),
        checks=(Check("calibration", "failed", "Poorly calibrated."),),
        estimate=trial,
        claimed=False,
    )
    found = evaluation.verdict(trial, heterogeneity=same)
    assert found.verdict == "credible"
    assert "no evidence that effects differ" in found.sentence
    assert evaluation.verdict(same).verdict == "credible"
    other = replace(same, estimate=clean(estimated(invented(400, lots=True, seed=9), "rct")))
    with pytest.raises(DesignError, match="another estimate"):
        evaluation.verdict(trial, heterogeneity=other)


def test_what_is_no_step_is_refused(trial: Estimate) -> None:
    with pytest.raises(ParameterError, match="takes a step"):
        evaluation.verdict(trial.table)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="heterogeneity"):
        evaluation.verdict(trial, heterogeneity=trial)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(sorted(RULES)), max_size=6), st.sampled_from(sorted(RULES)))
def test_a_further_reason_never_makes_a_verdict_better(keys: list[str], more: str) -> None:
    assert ORDER.index(worst([*keys, more])) >= ORDER.index(worst(keys))
    assert ORDER.index(worst([more])) == ORDER.index(RULES[more].at_best)


def test_every_reason_is_weighed_by_a_known_word(chosen: Estimate) -> None:
    table = evaluation.verdict(refuted(chosen, leave_out="broken")).table
    assert set(table["weighs"]) <= set(WEIGHS)
    ruled = table["rule"] != ""
    assert (ruled == table["weighs"].isin(WEIGHS[:2])).all()
    assert list(dict.fromkeys(table["step"])) == [
        "design",
        "overlap",
        "estimate",
        "heterogeneity",
        "refutation",
    ]


def with_its_checks(estimate: Estimate, assignment: str, without: str = "") -> Refutation:
    """A refutation of a design without lots in which every check and attempt that it needs was made and held."""
    made = tuple(Check(n, "passed", "Held.") for n in CHECKED[assignment] if n != without)
    plan = replace(estimate.design.plan, assignment=assignment)
    overlap = replace(estimate.overlap, design=replace(estimate.design, plan=plan))
    found = evaluation.refute(estimate, attempts=("e_value",))
    one = found.table.iloc[[0]]
    rows = [one.assign(attempt=a, result="held") for a in ESSENTIAL[assignment] if a != without]
    table = pd.concat(rows, ignore_index=True) if rows else one.iloc[:0]
    return replace(found, estimate=replace(estimate, overlap=overlap, checks=made), table=table)


@pytest.mark.parametrize("assignment", ["iv", "rd", "did", "synthetic_control"])
def test_every_design_can_be_credible_by_what_it_offers(chosen: Estimate, assignment: str) -> None:
    assert set(ESSENTIAL[assignment]) <= set(PLANS[assignment])
    assert evaluation.verdict(with_its_checks(chosen, assignment)).verdict == "credible"
    for one in (*CHECKED[assignment], *ESSENTIAL[assignment]):
        found = evaluation.verdict(with_its_checks(chosen, assignment, one))
        assert found.verdict == "fragile"
        assert found.table.query("rule == 'untested'")["reason"].tolist() == [one]
        assert one.replace("_", " ") in found.sentence


def test_a_check_has_to_be_made_for_every_contrast(chosen: Estimate) -> None:
    found = with_its_checks(chosen, "did")
    about = "training against no programme: "
    of_one = tuple(replace(c, sentence=about + c.sentence) for c in found.estimate.checks)
    fit = replace(found.estimate.fit, contrasts=(("training", "no programme"), ("subsidy", "no programme")))
    lost = replace(found, estimate=replace(found.estimate, checks=of_one, fit=fit))
    table = evaluation.verdict(lost).table
    assert set(table.query("rule == 'untested'")["contrast"]) == {"subsidy against no programme"}


def long_path(arms: int, first_ends: int = 36) -> Estimate:
    """The table of an estimate with a long path of several arms, the first of which may end early."""
    rows = [
        {
            "contrast": f"arm{a} against no programme",
            "arm": f"arm{a}",
            "months": float(m),
            "comparison": "no programme",
            "outcome": "employment_probability",
            "unit": "percentage_points",
            **dict.fromkeys(("effect", "low", "high", "band_low", "band_high"), float("nan")),
            **(
                {"effect": m - 9.5, "low": m - 11, "high": m - 8, "band_low": m - 12, "band_high": m - 7}
                if a or m <= first_ends
                else {}
            ),
        }
        for a in range(arms)
        for m in range(1, 37)
    ]
    table = pd.DataFrame(rows)
    whole = replace(estimated(invented(300)), table=table)
    return replace(whole, cumulative=table.assign(unit="months"))


def test_a_verdict_fits_on_a_card() -> None:
    from almpo_kit.evaluation.verdicts.effect_words import effects_in_short
    from almpo_kit.evaluation.verdicts.reason_words import gravest
    from almpo_kit.evaluation.verdicts.reasons import Reason

    told = effects_in_short(long_path(3))
    assert len(told.split()) <= 75, told
    assert "36 months after entry" in told
    # The path that ends early is told by its last known month, and not as one of which nothing is known.
    early = effects_in_short(long_path(3, first_ends=29))
    assert "in month 29 19.5" in early and "too little to say" not in early
    assert told.count("worse off in months 1–6") == 3
    assert "2 more contrasts in the table" in effects_in_short(long_path(5))
    tale = "Training against none: something long. It goes on and on. And on."
    doubts = [
        Reason(
            "refutation", "leave_out", "training against none", "broken", "makes it fragile", "doubted", tale
        )
    ] * 9
    text = gravest(
        [
            *doubts,
            Reason("overlap", "support", "", "failed", "makes it fragile", "failed", "Few are left. More."),
        ]
    )
    assert text == "Few are left. And 9 more reasons."
    assert "without one recorded covariate" in gravest(doubts)
