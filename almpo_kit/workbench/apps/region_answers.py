"""The answer in words to one choice on the region board: standing, course, context, peers, and the doubts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from almpo_kit import regions
from almpo_kit.vocabulary.rendering import card_html, checks_html, provenance_html

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Asked:
    """One choice: region, figure, year, and whether comparable regions must be abroad."""

    geo: str
    indicator: str
    year: str
    abroad: bool = False

    @property
    def key(self) -> str:
        """As the browser writes it."""
        return "|".join((self.geo, self.indicator, self.year, str(self.abroad).lower()))


@dataclass(frozen=True, eq=False)
class Held:
    """The frames that the app answers from."""

    indicators: pd.DataFrame
    national: pd.DataFrame
    places: pd.DataFrame
    expenditure: pd.DataFrame | None = None
    effects: pd.DataFrame | None = None


def answer(held: Held, asked: Asked) -> dict[str, str]:
    """HTML above and below the picture, with the key of the choice it answers."""
    found = regions.context(
        held.indicators, held.places, country=asked.geo[:2], national=held.national, period=None
    )
    above = f'<h2 class="question">{escape(found.question)}</h2>{card_html(found)}'
    below = f"<h3>Why to doubt it</h3>{checks_html(found.checks)}{provenance_html(found)}"
    return {"key": asked.key, "above": above, "below": below}
