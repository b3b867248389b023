"""The committed effects table, re-checked row by row: what we promise in REVISIONS.md must be true of it."""

from __future__ import annotations

import io
import math
import re
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.estimands import IMPLIED_BY_DESIGN
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import EU27

DATA = Path(__file__).parents[2] / "data"
REVISIONS = (DATA / "REVISIONS.md").read_text(encoding="utf-8")
NORMAL = NormalDist()
#: An interval as a note prints it: "95% CI 0.61-2.16", "95% CI 10054 to 15786", "RR 2.73 (1.64-4.54)".
INTERVAL = re.compile(r"(?:CI |RR [\d.]+ \()(-?[\d.]+)(?:-| to )(-?[\d.]+)")


@pytest.fixture(scope="module")
def effects() -> pd.DataFrame:
    return sources.effects()


def test_it_is_an_effects_frame_of_the_size_the_dictionary_says(effects: pd.DataFrame) -> None:
    assert len(check(effects, "effects")) == 318
    assert len(sources.studies()) == 84
    assert effects["citation"].notna().all()


def test_standard_errors_derived_from_intervals_reproduce(effects: pd.DataFrame) -> None:
    rows = effects[effects["se_source"] == "derived_ci"]
    assert len(rows) == 20
    for row in rows.itertuples():
        low, high = (float(x) for x in INTERVAL.search(row.note).groups())
        if row.unit.startswith("log_"):
            low, high = math.log(low), math.log(high)
        elif "as shares" in row.note:
            low, high = 100 * low, 100 * high
        se = (high - low) / (2 * NORMAL.inv_cdf(0.975))
        assert row.se == pytest.approx(se, rel=2e-3), row.estimate_id
        # An interval far off its estimate is not this estimate's interval.
        assert abs((low + high) / 2 - row.effect) < 0.5 * row.se, row.estimate_id


def test_standard_errors_derived_from_p_values_reproduce(effects: pd.DataFrame) -> None:
    rows = effects[effects["se_source"] == "derived_p"]
    assert len(rows) == 14
    for row in rows.itertuples():
        p = float(re.search(r"p\s*=\s*(0?\.\d+)", row.note)[1])
        se = abs(row.effect) / NORMAL.inv_cdf(1 - p / 2)
        assert row.se == pytest.approx(se, rel=2e-3), row.estimate_id


def test_standard_errors_derived_from_t_reproduce(effects: pd.DataFrame) -> None:
    rows = effects[effects["se_source"] == "derived_t"].set_index("estimate_id")
    for key, row in rows.iterrows():
        t = float(re.search(r"t=(-?[\d.]+\d)", row["note"])[1])
        assert row["effect"] / row["se"] == pytest.approx(t, rel=2e-3), key


def test_differences_in_notes_are_the_effects(effects: pd.DataFrame) -> None:
    points = effects[
        effects["unit"].isin(["percentage_points", "weeks", "days"]) & (effects["country"] != "EU")
    ]
    pattern = re.compile(r"([\d.]+)%?(?: \([^)]*\))?(?: weeks)? (?:vs|versus|against) ([\d.]+)")
    seen = 0
    for row in points.itertuples():
        if found := pattern.search(row.note or ""):
            first, second = (float(x.rstrip(".")) for x in found.groups())
            seen += 1
            # Sources round shares and difference separately.
            assert abs(first - second) == pytest.approx(abs(row.effect), abs=1.01), row.estimate_id
    assert seen >= 15


def test_a_standard_error_is_there_exactly_when_its_origin_is(effects: pd.DataFrame) -> None:
    assert ((effects["se_source"] == "none") == effects["se"].isna()).all()


def test_significance_means_favourable(effects: pd.DataFrame) -> None:
    direction = effects["outcome"].map(lambda key: OUTCOMES[key].favourable)
    said = effects["significance"].map({"positive": 1, "negative": -1})
    rows = effects[(direction != 0) & said.notna()]
    assert (np.sign(rows["effect"]) * direction[rows.index] == said[rows.index]).all()
    assert (rows["effect"] < 0).sum() > 20


def test_significance_agrees_with_effect_over_se(effects: pd.DataFrame) -> None:
    z = (effects["effect"] / effects["se"]).abs()
    claimed = effects["significance"].isin(["positive", "negative"])
    explained = {"lombardi2019-01", "junquera2025-05"}
    weak = set(effects.loc[claimed & (z < 1.645), "estimate_id"])
    strong = set(effects.loc[(effects["significance"] == "none") & (z > 1.96), "estimate_id"])
    assert weak == explained
    assert not strong


