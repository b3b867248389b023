"""Stand-ins for the figures of space: a Moran scatter plot and the coefficients of a spatial model."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .stand_ins import StandIn, grid, stand_in


def moran(n: int, **more: Any) -> StandIn:
    """Clusters of ``n`` regions along a line, each fifth in another class."""
    kinds = ["HH", "LL", "HL", "LH", "not significant"]
    table = grid(n)[["geo", "name", "value"]]
    table["z"] = [(i - n / 2) / (n / 4 or 1) for i in range(n)]
    table["lag"] = [0.5 * z + (-1) ** i * 0.4 for i, z in enumerate(table["z"])]
    table["cluster"] = [kinds[i % 5] for i in range(n)]
    fields = {
        "indicator": "unemployment_rate",
        "period": "2024",
        "slope": 0.5,
        "fdr": 0.05,
        "control": "bh",
        "highlight": ("EL02",),
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(table, "moran", synthetic=synthetic, **(fields | more))


def spatial_model(n: int, **more: Any) -> StandIn:
    """A lag model of up to five regressors with their impacts."""
    keys = ["employment_rate", "gdp_per_head_pps", "tertiary_attainment", "neet_rate", "something_else"][:n]
    rows = [
        {
            "term": key,
            "part": part,
            "name": "carried to be made nasty",
            "per_sd": (-1) ** i * (1 + i) * share,
            "per_sd_low": (-1) ** i * (1 + i) * share - 0.7,
            "per_sd_high": (-1) ** i * (1 + i) * share + 0.7,
        }
        for i, key in enumerate(keys)
        for part, share in (("direct", 0.6), ("indirect", 0.4), ("total", 1.0))
    ]
    columns = ["term", "part", "name", "per_sd", "per_sd_low", "per_sd_high"]
    fields = {
        "response": "unemployment_rate",
        "regressors": tuple(keys),
        "model": "lag",
        "period": "2024",
        "n": 230,
        "level": 0.95,
        "spatial": 0.5,
        "spatial_low": 0.4,
        "spatial_high": 0.6,
    }
    synthetic = more.pop("synthetic", False)
    return stand_in(
        pd.DataFrame(rows, columns=columns), "spatial_model", synthetic=synthetic, **(fields | more)
    )


SPACE_MAKERS = {"moran": moran, "spatial_model": spatial_model}
