"""The evidence explorer: choose a question, see the answer, the picture, the doubts and the studies."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit import evidence
from almpo_kit.vocabulary.horizons import BAND_LABELS, horizon_band
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.rendering import card_html, checks_html, picture_html, provenance_html, table_html
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.layout import references

if TYPE_CHECKING:
    import pandas as pd

ANY = ""
EU_ONLY = "EU27"


@dataclass(frozen=True)
class Choice:
    """What a person asks: programme type, target group, outcome and unit, horizon band, place."""

    programme_type: str = "training"
    target_group: str = ANY
    measure: tuple[str, str] = ("employment_probability", "percentage_points")
    band: str = ANY
    place: str = ANY

    def question(self) -> str:
        """The choice as a question."""
        what = (
            PROGRAMME_TYPES[self.programme_type].label
            if self.programme_type
            else "active labour market policy"
        )
        whom = f" for {TARGET_GROUPS[self.target_group]}" if self.target_group else ""
        when = f", {BAND_LABELS[self.band]}" if self.band else ""
        where = {"": "", EU_ONLY: ", in the EU-27"}.get(
            self.place, f", in {PLACE_NAMES.get(self.place, self.place)}"
        )
        outcome, unit = self.measure
        label, sign = OUTCOMES[outcome].label, UNITS[unit][1]
        return f"What does {what.lower()} do{whom} to the {label} (in {sign}){when}{where}?"


def matching(effects: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The estimates that a choice asks for; an empty frame when there are none."""
    outcome, unit = choice.measure
    keep = (effects["outcome"] == outcome) & (effects["unit"] == unit)
    if choice.programme_type:
        keep &= effects["programme_type"] == choice.programme_type
    if choice.target_group:
        keep &= effects["target_group"] == choice.target_group
    if choice.band:
        keep &= horizon_band(effects) == choice.band
    if choice.place:
        keep &= (
            effects["country"].isin(EU27) if choice.place == EU_ONLY else effects["country"] == choice.place
        )
    return effects[keep]


def options(effects: pd.DataFrame) -> Mapping[str, list[tuple[str, Any]]]:
    """What each control offers, with the number of estimates behind every option."""

    def counted(column: str, labels: Mapping[str, str]) -> list[tuple[str, Any]]:
        counts = effects[column].value_counts()
        return [(f"{label} ({counts.get(key, 0)})", key) for key, label in labels.items()]

    measures = Counter(zip(effects["outcome"], effects["unit"], strict=True)).most_common()
    bands = horizon_band(effects).value_counts()
    places = sorted(Counter(effects["country"]).items())
    return {
        "programme_type": [
            ("All programmes", ANY),
            *counted("programme_type", {key: t.label for key, t in PROGRAMME_TYPES.items()}),
        ],
        "target_group": [("Everybody studied", ANY), *counted("target_group", TARGET_GROUPS)],
        "measure": [
            (f"{OUTCOMES[o].label.capitalize()}, {UNITS[u][0]} ({n})", (o, u)) for (o, u), n in measures
        ],
        "band": [
            ("Any time", ANY),
            *((f"{label} ({bands.get(b, 0)})", b) for b, label in BAND_LABELS.items()),
        ],
        "place": [
            ("Anywhere", ANY),
            ("EU-27 only", EU_ONLY),
            *((f"{PLACE_NAMES.get(c, c)} ({n})", c) for c, n in places),
        ],
    }


def download_html(table: pd.DataFrame, name: str) -> str:
    """A link that saves the table as CSV without asking the server."""
    content = base64.b64encode(safe_csv(table).encode("utf-8-sig")).decode()
    return f'<p><a class="download" download="{escape(name)}" href="data:text/csv;base64,{content}">Download these estimates (CSV)</a></p>'


