"""Invented lists of units for tests of drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.trial_designs import TrialDesign

#: Each kind of design with the columns that it needs of :func:`people`.
DESIGNS: Final[dict[str, tuple[TrialDesign, dict[str, Any]]]] = {
    "individual": (TrialDesign("individual"), {}),
    "three arms": (
        TrialDesign("blocked", arms={"none": 0.5, "a": 0.3, "b": 0.2}),
        {"blocks": ["region", "sex"]},
    ),
    "blocked": (TrialDesign("blocked", arms={"none": 0.6, "a": 0.4}), {"blocks": ["office"]}),
    "cluster": (TrialDesign("cluster"), {"cluster": "office"}),
    "cluster in blocks": (TrialDesign("cluster"), {"cluster": "office", "blocks": ["region"]}),
    "matched_pair": (TrialDesign("matched_pair"), {"cluster": "office", "pair": "pair"}),
    "stepped_wedge": (TrialDesign("stepped_wedge", steps=4), {"cluster": "office"}),
    "saturation": (
        TrialDesign("saturation", saturations={0.0: 0.25, 0.4: 0.5, 1.0: 0.25}),
        {"cluster": "office"},
    ),
}


def people(n: int = 240, offices: int = 12, seed: int = 0, first: int = 0) -> pd.DataFrame:
    """A list of people in offices of different sizes, offices in two regions and in pairs."""
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    office = rng.integers(0, offices, n)
    return pd.DataFrame(
        {
            "id": [f"p{first + i}" for i in range(n)],
            "office": [f"office {o}" for o in office],
            "region": [f"region {o % 2}" for o in office],
            "pair": office // 2,
            "age": rng.normal(40, 11, n).round(1),
            "sex": rng.choice(["women", "men"], n),
            "source": "SYNTHETIC",
        }
    )
