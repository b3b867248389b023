"""The evidence explorer: ask a question, see what nobody has studied, see where the reviews part."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from almpo_kit import evidence
from almpo_kit.workbench.apps.evidence_answers import Base, answer_html, reviews_html
from almpo_kit.workbench.apps.evidence_gaps import gap_grid
from almpo_kit.workbench.apps.evidence_questions import Choice, options
from almpo_kit.workbench.assets import stylesheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

_LABELS = {
    "programme_type": "Programme",
    "target_group": "For whom",
    "measure": "Outcome",
    "band": "When",
    "place": "Where",
    "unemployment": "Unemployment",
}
#: Controls that stand under "More": at most five are visible.
_MORE = ("unemployment",)
_TABS = ("Ask", "What is missing", "Reviews")


class Explorer:
    """The widgets of the app, and what happens when one of them changes."""

    def __init__(self, base: Base) -> None:
        import ipywidgets as widgets

        self.base = base
        offered, start = options(base.effects), Choice()
        self.controls = {
            field: widgets.Dropdown(
                options=offered[field],
                value=getattr(start, field),
                description=label,
                layout=widgets.Layout(width="100%"),
            )
            for field, label in _LABELS.items()
        }
        self.answer = widgets.HTML().add_class("almpo-answer").add_class("almpo")
        self.gaps = widgets.VBox()
        self.reviews = widgets.HTML().add_class("almpo")
        self.tabs = widgets.Tab([self._ask(), self.gaps, self.reviews], titles=_TABS).add_class("almpo-tabs")
        self._answered = cache(lambda choice: answer_html(base, choice))
        self._held = False
        for control in self.controls.values():
            control.observe(self.refresh, names="value")
        self.tabs.observe(self.open_tab, names="selected_index")
        self.refresh()

    def _ask(self) -> Any:
        import ipywidgets as widgets

        visible = [c for field, c in self.controls.items() if field not in _MORE]
        more = widgets.Accordion(
            [widgets.VBox([self.controls[field] for field in _MORE])], titles=("More",), selected_index=None
        ).add_class("almpo-more")
        panel = widgets.VBox([*visible, more]).add_class("almpo-controls")
        return widgets.Box([panel, self.answer]).add_class("almpo-columns")

    def refresh(self, change: object = None) -> None:
        """Answer the question that the controls ask."""
        if not self._held:
            choice = Choice(**{field: control.value for field, control in self.controls.items()})
            self.answer.value = self._answered(choice)

    def open_tab(self, change: object = None) -> None:
        """Fill a tab when it is first opened, so that the first view does not wait for it."""
        if self.tabs.selected_index == 1 and not self.gaps.children:
            self.gaps.children = [gap_grid(self.base.gaps, self.ask)]
        if self.tabs.selected_index == 2 and not self.reviews.value:
            topics = self.base.reviews["topic"].unique()
            self.reviews.value = "".join(reviews_html(self.base.reviews, topic) for topic in topics)

    def ask(self, programme_type: str, target_group: str) -> None:
        """Ask about one combination of the gap map."""
        with self._together():
            self.controls["programme_type"].value = programme_type
            self.controls["target_group"].value = target_group
        self.tabs.selected_index = 0

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Change several controls, answer once."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        self.refresh()


def show(
    effects: pd.DataFrame,
    studies: pd.DataFrame,
    appraisals: pd.DataFrame,
    reviews: pd.DataFrame,
    indicators: pd.DataFrame,
) -> None:
    """Display the app in a notebook or under Voila.

    Parameters
    ----------
    effects : DataFrame, shape (n_estimates, ...)
        An ``effects`` frame.
    studies : DataFrame, shape (n_studies, ...)
        With ``study_id``, ``citation``, ``url``.
    appraisals : DataFrame, shape (n_judgements, ...)
        An ``appraisals`` frame.
    reviews : DataFrame, shape (n_conclusions, ...)
        What published reviews conclude, with their scope.
    indicators : DataFrame, shape (n_values, ...)
        National series; unemployment where and when a programme started is read from it.
    """
    import ipywidgets as widgets
    from IPython.display import display

    base = Base(evidence.in_context(effects, indicators), studies, appraisals, reviews)
    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · evidence "
        "explorer</p><h1>What helps people into work?</h1><p class='standfirst'>Ask the coded evaluations. Where "
        "they are too few, the answer says so.</p></header>"
    ).add_class("almpo")
    display(widgets.VBox([title, Explorer(base).tabs]))
