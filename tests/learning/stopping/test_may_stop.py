"""Advice on stopping: what it says, that it agrees with itself, and what it refuses."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import learning
from almpo_kit.learning.stopping.kernels.ledger import Ledger
from almpo_kit.learning.stopping.kernels.replay import replay
from almpo_kit.vocabulary.errors import DataError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

N = 600


def reading(*parts: tuple[str, int, int]) -> pd.DataFrame:
    """Parts of ``(by, read, relevant among the first of them)``."""
    by = [b for b, n, _ in parts for _ in range(n)]
    relevant = [k < r for _, n, r in parts for k in range(n)]
    return pd.DataFrame({"relevant": relevant, "by": by}).assign(remaining=lambda d: N - np.arange(len(d)))


def advice(table: pd.DataFrame, **options: object) -> learning.StoppingAdvice:
    return learning.may_stop(table, **({"n_documents": N} | options))  # type: ignore[arg-type]


def test_by_rank_alone_nothing_is_guaranteed() -> None:
    told = advice(reading(("ranked", 400, 100)))
    assert not told.may_stop and told.highest == 100 + 200 and told.first == -1
    assert told.failed[0].name == "draws by lot"
    assert "nothing is known yet" in told.sentence and told.certainty == "too little to say"


def test_reading_by_lot_leads_to_a_guarantee_at_the_price_that_was_told() -> None:
    before = advice(reading(("ranked", 150, 100)))
    price = learning.needed(n_documents=N, found=100, remaining=450)
    assert before.needed == price.more > 100 and "41%" in price.sentence
    short, enough = (reading(("ranked", 150, 100), ("lot", price.more - k, 0)) for k in (1, 0))
    assert not advice(short).may_stop and advice(short).needed == 1
    told = advice(enough)
    assert told.may_stop and told.guaranteed >= 0.95 and told.first == 150 + price.more == told.read
    assert told.sentence.startswith("Reading may stop: at least 95.2% of the relevant documents were found")
    assert told.table.set_index("recall").loc[0.9, "reached"] and told.metrics()["may_stop"] == 1
    assert told.headline is not None and told.headline.low <= 100 * told.guaranteed + 1e-9


def test_a_find_by_lot_raises_the_bound() -> None:
    with_none = advice(reading(("ranked", 150, 100), ("lot", 150, 0)))
    table = reading(("ranked", 150, 100), ("lot", 150, 0))
    table.loc[160, "relevant"] = True
    assert advice(table).needed > with_none.needed


def test_all_read_none_relevant_all_relevant() -> None:
    everything = advice(reading(("ranked", N, 7)))
    assert everything.may_stop and everything.guaranteed == 1 and everything.first == 600
    none = advice(reading(("ranked", 30, 0), ("lot", 570, 0)))
    assert none.may_stop and none.highest == 0
    early = advice(reading(("ranked", 30, 0), ("lot", 560, 0)))
    assert early.highest == 0 and early.may_stop and "nothing relevant is left" in early.sentence
    every = advice(reading(("ranked", 570, 570)))
    assert every.may_stop and every.highest == N
    nothing = advice(reading())
    assert not nothing.may_stop and nothing.highest == N


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 16), st.booleans()), min_size=1, max_size=6))
def test_looking_often_is_the_same_as_looking_late(parts: list[tuple[bool, int, bool]]) -> None:
    """The bound never rises, and ``first`` is the first look at which reading may stop."""
    lot = np.array([False] * 40 + [by for by, n, _ in parts for _ in range(n)])
    hits = [hit and k == n - 1 for _, n, hit in parts for k in range(n)]
    relevant = np.array([True] * 15 + [False] * 25 + hits)
    looks = [replay(relevant[:k], lot[:k], Ledger(160, 0.2), 0.7) for k in range(40, len(lot) + 1)]
    highest = [look.ledger.highest() for look in looks]
    assert all(b <= a for a, b in itertools.pairwise(highest))
    may = [look.ledger.enough(0.7) for look in looks]
    assert may == sorted(may)
    assert looks[-1].first == (40 + may.index(True) if any(may) else -1)


def test_the_way_ends_where_the_advice_stands() -> None:
    told = advice(reading(("ranked", 150, 100), ("lot", 60, 0)))
    last = told.way.iloc[-1]
    assert (last["read"], last["found"], last["highest"]) == (told.read, told.found, told.highest)
    assert told.way["highest"].is_monotonic_decreasing


def test_invented_documents_stay_marked() -> None:
    table = stamp(reading(("ranked", 30, 3)), DataVersion("invented", "1", kind="synthetic"))
    assert advice(table).sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda d: d.drop(columns="by"), FrameError, "lacks by"),
        (lambda d: d.assign(by="dice"), FrameError, "'lot' only for those"),
        (lambda d: d.assign(relevant="maybe"), FrameError, "row 0"),
        (lambda d: d.assign(relevant=np.nan), FrameError, "Decide it"),
        (lambda d: d.assign(relevant=0.4), FrameError, "True or False"),
        (lambda d: d.assign(remaining=d["remaining"] + 1), DataError, "pool of their own"),
        (lambda d: d.assign(remaining=np.nan), DataError, "remained"),
        (lambda d: d.assign(document_id="same"), DataError, "twice"),
        (lambda d: pd.concat([d] * 30).drop(columns="remaining"), DataError, "added on the way"),
        (lambda d: d.to_dict(), FrameError, "takes a table"),
    ],
)
def test_a_reading_that_breaks_the_theorem_is_refused(change, error, words) -> None:
    with pytest.raises(error, match=words):
        advice(change(reading(("ranked", 30, 3))))


@pytest.mark.parametrize(
    "options",
    [
        *({"recall": r} for r in (0, 1.1, "high", float("nan"))),
        *({"confidence": c} for c in (1.0, True)),
        *({"n_documents": n} for n in (0, 3.5, True, 10**9)),
    ],
)
def test_options_out_of_range_are_refused(options: dict) -> None:
    with pytest.raises(ParameterError, match="may_stop"):
        advice(reading(("ranked", 3, 1)), **options)


def test_words_are_taken_for_true_and_false() -> None:
    plain = reading(("ranked", 150, 100), ("lot", 60, 0))
    said = plain.assign(relevant=np.where(plain["relevant"], "yes", "No "))
    assert (
        advice(said).highest
        == advice(plain).highest
        == advice(plain.assign(relevant=plain["relevant"] * 1)).highest
    )


def test_needed_refuses_what_cannot_be() -> None:
    with pytest.raises(ParameterError, match="among 10 documents read"):
        learning.needed(n_documents=100, found=20, remaining=90)
    assert learning.needed(n_documents=100, found=20, remaining=0).more == 0


def test_draws_by_lot_can_be_repeated_and_are_by_lot() -> None:
    names = [f"d{k}" for k in range(40)]
    once, again = (learning.draw_by_lot(n, seed=3, step=7, count=5) for n in (names, reversed(names)))
    assert once.document_ids == again.document_ids and len(set(once.document_ids)) == 5
    assert once.table["remaining"].tolist() == [40, 39, 38, 37, 36]
    drawn = [learning.draw_by_lot(names[:4], step=k).document_ids[0] for k in range(400)]
    counts = pd.Series(drawn).value_counts()
    assert len(counts) == 4 and counts.between(65, 135).all()
    with pytest.raises(DataError, match="twice"):
        learning.draw_by_lot(["a", "a"])
    with pytest.raises(DataError, match="nothing is left"):
        learning.draw_by_lot([])
    with pytest.raises(ParameterError, match="count"):
        learning.draw_by_lot(["a"], count=2)


def test_the_plan_goes_from_rank_to_lot_and_back() -> None:
    def by(*parts: tuple[str, int, int], **options: object) -> str:
        return learning.next_by(reading(*parts), n_documents=N, **options).by  # type: ignore[arg-type]

    assert by() == by(("ranked", 60, 60)) == by(("ranked", 70, 60)) == "ranked"
    dry = ("ranked", 60, 60), ("ranked", 150, 0)
    assert by(*dry) == by(*dry, ("lot", 5, 0)) == "lot"
    found = (*dry, ("lot", 5, 0), ("lot", 1, 1))
    assert by(*found) == by(*found, ("ranked", 11, 0)) == "ranked"
    assert by(*found, ("ranked", 12, 0)) == "lot"
    told = learning.next_by(reading(*found), n_documents=N)
    assert told.step == 216 and "the lot found a relevant one" in told.sentence
    # With more found, the lot is cheaper, and the ranking gets less patience.
    assert by(("ranked", 200, 60), recall=0.7) == "lot" == by(("ranked", 75, 60), dry=15)
    with pytest.raises(ParameterError, match="dry"):
        learning.next_by(reading(), n_documents=N, dry=0)
