"""Pairs of groups as a person asks for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments import assign, match_pairs
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.trial_designs import TrialDesign


def offices(n: int = 30, seed: int = 0) -> pd.DataFrame:
    """Invented employment offices."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"office {i:02d}" for i in range(n)],
            "unemployment": rng.normal(8, 2, n),
            "long_term": rng.uniform(0.2, 0.6, n),
            "city": rng.random(n) < 0.3,
            "country": rng.choice(["AT", "DE"], n),
        }
    )


COVARIATES = ["unemployment", "long_term", "city"]


def test_every_group_has_one_partner_and_pairs_are_closer_than_chance_and_greed() -> None:
    found = match_pairs(offices(), covariates=COVARIATES)
    assert (found.pairs.groupby("pair").size() == 2).all() and len(found.pairs) == 30
    assert list(found.pairs["id"]) == list(offices()["id"]) and found.left_out == ()
    assert found.proven and found.total <= found.greedy <= found.at_random
    assert found.bound == pytest.approx(found.total)
    assert "15 pairs" in found.sentence and not found.failed
    assert found.table.set_index("covariate").loc["unemployment", "explained"] > 0.5
    assert found.metrics()["pairs"] == 15


def test_the_order_of_the_list_decides_nothing() -> None:
    first = match_pairs(offices(), covariates=COVARIATES)
    again = match_pairs(offices().sample(frac=1, random_state=1), covariates=COVARIATES)
    assert dict(first.pairs.to_numpy()) == dict(again.pairs.to_numpy())


def test_an_odd_group_is_named_and_stays_out() -> None:
    found = match_pairs(offices(31), covariates=COVARIATES)
    assert len(found.left_out) == 1 and found.left_out[0] not in set(found.pairs["id"])
    assert "no partner" in found.sentence and any(c.name == "no partner" for c in found.failed)


def test_pairs_stay_within_their_country() -> None:
    groups = offices(40)
    seen: list[tuple[int, int]] = []
    found = match_pairs(
        groups, covariates=COVARIATES, within="country", progress=lambda d, t: seen.append((d, t))
    )
    country = found.pairs.merge(groups, on="id").groupby("pair")["country"].nunique()
    assert (country == 1).all() and seen == [(1, 2), (2, 2)]
    assert found.total >= match_pairs(groups, covariates=COVARIATES).total - 1e-9
    odd = int((groups["country"].value_counts() % 2).sum())
    assert len(found.left_out) == odd and len(found.failed) == (odd > 0)


def test_what_weighs_more_is_closer() -> None:
    plain = match_pairs(offices(60), covariates=COVARIATES).table.set_index("covariate")["apart"]
    heavy = match_pairs(offices(60), covariates=COVARIATES, weights={"long_term": 50.0})
    assert heavy.table.set_index("covariate")["apart"]["long_term"] < plain["long_term"] / 2


def test_ranks_keep_a_far_value_in_bounds() -> None:
    groups = offices(40)
    groups.loc[0, "unemployment"] = 900.0
    found = match_pairs(groups, covariates=COVARIATES[:2], distance="rank_mahalanobis")
    moved = groups.assign(unemployment=groups["unemployment"].clip(upper=99))
    other = match_pairs(moved, covariates=COVARIATES[:2], distance="rank_mahalanobis")
    assert found.pairs.equals(other.pairs)


def test_what_does_not_differ_and_what_follows_is_said() -> None:
    groups = offices(40).assign(same=1.0, twice=lambda t: 2 * t["unemployment"])
    found = match_pairs(groups, covariates=[*COVARIATES, "same", "twice"])
    said = {c.name: c.sentence for c in found.checks}
    assert "same" in said["same everywhere"] and "3 things" in said["repeated"]
    assert np.isnan(found.table.set_index("covariate").loc["same", "apart"])


def test_too_many_characteristics_for_the_groups() -> None:
    rng = np.random.default_rng(0)
    groups = pd.DataFrame(rng.normal(size=(12, 11)), columns=[f"x{k}" for k in range(11)])
    groups["id"] = range(12)
    with pytest.raises(DesignError, match="equally far apart"):
        match_pairs(groups, covariates=[f"x{k}" for k in range(11)])
    found = match_pairs(groups, covariates=[f"x{k}" for k in range(4)])
    assert any(c.name == "too many characteristics" for c in found.failed)


@pytest.mark.parametrize(
    ("change", "options", "error", "words"),
    [
        (lambda t: t.assign(id="office"), {}, FrameError, "one row a group"),
        (lambda t: t.assign(id=None), {}, FrameError, "no name"),
        (lambda t: t.assign(unemployment=np.nan), {}, FrameError, "missing for 30"),
        (lambda t: t.assign(unemployment=np.inf), {}, FrameError, "missing for 30"),
        (lambda t: t.drop(columns="city"), {}, FrameError, "no column 'city'"),
        (lambda t: t.head(1), {}, FrameError, "2 to"),
        (lambda t: t.assign(unemployment=1, long_term=1, city=0), {}, DesignError, "alike"),
        (lambda t: t, {"covariates": ["country"]}, FrameError, "pair within it"),
        (lambda t: t, {"covariates": []}, ParameterError, "empty"),
        (lambda t: t, {"within": ["id"]}, DesignError, "no pairs"),
        (lambda t: t, {"weights": {"country": 2}}, ParameterError, "none of the covariates"),
        (lambda t: t, {"weights": {"city": 0}}, ParameterError, "above 0"),
        (lambda t: t, {"weights": 3}, ParameterError, "mapping"),
        (lambda t: t, {"distance": "as the crow flies"}, ParameterError, "none of"),
        (lambda t: "list.csv", {}, FrameError, "got str"),
    ],
)
def test_bad_lists_and_questions(
    change: Any, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        match_pairs(change(offices()), **({"covariates": COVARIATES} | options))


def test_the_label_of_invented_groups_stays() -> None:
    found = match_pairs(offices().assign(source="SYNTHETIC offices"), covariates=COVARIATES)
    assert found.sentence.startswith("SYNTHETIC") and found._repr_html_()


def test_pairs_can_be_drawn_as_they_are() -> None:
    groups = offices(12)
    pairs = match_pairs(groups, covariates=COVARIATES).pairs
    design = TrialDesign("matched_pair", clusters=12, cluster_size=10)
    drawn = assign(groups.merge(pairs, on="id"), design, seed=3, cluster="id", pair="pair").assignments
    arms = drawn.set_index("id")["arm"].reindex(pairs["id"]).groupby(pairs["pair"].to_numpy()).nunique()
    assert (arms == 2).all() and len(arms) == 6
