"""The verb: truth recovered, refusals that name what is needed, efficiencies that mismatch can use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.matching import matching_function, mismatch
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

OCCUPATIONS = ["2111", "2512", "3115", "5120", "5223", "7112", "8322", "9112"]


def flows(
    regions: int = 10,
    occupations: int = 5,
    periods: int = 12,
    size: float = 400,
    alpha: float = 0.4,
    seed: int = 0,
) -> pd.DataFrame:
    """SYNTHETIC flows with known elasticities and efficiencies (column ``truth``)."""
    rng = np.random.default_rng(seed)
    n = regions * occupations
    phi, base = np.exp(rng.normal(0, 0.3, n)), rng.lognormal(np.log(size), 0.7, n)
    parts = []
    for t in range(periods):
        u = rng.poisson(base * np.exp(rng.normal(0, 0.25, n)))
        v = rng.poisson(0.5 * base * np.exp(rng.normal(0, 0.3, n) - 0.03 * t))
        shock = np.repeat(rng.normal(0, 0.05, regions), occupations)
        hires = rng.poisson(0.2 * phi * np.exp(shock - 0.02 * t) * u ** (1 - alpha) * v**alpha)
        parts.append(
            pd.DataFrame(
                {
                    "geo": [f"DE{10 + k // occupations}" for k in range(n)],
                    "occupation": [OCCUPATIONS[k % occupations] for k in range(n)],
                    "period": f"{2015 + t // 4}-Q{t % 4 + 1}",
                    "unemployed": u,
                    "vacancies": v,
                    "hires": hires,
                    "truth": phi,
                    "source": "SYNTHETIC test flows",
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def checks(finding: Any) -> dict[str, str]:
    return {c.name: c.status for c in finding.checks}


@pytest.mark.parametrize("estimator", ["log", "poisson"])
def test_the_truth_is_recovered(estimator: Any) -> None:
    d = flows()
    m = matching_function(d, estimator=estimator)
    assert m.unemployed_low - 0.01 < 0.6 < m.unemployed_high + 0.01
    assert m.elasticity == pytest.approx(0.4, abs=0.05)
    assert m.returns == pytest.approx(1, abs=0.08) and checks(m)["constant_returns"] == "passed"
    got = m.efficiency.merge(d.drop_duplicates(["geo", "occupation"]), on=["geo", "occupation"])
    assert np.corrcoef(np.log(got["efficiency"]), np.log(got["truth"]))[0, 1] > 0.95
    assert np.log(m.efficiency["efficiency"]).mean() == pytest.approx(0, abs=1e-9)
    t = m.over_time["efficiency"].to_numpy()
    assert t[0] > 1 > t[-1] and np.log(t).mean() == pytest.approx(0, abs=1e-9)
    assert m.sentence.startswith("SYNTHETIC data.")


def test_cells_without_hires() -> None:
    d = flows(size=12)
    log, poisson = matching_function(d), matching_function(d, estimator="poisson")
    assert checks(log)["zero_hires"] == "failed" and checks(poisson)["zero_hires"] == "passed"
    # The logarithm of what is left is drawn towards zero; Poisson regression is not by that.
    assert log.returns < poisson.returns
    assert (
        checks(log)["attenuation"] == "informational"
        and checks(matching_function(flows()))["attenuation"] == "passed"
    )
    sampled = d.assign(vacancies=d["vacancies"] * 1.25)
    assert checks(matching_function(sampled))["attenuation"] == "failed"
    assert (
        log.efficiency["weight_own"].dropna() < matching_function(flows()).efficiency["weight_own"].min()
    ).all()
    spread = np.log(log.efficiency["efficiency"]).std(), np.log(log.efficiency["raw"]).std()
    assert spread[0] < spread[1]


def test_mismatch_takes_it_as_it_is() -> None:
    d = flows()
    m = matching_function(d)
    now = d[d["period"] == "2017-Q4"]
    a = mismatch(now, elasticity=m.elasticity, efficiency=m, interval="delta")
    b = mismatch(now, elasticity=m.elasticity, efficiency=m.efficiency, interval="delta")
    truth = d.drop_duplicates(["geo", "occupation"]).rename(columns={"truth": "efficiency"})
    c = mismatch(now, elasticity=0.4, efficiency=truth[["geo", "occupation", "efficiency"]], interval="delta")
    assert a.index == b.index and a.index == pytest.approx(c.index, rel=0.15)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda d: d.drop(columns="hires"), DesignError, "stocks alone do not identify"),
        (
            lambda d: d.drop(columns="period").drop_duplicates(["geo", "occupation"]),
            DesignError,
            "cross-section",
        ),
        (lambda d: d[d["period"] < "2015-Q3"], DesignError, "at least 3 periods"),
        (lambda d: d.assign(vacancies=d["unemployed"]), DesignError, "do not vary independently"),
        (lambda d: d.assign(hires=0), DesignError, "at least 3 periods"),
        (lambda d: d.assign(hires=-1), FrameError, "cannot be a count"),
        (lambda d: pd.concat([d, d]), FrameError, "more than once"),
    ],
)
def test_what_cannot_be_had(change: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        matching_function(change(flows()))


def test_too_much_for_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # By name the verb stands in front of its package.
    monkeypatch.setattr(import_module("almpo_kit.matching.matching_function.panel"), "MOST_NUMBERS", 1000)
    with pytest.raises(DesignError, match="coarser cells"):
        matching_function(flows())


def test_few_clusters_are_too_little_to_say() -> None:
    m = matching_function(flows(regions=3))
    assert m.certainty == "too little to say" and checks(m)["clusters"] == "failed" and m.headline is None
    with pytest.raises(ParameterError, match="cluster"):
        matching_function(flows(), cluster="sector")
    # Two regions: occupations are the clusters.
    assert matching_function(flows(regions=2)).cluster == "occupation"


def test_what_is_left_out_is_told() -> None:
    d = flows()
    d.loc[:40, "unemployed"] = 0
    d["vacancies"] = d["vacancies"].astype(float)
    d.loc[60:70, "vacancies"] = np.nan
    m = matching_function(d)
    (told,) = [c.sentence for c in m.checks if c.name == "left_out"]
    assert "suppressed" in told and "nobody unemployed" in told
    fast = matching_function(flows(size=400).assign(hires=lambda x: x["unemployed"] // 2))
    assert checks(fast)["time_aggregation"] == "failed"
    assert checks(matching_function(flows(), effects="cell"))["periods"] == "failed"
    assert matching_function(flows(), effects="cell").over_time.empty


def test_few_hires_are_not_shown() -> None:
    d = flows()
    few = (d["geo"] == "DE10") & (d["occupation"] == "2111")
    d.loc[few, "hires"] = [1, 0, 2] + [0] * (int(few.sum()) - 3)
    e = matching_function(d, estimator="poisson").efficiency
    row = e[(e["geo"] == "DE10") & (e["occupation"] == "2111")].iloc[0]
    assert row[["hires", "raw", "se_log", "weight_own"]].isna().all() and row["efficiency"] > 0
    assert e["hires"].isna().sum() == 1


@pytest.mark.slow
def test_intervals_hold_the_truth() -> None:
    """95% intervals of 100 panels with ten regions and shocks by region."""
    held = [
        m.unemployed_low < 0.6 < m.unemployed_high
        for m in (matching_function(flows(seed=k), estimator="poisson") for k in range(100))
    ]
    assert 0.88 <= np.mean(held) <= 1
