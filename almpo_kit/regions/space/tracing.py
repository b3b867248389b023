"""What a spatial Finding rests on, where its numbers come from, and how a p-value is written."""

from __future__ import annotations

import pandas as pd

from almpo_kit.regions.space.neighbours import Neighbours
from almpo_kit.regions.space.sample import Sample
from almpo_kit.regions.space.territory import regions_of_countries
from almpo_kit.regions.space.weights import Weights
from almpo_kit.vocabulary.provenance import Provenance, data_versions, is_synthetic
from almpo_kit.vocabulary.rendering import number


def vintage(neighbours: Neighbours | Weights) -> str | None:
    """Vintage of the neighbours' codes, where known."""
    return neighbours.nuts_version if isinstance(neighbours, Neighbours) else None


def grounds_of(found: Sample) -> str:
    """``236 regions of the EU, 1 402 links, 2025; Eurostat …``."""
    sources = "; ".join(sorted(found.rows["source"].dropna().astype(str).unique())[:3]) or "source not stated"
    links = number(found.weights.base.nnz, 0)
    return f"{regions_of_countries(found.weights.ids)}, {links} links, {found.when}; {sources}"


def traced(
    method: str,
    found: Sample,
    places: pd.DataFrame | None,
    neighbours: Neighbours | Weights,
    seed: int | None,
    **options: object,
) -> Provenance:
    """Provenance of the values used together with that of the neighbours."""
    options |= {"period": list(found.periods)}
    data, synthetic = data_versions(found.rows, places), is_synthetic(found.rows)
    if isinstance(neighbours, Neighbours):
        data = tuple(sorted({*data, *neighbours.provenance.data}))
        synthetic = synthetic or neighbours.provenance.synthetic
        options |= {"neighbours": dict(neighbours.provenance.options)}
    return Provenance(data=data, method=method, options=options, seed=seed, synthetic=synthetic)


def p_words(p: float, permutations: int | None = None) -> str:
    """``p = 0.03``; ``p < 0.001``; the smallest that permutations can give is said as such."""
    if permutations is not None and p <= 2 / (permutations + 1) * 1.0000001:
        return f"p ≤ {2 / (permutations + 1):.2g}, the least that {number(permutations, 0)} permutations can show"
    return "p < 0.001" if p < 0.001 else f"p = {p:.2f}" if p >= 0.095 else f"p = {p:.3f}"
