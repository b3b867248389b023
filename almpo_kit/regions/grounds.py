"""What a regional Finding rests on, and where its numbers come from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.regions.panel import VINTAGE, Panel
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.provenance import Provenance, provenance


def grounds(panel: Panel, country: str, period: str) -> str:
    """``13 of 13 regions (NUTS 2024), 2025; Eurostat lfst_r_lfu3rt``."""
    codes = panel.codes(country)
    n = int(panel.values.loc[codes, period].notna().sum())
    source = listed(sorted(panel.rows["source"].dropna().astype(str).unique())) or "source not stated"
    noun = "region" if len(codes) == 1 else "regions"
    return f"{n} of {len(codes)} {noun} (NUTS {VINTAGE}), {period}; {source}"


def trace(
    method: str,
    panel: Panel,
    places: pd.DataFrame,
    national: pd.DataFrame,
    locations: pd.DataFrame | None = None,
    **options: Any,
) -> Provenance:
    """Provenance of a regional Finding; only the rows used can make it synthetic."""
    return provenance(panel.rows, places, national, locations, method=method, options=options)
