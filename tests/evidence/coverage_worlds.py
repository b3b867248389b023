"""Worlds with a known average, drawn alike for us and for R: do 95% intervals hold it 95 times in a hundred?

``python tests/evidence/coverage_worlds.py FOLDER [DRAWS]`` writes the draws of every world as CSV;
``Rscript tests/reference/coverage_pins.R FOLDER`` fits them with metafor and clubSandwich and writes
``coverage_pins.json``. The slow test draws the same worlds again and fits them here.

The worlds are hard on purpose: studies of very unequal size, sampling errors that correlate inside a study
(which the working model does not know), and true effects that differ between and within studies.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TRUTH = 2.0
SEED = 20261123
STUDIES = (10, 20, 40)


@dataclass(frozen=True)
class World:
    """``studies`` studies with one estimate each, or with 1 to 20; ``between`` and ``within`` are standard
    deviations of true effects, ``shared`` the correlation of sampling errors inside a study."""

    studies: int
    many: bool
    between: float
    within: float
    shared: float = 0.5

    @property
    def name(self) -> str:
        """E.g. ``many-20-0.7``."""
        return f"{'many' if self.many else 'one'}-{self.studies}-{self.between}"


WORLDS = tuple(
    World(m, many, between, 0.4 if many else 0.0)
    for many in (False, True)
    for m in STUDIES
    for between in (0.3, 1.0)
    # So few that degrees of freedom fall below four: listed, not promised.
) + tuple(World(5, True, between, 0.4) for between in (0.3, 1.0))


@dataclass(frozen=True)
class Draw:
    """One meta-analysis: effects, standard errors and study numbers, each of shape (k,)."""

    y: np.ndarray
    se: np.ndarray
    study: np.ndarray


def draws(world: World, count: int) -> Iterator[Draw]:
    """``count`` meta-analyses from one world; the first ones are the same whatever the count."""
    for child in np.random.SeedSequence([SEED, WORLDS.index(world)]).spawn(count):
        rng = np.random.default_rng(child)
        m = world.studies
        sizes = rng.integers(1, 21, m) if world.many else np.ones(m, int)
        study = np.repeat(np.arange(m), sizes)
        k = len(study)
        # Bigger studies are more precise, by a factor of up to six.
        se = np.exp(rng.uniform(np.log(0.25), np.log(1.5), m))[study] * rng.uniform(0.8, 1.25, k)
        error = se * (
            np.sqrt(world.shared) * rng.normal(size=m)[study] + np.sqrt(1 - world.shared) * rng.normal(size=k)
        )
        true = TRUTH + world.between * rng.normal(size=m)[study] + world.within * rng.normal(size=k)
        yield Draw(true + error, se, study)


def main(folder: Path, count: int) -> None:
    """Write every world's draws as ``<name>.csv`` with the columns draw, study, y, se."""
    folder.mkdir(parents=True, exist_ok=True)
    for world in WORLDS:
        with (folder / f"{world.name}.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("draw", "study", "y", "se"))
            for i, d in enumerate(draws(world, count)):
                rows.writerows(
                    (i, s, repr(float(y)), repr(float(e))) for s, y, e in zip(d.study, d.y, d.se, strict=True)
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
