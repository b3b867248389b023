"""Advice on how to run programmes: only what studies compare, and silence where they do not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.recommendation import implementation
from almpo_kit.recommendation.implementing.sayings import TOPICS, grade
from almpo_kit.recommendation.implementing.within_studies import (
    Tally,
    between_groups,
    early_losses,
    over_time,
)
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES


def studies(rows: list[dict[str, Any]]) -> pd.DataFrame:
    plain = {
        "programme_type": "training",
        "programme_name": "course",
        "target_group": "all",
        "comparator": "no_programme",
        "outcome": "employment_probability",
        "unit": "percentage_points",
        "horizon_months": 24.0,
        "horizon_from": "start",
        "design": "rct",
        "includes_subsidised_job": "excluded",
        "source": "made up",
    }
    frame = pd.DataFrame([plain | r for r in rows])
    return frame.assign(citation=frame["sample_id"].map(lambda s: f"Author {s} (2020)"))


def pairs(n: int, women: float, men: float, **more: Any) -> list[dict[str, Any]]:
    return [
        {"sample_id": f"s{k}", "target_group": group, "effect": effect} | more
        for k in range(n)
        for group, effect in (("women", women), ("men", men))
    ]


@pytest.fixture(scope="module")
def reviews() -> pd.DataFrame:
    return sources.reviews()


def test_groups_are_compared_only_inside_samples() -> None:
    assert between_groups(studies(pairs(3, 6, 2)), "women", "men") == Tally(3, 0, 6, ("s0", "s1", "s2"))
    apart = studies([r | {"sample_id": f"{r['target_group']}{k}"} for k, r in enumerate(pairs(3, 6, 2))])
    assert between_groups(apart, "women", "men").samples == ()
    other_date = studies(
        [r | {"horizon_months": 12.0 if r["target_group"] == "men" else 24.0} for r in pairs(1, 6, 2)]
    )
    assert between_groups(other_date, "women", "men").samples == ()


def test_fewer_days_out_of_work_is_better() -> None:
    rows = studies(pairs(3, -30, -10, outcome="days_unemployed", unit="days"))
    assert between_groups(rows, "women", "men").more == 3
    unclear = studies(pairs(3, -30, -10, outcome="disability_pension_rate"))
    assert between_groups(unclear, "women", "men").samples == ()


def test_ten_rows_of_one_sample_are_one_vote() -> None:
    many = [r | {"horizon_months": float(m)} for m in range(10) for r in pairs(1, 6, 2)]
    t = between_groups(studies(many), "women", "men")
    assert t.more == 1 and len(t.samples) == 1 and t.rows == 20
    assert grade(t) == "too little to say"


@pytest.mark.parametrize(
    ("more", "less", "word"),
    [
        (2, 0, "too little to say"),
        (3, 0, "low"),
        (3, 1, "too little to say"),
        (5, 0, "moderate"),
        (4, 1, "moderate"),
        (4, 2, "too little to say"),
    ],
)
def test_certainty_takes_samples_that_agree(more: int, less: int, word: str) -> None:
    assert grade(Tally(more, less, 9, tuple(map(str, range(more + less))))) == word


def test_time_and_early_losses() -> None:
    path = [
        {"sample_id": f"s{k}", "horizon_months": m, "effect": e}
        for k in range(3)
        for m, e in ((6, -4), (36, 5))
    ]
    assert over_time(studies(path)).more == 3 and early_losses(studies(path)).more == 3
    summed = studies([r | {"outcome": "earnings", "unit": "eur_cumulative"} for r in path])
    assert over_time(summed).samples == (), "what accumulates grows by construction"


def test_the_evidence_base_speaks_and_says_where_it_is_silent(reviews: pd.DataFrame) -> None:
    found = implementation(
        sources.effects(),
        reviews,
        programme_types=["training", "employment_incentives"],
        target_group="women",
        unemployment_class="high",
        skill_class="low",
    )
    assert set(found.table["topic"]) == set(TOPICS)
    assert {"duration", "sequence"} <= set(found.silent)
    known = found.table[found.table["known"] & (found.table["samples"] > 0)]
    assert known["citations"].str.len().gt(0).all()
    silent = found.table[~found.table["known"]]
    assert silent["says"].str.startswith("Not in the evidence").all()
    assert (silent["certainty"] == "too little to say").all() and (silent["evidence"] == "").all()
    assert any("unemployment is high, is therefore open" in c.sentence for c in found.failed)
    assert any(c.name == "skill class" for c in found.checks)
    lock = found.risks.query("risk == 'lock-in' and programme_type == 'training'").iloc[0]
    assert lock["level"] == "shown in studies"
    assert {"displacement", "cream-skimming", "deadweight"} <= set(found.risks["risk"])
    assert "nan" not in " ".join(found.table["says"]).lower().split()


@pytest.mark.parametrize("kind", list(PROGRAMME_TYPES))
def test_every_type_has_an_answer(kind: str, reviews: pd.DataFrame) -> None:
    found = implementation(sources.effects(), reviews, programme_types=kind)
    assert found.sentence and len(found.risks)


def test_one_study_settles_nothing(reviews: pd.DataFrame) -> None:
    found = implementation(studies(pairs(1, 6, 2)), reviews, programme_types=["training"])
    assert found.certainty == "too little to say" and "settle none" in found.sentence
    assert any(c.name == "thin evidence" and c.status == "failed" for c in found.checks)


def test_invented_studies_are_a_risk_of_their_own(reviews: pd.DataFrame) -> None:
    made = studies(pairs(6, 6, 2, source="SYNTHETIC"))
    found = implementation(made, reviews, programme_types=["training"])
    assert found.sentence.startswith("SYNTHETIC") and "invented data" in set(found.risks["risk"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"programme_types": []}, "empty"),
        ({"programme_types": ["magic"]}, "magic"),
        ({"target_group": "nobody"}, "target_group"),
        ({"unemployment_class": "so-so"}, "unemployment_class"),
        ({"outcome": "disability_pension_rate"}, "better off"),
        ({"unit": "eur_per_month"}, "better off"),
    ],
)
def test_bad_questions_are_refused(change: dict[str, Any], words: str, reviews: pd.DataFrame) -> None:
    asked: dict[str, Any] = {"programme_types": ["training"]} | change
    with pytest.raises(ParameterError, match=words):
        implementation(studies(pairs(1, 6, 2)), reviews, **asked)


def test_tables_without_columns_are_refused(reviews: pd.DataFrame) -> None:
    with pytest.raises(FrameError, match="citation"):
        implementation(studies(pairs(1, 6, 2)).drop(columns="citation"), reviews, programme_types="training")
    with pytest.raises(FrameError, match="reviews"):
        implementation(studies(pairs(1, 6, 2)), pd.DataFrame(), programme_types="training")
