"""What the app reads once and keeps: taxonomies, national series, and what is prepared from them when first asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit import matching, sources

if TYPE_CHECKING:
    import pandas as pd

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Held:
    """Frames that all screens share.

    Parameters
    ----------
    occupations : DataFrame
        Taxonomy of occupations.
    places : DataFrame
        Taxonomy of NUTS 2024.
    locations : DataFrame
        Label points of NUTS-2 regions.
    national : DataFrame
        ``indicators`` frame of countries, for the cycle.
    effects : DataFrame
        ``effects`` frame, for what training does.
    boundaries : GeoDataFrame or None
    """

    occupations: pd.DataFrame
    places: pd.DataFrame
    locations: pd.DataFrame
    national: pd.DataFrame
    effects: pd.DataFrame
    boundaries: Any = None

    @cached_property
    def space(self) -> matching.SkillSpace:
        """Occupations in the space of skills; out of the box of ICT occupations only."""
        return matching.skill_space(sources.occupation_skills(), sources.skills())

    @cached_property
    def covered(self) -> list[tuple[str, str]]:
        """(label, code) of the occupations whose skills are known, by label."""
        names = self.occupations.set_index("code")["label"]
        known = names.reindex(self.space.occupations).dropna()
        return sorted(zip(known.astype(str), known.index.astype(str), strict=True))

    @cached_property
    def names(self) -> dict[str, str]:
        """Code -> label, of occupations and places."""
        both = (self.occupations, self.places)
        return {c: str(n) for f in both for c, n in zip(f["code"], f["label"], strict=True)}

    @cached_property
    def encoder(self) -> Any:
        """The default sentence encoder."""
        return sources.encoder()

    def index(self, kind: str, tell: Tell) -> Any:
        """The text index over occupations or skills; the first time on a machine it takes a minute or so."""

        def progress(done: int, total: int) -> None:
            tell(f"Preparing {kind} for search, once on this machine: {done:,} of {total:,} labels.")

        tell("Reading the text.")
        return sources.text_index(kind, self.encoder, progress=progress)  # type: ignore[arg-type]

    def place_name(self, code: str) -> str:
        """Name of a region with its code."""
        found = self.places.loc[self.places["code"] == code, "label"]
        return f"{found.iloc[0]} ({code})" if len(found) else code
