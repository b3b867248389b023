"""The draw: a list, a seed that nobody could choose, and a published file from which anybody draws it again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Final

from almpo_kit import experiments
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.screen import finding_html, part_html
from almpo_kit.workbench.apps.trial_lab.files_screen import Files, FilesScreen, needed, parts
from almpo_kit.workbench.apps.uploads import TABLES
from almpo_kit.workbench.trial_files import published_csv
from almpo_kit.workbench.trial_held import draw_columns

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.trials import TrialCase

_KINDS: Final = {"units": ("The list", TABLES), "published": ("A published draw (all parts)", ".csv")}
_ACTS: Final = {
    "draw": "Draw this list",
    "verify": "Check a published draw against its list",
    "late": "Draw people who came later (their list, the published draw, a new seed)",
}
#: Columns of the list that are no covariates.
_NOT_COMPARED: Final = ("id", "source", "pair")


def drawing(case: TrialCase, changed: Callable[[], None]) -> FilesScreen:
    """The screen of the draw.

    Parameters
    ----------
    case : TrialCase
    changed : callable
        Called once somebody was drawn.

    Raises
    ------
    ParameterError
        The plan is not registered yet.
    """
    import ipywidgets as widgets

    if case.state == "planned":
        raise ParameterError(
            "register the plan first, under “4 Plan”: nobody is drawn before it is fixed what will be asked."
        )
    wide = widgets.Layout(width="100%")
    controls = {
        "act": widgets.Dropdown(
            description="What to do", options=[(w, k) for k, w in _ACTS.items()], layout=wide
        ),
        "seed": widgets.Text(
            description="Seed, from a source that nobody could choose",
            placeholder="e.g. lottery 2027-01-09: 4 11 23 31 40 44",
            layout=wide,
        ),
    }
    return FilesScreen(
        controls, _KINDS, "Do it", lambda files, **said: _act(case, changed, files, **said), _first(case)
    )


def _first(case: TrialCase) -> str:
    columns = {k: v for k, v in draw_columns(case.plan).items() if k != "id"}
    held = ", ".join(
        dict.fromkeys(str(c) for v in columns.values() for c in ([v] if isinstance(v, str) else v))
    )
    more = f" and {escape(held)}" if held else ""
    source = f" The plan says: {escape(case.plan.seed_source)}." if case.plan.seed_source else ""
    return (
        f'<h2 class="question">{escape(case.title)} · who is drawn?</h2><div class="card"><p class="answer">Bring the list, one row a '
        f"person, with the columns id{more}. Close the list first, then take the seed from something that nobody could know: "
        f"a public lottery.{source} The file with the draw is for you to keep and publish; the registry keeps fingerprints and counts, no "
        f'person.</p><p class="rests-on">{escape(case.state_words)}</p></div>'
    )  # fmt: skip


def _act(
    case: TrialCase, changed: Callable[[], None], files: Files, *, act: str, seed: str, tell: Any
) -> str:
    units = needed(files, "units", "the list")
    if act == "verify":
        found = case.verify(units, published=parts(files, "published", "the published draw"))
        return finding_html(found, file="verification.csv")
    if act == "late":
        made = case.late(units, parts(files, "published", "the published draw"), seed=seed.strip() or None)
        changed()
        return drawn_html(case, made, "late")
    if not seed.strip():
        raise ParameterError("give the seed as it is published, e.g. the numbers of a lottery and its day.")
    tell("Drawing …")
    made = case.draw(units, seed.strip())
    changed()
    from almpo_kit.workbench.trial_files import read_units

    return drawn_html(case, made, "draw", read_units(units))


def drawn_html(case: TrialCase, made: Any, stem: str, units: pd.DataFrame | None = None) -> str:
    """A draw: its counts, the file to take away, how to draw it again, and whether arms are alike."""
    content = base64.b64encode(published_csv(made.assignments)).decode()
    take = (
        f'<p><a class="download" download="{stem}.csv" href="data:text/csv;base64,{content}">Take the draw now (CSV): it is kept '
        "nowhere else</a></p>"
    )
    again = (
        f'<p class="rests-on">Seed “{escape(made.seed)}”; list {made.list_digest[:12]}; draw {made.draw_digest[:12]}. Anybody with this '
        "seed and the list draws the same again (docs/experiments.md).</p>"
    )
    balance = "" if units is None else part_html(lambda: _balance_html(case, made, units))
    return f"{finding_html(made, file='counts.csv')}{take}{again}{balance}"


def _balance_html(case: TrialCase, made: Any, units: pd.DataFrame) -> str:
    drawn_by = {c for v in draw_columns(case.plan).values() for c in ([v] if isinstance(v, str) else v)}
    numbers = units.select_dtypes("number").columns
    compared = [c for c in numbers if c not in _NOT_COMPARED and c not in drawn_by]
    if not compared:
        return ""
    return finding_html(
        experiments.covariate_balance(made, units, covariates=compared), file="balance.csv", head="h3"
    )
