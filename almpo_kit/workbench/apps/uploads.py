"""Files that a person drops in: buttons, and what they hold. Files stay in memory and are let go once read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.workbench.apps.server import LARGEST_UPLOAD

MOST_MB = LARGEST_UPLOAD // 1_000_000
TABLES = ".csv,.tsv,.txt,.xlsx,.parquet,.dta"


class Uploads:
    """Buttons for files and one that says to read them.

    Parameters
    ----------
    kinds : mapping of str to (str, str)
        What may be dropped in -> words of its button, and the endings it may have.
    words : str
        Of the button that reads.
    read : callable
        Called with kind -> (file name, bytes) of what was dropped in; the second and later files of a kind that may be
        several are called kind 2, kind 3, ….
    several : iterable of str
        Kinds of which there may be several files.
    """

    def __init__(
        self,
        kinds: Mapping[str, tuple[str, str]],
        words: str,
        read: Callable[[dict[str, tuple[str, bytes]]], None],
        several: Iterable[str] = (),
    ) -> None:
        import ipywidgets as widgets

        self._kinds, self._read, self._several = dict(kinds), read, frozenset(several)
        self.button = widgets.Button(description=words).add_class("almpo-press")
        self.button.on_click(lambda _: self.take())
        self.widget = widgets.HBox().add_class("almpo-chips")
        self._held: dict[str, Any] = {}
        self.let_go()

    def let_go(self) -> None:
        """New buttons: the old ones' copies go, else a wrong file could not be taken back.

        A button whose file was too large to arrive waits for ever and sends no other.
        """
        import ipywidgets as widgets

        for old in self._held.values():
            old.value = ()
            old.close()
        self._held = {
            kind: widgets.FileUpload(
                accept=endings, multiple=kind in self._several, description=words
            ).add_class("almpo-press")
            for kind, (words, endings) in self._kinds.items()
        }
        self.widget.children = [*self._held.values(), self.button]

    def take(self) -> None:
        """Read what was dropped in, and let it go whatever comes of it."""
        try:
            files = {
                kind if k == 0 else f"{kind} {k + 1}": (str(f["name"]), bytes(f["content"]))
                for kind, up in self._held.items()
                for k, f in enumerate(up.value)
            }
            self._read(files)
        finally:
            self.let_go()


def told_about_size(refused: DesignError) -> DesignError:
    """A refusal that also says why a file may not have arrived."""
    return DesignError(f"{refused} A file of more than {MOST_MB} MB does not arrive.")
