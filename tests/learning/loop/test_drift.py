"""Alarms ring when something moved, and hardly ever when nothing did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit.learning.loop import agreement_drift, document_drift
from almpo_kit.learning.loop.drift import drift
from almpo_kit.learning.loop.sequential_alarm import evidence_of_change, first_alarm
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, LABEL_COLUMNS
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from tests.learning.loop.invented_codes import model, settled_codes

WORDS = np.array([f"{a}{b}{c}or" for a in "btdklmnprs" for b in "aeiou" for c in "btdklm"])


def documents(n: int, seed: int, *, words: np.ndarray = WORDS[:200], language: str = "en") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    chances = 1 / np.arange(1, len(words) + 1)
    texts = [" ".join(rng.choice(words, 40, p=chances / chances.sum())) for _ in range(n)]
    held = pd.DataFrame(
        {"document_id": [f"{seed}-{i}" for i in range(n)], "abstract": texts, "language": language}
    )
    held = held.assign(title="", text="", year=2020, source="invented for a test")
    return held.reindex(columns=list(DOCUMENT_COLUMNS))


def labels(
    n: int, seed: int, error: float, coders: tuple[str, ...] = ("A", "B", "C"), worse: str = ""
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        for field in ("design", "country"):
            truth = str(rng.choice(["x", "y", "z"]))
            for coder in coders:
                wrong = rng.random() < (0.5 if coder == worse else error)
                value = str(rng.choice(sorted({"x", "y", "z"} - {truth}))) if wrong else truth
                rows.append(
                    {"document_id": f"{seed}-{i}", "field": field, "item": "", "value": value, "coder": coder}
                )
    return pd.DataFrame(rows).reindex(columns=list(LABEL_COLUMNS)).assign(review="r", item="")


def test_nothing_moved() -> None:
    found = drift(
        documents(120, 1), documents(60, 2), labels_before=labels(60, 1, 0.1), labels_now=labels(40, 2, 0.1)
    )
    assert found.alarms == ()
    assert found.sentence.startswith("No alarm")
    assert {"words", "unknown words", "languages", "years", "disagreement of all experts"} <= set(
        found.table["what"]
    )
    assert found.metrics()["alarms"] == 0


def test_other_words_another_language_and_newcomers_ring() -> None:
    moved = drift(documents(100, 1), documents(60, 2, words=WORDS[150:], language="de"))
    assert set(moved.alarms) == {"words", "unknown words", "languages"}
    assert len(moved.failed) == 3
    told = moved.table.set_index("what")["said"]["languages"]
    assert "'de', with 0.0% of the documents before and 100.0% now" in told
    few = drift(documents(100, 1), documents(5, 2))
    assert few.table.empty
    assert "5 now; 20 of each are needed" in few.not_looked_at[0]
    assert few.sentence.startswith("Nothing could be looked at")


def test_the_expert_who_drifts_is_named() -> None:
    found = drift(
        documents(5, 1),
        documents(5, 2),
        labels_before=labels(80, 1, 0.05),
        labels_now=labels(60, 2, 0.05, worse="B"),
    )
    assert "disagreement of all experts" in found.alarms
    by = found.table.set_index("what")["change"]
    assert by["disagreement of B"] > by["disagreement of A"] > 0
    two = drift(
        documents(5, 1),
        documents(5, 2),
        labels_before=labels(80, 1, 0.05, ("A", "B")),
        labels_now=labels(60, 2, 0.4, ("A", "B")),
    )
    assert two.alarms == ("disagreement of all experts",), "with two experts nobody knows who it is"


def test_alpha_agrees_with_the_package() -> None:
    krippendorff = pytest.importorskip("krippendorff")
    held = labels(40, 3, 0.2)
    held = held[held["field"] == "design"]
    held = held[np.random.default_rng(0).random(len(held)) < 0.8]
    units = held.pivot(index="coder", columns="document_id", values="value")
    codes = units.map(lambda v: {"x": 0, "y": 1, "z": 2}.get(v, np.nan)).to_numpy(float)
    assert agreement_drift.nominal_alpha(held) == pytest.approx(
        krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal")
    )


def test_a_model_that_gets_worse_rings_and_one_that_keeps_its_word_does_not() -> None:
    settled = settled_codes(120)
    settled["at"] = [f"2026-01-01T00:{i // 60 % 60:02d}:{i % 60:02d}Z" for i in range(len(settled))]
    good, poor = model(settled, 0.9, 0.05, 1, together=0.0), model(settled, 0.5, 0.4, 2, together=0.0)
    kept = drift(documents(1, 1), documents(1, 2), proposals=good, settled=settled)
    assert kept.alarms == ()
    assert "% was promised" in kept.table.iloc[0]["said"]
    broken = drift(documents(1, 1), documents(1, 2), proposals=poor, settled=settled)
    assert "precision" in broken.alarms
    few = drift(documents(1, 1), documents(1, 2), proposals=good, settled=settled.head(8))
    assert any("fewer than 5 studies" in words for words in few.not_looked_at)


def test_the_sequential_rule_finds_changes_and_keeps_its_rate() -> None:
    rng = np.random.default_rng(0)
    limit = np.full(400, 0.1)
    waits = [
        first_alarm(evidence_of_change((rng.random(400) < 0.4).astype(float), limit), 1_000)
        for _ in range(40)
    ]
    assert max(w if w is not None else 400 for w in waits) < 120
    # On average at least 100 studies until a false alarm, here cut off at 100.
    calm = [
        first_alarm(evidence_of_change((rng.random(100) < 0.1).astype(float), limit[:100]), 100)
        for _ in range(300)
    ]
    run = np.array([100 if c is None else c + 1 for c in calm])
    assert run.mean() > 75
    # After a hundred good studies a change is found as quickly.
    late = np.concatenate([np.zeros(200), (rng.random(60) < 0.6).astype(float)])
    found = first_alarm(evidence_of_change(late, np.full(260, 0.1)), 1_000)
    assert found is not None
    assert 200 <= found < 240


def test_false_alarms_about_documents_are_as_rare_as_said() -> None:
    rings = 0
    pool = documents(150, 9)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        drawn = pool.iloc[rng.permutation(150)]
        rows = document_drift.look(drawn[:100], drawn[100:], alpha=0.1, draws=99, rng=rng)
        rings += min(r["p_value"] for r in rows[:3]) <= 0.1 / 3
    assert rings <= 11  # 4 expected of 40 at most; 99.9% of honest rules stay below


@pytest.mark.slow
def test_the_expected_time_to_a_false_alarm() -> None:
    rng = np.random.default_rng(1)
    waits = []
    for _ in range(2_000):
        held = evidence_of_change((rng.random(1_000) < 0.1).astype(float), np.full(1_000, 0.1))
        at = first_alarm(held, 200)
        waits.append(1_000 if at is None else at + 1)
    assert np.mean(waits) >= 200  # cut at 1,000, so the true mean is larger


def test_hostile_tables_and_options() -> None:
    with pytest.raises(FrameError, match="now lacks abstract"):
        drift(documents(30, 1), documents(30, 2).drop(columns="abstract"))
    with pytest.raises(ParameterError, match="take 999 or more"):
        drift(documents(30, 1), documents(30, 2), draws=10)
    with pytest.raises(ParameterError, match="promised"):
        drift(documents(30, 1), documents(30, 2), promised=1.0)
    empty = documents(30, 1).assign(abstract=None, title=None, text=None, language=None, year=None)
    assert drift(empty, empty).alarms == ()
    odd = documents(30, 2).assign(abstract="\x00\u202e" * 50 + " 1234 5678", language=None, year="n.d.")
    assert "unknown words" not in drift(documents(30, 1), odd).alarms
    same = drift(documents(40, 1), documents(40, 2), seed=3)
    pd.testing.assert_frame_equal(same.table, drift(documents(40, 1), documents(40, 2), seed=3).table)
