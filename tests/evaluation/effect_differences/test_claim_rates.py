"""How often differences are claimed where there are none, and found where they are (minutes: slow)."""

from __future__ import annotations

import numpy as np
import pytest

from .worlds import World, answered, rank_agreement

SEEDS = 1000
#: Worlds with one effect for all.
NONE = {
    "trial": World(n=500, p=5, known_chance=True),
    "confounded": World(n=600, p=5, confounded=0.6),
    "four arms": World(n=900, p=5, k=4, confounded=0.4, share=0.6),
    "twelve clusters": World(n=600, p=5, clusters=12),
    "heavy tails": World(n=600, p=5, heavy=True, confounded=0.4),
}


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", NONE)
def test_false_claims_stay_rare(name: str) -> None:
    from scipy.stats import beta

    claimed = sum(answered(NONE[name], seed)[0] for seed in range(SEEDS))
    upper = float(beta.ppf(0.975, claimed + 1, SEEDS - claimed))
    print(f"{name}: {claimed} of {SEEDS}, upper limit {upper:.3f}")
    assert upper <= 0.065


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shape", ["line", "one", "corner", "wave"])
def test_differences_as_large_as_the_mean_are_found_and_ranked(shape: str) -> None:
    # A mean effect of a fifth of the noise: ten standard errors of the mean at n = 10,000.
    world = World(n=10_000, p=8, mean=0.2, spread=0.2, shape=shape, known_chance=True)
    found = []
    for seed in range(40):
        yes, decided, data, effect = answered(world, seed)
        found.append((yes, rank_agreement(decided[0], effect[:, 0], data.fold)))
    power, agreement = np.mean(found, axis=0)
    print(f"{shape}: power {power:.2f}, Spearman {agreement:.2f}")
    assert power >= 0.8
    assert agreement >= 0.5
