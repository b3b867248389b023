"""The hierarchical model against metafor, dense algebra, and its own laws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation.gains.known import Settings, learn
from almpo_kit.recommendation.gains.latent import COMPONENTS, Layout
from almpo_kit.recommendation.gains.posterior import conditional_pull, posterior
from almpo_kit.recommendation.gains.published import published
from almpo_kit.recommendation.gains.variance_integration import Integrated, Model, integrate

from .gain_worlds import market, programmes

PINS = json.loads((Path(__file__).parents[2] / "reference" / "gain_pins.json").read_text())
KINDS = {"a": "training", "b": "services", "c": "employment_incentives"}


def pinned() -> tuple[Model, np.ndarray, Layout]:
    """The data of the pins as a model."""
    d = pd.DataFrame(PINS["data"])
    evidence = pd.DataFrame(
        {
            "programme_type": d["type"].map(KINDS),
            "effect": d["effect"],
            "se": d["se"],
            "sample_id": d["sample"],
            "unemployment_class": d["u"].map({1: "high", -1: "low"}),
            "skill_class": "high",
        }
    )
    layout = Layout(tuple(KINDS.values()), (0, 1, 2), 0)
    y, rows, error, own = published(evidence).observations(layout)
    component, share = layout.component(), layout.share()
    parts = np.array(
        [
            (rows[:, component == c] * share[component == c]) @ rows[:, component == c].T + own[c]
            for c in range(len(COMPONENTS))
        ]
    )
    ones = np.ones(len(COMPONENTS))
    return Model(y, error, parts, ones, 0 * ones, np.inf * ones), rows, layout


def test_predictions_at_fixed_variances_are_metafors() -> None:
    model, rows, layout = pinned()
    variance = PINS["variance"] | {"mean": 1e8}
    log_sd = np.array([0.5 * np.log(variance.get(c, 1e-14)) for c in COMPONENTS])
    at = Integrated(log_sd[None], np.ones(1), 1.0)
    found = posterior(model, at, rows, layout.component(), layout.share())
    se = np.sqrt(np.diag(found.covariance))
    assert found.mean[0] == pytest.approx(PINS["mean"], rel=1e-6)
    assert se[0] == pytest.approx(PINS["mean_se"], rel=1e-6)
    assert found.mean[1:4] == pytest.approx(PINS["type"], rel=1e-6)
    assert se[1:4] == pytest.approx(PINS["type_se"], rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-3, 2), min_size=len(COMPONENTS), max_size=len(COMPONENTS)))
def test_the_pull_is_the_posterior_of_a_dense_normal_regression(log_sd: list[float]) -> None:
    rng = np.random.default_rng(1)
    rows, y = rng.normal(size=(9, 4)), rng.normal(size=9)
    root = rng.normal(size=(9, 9))
    error, prior = root @ root.T + np.eye(9), np.exp(2 * np.array(log_sd[:4]))
    parts = np.zeros((len(COMPONENTS), 9, 9))
    for c in range(4):
        parts[c] = np.outer(rows[:, c], rows[:, c])
    ones = np.ones(len(COMPONENTS))
    model = Model(y, error, parts, ones, 0 * ones, np.inf * ones)
    pull = conditional_pull(model, np.array(log_sd), rows, prior)
    inverse = np.linalg.inv(error)
    dense = np.linalg.solve(rows.T @ inverse @ rows + np.diag(1 / prior), rows.T @ inverse)
    assert pull == pytest.approx(dense, abs=1e-7)


def test_the_gradient_is_that_of_the_density() -> None:
    model, _, _ = pinned()
    x = np.linspace(-0.6, 0.5, len(COMPONENTS))
    _, slope = model.log_posterior(x)
    for c in range(len(x)):
        step = np.zeros(len(x))
        step[c] = 1e-5
        numeric = (model.log_posterior(x + step)[0] - model.log_posterior(x - step)[0]) / 2e-5
        assert slope[c] == pytest.approx(numeric, rel=1e-5, abs=1e-7)


def test_integration_agrees_with_a_fine_grid() -> None:
    """Two unknown variances, where a grid can be summed: a mean towards 0 and a spread between studies."""
    rng = np.random.default_rng(3)
    se = rng.uniform(0.5, 1.5, 7)
    y = 2 + rng.normal(size=7) + se * rng.normal(size=7)
    parts = np.array([np.ones((7, 7)), np.eye(7)])
    model = Model(y, np.diag(se**2), parts, np.array([2.0, 1.0]), np.zeros(2), np.full(2, np.inf))
    axis = np.linspace(-7, 3, 42)
    points = np.array([(a, b) for a in axis for b in axis])
    log_p = np.array([model.log_posterior(p, gradient=False)[0] for p in points])
    weight = np.exp(log_p - log_p.max())
    weight /= weight.sum()
    grid = Integrated(points, weight, 1.0)
    rough = integrate(model, points=512, seed=4)
    ones, component, share = np.ones((7, 1)), np.array([0]), np.ones(1)
    kept = weight > 1e-7
    dense = posterior(
        model, Integrated(points[kept], weight[kept] / weight[kept].sum(), 1.0), ones, component, share
    )
    ours = posterior(model, rough, ones, component, share)
    assert rough.effective > 150
    assert ours.mean[0] == pytest.approx(dense.mean[0], abs=0.02)
    assert ours.covariance[0, 0] == pytest.approx(dense.covariance[0, 0], rel=0.08)
    for c in range(2):
        assert rough.weight @ rough.log_sd[:, c] == pytest.approx(grid.weight @ grid.log_sd[:, c], abs=0.12)


def test_a_component_with_few_groups_is_no_confident_zero() -> None:
    """Three types that happen to agree: the spread between types keeps a wide interval."""
    evidence = pd.DataFrame(
        {"programme_type": list(KINDS.values()), "effect": [2.0, 2.0, 2.0], "se": [0.1] * 3}
    )
    options = Settings(4.0, 0.95, 0.5, 16.0, 5, 64, 0)
    known = learn(None, published(evidence), programmes(), options)
    at = COMPONENTS.index("type")
    draws, weight = known.integrated.log_sd[:, at], known.integrated.weight
    assert weight[draws > np.log(0.2)].sum() > 0.25
    assert known.posterior.variance[at] > 0.01


def weights_of(known: Any, row: np.ndarray) -> tuple[float, float]:
    return float(row @ known.from_evidence), float(row @ known.from_local)


def test_one_more_in_a_source_moves_the_gain_by_its_weight() -> None:
    """The weights are what they say: add 1 to every published effect, or to every local gain, at the same variances."""
    m = market(seed=2, studies=4, people=300, slope=1.0)
    assert m.people is not None
    options = Settings(3.0, 0.95, 0.5, 12.0, 5, 32, 0)
    known = learn(m.people, published(m.evidence), programmes(), options)
    pull, n = known.posterior.pull, len(m.evidence)
    lift = np.zeros(pull.shape[1])
    lift[:n] = 1.0
    assert pull @ lift == pytest.approx(known.from_evidence)
    scores = m.people.scores.copy()
    scores[:, 1:] += 1.0
    higher = learn(
        type(m.people)(**{**m.people.__dict__, "scores": scores}),
        published(m.evidence),
        programmes(),
        options,
    )
    assert known.local is not None and higher.local is not None
    moved = higher.local.estimate - known.local.estimate
    assert pull[:, n:] @ moved == pytest.approx(known.from_local, abs=1e-9)
