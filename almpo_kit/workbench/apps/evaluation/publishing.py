"""Publishing: rows for the evidence base, to be handed on; never a row about a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from almpo_kit import evaluation
from almpo_kit.vocabulary.errors import DesignError
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
    study, design = held.case.study, held.walk().design
    arms = design.plan.arms if isinstance(design, evaluation.Design) else ()
    controls: dict[str, Any] = {
        "study_id": widgets.Text(
            description="Study, e.g. author2026", value=str(study.get("study_id", "")), layout=wide
        ),
        "country": widgets.Text(
            description="Country (two letters)", value=str(study.get("country", "")), layout=wide
        ),
        "target_group": widgets.Dropdown(
            description="For whom",
            options=[(words, key) for key, words in TARGET_GROUPS.items()],
            value=_known(study.get("target_group"), TARGET_GROUPS),
            layout=wide,
        ),
        "years": widgets.Text(description="Years of entry, e.g. 2021-2023", value=_span(study), layout=wide),
    }
    for arm in arms:
        controls[_ARM + arm] = _kind(arm, study, compared=arm == arms[0])
    screen = Screen(controls, lambda **asked: _answer(held, **asked), button="Make the rows")
    screen.answer.value = (
        '<p class="answer-line">One row an arm, outcome and horizon, with everything the evidence base needs. What is not '
        "identified is not published.</p>"
    )
    return screen


def _kind(arm: str, study: Mapping[str, Any], *, compared: bool) -> Any:
    """What an arm is; the comparison may be no programme."""
    import ipywidgets as widgets

    none = [("No programme", "no_programme")] if compared else []
    kinds = [*none, *((p.label, key) for key, p in PROGRAMME_TYPES.items())]
    value = _known(dict(study.get("programme_types", {})).get(arm), [key for _, key in kinds])
    return widgets.Dropdown(
        description=f"“{arm}” is", options=kinds, value=value, layout=widgets.Layout(width="100%")
    )


def _known(value: Any, keys: Iterable[str]) -> str:
    """A value that a written design gives, or the first of those there are."""
    held = list(keys)
    return value if value in held else held[0]


def _span(study: Mapping[str, Any]) -> str:
    years = [str(study[y]) for y in ("start_year", "end_year") if y in study]
    return "-".join(dict.fromkeys(years))


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
    table = rows.table
    if table.empty:
        return f"{card_html(rows)}{checks_html(rows.checks)}"
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
