"""What the explorer shows below its controls: answer, picture, doubts, disagreements, gaps, studies."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import combinations
from typing import TYPE_CHECKING, Any

from almpo_kit import evidence
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.rendering import card_html, checks_html, picture_html, provenance_html, table_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.evidence_questions import ANY, EU_ONLY, UNEMPLOYMENT, Choice, matching
from almpo_kit.workbench.layout import link, references

if TYPE_CHECKING:
    import pandas as pd


_SHOWN = (
    *("citation", "programme_name", "country", "design", "band", "horizon_months"),
    *("effect", "se", "favour", "used", "why_not"),
)


@dataclass(frozen=True)
class Base:
    """The evidence base that the app asks: estimates with their labour market, studies, appraisals, reviews."""

    effects: pd.DataFrame
    studies: pd.DataFrame
    appraisals: pd.DataFrame
    reviews: pd.DataFrame

    @cached_property
    def appraised(self) -> evidence.Appraisal:
        """Risk of bias of each study."""
        return evidence.risk_of_bias(self.appraisals)

    @cached_property
    def gaps(self) -> evidence.GapMap:
        """Programme type by target group, over all outcomes."""
        return evidence.gap_map(self.effects)


def answer_html(base: Base, choice: Choice) -> str:
    """Everything below the controls for one choice."""
    question = f'<h2 class="question">{escape(choice.question())}</h2>'
    found = matching(base.effects, choice)
    if found.empty:
        return "".join((question, _nothing_html(base, choice), *_around(base, choice)))
    finding = evidence.answer(found, question=choice.question())
    listed = finding.table[[c for c in _SHOWN if c in finding.table]].rename(
        columns={"why_not": "why not used"}
    )
    return "".join(
        (
            question,
            card_html(finding),
            picture_html(finding),
            "<h3>Why to doubt it</h3>",
            checks_html(finding.failed + tuple(c for c in finding.checks if c.status != "failed")),
            *_around(base, choice),
            "<h3>What it rests on</h3>",
            references(base.studies, found["study_id"]).html,
            f"<details><summary>All {len(listed)} estimates</summary>{table_html(listed)}</details>",
            download_html(finding.table, "almp_evidence.csv", "Download these estimates (CSV)"),
            provenance_html(finding),
        )
    )


def _around(base: Base, choice: Choice) -> list[str]:
    """What stands beside an answer, also beside none: strength, expectation, disagreement, gaps."""
    parts = [_strength_html(base, choice), _expected_html(base, choice)]
    if choice.unemployment:
        parts.append(reviews_html(base.reviews, "cycle"))
    return [*parts, _gaps_html(base, choice)]


def _strength_html(base: Base, choice: Choice) -> str:
    outcome, unit = choice.measure
    # Where nobody can say which direction helps, results cannot be counted for or against.
    if not choice.programme_type or OUTCOMES[outcome].favourable == 0:
        return ""
    place = choice.place if choice.place not in (ANY, EU_ONLY) else None
    found = evidence.strength(
        base.effects,
        base.appraised,
        programme_type=choice.programme_type,
        target_group=choice.target_group or None,
        outcome=outcome,
        unit=unit,
        band=choice.band or None,
        country=place,
    )
    inner = f'<p class="answer-line">{escape(found.sentence)}</p>{checks_html(found.failed)}'
    title = f"Strength of the evidence by results counted: {escape(found.level)}"
    return f"<details><summary>{title}</summary>{inner}</details>"


def _expected_html(base: Base, choice: Choice) -> str:
    """The effect to expect at the chosen unemployment; there is none to ask for without a programme type.

    A rate means something only against what is usual in its place, so a place has to be chosen for it.
    """
    if not choice.unemployment or not choice.programme_type:
        return ""
    level, (outcome, unit) = UNEMPLOYMENT[choice.unemployment], choice.measure
    place = choice.place if choice.place not in (ANY, EU_ONLY) else None
    found = evidence.predict(
        base.effects,
        programme_type=choice.programme_type,
        target_group=choice.target_group or None,
        band=choice.band or None,
        unemployment_rate=level.typical,
        place=place,
        outcome=outcome,
        unit=unit,
    )
    where = f"in {PLACE_NAMES.get(place, place)} " if place else ""
    title = f"<h3>What to expect {where}when unemployment is {level.typical:.0f}%</h3>"
    way = (
        ""
        if place
        else "<p>Choose a country under <strong>Where</strong>: the same rate is high in one place and usual in another.</p>"
    )
    drawn = picture_html(found) if found.headline else ""
    return f"{title}{way}{card_html(found)}{drawn}{checks_html(found.failed)}"


def reviews_html(reviews: pd.DataFrame, topic: str) -> str:
    """What the big reviews conclude on a topic, side by side, each with its scope."""
    found = evidence.reviews(reviews, topic=topic)
    cards = "".join(_review_html(row) for row in found.table.to_dict("records"))
    return (
        f"<h3>{escape(found.question)}</h3><p>{escape(found.sentence)}</p>"
        f'<ul class="reviews">{cards}</ul>{checks_html(found.failed)}'
    )


def _review_html(row: Mapping[Hashable, Any]) -> str:
    scope = (
        f"{int(row['n_studies'])} studies, {int(row['n_estimates'])} estimates; {row['designs']}; {row['regions']}; "
        f"years: {row['years']}."
    )
    return (
        f'<li><p class="eyebrow">{escape(str(row["label"]))}</p><p class="concludes">{escape(str(row["concludes"]))}</p>'
        f"<p>{escape(str(row['statement']))}</p><p>{escape(scope)}</p>"
        f'<p class="rests-on">Read: {escape(str(row["checked"]))}. {link(row["source"])}</p></li>'
    )


def _gaps_html(base: Base, choice: Choice) -> str:
    """What nobody has studied about this programme type, in one line."""
    if not choice.programme_type:
        return ""
    cells = base.gaps.table
    cells = cells[cells["programme_type"] == choice.programme_type]
    nobody = [str(label) for label in cells.loc[cells["n_samples"] == 0, "column_label"]]
    outside = [
        str(label)
        for label in cells.loc[(cells["n_samples"] > 0) & (cells["n_samples_eu"] == 0), "column_label"]
    ]
    lines = [
        (nobody, "No study in the base, on any outcome, asked what it does for"),
        (outside, "Studied, but not in the EU-27, for"),
    ]
    items = "".join(f"<li>{text}: {escape(', '.join(names).lower())}.</li>" for names, text in lines if names)
    return f"<h3>What nobody has studied</h3><ul>{items}</ul>" if items else ""


_RELAXED = {
    "unemployment": "Unemployment",
    "target_group": "For whom",
    "band": "When",
    "place": "Where",
    "programme_type": "Programme",
}


def _nothing_html(base: Base, choice: Choice) -> str:
    """An empty answer is a finding: nobody in this base has studied it. Says which choice to relax."""
    ways = _ways_out(base, choice)
    hint = (
        f"<p>To see what is near it:</p><ul>{''.join(ways)}</ul>"
        if ways
        else "<p>Choose another outcome.</p>"
    )
    unknown = ""
    if choice.unemployment:
        known = int(base.effects["unemployment_rate"].notna().sum())
        unknown = (
            f"<p>Of {len(base.effects)} estimates, {known} have a known unemployment rate; the others may have "
            "been made at any level of it.</p>"
        )
    return (
        '<div class="card"><p class="badge badge-too-little-to-say">Too little to say</p>'
        '<p class="answer">No estimate in the evidence base answers this. That is a gap in what has been '
        f"studied or coded, not a sign that the programme does nothing.</p></div>{hint}{unknown}"
    )


def _ways_out(base: Base, choice: Choice) -> list[str]:
    """Which choices to open for an answer: single ones if that is enough, otherwise two, and so on."""
    narrowed = [field for field in _RELAXED if getattr(choice, field)]
    for many in range(1, len(narrowed) + 1):
        ways = []
        for fields in combinations(narrowed, many):
            wider = Choice(**{**vars(choice), **dict.fromkeys(fields, ANY)})
            count = len(matching(base.effects, wider))
            if count:
                names = " and ".join(f"<strong>{_RELAXED[field]}</strong>" for field in fields)
                first = "its first entry" if many == 1 else "their first entries"
                ways.append(f"<li>set {names} to {first}: {count} estimate{'s' if count > 1 else ''}</li>")
        if ways:
            return ways
    return []