def safe_csv(table: pd.DataFrame) -> str:
    """CSV whose text cells no spreadsheet takes for a formula."""
    import pandas as pd

    out = table.copy()
    for column in out.columns:
        if not pd.api.types.is_numeric_dtype(out[column]) and not pd.api.types.is_bool_dtype(out[column]):
            text = out[column].astype("string")
            out[column] = text.mask(text.str.match(r"^\s*[=+\-@]").fillna(False), "'" + text)
    return str(out.to_csv(index=False))


def answer_html(effects: pd.DataFrame, studies: pd.DataFrame, choice: Choice) -> str:
    """Everything below the controls for one choice."""
    question = f'<h2 class="question">{escape(choice.question())}</h2>'
    found = matching(effects, choice)
    if found.empty:
        return question + _nothing_html(effects, choice)
    finding = evidence.answer(found, question=choice.question())
    shown = [
        *("citation", "programme_name", "country", "design", "band", "horizon_months"),
        *("effect", "se", "favour", "used", "why_not"),
    ]
    listed = finding.table[[c for c in shown if c in finding.table]].rename(
        columns={"why_not": "why not used"}
    )
    return "".join(
        (
            question,
            card_html(finding),
            picture_html(finding),
            "<h3>Why to doubt it</h3>",
            checks_html(finding.failed + tuple(c for c in finding.checks if c.status != "failed")),
            "<h3>What it rests on</h3>",
            references(studies, found["study_id"]).html,
            f"<details><summary>All {len(listed)} estimates</summary>{table_html(listed)}</details>",
            download_html(finding.table, "almp_evidence.csv"),
            provenance_html(finding),
        )
    )


def _nothing_html(effects: pd.DataFrame, choice: Choice) -> str:
    """An empty answer is a finding: nobody in this base has studied it. Says which choice to relax."""
    ways = []
    for field, label in (
        ("target_group", "For whom"),
        ("band", "When"),
        ("place", "Where"),
        ("programme_type", "Programme"),
    ):
        if getattr(choice, field):
            wider = Choice(**{**vars(choice), field: ANY})
            count = len(matching(effects, wider))
            if count:
                ways.append(f"<li>set <strong>{label}</strong> to its first entry: {count} estimate(s)</li>")
    hint = (
        f"<p>To see what is near it:</p><ul>{''.join(ways)}</ul>"
        if ways
        else "<p>Choose another outcome.</p>"
    )
    return (
        '<div class="card"><p class="badge badge-too-little-to-say">Too little to say</p>'
        '<p class="answer">No estimate in the evidence base answers this. That is a gap in what has been '
        f"studied or coded, not a sign that the programme does nothing.</p></div>{hint}"
    )


def show(effects: pd.DataFrame, studies: pd.DataFrame) -> None:
    """Display the app in a notebook or under Voila.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    studies : DataFrame, shape (n_studies, ...)
        With ``study_id``, ``citation``, ``url``.
    """
    import ipywidgets as widgets
    from IPython.display import display

    offered = options(effects)
    start = Choice()
    labels = {
        "programme_type": "Programme",
        "target_group": "For whom",
        "measure": "Outcome",
        "band": "When",
        "place": "Where",
    }
    controls = {
        field: widgets.Dropdown(
            options=offered[field],
            value=getattr(start, field),
            description=label,
            layout=widgets.Layout(width="100%"),
        )
        for field, label in labels.items()
    }
    answer = widgets.HTML().add_class("almpo-answer").add_class("almpo")

    @cache
    def answered(choice: Choice) -> str:
        return answer_html(effects, studies, choice)

    def refresh(change: object = None) -> None:
        answer.value = answered(Choice(**{field: control.value for field, control in controls.items()}))

    for control in controls.values():
        control.observe(refresh, names="value")
    refresh()
    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · evidence "
        "explorer</p><h1>What helps people into work?</h1><p class='standfirst'>Ask the coded evaluations. Where "
        "they are too few, the answer says so.</p></header>"
    ).add_class("almpo")
    panel = widgets.VBox(list(controls.values())).add_class("almpo-controls")
    display(widgets.VBox([title, widgets.Box([panel, answer]).add_class("almpo-columns")]))
