"""Time profiles: each estimate at its month, lines only along the same people, averages only where allowed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.evidence.parts import parts
from almpo_kit.vocabulary.horizons import HORIZON_BANDS


def followed(coded, n=3, months=(6.0, 18.0, 30.0), **more):
    """``n`` samples, each seen at all the given months."""
    return coded(n, len(months), **more).assign(horizon_months=np.tile(months, n))


def test_estimates_of_the_same_people_are_one_series(coded):
    t = evidence.time_profile(followed(coded, 3), programme_type="training")
    assert t.n_series == 3
    assert t.table.groupby("series")["horizon_months"].apply(list).tolist() == [[6, 18, 30]] * 3
    assert t.table["from_entry"].all()
    assert list(t.bands["band"]) == list(HORIZON_BANDS)
    assert t.sentence.startswith("9 estimates from 3 independent samples are known of effects of training on")
    assert "from 6 to 30 months after entry" in t.sentence


def test_two_estimates_at_one_time_are_not_joined(coded):
    frame = followed(coded, 1, (6.0, 6.0, 18.0))
    assert evidence.time_profile(frame).n_series == 0
    frame["note"] = ["arm A, Table 1", "arm B, Table 1", "arm A, Table 2"]
    # Both arms were seen at 6 months; only the note says which of them goes on, and 18 months names no arm.
    assert set(evidence.time_profile(frame).table["part"]) == {"arm A", "arm B", ""}


def test_subgroups_are_lines_of_their_own(coded):
    frame = followed(coded, 2, (12.0, 24.0), target_group=["men", "men", "women", "women"])
    frame["study_id"] = frame["sample_id"] = "one"
    t = evidence.time_profile(frame)
    assert t.n_series == 2
    assert (t.table.groupby("series")["target_group"].nunique() == 1).all()


def test_estimates_not_counted_from_entry_stand_apart(coded):
    frame = followed(coded, 2, horizon_from=["end"] * 3 + ["start"] * 3)
    t = evidence.time_profile(frame)
    apart = t.table[~t.table["from_entry"]]
    assert len(apart) == 3 and set(apart["series"]) == {""}
    assert t.bands["n_estimates"].sum() == 3
    assert "3 further estimates are not counted from entry and stand apart." in t.sentence


def test_averages_are_those_of_the_bands_answers(coded):
    t = evidence.time_profile(followed(coded, 6, (6.0, 18.0)))
    short, medium, long = t.bands.to_dict("records")
    assert short["mean"] == t.answers[0].pooled.mean and medium["low"] == t.answers[1].pooled.low
    assert np.isnan(long["mean"]) and long["reason"] == "no estimate in the base"
    assert "On average:" in t.sentence
    weights = t.table.groupby("band")["weight"].sum()
    assert weights.to_numpy() == pytest.approx(1.0)


def test_below_the_minimum_no_average(coded):
    t = evidence.time_profile(followed(coded, 4))
    assert t.bands["mean"].isna().all()
    assert set(t.bands["n_usable"]) == {4} and set(t.bands["minimum"]) == {5}
    assert "No horizon has enough independent samples for an average." in t.sentence


def test_the_subsidised_job_is_said(coded):
    t = evidence.time_profile(followed(coded, 2, includes_subsidised_job="included"))
    (check,) = [c for c in t.checks if c.name == "subsidised job"]
    assert check.status == "failed" and check.sentence.startswith("6 estimates")


def test_nothing_to_place(coded):
    t = evidence.time_profile(coded(0))
    assert t.sentence.startswith("No estimate of an effect of the programmes on the chance of being in work")
    assert t.n_series == 0 and len(t.bands) == 3
    apart = evidence.time_profile(coded(2, horizon_months=np.nan))
    assert "2 estimates cannot be placed in time." in apart.sentence


def test_parts_tell_estimates_of_a_study_apart(coded):
    frame = coded(
        1, 4, note=[f"{arm}; Table 3, month {m}" for arm in ("by post", "in person") for m in (1, 2)]
    )
    numbered = ["by post no. 1", "by post no. 2", "in person no. 3", "in person no. 4"]
    assert list(parts(frame)) == numbered
    assert list(parts(frame.assign(horizon_months=[1, 2, 1, 2]))) == ["by post"] * 2 + ["in person"] * 2


def test_parts_are_not_needed_where_columns_tell(coded):
    frame = followed(coded, 2)
    assert set(parts(frame)) == {""}
    assert set(parts(coded(5, note="Table 1; all"))) == {""}


def test_parts_number_what_nothing_tells_apart(coded):
    frame = coded(1, 3, note=["Table 1", "Table 2", "with covariates"])
    assert list(parts(frame)) == ["no. 1", "no. 2", "no. 3"]


def test_no_two_estimates_of_a_study_read_alike_on_the_base():
    sources = pytest.importorskip("almpo_kit.sources")
    effects = sources.effects()
    told = ["study_id", "programme_name", "target_group", "horizon_months", "outcome", "unit"]
    named = effects[told].assign(part=parts(effects)).astype(object).fillna("")
    assert not named.duplicated().any()
    t = evidence.time_profile(effects)
    assert t.table.loc[t.table["from_entry"], "horizon_months"].notna().all()
    for _, line in t.table[t.table["series"].ne("")].groupby("series"):
        assert line["sample_id"].nunique() == 1 and line["horizon_months"].is_unique
    assert isinstance(t.bands, pd.DataFrame)


def test_averages_of_different_effects_are_told(coded):
    """Early effects are of the offer, late ones of taking part: no growth over time."""
    frame = coded(12, horizon_months=[6.0] * 6 + [36.0] * 6, estimand=["itt"] * 6 + ["att"] * 6)
    t = evidence.time_profile(frame)
    assert list(t.bands["estimand"]) == ["itt", "", "att"]
    assert "up to 1 year after entry, for all who were offered it (ITT), " in t.sentence
    assert "more than 2 years after entry, for those who took part (ATT), " in t.sentence
    (check,) = [c for c in t.failed if c.name == "estimand"]
    assert "different people" in check.sentence
    for same in (frame.assign(estimand="att"), frame.drop(columns="estimand")):
        assert "estimand" not in {c.name for c in evidence.time_profile(same).checks}
    assert set(evidence.time_profile(frame.drop(columns="estimand")).bands["estimand"]) == {""}
