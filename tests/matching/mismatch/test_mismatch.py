"""The verb: tables that add up, heterogeneity, suppressed cells, periods, levels, and input that is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.matching import mismatch, mismatch_by_level
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.rendering import card_html

from .economies import economy, frame


def stocks(periods: int = 1, size: float = 60, seed: int = 0, cells: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    world = economy(cells, size, rng)
    names = [f"{2020 + t // 4}-Q{t % 4 + 1}" for t in range(periods)]
    parts = [
        frame(
            rng.poisson(world.unemployed),
            rng.poisson(world.vacancies),
            **({"period": p} if periods > 1 else {}),
        )
        for p in names
    ]
    return pd.concat(parts, ignore_index=True)


def checks(finding: Any) -> dict[str, str]:
    return {c.name: c.status for c in finding.checks}


def by_hand(d: pd.DataFrame, alpha: float) -> float:
    u, v = d["unemployed"] / d["unemployed"].sum(), d["vacancies"] / d["vacancies"].sum()
    return float(1 - (v**alpha * u ** (1 - alpha)).sum())


def test_it_is_the_published_formula_and_its_parts_add_up() -> None:
    d = stocks()
    m = mismatch(d, elasticity=0.4, draws=60)
    assert m.index == pytest.approx(by_hand(d, 0.4))
    assert m.full["contribution"].sum() == pytest.approx(m.index)
    assert m.full["surplus"].sum() == pytest.approx(0, abs=1e-6)
    for dimension, rows in mismatch(d, elasticity=0.4, interval="delta", minimum=1).groups.groupby(
        "dimension"
    ):
        assert rows["between"].sum() + rows["within"].sum() == pytest.approx(m.index), dimension
    assert m.low < m.corrected < m.high and m.corrected < m.index
    assert m.by_elasticity["elasticity"].tolist() == [0.3, 0.4, 0.5, 0.6, 0.7]
    assert m.sentence.startswith("SYNTHETIC data.") and "EL" in m.sentence
    assert m.unemployment_share > m.corrected
    measures = m.measures.set_index("measure")
    assert measures.loc["Jackman–Roper", "value"] == pytest.approx(by_hand(d, 0.5))
    assert np.isnan(measures.loc["Lipsey", "value"])


def test_same_seed_same_numbers_and_the_methods_agree() -> None:
    d = stocks()
    a, b, c = mismatch(d, draws=80, seed=3), mismatch(d, draws=80, seed=3), mismatch(d, draws=80, seed=4)
    pd.testing.assert_frame_equal(a.table, b.table)
    assert a.low != c.low and a.corrected == c.corrected
    delta = mismatch(d, interval="delta")
    assert delta.high - delta.low == pytest.approx(a.high - a.low, rel=0.5)
    plain = mismatch(d, interval=None)
    assert plain.corrected == plain.index and np.isnan(plain.low) and plain.headline is None


def test_equal_tightness_is_no_mismatch() -> None:
    d = stocks().assign(vacancies=lambda x: 2 * x["unemployed"])
    m = mismatch(d, draws=60)
    assert m.index == 0 and m.corrected == 0 and m.unemployment_share == 0
    assert (m.full["direction"] == "balanced").all()


def test_coarser_cells_never_raise_it() -> None:
    m = mismatch_by_level(stocks(), geo=(0, 1, 2, 3), occupation=(1, 2, 3, 4))
    t = m.table.pivot(index="geo_level", columns="occupation_level", values="index").to_numpy()
    assert (np.diff(t, axis=0) >= -1e-12).all() and (np.diff(t, axis=1) >= -1e-12).all()
    with pytest.raises(DesignError, match="coarser"):
        mismatch_by_level(stocks().assign(geo="EL").drop_duplicates("occupation"), geo=(3,))
    assert "too coarse" in str(
        [
            c.sentence
            for c in mismatch_by_level(
                stocks()
                .assign(occupation=lambda d: d["occupation"].str[:1])
                .drop_duplicates(["geo", "occupation"])
            ).checks
        ]
    )


def test_efficiency_moves_the_planner() -> None:
    d = stocks()
    phi = {code: 1.0 + 0.2 * k for k, code in enumerate(sorted(d["occupation"].unique()))}
    m = mismatch(d, efficiency=phi, interval="delta")
    u, v, f = d["unemployed"].to_numpy(), d["vacancies"].to_numpy(), d["occupation"].map(phi).to_numpy()
    middle = ((f**2 * v).sum() / v.sum()) ** 0.5
    by = 1 - (f / middle * np.sqrt(v / v.sum() * u / u.sum())).sum()
    assert m.index == pytest.approx(by) and m.heterogeneous
    assert m.measures["measure"].tolist()[1] == "planner's index, cells alike"
    # A worth that follows efficiency backwards makes the planner indifferent to it.
    worth = {k: 1 / x for k, x in phi.items()}
    both = mismatch(d, efficiency=phi, productivity=worth, interval="delta")
    assert both.cells["planner_share"].sum() == pytest.approx(1)
    assert both.cells["planner_share"].to_numpy() == pytest.approx(both.cells["vacancies"] / v.sum())
    assert both.full["contribution"].sum() == pytest.approx(both.index) and both.groups.empty
    part = mismatch(d, efficiency=dict(list(phi.items())[:5]), interval="delta")
    assert checks(part)["efficiency"] == "failed"
    last = mismatch(
        d, destruction=pd.DataFrame({"occupation": list(phi), "destruction": 0.02}), interval="delta"
    )
    assert last.index == pytest.approx(by_hand(d, 0.5))


def test_suppressed_cells_are_bounded_not_dropped() -> None:
    d = stocks(size=25).astype({"unemployed": float})
    hidden = d["unemployed"] < 10
    assert 2 < hidden.sum() < 20
    true = mismatch(d, interval="delta")
    m = mismatch(d.assign(unemployed=d["unemployed"].mask(hidden), suppressed=hidden), interval="delta")
    assert m.lowest <= true.index <= m.highest and m.lowest < m.index < m.highest
    assert len(m.cells) == len(true.cells) and m.cells["small"].sum() >= hidden.sum()
    assert "suppressed" in checks(m)
    assert not any(n in m.sentence for n in m.cells.loc[m.cells["small"], "name"])
    coarse = mismatch(
        d.assign(unemployed=d["unemployed"].mask(hidden)), level={"geo": 1, "occupation": 1}, interval="delta"
    )
    assert coarse.lowest < coarse.highest


def test_several_periods_and_rates() -> None:
    d = stocks(periods=6)
    m = mismatch(d, interval="delta")
    one = mismatch(d[d["period"] == "2021-Q1"], interval="delta")
    row = m.table.set_index("period").loc["2021-Q1"]
    assert row["index"] == pytest.approx(one.index) and len(m.table) == 6
    periods = m.table["period"]
    flows = pd.DataFrame(
        {"period": periods, "unemployment_rate": 0.1, "finding_rate": 0.18, "separation_rate": 0.02}
    )
    along = mismatch(d, interval="delta", flows=flows)
    assert 0 < along.unemployment_share < m.unemployment_share
    assert "at most" in m.sentence and "at most" not in along.sentence
    employed = mismatch(d.assign(employed=d["unemployed"] * 9 + 1), interval="delta")
    assert employed.measures.set_index("measure").loc["Lipsey", "value"] >= 0
    with pytest.raises(FrameError, match="complete row"):
        mismatch(d, flows=flows.iloc[1:])
    with pytest.raises(FrameError, match=r"0\.07 for 7%"):
        mismatch(d, flows=flows.assign(unemployment_rate=10.0))


def test_thin_cells_are_too_little_to_say() -> None:
    m = mismatch(stocks(size=1.5, cells=200), draws=60)
    assert m.certainty == "too little to say" and m.headline is None
    assert "too little to say" in m.sentence and checks(m)["thin_cells"] == "failed"


def test_samples_need_to_say_so() -> None:
    d = stocks().assign(unemployed=lambda x: x["unemployed"] * 12.5)
    assert checks(mismatch(d, draws=50))["sampling"] == "failed"
    wide, narrow = mismatch(stocks(), interval="delta", grossing=4), mismatch(stocks(), interval="delta")
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low) and wide.index == narrow.index
    regions = mismatch(stocks(cells=120), resample="regions", draws=200)
    assert regions.low < regions.corrected < regions.high


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda d: d.assign(unemployed=-1), FrameError, "cannot be a count"),
        (lambda d: d.assign(vacancies=np.inf), FrameError, "cannot be a count"),
        (lambda d: d.assign(vacancies="=SUM(A1:A9)"), FrameError, "not a number"),
        (lambda d: d.drop(columns="vacancies"), FrameError, "lacks"),
        (lambda d: pd.concat([d, d.iloc[:1]]), FrameError, "more than once"),
        (lambda d: d.iloc[:0], DesignError, "no rows"),
        (lambda d: d.iloc[:1], DesignError, "one cell only"),
        (lambda d: d.assign(vacancies=0), DesignError, "no vacancies"),
        (lambda d: d.assign(geo=None), FrameError, "geo is missing"),
        (lambda d: d.assign(period="spring"), FrameError, "2024-Q1"),
        (lambda d: [1, 2], FrameError, "DataFrame"),
    ],
)
def test_wrong_tables(change: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        mismatch(change(stocks()))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"elasticity": 1.0}, "exponent of vacancies"),
        ({"elasticity": "0.5"}, "exponent of vacancies"),
        ({"draws": 3}, "draws"),
        ({"interval": "wald"}, "bootstrap"),
        ({"minimum": 0}, "minimum"),
        ({"level": {"geo": 7}}, "NUTS level"),
        ({"by": ("geo", "sector")}, "lacks"),
        ({"efficiency": {"9999": 2.0}}, "keys are codes of none"),
        ({"efficiency": {"2512": -2.0}}, "above zero"),
        ({"resample": "people"}, "counts"),
    ],
)
def test_wrong_options(options: dict[str, Any], says: str) -> None:
    with pytest.raises((ParameterError, FrameError), match=says):
        mismatch(stocks(), **options)


def test_codes_of_ones_own_are_cells_too() -> None:
    d = stocks().rename(columns={"occupation": "sector"})
    assert mismatch(d, by=("geo", "sector"), interval="delta").index == pytest.approx(by_hand(d, 0.5))
    nasty = stocks().assign(occupation=lambda x: "'; DROP TABLE x; --<b>" + x["occupation"])
    assert "<b>" not in card_html(mismatch(nasty, interval="delta"))


def test_small_counts_of_people_cannot_be_had_from_what_is_shown() -> None:
    """Cells, totals of regions and occupations and the sentence, solved for what is kept back."""
    d = stocks(size=25)
    m = mismatch(d, interval="delta")
    kept = m.cells["suppressed"].to_numpy()
    people = m.full.set_index(["geo", "occupation"])["unemployed"]
    small = people[(people > 0) & (people < 10)].index
    assert 2 < len(small) <= kept.sum() < len(kept)
    told = ["unemployed", "unemployed_share", "surplus", "contribution", "contribution_share"]
    assert m.cells.loc[kept, told].isna().all().all() and m.cells.loc[~kept, told].notna().all().all()
    assert (m.cells.loc[kept, "direction"] == "kept back").all() and m.cells.loc[kept, "small"].all()
    # Equations that are known: each cell shown, each total shown, and the whole.
    shown = m.cells.set_index(["geo", "occupation"])["unemployed"].reindex(people.index)
    rows, unknown = [], shown.isna().to_numpy()
    for _, g in m.groups.dropna(subset="unemployed").iterrows():
        rows.append((people.index.get_level_values(g["dimension"]) == g["code"])[unknown])
    rows.append(np.ones(unknown.sum(), dtype=bool))
    a = np.array(rows, dtype=float)
    fixed = [
        np.linalg.matrix_rank(np.vstack([a, e])) == np.linalg.matrix_rank(a) for e in np.eye(unknown.sum())
    ]
    assert not any(
        f for f, name in zip(fixed, people.index[unknown], strict=True) if name in set(small.to_list())
    )
    # Regions alone: a small one is not the total less the others.
    one = mismatch(d.assign(unemployed=[4] + [50] * 39).drop(index=range(1, 10)), by="geo", interval="delta")
    assert one.cells["unemployed"].isna().sum() == 2 and one.groups["unemployed"].isna().sum() == 2


@pytest.mark.parametrize(("column", "whole"), [("geo", "EL10"), ("occupation", "25")])
def test_people_are_not_counted_twice(column: str, whole: str) -> None:
    d = stocks()
    extra = d.drop_duplicates([c for c in ("geo", "occupation") if c != column]).assign(**{column: whole})
    with pytest.raises(DesignError, match="count twice"):
        mismatch(pd.concat([d, extra], ignore_index=True))
    # In different periods they stand beside nothing.
    other = [d.assign(period="2023"), extra.assign(period="2024")]
    assert len(mismatch(pd.concat(other, ignore_index=True), interval="delta").table) == 2


def test_an_interval_reaches_over_what_suppressed_numbers_may_be() -> None:
    d = stocks(size=8, cells=400).astype({"unemployed": float})
    m = mismatch(d.assign(unemployed=d["unemployed"].mask(d["unemployed"] < 10)), interval="delta")
    assert m.low <= max(m.corrected - (m.index - m.lowest), 0) and m.high >= m.corrected + (
        m.highest - m.index
    )
    assert m.certainty == "too little to say" and "suppressed" in m.sentence


def test_words_of_the_range_and_of_worth() -> None:
    d = stocks()
    m = mismatch(d, elasticity=0.9, interval="delta")
    usual = m.by_elasticity[m.by_elasticity["elasticity"] != 0.9]["unemployment_share"]
    assert f"to {100 * usual.max():.1f}% with exponents of vacancies from 0.3 to 0.7" in m.sentence
    assert m.unemployment_share > usual.max()
    worth = {code: 1.0 + k for k, code in enumerate(sorted(d["occupation"].unique()))}
    said = mismatch(d, productivity=worth, interval="delta").sentence
    assert mismatch(d, interval="delta").counterfactual == "limit"
    assert "Beside a planner who weighs what a match is worth, " in said


@pytest.mark.parametrize("interval", ["bootstrap", "delta"])
def test_counts_that_are_alike_by_chance_prove_no_zero(interval: Any) -> None:
    d = stocks(cells=40, size=50).assign(unemployed=50, vacancies=10, employed=450)
    m = mismatch(d, draws=60, interval=interval)
    # Ten vacancies a cell: rates that differ by a third would not be seen.
    assert m.low == m.corrected == 0 and 0.002 < m.high < 0.1
    rows = m.measures.set_index("measure")
    assert m.by_elasticity["high"].between(0.001, 0.1).all()
    assert (rows["low"] == 0).all() and (rows["high"] > 0.001).all()