def test_of_a_range_one_end_is_kept_without_a_standard_error(effects: pd.DataFrame) -> None:
    ranged = effects[effects["note"].str.contains("nearer zero", na=False)]
    assert set(ranged["study_id"]) == {"kelly2015", "kreko2023", "behaghel2014"}
    assert ranged["se"].isna().all()
    cell = ["study_id", "outcome", "unit", "horizon_months", "programme_name"]
    twins = ranged[ranged.duplicated(cell, keep=False)]
    # The same cell twice only where the comparison differs (public works, classroom training).
    assert set(twins["study_id"]) <= {"kreko2023"}
    assert twins["note"].str.extract(r"with ([\w-]+)")[0].is_unique


def test_no_estimate_stands_twice(effects: pd.DataFrame) -> None:
    measured = effects.dropna(subset=["se"])
    cell = [
        "sample_id",
        "programme_name",
        "outcome",
        "unit",
        "horizon_months",
        "effect",
        "se",
        "target_group",
    ]
    assert not measured.duplicated(cell).any()


def test_what_was_dropped_is_gone_and_named(effects: pd.DataFrame) -> None:
    dropped = re.search(r"### Effects: rows dropped.*?\n(.*?)\n###", REVISIONS, re.S)[1]
    first_cells = " ".join(line.split("|")[1] for line in dropped.splitlines() if line.startswith("| `"))
    ids = set(re.findall(r"`([\w-]+)`", first_cells))
    assert len(ids) == 9
    assert not ids & set(effects["estimate_id"])


def test_values_are_possible(effects: pd.DataFrame) -> None:
    points = effects["unit"] == "percentage_points"
    assert effects.loc[points, "effect"].abs().le(100).all()
    assert effects.loc[effects["unit"] == "percent", "effect"].gt(-100).all()
    assert not (effects["end_year"] < effects["start_year"]).any()
    assert (
        effects["horizon_months"]
        .notna()
        .eq(effects["horizon_from"].notna() & effects["horizon_months"].notna())
        .all()
    )
    for unit, most in {"days": 31.0, "weeks": 4.6, "months": 1.0}.items():
        spent = effects[(effects["unit"] == unit) & effects["outcome"].str.endswith("_employed")]
        limit = spent["horizon_months"] * most
        assert (spent["effect"].abs() <= limit.fillna(np.inf)).all(), unit


def test_having_worked_is_not_being_in_work(effects: pd.DataFrame) -> None:
    rows = effects[effects["outcome"] == "employment_probability"]
    cumulative = r"within|at least one day|worked >=1|gained employment|obtained|transitions|finding a job"
    assert not rows["note"].str.contains(cumulative, case=False).any()
    assert (effects["outcome"] == "employed_within_horizon").sum() == 17


def test_papers_on_one_trial_share_a_sample(effects: pd.DataFrame) -> None:
    sample = effects.groupby("study_id")["sample_id"].agg(set)
    for one, other in [
        ("poulsen2014", "nielsen2015"),
        ("howard2010", "heslin2011"),
        ("christensen2019", "dk_ips30m_2023"),
        ("hendra2016", "schaberg2017"),
        ("couch1992", "nsw_dw"),
        ("blundell2004", "vanreenen2004"),
    ]:
        assert sample[one] == sample[other]
    assert len(sample["va_se_review2021"]) == 3
    assert effects["sample_id"].nunique() == 78


def test_relative_effects_are_marked(effects: pd.DataFrame) -> None:
    relative = effects["note"].str.contains("ompared with|relative to|traditional voc|endowment", na=False)
    assert not (effects.loc[relative, "comparator"] == "no_programme").any()
    assert set(effects.loc[effects["comparator"] == "other_amount", "study_id"]) == {
        "junquera2025",
        "skagseth2020",
    }


def test_created_jobs_are_marked(effects: pd.DataFrame) -> None:
    told = effects["note"].str.contains("includes guaranteed job|subsidised contract period", na=False)
    assert told.sum() == 8
    assert (effects.loc[told, "includes_subsidised_job"] == "included").all()
    plain = effects["note"].str.contains("unsubsidised", na=False)
    assert (effects.loc[plain, "includes_subsidised_job"] == "excluded").all()


def test_days_in_any_employment_count_subsidised_days_in_every_subgroup(effects: pd.DataFrame) -> None:
    rows = effects[effects["study_id"].eq("boheim2023") & effects["outcome"].eq("days_employed")]
    plain = rows["note"].str.contains("unsubsidised")
    assert (len(rows), plain.sum()) == (13, 1)
    assert (rows.loc[~plain, "includes_subsidised_job"] == "included").all()
    # Subgroups that split a sample lie on either side of its effect, and not of its unsubsidised twin alone.
    by_group = rows[~plain].set_index("target_group")["effect"]
    assert by_group["women"] < rows.set_index("estimate_id").loc["boheim2023-07", "effect"] < by_group["men"]


