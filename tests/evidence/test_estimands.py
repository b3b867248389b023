"""Effects of an offer and effects on those who took part: never averaged together, converted only with take-up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit import evidence, sources
from almpo_kit.evidence.comparability import estimands_of
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.estimands import ESTIMANDS

ASK = {"question": "Does training help?"}


def said(finding, name):
    return [c.sentence for c in finding.checks if c.name == name]


@pytest.mark.parametrize("verb", [evidence.pool, evidence.multilevel])
@pytest.mark.parametrize("other", ["att", "ate", "late", "not_stated", None])
def test_estimands_are_never_pooled_together(coded, verb, other):
    frame = coded(estimand="itt")
    frame.loc[2, "estimand"] = other
    with pytest.raises(DesignError) as error:
        verb(frame)
    assert "2 estimands (ITT: 5, " in str(error.value)
    assert "select(effects, estimand='itt')" in str(error.value)
    assert "convert(effects, to='itt')" in str(error.value)
    assert verb(evidence.select(frame, estimand="itt")).rests_on.startswith("5 independent")


@pytest.mark.parametrize("verb", [evidence.pool, evidence.multilevel])
def test_a_frame_that_does_not_speak_of_estimands_is_as_before(coded, verb):
    plain, spoken = verb(coded()), verb(coded(estimand="att"))
    assert (plain.mean, plain.low, plain.high) == (spoken.mean, spoken.low, spoken.high)
    assert "ATT" not in plain.sentence
    assert spoken.sentence == plain.sentence[:-1] + ", for those who took part (ATT)."
    assert not plain.failed and not spoken.failed


def test_a_blank_estimand_is_not_stated_and_said(coded):
    frame = coded(7, estimand=["not_stated", None, "", " ", "not_stated", np.nan, None])
    assert set(estimands_of(frame)) == {"not_stated"}
    p = evidence.pool(frame)
    assert p.sentence.endswith(", for whom is not stated.")
    assert [c.name for c in p.failed] == ["estimand"]
    assert len(evidence.select(frame, estimand="not_stated")) == 7


@pytest.mark.parametrize("verb", [evidence.pool, evidence.multilevel])
def test_a_word_that_nobody_knows_is_refused_and_spelling_is_not(coded, verb):
    with pytest.raises(
        DesignError, match="the column estimand holds tot, which nobody knows; choose from itt"
    ):
        verb(coded(estimand="tot"))
    shouted = verb(coded(estimand=["ITT", "itt", " Itt", "ITT", "itt", "itt"]))
    assert shouted.sentence.endswith("(ITT).")
    with pytest.raises(DesignError, match=r"s0, s1, s10, s100, s101 and \d+ more") as error:
        verb(coded(400, estimand=[f"s{i}" for i in range(400)]))
    assert len(str(error.value)) < 300


def test_select_needs_the_column_only_when_asked(coded):
    assert len(evidence.select(coded())) == 6
    with pytest.raises(DesignError, match="estimand"):
        evidence.select(coded(), estimand="itt")
    with pytest.raises(ParameterError, match="Did you mean 'late'"):
        evidence.select(coded(estimand="late"), estimand="lates")


def mixed(coded, **counts):
    estimand = np.repeat(list(counts), list(counts.values()))
    return coded(len(estimand), estimand=estimand)


def test_the_answer_is_of_the_estimand_with_most_samples(coded):
    frame = mixed(coded, itt=3, att=6, late=5)
    frame["design"] = frame["estimand"].map({"itt": "rct", "att": "matching", "late": "rct"})
    a = evidence.answer(frame, **ASK)
    alone = evidence.answer(evidence.select(frame, estimand="att"), **ASK)
    assert a.estimand == "att"
    assert (a.pooled.mean, a.sentence, a.certainty) == (alone.pooled.mean, alone.sentence, alone.certainty)
    assert a.table["used"].eq(frame["estimand"] == "att").all()
    others = a.table.loc[~a.table["used"], "why_not"]
    assert set(others) == {"another estimand (ITT)", "another estimand (LATE)"}
    assert a.rests_on.startswith("6 independent samples (6 estimates)")
    assert a.n_samples == 14
    assert said(a, "left out: another estimand") == [
        "8 listed estimates are of another estimand than the average, an effect on other people, and stay "
        "out of this average."
    ]


def test_every_other_estimand_is_told_side_by_side(coded):
    frame = mixed(coded, itt=3, att=6, late=5)
    frame["se"] = 1.0
    a = evidence.answer(frame, **ASK)
    (words,) = said(a, "estimand")
    late = evidence.answer(evidence.select(frame, estimand="late"), **ASK).pooled
    assert f"LATE {late.mean:.1f} points (95%: {late.low:.1f} to {late.high:.1f}) from 5" in words
    assert "ITT 3 independent samples, 3 estimates, too few for an average of their own" in words
    rows = a.strata.set_index("estimand")
    assert list(rows.index) == ["att", "late", "itt"]
    assert rows.loc["late", "mean"] == late.mean
    assert np.isnan(rows.loc["itt", "mean"]) and rows.loc["itt", "reason"]
    assert rows["n_samples"].tolist() == [6, 5, 3]


def test_randomised_and_other_results_of_every_estimand_stand_side_by_side(coded):
    frame = mixed(coded, att=7, itt=6)
    frame["design"] = ["matching"] * 6 + ["rct"] * 7
    (words,) = said(evidence.answer(frame, **ASK), "design")
    assert words.startswith("Randomised trials: ITT ")
    assert (
        "ATT 1 independent sample, 1 estimate, too few for an average of their own. Other designs: ATT"
        in words
    )
    assert words.count("points (95%") == 2


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ({"late": 5, "itt": 5}, "itt"),
        ({"late": 5, "att": 5, "ate": 5}, "att"),
        ({"not_stated": 5, "late": 5}, "late"),
        ({"itt": 5, "not_stated": 6}, "not_stated"),
    ],
)
def test_ties_go_to_the_first_of_the_vocabulary(coded, counts, chosen):
    assert list(ESTIMANDS) == ["itt", "att", "ate", "late", "not_stated"]
    frame = mixed(coded, **counts)
    for rows in (frame, frame[::-1]):
        assert evidence.answer(rows, **ASK).estimand == chosen


def test_samples_count_and_not_estimates(coded):
    many = coded(5, 4, estimand="att")
    few = coded(6, estimand="itt").assign(sample_id=[f"t{i}" for i in range(6)])
    assert evidence.answer(pd.concat([many, few]), **ASK).estimand == "itt"


def test_what_is_enough_only_together_is_refused_with_the_counts(coded):
    frame = mixed(coded, itt=4, att=3)
    frame.loc[6, "se"] = np.nan
    a = evidence.answer(frame, **ASK)
    assert a.pooled is None
    assert a.refusal == (
        "7 independent samples measured this, 6 of them with estimates that can enter an average, as effects "
        "on different people, which are not averaged together (ITT: 4, ATT: 2); at least 5 of one kind are "
        "needed"
    )
    (needed,) = said(a, "what is missing")
    assert needed.startswith("Missing for a pooled number: 1 more independent sample of one estimand.")
    assert "2 listed samples of another estimand would count if its take-up were stated" in needed
    assert "no standard error" in a.table["why_not"][6]


def test_several_horizons_of_another_estimand_are_counted_and_not_averaged(coded):
    frame = mixed(coded, att=8, itt=6)
    frame.loc[8:10, "horizon_months"] = 36.0
    a = evidence.answer(frame, **ASK)
    assert a.pooled is not None
    (words,) = said(a, "estimand")
    assert "ITT 6 independent samples, 6 estimates, of several horizons, not averaged" in words


def offers(coded, **columns):
    return coded(6, **({"estimand": "late", "take_up": [0.5, 0.4, 0.8, 1.0, 0.25, 0.6]} | columns))


def test_bloom(coded):
    frame = offers(coded)
    itt = evidence.convert(frame, to="itt")
    assert itt["effect"].to_numpy() == pytest.approx(frame["effect"] * frame["take_up"])
    assert itt["se"].to_numpy() == pytest.approx(frame["se"] * frame["take_up"])
    assert set(itt["estimand"]) == {"itt"}
    assert set(itt["converted_from"]) == {"late"}
    assert (frame["estimand"] == "late").all() and "converted_from" not in frame
    # Those whom the offer moved are those who took part.
    att = evidence.convert(frame, to="att")
    assert att["effect"].equals(frame["effect"]) and set(att["estimand"]) == {"att"}


def test_the_way_out_that_the_refusal_names_works(coded):
    frame = offers(coded)
    frame.loc[3:, "estimand"] = "itt"
    with pytest.raises(DesignError, match=r"convert\(effects, to='itt'\)"):
        evidence.pool(frame)
    p = evidence.pool(evidence.convert(frame, to="itt"))
    assert said(p, "converted") == [
        "3 estimates of 6 were converted from another estimand with the stated take-up, taken as known."
    ]
    assert p.table["converted_from"].notna().sum() == 3


@pytest.mark.parametrize(
    ("columns", "to", "reason"),
    [
        ({"take_up": np.nan}, "itt", "its take-up is not stated"),
        ({"take_up": 0.0}, "itt", "no share between 0 and 1"),
        ({"take_up": 40.0}, "itt", "no share between 0 and 1"),
        ({"estimand": "ate"}, "itt", "follows from no take-up"),
        ({"estimand": "not_stated"}, "late", "its estimand is not stated"),
        ({"estimand": None}, "late", "its estimand is not stated"),
        ({"unit": "log_odds_ratio"}, "itt", "does not scale with take-up"),
        ({"unit": "percent"}, "itt", "does not scale with take-up"),
    ],
)
def test_what_cannot_be_converted_is_refused_or_left_out_with_the_reason(coded, columns, to, reason):
    frame = offers(coded)
    for column, value in columns.items():
        frame.loc[2, column] = value
    with pytest.raises(DesignError, match=rf"cannot bring 1 estimate of 6 to \w+ \(s2-2: .*{reason}"):
        evidence.convert(frame, to=to)
    found = evidence.convert(frame, to=to, otherwise="leave_out")
    assert list(found["estimate_id"]) == [f"s{i}-{i}" for i in (0, 1, 3, 4, 5)]
    (why,) = found.attrs["left_out_of_conversion"].items()
    assert why[0] == "s2-2" and reason in why[1]


def test_what_is_there_already_needs_no_take_up(coded):
    frame = offers(coded, estimand="itt", take_up=np.nan)
    found = evidence.convert(frame, to="itt")
    pd.testing.assert_frame_equal(found.drop(columns="converted_from"), frame)
    assert found["converted_from"].isna().all()
    assert evidence.convert(frame.drop(columns="take_up"), to="itt")["effect"].equals(frame["effect"])


@pytest.mark.parametrize("option", [{"to": "ate"}, {"to": "tot"}, {"to": "itt", "otherwise": "drop"}])
def test_unknown_ways(coded, option):
    with pytest.raises(ParameterError, match="choose from"):
        evidence.convert(offers(coded), **option)


@given(
    effect=st.floats(-1e6, 1e6),
    se=st.floats(1e-3, 1e6),
    share=st.floats(0.01, 1),
    there=st.sampled_from(["att", "late"]),
)
def test_there_and_back_is_the_same_and_z_never_changes(effect, se, share, there):
    frame = pd.DataFrame(
        {"effect": [effect], "se": [se], "estimand": "itt", "take_up": share, "study_id": "a"}
    )
    on_takers = evidence.convert(frame, to=there)
    assert abs(on_takers["effect"][0]) >= abs(effect)
    assert on_takers["effect"][0] / on_takers["se"][0] == pytest.approx(effect / se, rel=1e-9, abs=1e-12)
    back = evidence.convert(on_takers, to="itt")
    assert back["effect"][0] == pytest.approx(effect, rel=1e-12)
    assert back["se"][0] == pytest.approx(se, rel=1e-12)


def test_our_own_base_states_no_take_up_so_nothing_is_converted():
    effects = sources.effects()
    late = evidence.select(effects, outcome=None, unit=None, comparator=None, estimand="late")
    with pytest.raises(DesignError, match="state the take-up"):
        evidence.convert(late, to="itt")
    assert evidence.convert(effects, to="itt", otherwise="leave_out")["converted_from"].isna().all()


@pytest.mark.parametrize("unit", ["percentage_points", "eur_per_month", "cop_unspecified_period", "weeks"])
def test_points_money_and_time_scale_with_take_up(coded, unit):
    frame = offers(coded, unit=unit)
    assert evidence.convert(frame, to="itt")["effect"].equals(frame["effect"] * frame["take_up"])


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        ("log_points", "does not scale"),
        ("standard_deviations", "does not scale"),
        ("odds_ratio", "does not scale"),
        (None, "its unit is not stated"),
    ],
)
def test_no_other_unit_is_known_to_scale(coded, unit, reason):
    with pytest.raises(DesignError, match=reason):
        evidence.convert(offers(coded, unit=unit), to="itt")


def test_there_and_back_is_not_converted(coded):
    frame = offers(coded, estimand="itt")
    there = evidence.convert(frame, to="late")
    assert set(there["converted_from"]) == {"itt"}
    back = evidence.convert(there, to="itt")
    assert back["converted_from"].isna().all() and set(back["estimand"]) == {"itt"}
    # Further on it is still from where it began.
    assert set(evidence.convert(there, to="att")["converted_from"]) == {"itt"}
    again = evidence.convert(evidence.convert(offers(coded, estimand="att"), to="itt"), to="late")
    assert set(again["converted_from"]) == {"att"}
