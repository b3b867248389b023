"""The invented worlds are what they say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.recommendation.worlds import world


@pytest.mark.parametrize("shape", ["tree", "line", "corner", "none"])
@pytest.mark.parametrize("arms", [2, 4])
def test_scores_have_the_true_mean(shape: str, arms: int) -> None:
    made = world(6000, shape=shape, arms=arms, seed=3)  # type: ignore[arg-type]
    z = (made.people.scores - made.truth).mean(axis=0) / (
        (made.people.scores - made.truth).std(axis=0) / np.sqrt(6000)
    )
    assert np.abs(z).max() < 4
    assert made.best_value >= made.truth.mean(axis=0).max()


def test_no_shape_has_one_best_programme() -> None:
    made = world(500, shape="none", arms=3)
    assert set(made.best) == {1}


def test_fresh_people_are_other_people_and_seeds_repeat() -> None:
    made, again = world(200, seed=5), world(200, seed=5)
    assert np.array_equal(made.people.scores, again.people.scores)
    other = made.fresh(200)
    assert not np.array_equal(made.people.features, other.people.features)
    assert np.array_equal(other.truth, again.fresh(200).truth)


def test_learned_nuisances_and_clusters() -> None:
    made = world(3000, shape="line", nuisances="cross_fitted", clusters=40)
    assert len(np.unique(made.people.cluster)) == 40
    assert np.abs((made.people.scores - made.truth).mean(axis=0)).max() < 0.3
