"""A screen that files are dropped into: controls and buttons at the left, the answer at the right. Files stay in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.apps.uploads import Uploads, told_about_size

if TYPE_CHECKING:
    from almpo_kit.workbench.trial_held import Table

Files = dict[str, tuple[str, bytes]]


class FilesScreen:
    """Controls, files and the answer they ask for.

    Parameters
    ----------
    controls : mapping of str to widget
    kinds : mapping of str to (str, str)
        What may be dropped in -> words of its button, and the endings it may have.
    words : str
        Of the button that reads.
    answer : callable
        Takes the files by kind, the controls' values by name, and ``tell``.
    first : str
        HTML of the answer before anything is asked.
    """

    def __init__(
        self,
        controls: Mapping[str, Any],
        kinds: Mapping[str, tuple[str, str]],
        words: str,
        answer: Callable[..., str],
        first: str,
    ) -> None:
        import ipywidgets as widgets

        self._files: Files = {}
        self.screen = Screen(
            controls, lambda tell, **said: answer(self._files, tell=tell, **said), button=words
        )
        assert self.screen.button is not None
        # One button, that of the files: two that look alike would do different things.
        self.screen.button.layout.display = "none"
        self.uploads = Uploads(kinds, words, self._take, several=("published",))
        panel, shown = self.screen.widget.children
        panel.children = [*panel.children, self.uploads.widget]
        self.screen.answer.value = first
        self.widget = widgets.Box([panel, shown]).add_class("almpo-columns")

    def _take(self, files: Files) -> None:
        self._files = files
        try:
            self.screen.refresh()
        finally:
            self._files = {}


def needed(files: Files, kind: str, what: str) -> tuple[str, bytes]:
    """A file that an answer cannot do without.

    Raises
    ------
    DesignError
        It did not arrive.
    """
    if kind not in files:
        raise told_about_size(DesignError(f"bring {what} first; no such file arrived."))
    return files[kind]


def parts(files: Files, kind: str, what: str) -> list[Table]:
    """All files of a kind, at least one.

    Raises
    ------
    DesignError
        None arrived.
    """
    return [needed(files, kind, what), *(f for k, f in files.items() if k.startswith(f"{kind} "))]


def pairs_of(text: str) -> dict[str, str]:
    """Deviation -> reason, from lines ``what: why``.

    Raises
    ------
    ParameterError
        A line without a reason; it names the line.
    """
    found: dict[str, str] = {}
    for k, line in enumerate(text.splitlines(), 1):
        what, _, why = (part.strip() for part in line.partition(":"))
        if not what and not why:
            continue
        if not what or not why:
            raise ParameterError(
                f"line {k} has no reason; write e.g. 'outcome: the survey asked six months later'."
            )
        found[what] = why
    return found
