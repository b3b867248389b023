"""Publishing: rows for the evidence base, to be handed on; never a row about a person."""

from __future__ import annotations

from typing import Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.rendering import card_html, checks_html, table_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.evaluation.held import Held
from almpo_kit.workbench.apps.screen import Screen

_ARM = "arm "


def publishing(held: Held) -> Screen:
    """The screen that makes rows for the evidence base."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    study, plan = held.case.study, held.walk().design
    arms = getattr(plan, "plan", None)
    kinds = [(p.label, key) for key, p in PROGRAMME_TYPES.items()]
    controls: dict[str, Any] = {
        "study_id": widgets.Text(
            description="Study, e.g. author2026", value=study.get("study_id", ""), layout=wide
        ),
        "country": widgets.Text(
            description="Country (two letters)", value=study.get("country", ""), layout=wide
        ),
        "target_group": widgets.Dropdown(
            description="For whom",
            options=[(words, key) for key, words in TARGET_GROUPS.items()],
            layout=wide,
        ),
        "years": widgets.Text(
            description="Years of entry, e.g. 2021-2023", value=study.get("years", ""), layout=wide
        ),
    }
    types = study.get("programme_types", {})
    for arm in arms.arms[1:] if arms is not None else ():
        controls[_ARM + arm] = widgets.Dropdown(
            description=f"“{arm}” is", options=kinds, value=types.get(arm, kinds[0][1]), layout=wide
        )
    screen = Screen(controls, lambda **asked: _answer(held, **asked), button="Make the rows")
    screen.answer.value = (
        '<p class="answer-line">One row an arm, outcome and horizon, with everything the evidence base needs. What is not '
        "identified is not published.</p>"
    )
    return screen


def _answer(
    held: Held, *, study_id: str, country: str, target_group: str, years: str, tell: Any, **arms: str
) -> str:
    first, last = _years(years)
    place = country.strip().upper()
    if place not in PLACE_NAMES and not (len(place) == 2 and place.isalpha()):
        raise DesignError(f"country={country!r} is no two-letter code; write e.g. EL for Greece.")
    rows = held.walk().rows(
        study_id=study_id.strip(),
        programme_types={name.removeprefix(_ARM): kind for name, kind in arms.items()},
        target_group=target_group,
        country=place,
        start_year=first,
        end_year=last,
    )
    if isinstance(rows, Finding) and not len(rows.table):
        return f"{card_html(rows)}{checks_html(rows.checks)}"
    table = rows.table if isinstance(rows, Finding) else rows
    return (
        f"<h2 class='question'>Rows for the evidence base</h2>{table_html(table)}"
        f"{download_html(table, 'effects_' + study_id.strip() + '.csv', 'Download the rows (CSV)')}"
        "<p>Hand the file to whoever keeps the evidence base, or read it with the report “what works”.</p>"
    )


def _years(text: str) -> tuple[int, int]:
    first, _, last = text.replace("–", "-").partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise DesignError(
            f"years={text!r}: write the years in which people entered, e.g. 2021-2023."
        ) from None
