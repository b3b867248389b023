"""What is said about a set of neighbours: the sentence, the checks, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from almpo_kit.regions.panel import require
from almpo_kit.regions.space.linking import is_overseas
from almpo_kit.regions.space.territory import named, regions_of_countries
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.regions.space.contiguity import Contiguity
    from almpo_kit.regions.space.weights import Weights

_RULES = {
    "queen": "share a border or a point of it",
    "rook": "share a border",
    "nearest": "are among the nearest by label point",
}


def some(codes: Sequence[str], names: dict[str, str], at_most: int = 8) -> str:
    """``Kriti (EL43) and Attiki (EL30)``; ends in ``and 12 more`` where there are many.

    A region without a name of its own goes by its country's: ``Liechtenstein (LI00)``.
    """
    shown = [f"{name} ({g})" if (name := named(g, names)) != g else g for g in codes[:at_most]]
    more = len(codes) - at_most
    return listed([*shown, f"{more} more"] if more > 0 else shown)


def labels(places: pd.DataFrame | None) -> dict[str, str]:
    """Name of each code of a ``taxonomy`` frame; empty without one."""
    if places is None:
        return {}
    require(places, ("code", "label"), "places")
    return dict(zip(places["code"].astype(str), places["label"].astype(str), strict=True))


def rests_on(weights: Weights, rule: str, nuts_version: str | None) -> str:
    """``244 regions of the EU (NUTS 2024), 1 326 links; polygons that share a border or a point of it``."""
    vintage = f" (NUTS {nuts_version})" if nuts_version else ""
    what = "label points" if rule == "nearest" else f"polygons that {_RULES[rule]}"
    return f"{regions_of_countries(weights.ids)}{vintage}, {number(weights.base.nnz, 0)} links; {what}"


def sentence(weights: Weights, rule: str, joined: tuple[tuple[str, str], ...], names: dict[str, str]) -> str:
    """How many neighbours there are, and who has none."""
    counts = weights.cardinalities
    having = counts[counts > 0]
    if not len(having):
        return f"None of the {regions_of_countries(weights.ids)} has a neighbour."
    spread = f"{having.min()}" if having.min() == having.max() else f"{having.min()} to {having.max()}"
    which = regions_of_countries(weights.ids)
    who = f"All {which}" if len(having) == weights.n else f"{number(len(having), 0)} of {which}"
    text = f"{who} have neighbours that {_RULES[rule]}, {number(having.mean())} on average ({spread})"
    if joined:
        text += f"; {len(joined)} of them would have none and {'was' if len(joined) == 1 else 'were'} joined to the nearest"
    if weights.islands:
        verb = "has" if len(weights.islands) == 1 else "have"
        text += f". {len(weights.islands)} {verb} none: {some(weights.islands, names, 6)}"
    return f"{text}."


def checks(
    table: pd.DataFrame,
    weights: Weights,
    touching: Contiguity | None,
    joined: tuple[tuple[str, str], ...],
    names: dict[str, str],
) -> tuple[Check, ...]:
    """Islands, what was joined, parts, borders closed by the tolerance, links that are long or one-way."""
    return (
        *_islands(weights, joined, names),
        *_borders(touching, weights),
        *_parts(weights),
        *_links(table, weights, names),
    )


def _islands(
    weights: Weights, joined: tuple[tuple[str, str], ...], names: dict[str, str]
) -> tuple[Check, ...]:
    found = []
    if weights.islands:
        overseas = sum(map(is_overseas, weights.islands))
        which = f", {overseas} of them overseas" if overseas else ""
        text = (
            f"{len(weights.islands)} regions have no neighbour{which}, and statistics of neighbourhoods leave them out: "
            f'{some(weights.islands, names, 40)}. islands="join" joins those in Europe to the nearest; links= names '
            "connections such as bridges."
        )
        found.append(Check("islands", "informational", text))
    else:
        found.append(Check("islands", "passed", "Every region has a neighbour."))
    if joined:
        which = "; ".join(f"{some([a], names)} to {some([b], names)}" for a, b in joined[:12])
        more = f"; and {len(joined) - 12} more" if len(joined) > 12 else ""
        text = f"Joined to the nearest region, because they touch none: {which}{more}."
        found.append(Check("joined", "informational", text))
    return tuple(found)


def _borders(touching: Contiguity | None, weights: Weights) -> tuple[Check, ...]:
    if touching is None:
        return ()
    found = []
    if touching.closed.any():
        pairs = ", ".join(
            f"{weights.ids[i]}–{weights.ids[j]}" for i, j in touching.pairs[touching.closed][:8]
        )
        text = (
            f"{int(touching.closed.sum())} pairs do not touch but lie within the tolerance and count as neighbours: {pairs}"
            f"{', …' if touching.closed.sum() > 8 else ''}."
        )
        found.append(Check("tolerance", "informational", text))
    if touching.overlapping:
        text = (
            "The polygons overlap or their common borders differ; overlaps count as touching, gaps up to the tolerance too. "
            "Compare with another tolerance_m, or use GISCO's polygons, which fit together."
        )
        found.append(Check("coverage", "failed", text))
    else:
        found.append(
            Check(
                "coverage", "passed", "Neighbouring polygons share their borders exactly: no gap, no overlap."
            )
        )
    return tuple(found)


def _parts(weights: Weights) -> tuple[Check, ...]:
    there = weights.parts[weights.cardinalities > 0]
    if not len(there):
        return ()
    sizes = np.sort(np.unique(there, return_counts=True)[1])[::-1]
    if len(sizes) == 1:
        return (Check("connected", "passed", "Regions with neighbours form one connected whole."),)
    text = (
        f"Regions with neighbours form {len(sizes)} separate parts, of {listed([str(s) for s in sizes[:8]])}"
        f"{' … ' if len(sizes) > 8 else ' '}regions; nothing spreads between them."
    )
    return (Check("connected", "informational", text),)


def _links(table: pd.DataFrame, weights: Weights, names: dict[str, str]) -> tuple[Check, ...]:
    found = []
    if not weights.mutual:
        text = "Not every neighbour is one in return: the nearest to an outlying region have nearer ones themselves."
        found.append(Check("mutual", "informational", text))
    far = table[table["how"].isin(["nearest", "joined"])]
    if len(far) and far["distance_km"].notna().any():
        row = far.iloc[int(far["distance_km"].fillna(0).to_numpy().argmax())]
        text = (
            f"The longest link runs {number(row['distance_km'], 0)} km, from {some([row['geo']], names)} to "
            f"{some([row['neighbour']], names)}."
        )
        found.append(Check("longest", "informational", text))
    return tuple(found)
