"""Watching a trial run: intervals that hold however often one looks; every look is kept."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Final

from almpo_kit.workbench.apps.screen import finding_html
from almpo_kit.workbench.apps.trial_lab.files_screen import Files, FilesScreen, needed, parts
from almpo_kit.workbench.apps.uploads import TABLES

if TYPE_CHECKING:
    from almpo_kit.workbench.trials import TrialCase

_KINDS: Final = {"data": ("Outcomes so far", TABLES), "published": ("The published draw (all parts)", ".csv")}


def watching(case: TrialCase, changed: Callable[[], None]) -> FilesScreen:
    """The screen of looks on the way.

    Parameters
    ----------
    case : TrialCase
    changed : callable
        Called once a look was kept.
    """
    return FilesScreen(
        {},
        _KINDS,
        "Look at it",
        lambda files, tell: _look(case, changed, files),
        f'<h2 class="question">{escape(case.title)} · does it look as if it helped?</h2><div class="card"><p class="answer">Bring the '
        f"outcomes so far: id, {escape(case.plan.primary.name)}, and look (the number of the look at which each was first known). Looking "
        "is allowed at any time: the interval holds at every look, and is wider for it. Each look is kept."
        f'</p><p class="rests-on">{escape(case.state_words)}</p></div>',
    )


def _look(case: TrialCase, changed: Callable[[], None], files: Files) -> str:
    data = needed(files, "data", "the outcomes so far")
    found = case.monitor(data, parts(files, "published", "the published draw"))
    changed()
    return finding_html(found, file="looks.csv")
