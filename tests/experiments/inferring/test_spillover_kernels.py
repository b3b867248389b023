"""Cells, contrasts and degrees of freedom of a saturation design, held to clubSandwich."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit.experiments.inferring.kernels.place_cells import place_cells
from almpo_kit.experiments.inferring.kernels.saturation_effects import contrast, saturation_means
from almpo_kit.experiments.inferring.kernels.spillover_contrasts import spillover_contrasts

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.mark.parametrize("by", ["people", "places"])
def test_effects_errors_and_degrees_are_those_of_clubsandwich(by: str) -> None:
    pins = pd.DataFrame(json.loads((REFERENCE / "spillover_pins.json").read_text())[by]).set_index("name")
    data = pd.read_csv(REFERENCE / "spillover_data.csv")
    codes, place = np.unique(data["place"], return_inverse=True)
    cells = place_cells(data["y"].to_numpy(), data["offered"].to_numpy(), place, len(codes))
    levels = np.array([0.0, 0.5, 0.75])
    level = np.searchsorted(levels, data.groupby("place")["saturation"].first().to_numpy())
    means = saturation_means(cells, level, 3, by_people=by == "people")
    asked = spillover_contrasts(levels, np.bincount(level))
    for name, row in pins.iterrows():
        kind, at = str(name).split()
        estimate, se, df = contrast(means, asked[kind, float(at)])
        assert [float(estimate), float(se), float(df)] == pytest.approx(
            [row["estimate"], row["se"], row["df"]], rel=1e-8
        )
