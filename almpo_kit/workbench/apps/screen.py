"""One screen of the app: controls at the left, the answer at the right, and what went wrong in the answer's place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.vocabulary.rendering import card_html, checks_html, picture_html, provenance_html
from almpo_kit.workbench.apps.downloads import download_html

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding


class Screen:
    """Controls and the answer they ask for.

    Parameters
    ----------
    controls : mapping of str to widget
        In the order shown. A change of any asks again, unless there is a ``button``.
    answer : callable
        Takes the controls' values by name, and ``tell`` (a callable that shows how far a long answer is), and
        returns HTML.
    button : str, optional
        Words of a button that asks; for answers that take long or send what a person typed.
    more : iterable of str
        Controls that stand folded under "More".
    """

    def __init__(
        self,
        controls: Mapping[str, Any],
        answer: Callable[..., str],
        *,
        button: str = "",
        more: Iterable[str] = (),
    ) -> None:
        import ipywidgets as widgets

        self.controls, self._answer, self._held = dict(controls), answer, False
        self.answer = widgets.HTML().add_class("almpo-answer").add_class("almpo")
        folded = [self.controls[name] for name in more]
        shown: list[Any] = [c for name, c in self.controls.items() if name not in set(more)]
        if folded:
            inner = widgets.VBox(folded)
            shown.append(
                widgets.Accordion([inner], titles=("More",), selected_index=None).add_class("almpo-more")
            )
        self.button = widgets.Button(description=button).add_class("almpo-press") if button else None
        if self.button is not None:
            self.button.on_click(self.refresh)
            shown.append(self.button)
        else:
            for control in self.controls.values():
                control.observe(self.refresh, names="value")
        panel = widgets.VBox(shown).add_class("almpo-controls")
        self.widget = widgets.Box([panel, self.answer]).add_class("almpo-columns")

    def values(self) -> dict[str, Any]:
        """What is chosen now."""
        return {name: control.value for name, control in self.controls.items()}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Change controls without asking."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before

    def tell(self, words: str) -> None:
        """Show how far a long answer is."""
        self.answer.value = f'<p class="answer-line" role="status" aria-live="polite">{escape(words)}</p>'

    def refresh(self, _: object = None) -> None:
        """Ask with what is chosen; a refusal is an answer too."""
        if self._held:
            return
        if self.button is not None:
            self.button.disabled = True
        try:
            self.answer.value = self._answer(**self.values(), tell=self.tell)
        except Exception as refused:  # noqa: BLE001 - an old answer that stays would be taken for this one
            self.answer.value = refusal_html(refused)
        finally:
            if self.button is not None:
                self.button.disabled = False


def refusal_html(refused: Exception) -> str:
    """What cannot be answered, why, and the way out, in the place of the answer."""
    said = str(refused) if isinstance(refused, AlmpoError) else _unforeseen(refused)
    lines = escape(said).replace("\n", "<br>")
    return f'<div class="card"><p class="badge badge-too-little-to-say">Not answered</p><p class="answer">{lines}</p></div>'


def part_html(make: Callable[[], str]) -> str:
    """One part of an answer, or why there is none: what the other parts say does not depend on it."""
    try:
        return make()
    except AlmpoError as refused:
        return refusal_html(refused)


def _unforeseen(error: Exception) -> str:
    """Kind and place of an error that nobody expected; not its words, which may hold a person's data."""
    if isinstance(error, MemoryError):
        return "this machine has too little memory for that. Bring a part of the files, or choose a coarser detail."
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" in {PurePath(p.filename).name}, line {p.lineno}" for p in place)
    return (
        f"something went wrong that was not foreseen ({type(error).__name__}{where}). There is no answer to this; nothing of "
        "your files was kept. Choose otherwise, or load the page again; if it comes back, tell the makers what stands "
        "in the brackets."
    )


def finding_html(finding: Finding, *, picture: str | None = None, file: str = "", head: str = "h2") -> str:
    """A Finding on a screen: question, card, picture, doubts, download."""
    drawn = picture_html(finding, picture) if finding.figure or picture else ""
    others = tuple(c for c in finding.checks if c.status != "failed")
    return "".join(
        (
            f'<{head} class="question">{escape(finding.question)}</{head}>',
            card_html(finding),
            drawn,
            f"<h3>Why to doubt it</h3>{checks_html(finding.failed)}" if finding.failed else "",
            f"<details><summary>What else was checked</summary>{checks_html(others)}</details>"
            if others
            else "",
            download_html(finding.table, file, "Download the numbers (CSV)")
            if file and len(finding.table)
            else "",
            provenance_html(finding),
        )
    )
