"""From accepted estimates to moved conclusions; versions that several processes enter; the commands."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from learning_worlds import REVIEW, World

from almpo_kit import records, sources
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.workbench import cli, tracking_models
from almpo_kit.workbench.learning_conclusions import (
    accepted_estimates,
    candidate_edition,
    conclusions_moved,
    left_out,
)
from almpo_kit.workbench.learning_export import export
from almpo_kit.workbench.learning_rounds import learning_round
from almpo_kit.workbench.learning_stock import Stock, take_stock

COLUMNS = (
    *("programme_type", "target_group", "comparator", "country", "outcome", "unit", "horizon_months"),
    *("horizon_from", "effect", "se", "se_source", "significance", "design", "start_year", "end_year", "n"),
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(60, seed=5)


@pytest.fixture
def store(stored: Path) -> records.Store:
    return records.open_store(stored / "mlruns" / "records.db")


def accept(world: World, store: records.Store, n: int) -> pd.DataFrame:
    """Two experts accept the first ``n`` estimates with a standard error."""
    held = world.made.estimates
    held = held[held["se"].notna() & held["document_id"].isin(world.order)].head(n)
    rows = [
        {
            "review": REVIEW,
            "document_id": r["document_id"],
            "field": "estimate",
            "item": f"estimate {r['item']}",
            "value": json.dumps({c: r[c] for c in COLUMNS if r[c] == r[c] and r[c] not in ("", None)}),
        }
        for r in held.to_dict("records")
    ]
    for coder in ("coder A", "coder B"):
        store.label_many(rows, coder=coder)
    return held


def test_accepted_estimates_enter_a_candidate_and_move_conclusions(
    world: World, store: records.Store
) -> None:
    held = accept(world, store, 8)
    shelf = world.shelf(len(world.order))
    rows = accepted_estimates(take_stock(REVIEW, shelf, store, groups=world.groups))
    assert len(rows) == 8
    assert rows["source"].str.startswith("SYNTHETIC").all()
    assert sorted(rows["effect"]) == sorted(held["effect"])
    base = sources.effects().head(40)  # enough to compare with, and quick
    edition, refused = candidate_edition(rows, base)
    assert (len(edition) - len(base), refused) == (8, [])
    moved, _ = conclusions_moved(rows, base, [])
    assert moved.n_moved > 0
    assert moved.sentence.startswith("SYNTHETIC")
    same, _ = conclusions_moved(rows, base, rows["key"])
    assert same.n_moved == 0
    spoiled = rows.assign(country=["nowhere", *rows["country"][1:]])
    left, refused = candidate_edition(spoiled, base)
    assert len(left) - len(base) == 7
    assert "country" in refused[0]

    first = learning_round(REVIEW, library=shelf, store=store, groups=world.groups, base=base)
    assert first.n_moved == moved.n_moved
    accept(world, store, 10)
    second = learning_round(REVIEW, library=shelf, store=store, groups=world.groups, base=base)
    assert second.conclusions is not None
    assert len(second.conclusions.added) == 2


def test_no_model_of_another_kind_and_nothing_json_has_not(stored: Path) -> None:
    with pytest.raises(DataError, match="no plain mapping"):
        tracking_models.as_bytes({"a": float("nan")})
    with pytest.raises(ParameterError, match="has no version '1'; it has: none"):
        tracking_models.version_of("coding_none", "1")
    assert tracking_models.in_use("coding_none") is None
    assert tracking_models.versions("coding_none").empty


def test_four_processes_enter_one_model_once(stored: Path) -> None:
    def enter() -> None:
        tracking_models.keep_version(
            "shared", {"kind": "k", "n": 1}, run_name="r", metrics={}, parameters={}, card="c", tags={}
        )

    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            code = 1
            try:
                enter()
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children] == [0] * 4
    held = tracking_models.versions("shared")
    assert held["version"].tolist() == ["1"]
    assert tracking_models.read_model(tracking_models.version_of("shared", "1")) == {"kind": "k", "n": 1}


def test_the_commands(
    world: World, store: records.Store, stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--records", store.place, "--library", str(stored / "library")]
    assert cli.main(["learn", "run", REVIEW, *place]) == 0
    assert "No model is in use yet" in capsys.readouterr().out
    assert cli.main(["learn", "run", REVIEW, *place]) == 0
    assert "Nothing new since the last round" in capsys.readouterr().out
    assert cli.main(["learn", "status", REVIEW, *place]) == 0
    assert "0 versions and 1 round so far" in capsys.readouterr().out
    decision = ["--reason", "it is better than the other", "--role", "evidence officer"]
    assert cli.main(["learn", "promote", REVIEW, "1", *decision, *place]) == 2
    assert cli.main(["learn", "roll-back", REVIEW, *decision, *place]) == 2
    assert "nothing to roll back" in capsys.readouterr().err
    world.code(store, 0, 5)
    written = export(REVIEW, stored / "out", library=world.shelf(10), store=store, groups=world.groups)
    assert [p.name for p in written] == [
        "accepted_estimates.csv",
        "champions.csv",
        "settled.csv",
        "steps.jsonl",
    ]
    settled = pd.read_csv(stored / "out" / "settled.csv")
    assert len(settled) == len(world.codes(0, 5))
    assert settled["source"].eq("SYNTHETIC").all()
    assert cli.main(["learn", "export", REVIEW, "--out", str(stored / "out"), *place]) == 2
    assert sorted(p.name for p in stored.iterdir() if p.name.startswith(".")) == []


A, B = "a" * 64, "b" * 64
#: As the desk keeps an estimate: its numbers; the rest is coded once a document.
NUMBERS = {
    "outcome": "employment_probability",
    "unit": "percentage_points",
    "effect": 2.0,
    "se": 1.0,
    "se_source": "reported",
    "significance": "positive",
}
CODES = {"programme_type": "training", "country": "DE", "design": "matching", "target_group": "all"}


def stock(*rows: tuple[str, str, str, str], titles: dict[str, str] | None = None) -> Stock:
    """Documents A and B are on one study."""
    titles = titles or {
        A: "Does training work for adults?",
        B: "Does training work for adults? Working paper",
    }
    documents = pd.DataFrame(
        [{"document_id": d, "source": "", "doi": "", "url": "", "title": t} for d, t in titles.items()]
    )
    settled = pd.DataFrame(rows, columns=["document_id", "field", "item", "value"])
    return Stock("r", None, documents, pd.DataFrame(), settled, pd.Series({A: A, B: A}), frozenset())  # type: ignore[arg-type]


def codes(document: str, **more: str) -> list[tuple[str, str, str, str]]:
    return [(document, field, "", value) for field, value in (CODES | more).items()]


def test_an_estimate_of_the_desk_takes_the_one_answer_of_its_document() -> None:
    base = sources.effects().head(40)
    estimate = (A, "estimate", "1", json.dumps(NUMBERS))
    edition, refused = candidate_edition(accepted_estimates(stock(estimate, *codes(A))), base)
    assert (len(edition) - len(base), refused) == (1, [])
    assert edition.iloc[-1][list(CODES)].to_dict() == CODES
    # Of two countries nobody said which is that of the estimate.
    for several in ("DE|FR", "not stated"):
        rows = accepted_estimates(stock(estimate, *codes(A, country=several)))
        edition, refused = candidate_edition(rows, base)
        assert len(edition) == len(base) and "country" in refused[0]
    later = accepted_estimates(stock(estimate, *codes(A)))
    assert rows["key"].tolist() != later["key"].tolist(), "a code settled later is news"


def test_two_documents_of_one_study_keep_both_estimates_and_one_sample() -> None:
    base = sources.effects().head(40)
    rows = accepted_estimates(
        stock(*((d, "estimate", "1", json.dumps(NUMBERS)) for d in (A, B)), *codes(A), *codes(B))
    )
    edition, refused = candidate_edition(rows, base)
    assert (len(edition) - len(base), refused) == (2, [])
    assert edition["sample_id"].tail(2).nunique() == 1


def test_estimates_of_documents_that_are_away_or_do_not_belong_count_for_nothing() -> None:
    gone = stock(("c" * 64, "estimate", "1", json.dumps(NUMBERS | CODES)))
    no = stock((A, "estimate", "1", json.dumps(NUMBERS | CODES)), (A, "relevant", "", "no"))
    for held, document in ((gone, "c" * 64), (no, A)):
        assert accepted_estimates(held).empty
        assert left_out(held) == [document]


def test_a_study_of_the_edition_is_not_added_a_second_time() -> None:
    base = sources.effects().head(40)
    title = "New evidence on the long-term effects of employment training programs"
    assert base["citation"].str.contains(title, regex=False).any()
    rows = accepted_estimates(stock((A, "estimate", "1", json.dumps(NUMBERS)), *codes(A), titles={A: title}))
    edition, refused = candidate_edition(rows, base)
    assert len(edition) == len(base) and "counts twice" in refused[0]
    named = rows.assign(estimate_id=base["estimate_id"].iloc[0])
    assert "of this name" in candidate_edition(named, base)[1][0]
