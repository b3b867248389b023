"""Drafts: keep what is asked, open it again, without losing anybody's version."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from html import escape

from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import refusal_html
from almpo_kit.workbench.record_keeping import store

_NONE = ""


class Drafts:
    """The bar of drafts.

    Parameters
    ----------
    plan : Plan
    opened : callable
        Called once a draft was opened, to show it.
    """

    def __init__(self, plan: Plan, opened: Callable[[], None]) -> None:
        import ipywidgets as widgets

        self.plan, self.opened = plan, opened
        wide = widgets.Layout(width="100%")
        self.name = widgets.Text(
            description="Name of this draft", placeholder="e.g. Attica 2027", layout=wide
        )
        self.role = widgets.Text(
            description="Your role (not your name)", placeholder="e.g. policy officer", layout=wide
        )
        self.note = widgets.Text(description="What changed", layout=wide)
        self.keep = widgets.Button(description="Keep this draft").add_class("almpo-press")
        self.which = widgets.Dropdown(
            description="Kept drafts", options=[("None chosen", _NONE)], layout=wide
        )
        self.open = widgets.Button(description="Open it").add_class("almpo-press")
        self.told = widgets.HTML().add_class("almpo")
        self.keep.on_click(lambda _: self._trying(self._keep))
        self.open.on_click(lambda _: self._trying(self._open))
        inner = widgets.VBox(
            [self.name, self.role, self.note, self.keep, self.which, self.open, self.told]
        ).add_class("almpo-controls")
        self.widget = widgets.Accordion([inner], titles=("Drafts",), selected_index=None).add_class(
            "almpo-more"
        )
        # Asked for when the bar is opened, so that the first view does not wait for a database.
        self.widget.observe(lambda _: self._trying(self._list), names="selected_index")

    def _trying(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as refused:  # noqa: BLE001 - a draft that is not kept must not look kept
            self.told.value = refusal_html(refused)

    def _list(self) -> None:
        held = store().drafts()
        chosen = self.which.value
        self.which.options = [("None chosen", _NONE)] + [
            (f"{name} (version {version}{f', {role}' if role else ''})", name)
            for name, version, role in zip(
                held["name"].astype(str), held["version"], held["author_role"].astype(str), strict=True
            )
        ]
        if chosen in {value for _, value in self.which.options}:
            self.which.value = chosen

    def _keep(self) -> None:
        # As records keep it: “Attica  2027” is the draft “Attica 2027”.
        name = " ".join(unicodedata.normalize("NFC", self.name.value).split())
        held, version = self.plan.draft
        kept = store().keep_draft(
            name,
            self.plan.asked.as_dict(),
            author_role=self.role.value.strip(),
            note=self.note.value.strip(),
            # A name that was not opened here must be new: else somebody's draft would get a version they never saw.
            expected_version=version if name == held else 0,
        )
        self.plan.kept(kept)
        self.name.value = kept.name
        self._list()
        self.which.value = kept.name
        self._say(f"Kept as version {kept.version} of “{kept.name}”. Earlier versions stay.")

    def _open(self) -> None:
        if not self.which.value:
            self._say("Choose a draft first.")
            return
        draft = store().draft(self.which.value)
        told = self.plan.open(draft)
        self.name.value = draft.name
        self.opened()
        self._say(f"Version {draft.version} of “{draft.name}” is open. {told}".strip())

    def _say(self, words: str) -> None:
        self.told.value = f'<p class="answer-line" role="status" aria-live="polite">{escape(words)}</p>'
