"""The result: analysed as planned, deviations listed, and rows for the evidence base."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.workbench.apps.screen import finding_html
from almpo_kit.workbench.apps.trial_lab.files_screen import Files, FilesScreen, needed, pairs_of, parts
from almpo_kit.workbench.apps.uploads import TABLES

if TYPE_CHECKING:
    from almpo_kit.workbench.trials import TrialCase

_KINDS: Final = {
    "data": ("Outcomes", TABLES),
    "published": ("The published draw (all parts)", ".csv"),
    "units": ("The list (to repeat the draw)", TABLES),
}
_ACTS: Final = {
    "analyse": "Analyse as planned; the trial is closed by it",
    "publish": "Publish what was analysed into an edition of the evidence",
}


def result(case: TrialCase, changed: Callable[[], None]) -> FilesScreen:
    """The screen of the result.

    Parameters
    ----------
    case : TrialCase
    changed : callable
        Called once a result was kept or published.
    """
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "act": widgets.Dropdown(
            description="What to do", options=[(w, k) for k, w in _ACTS.items()], layout=wide
        ),
        "deviations": widgets.Textarea(
            description="Done otherwise than planned, one a line: what: why", layout=wide
        ),
        "edition": widgets.Text(
            description="Name of the edition", placeholder="e.g. 2027-trial", layout=wide
        ),
    }
    return FilesScreen(
        controls, _KINDS, "Do it", lambda files, **said: _act(case, changed, files, **said), _first(case)
    )


def _first(case: TrialCase) -> str:
    kept = case.kept.result
    said = f'<div class="card"><p class="answer">{escape(kept.sentence)}</p></div>' if kept else ""
    return (
        f'<h2 class="question">{escape(case.plan.question)}</h2>{said}<div class="card"><p class="answer">Bring the outcomes (one row a '
        f"person: id, {escape(', '.join(o.name for o in case.plan.outcomes))}) and the published draw. What was planned is analysed; "
        "whatever else is asked needs its reason, and stands beside the result."
        f'</p><p class="rests-on">{escape(case.state_words)}</p></div>'
    )


def _act(
    case: TrialCase,
    changed: Callable[[], None],
    files: Files,
    *,
    act: str,
    deviations: str,
    edition: str,
    tell: Any,
) -> str:
    if act == "publish":
        found = case.publish(edition.strip())
        changed()
        return finding_html(found, file="rows.csv")
    data = needed(files, "data", "the outcomes")
    published = parts(files, "published", "the published draw")
    tell("Analysing …")
    made = case.analyse(data, pairs_of(deviations), published=published, units=files.get("units"))
    changed()
    return finding_html(made, file="result.csv")
