"""Results of spdep and spatialreg, and weights made of their lists of neighbours."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.regions.space.weights import Transform, Weights, from_links

ROOT = Path(__file__).parents[3]
#: Real polygons, where this checkout lies beside them.
GISCO = Path(os.environ.get("ALMPO_SHARED", ROOT.parent / "shared")) / "data" / "gisco"
ALL_LEVELS = GISCO / "nuts_all_2024_20M.geojson"


@cache
def pins() -> dict[str, Any]:
    """The whole file."""
    return json.loads((ROOT / "tests" / "reference" / "spatial_pins.json").read_text(encoding="utf-8"))


def from_pairs(pairs: list[list[int]], n: int, transform: Transform = "row", weight: Any = None) -> Weights:
    """Weights in which each pair (i, j) are neighbours; ``weight(i, j)`` gives a link's weight."""
    both = [(i, j) for i, j in pairs] + [(j, i) for i, j in pairs]
    ids = [f"R{i:04d}" for i in range(n)]
    links = pd.DataFrame(
        {
            "geo": [ids[i] for i, _ in both],
            "neighbour": [ids[j] for _, j in both],
            "weight": [1.0 if weight is None else weight(i, j) for i, j in both],
        }
    )
    return from_links(links, ids, transform)


def ring(n: int, reach: int = 1, transform: Transform = "row") -> Weights:
    """A circle of n regions; each has its ``reach`` nearest on either side."""
    return from_pairs([[i, (i + s) % n] for i in range(n) for s in range(1, reach + 1)], n, transform)


def lattice(side: int) -> Weights:
    """A square grid, neighbours by common corners (queen)."""
    at = np.arange(side * side).reshape(side, side)
    pairs = [
        [int(at[r, c]), int(at[r + dr, c + dc])]
        for r in range(side)
        for c in range(side)
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1))
        if 0 <= r + dr < side and 0 <= c + dc < side
    ]
    return from_pairs(pairs, side * side)


def weights_of(name: str, transform: Transform = "row") -> Weights:
    """Columbus, SIDS or Boston as spdep saw them."""
    data = pins()[name]
    return from_pairs(data.get("queen") or data["links"], len(data["value"]), transform)


def inverse_columbus() -> Weights:
    """Columbus with one over the distance of centroids."""
    data = pins()["columbus"]
    centre = np.array(data["centre"])
    return from_pairs(
        data["queen"], len(centre), weight=lambda i, j: 1 / float(np.hypot(*(centre[i] - centre[j])))
    )