def test_wage_paying_created_jobs_count_in_their_first_year_only(effects: pd.DataFrame) -> None:
    rows = effects[effects["study_id"] == "hohmeyer_wolff2010"].set_index("estimate_id")
    counted = rows.index[rows["includes_subsidised_job"] == "included"]
    assert list(counted) == ["hohmeyer_wolff2010-01", "hohmeyer_wolff2010-07"]
    assert (rows.loc[counted, "horizon_months"] == 12).all()
    assert (rows.loc[counted, "effect"] > 2 * rows["effect"].drop(counted).max()).all()


def test_unemployment_is_the_national_rate_of_the_first_year(effects: pd.DataFrame) -> None:
    rate = sources.panel("unemployment_rate", 0).set_index(["geo", "period"])["value"]
    filled = 0
    for row in effects.itertuples():
        key = (row.country, "" if math.isnan(row.start_year) else str(int(row.start_year)))
        expected = rate.get(key, float("nan"))
        assert row.unemployment_rate == expected or (
            math.isnan(row.unemployment_rate) and math.isnan(expected)
        )
        filled += not math.isnan(expected)
    assert filled == 22


def test_the_countries_without_rows_are_those_the_dictionary_names(effects: pd.DataFrame) -> None:
    absent = sorted(set(EU27) - set(effects["country"]))
    assert absent == ["BG", "CY", "CZ", "EL", "ES", "HR", "LU", "LV", "MT", "PL", "RO", "SI"]


def test_nothing_is_filled_silently(effects: pd.DataFrame) -> None:
    assert effects["quality"].isna().all()
    assert effects["nuts"].isna().all()
    assert effects["horizon_months"].isna().sum() > 80


#: What a note says of whom its effect is, and the estimand that is.
SAID = {
    "itt": r"\bITT\b|over all eligible",
    "att": r"\bATT\b|per participant",
    "ate": r"\bATE\b",
    "late": r"\bLATE\b|[Cc]ompliers",
}


def test_the_estimand_is_what_the_note_says_or_the_design_implies(effects: pd.DataFrame) -> None:
    said = pd.Series("", index=effects.index)
    for key, words in SAID.items():
        found = effects["note"].str.contains(words, na=False)
        assert (said[found] == "").all()
        said[found] = key
    stated = said != ""
    assert (effects.loc[stated, "estimand"] == said[stated]).all()
    assert (effects["estimand_source"].eq("stated") == stated).all()
    implied = effects["estimand_source"].eq("implied_by_design")
    assert (effects["estimand"][implied] == effects["design"].map(IMPLIED_BY_DESIGN)[implied]).all()
    assert effects["estimand_source"].isna().eq(effects["estimand"] == "not_stated").all()
    counts = {"itt": 128, "att": 133, "late": 22, "ate": 4, "not_stated": 31}
    assert effects["estimand"].value_counts().to_dict() == counts
    for key, n in counts.items():
        assert f"| `{key}` | {n} |" in REVISIONS


def test_where_the_record_speaks_against_the_design_the_row_is_named(effects: pd.DataFrame) -> None:
    unclear = effects[(effects["estimand"] == "not_stated") & effects["design"].isin(IMPLIED_BY_DESIGN)]
    section = REVISIONS.split("a design that would imply an estimand", 1)[1].split("Doubtful", 1)[0]
    assert set(unclear["estimate_id"]) == set(re.findall(r"`([\w-]+-\d+)`", section))
    assert len(unclear) == 15
    # Only those who found work, were active or had a contract: not an effect on all who were assigned.
    conditional = effects["note"].str.contains(
        "conditional on|re-employment wages|next employment spell", na=False
    )
    assert (effects.loc[conditional, "estimand"] == "not_stated").all()
    assert conditional.sum() == 5


def test_take_up_is_not_filled_from_general_knowledge(effects: pd.DataFrame) -> None:
    assert effects["take_up"].isna().all()


def test_the_new_columns_are_all_that_the_edition_changed() -> None:
    new, old = ((path / "effects.csv").read_bytes() for path in (DATA, DATA / "editions" / "2026-1.1"))
    frames = [pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False) for raw in (new, old)]
    added = ["estimand", "estimand_source", "take_up"]
    pd.testing.assert_frame_equal(frames[0].drop(columns=added), frames[1])
    assert sha256(old).hexdigest().startswith("cf3d8f145968700f")
