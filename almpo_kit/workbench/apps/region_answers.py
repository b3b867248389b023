"""The answer in words to one choice on the region board: standing, course, labour market, peers, and the doubts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit import regions
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.rendering import card_html, checks_html, number, provenance_html, table_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.attempts import attempt

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Comparable regions shown; the table behind the download holds them all.
_PEERS = 6


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


def answers(held: Held, asked: Asked) -> Iterator[dict[str, str]]:
    """The answer to one choice as HTML: first the card, at once; then with everything below the picture.

    Yields
    ------
    dict
        ``key`` of the choice, ``above`` and ``below`` the picture; ``below`` is empty in the first.
    """
    here = regions.profile(held.indicators, held.places, region=asked.geo, national=held.national)
    above = f'<h2 class="question">{escape(here.question)}</h2>{card_html(here)}'
    yield {"key": asked.key, "above": above, "below": ""}
    yield {"key": asked.key, "above": above, "below": _below(held, asked, here)}


def _below(held: Held, asked: Asked, here: regions.Profile) -> str:
    alike = attempt(
        regions.peers,
        held.indicators,
        held.places,
        region=asked.geo,
        exclude_country=asked.abroad,
        expenditure=held.expenditure,
        effects=held.effects,
    )
    rest = tuple(c for c in here.checks if c.status != "failed")
    return "".join(
        (
            f"<h3>Why to doubt it</h3>{checks_html(here.failed)}",
            f"<details><summary>What else was checked</summary>{checks_html(rest)}</details>",
            f"<h3>Where it stands on each figure</h3>{table_html(_standing(here.table), label=here.question)}",
            _alike_html(alike),
            "<h3>What it rests on</h3>",
            f'<p class="rests-on">{escape(here.rests_on)}.</p>',
            provenance_html(here),
            download_html(here.table, f"region_{asked.geo}.csv", "Download this region's figures (CSV)"),
            _ACTS,
        )
    )


_ACTS = (
    '<p><button type="button" class="act" data-act="save">Save this page (HTML)</button>'
    '<button type="button" class="act" data-act="print">Print or save as PDF</button></p>'
)


def _standing(table: pd.DataFrame) -> pd.DataFrame:
    """The profile's rows as people read them: what is missing is said, not left empty."""
    import pandas as pd

    rows = [_row(r) for r in table.to_dict("records")]
    return pd.DataFrame(rows)


def _row(row: Mapping[Hashable, Any]) -> dict[str, str]:
    meaning = INDICATORS[row["indicator"]]

    def value(x: float) -> str:
        return "not held" if x != x else f"{number(x, meaning.digits)}{meaning.sign}"

    def moved() -> str:
        if row["change"] != row["change"]:
            return "not known"
        sign = "+" if row["change"] > 0 else ""
        broken = ", over the 2021 break" if row["crosses_break"] else ""
        return f"{sign}{number(row['change'], meaning.digits)} since {row['change_from']}{broken}"

    # A region without a value has no rank.
    ranked = row["value"] == row["value"]
    rank = f"{row['rank_in_eu']} of {row['n_in_eu']}" if ranked else "not ranked"
    return {
        "figure": f"{row['label']}, {row['period']}",
        "region": value(row["value"]),
        "nation": value(row["national_value"]),
        "EU-27": value(row["eu_value"]),
        "rank in the EU (1 is best)": rank,
        "change": moved(),
    }


def _alike_html(found: Finding) -> str:
    """Comparable regions with the reasons, and what their countries did differently."""
    head = f'<h3>Which regions are comparable?</h3><p class="answer-line">{escape(found.sentence)}</p>'
    if not isinstance(found, regions.Peers):
        return f"{head}{checks_html(found.failed)}"
    items = "".join(_peer_html(row) for row in found.table.head(_PEERS).to_dict("records"))
    return (
        f"{head}<ol class='peers'>{items}</ol>{checks_html(found.failed)}{_different_html(found)}"
        f"<details><summary>How this was compared</summary>"
        f"{checks_html(tuple(c for c in found.checks if c.status != 'failed'))}{provenance_html(found)}</details>"
    )


def _peer_html(row: Mapping[Hashable, Any]) -> str:
    geo, name = escape(str(row["geo"])), escape(str(row["name"]))
    near = "" if row["close"] else " Too far to be called comparable."
    return (
        f'<li><button type="button" class="to-region" data-act="go" data-geo="{geo}">{name} ({geo})</button>'
        f"<br>Alike: {escape(str(row['alike']))}.<br>Differs most: {escape(str(row['differs_most']))}.{near}</li>"
    )


def _different_html(found: regions.Peers) -> str:
    """What is held on the policies of the comparable regions' countries: spending, and what was evaluated."""
    parts = []
    if found.spending is not None and len(found.spending):
        kept = found.spending[["name", "scope_label", "year", "value", "peers"]]
        names = {"name": "country", "scope_label": "what is counted", "value": "% of GDP"}
        parts.append(table_html(kept.rename(columns=names), caption="Spending on labour market measures"))
    if found.evaluations is not None and len(found.evaluations):
        kept = found.evaluations[["name", "label", "samples", "estimates"]]
        names = {"name": "country", "label": "programme type", "samples": "independent samples"}
        parts.append(table_html(kept.rename(columns=names), caption="Programmes evaluated there"))
    if not parts:
        return "<p>Nothing is held on what the countries of these regions did.</p>"
    inner = "".join(parts)
    return f"<details><summary>What their countries did</summary>{inner}</details>"
