"""The pathways app: whose people, then one jobseeker, sequences, rules, places and fairness."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import card_html, checks_html
from almpo_kit.workbench.advice_cases import advice_case, uploaded
from almpo_kit.workbench.advice_examples import EXAMPLE
from almpo_kit.workbench.advice_people import AdviceCase
from almpo_kit.workbench.apps.pathways.fairness import fairness
from almpo_kit.workbench.apps.pathways.jobseeker import Jobseeker
from almpo_kit.workbench.apps.pathways.places import places
from almpo_kit.workbench.apps.pathways.rules import rules
from almpo_kit.workbench.apps.pathways.sequences import sequences
from almpo_kit.workbench.apps.screen import refusal_html
from almpo_kit.workbench.apps.uploads import MOST_MB, TABLES, Uploads, told_about_size
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.recommendations import Recommendations

_TABS: dict[str, Callable[[Recommendations], Any]] = {
    "One jobseeker": Jobseeker,
    "Sequences": sequences,
    "Rules": rules,
    "Places": places,
    "Fairness": fairness,
}
_KINDS = {
    "persons": ("Persons", TABLES),
    "design": ("Design (TOML)", ".toml"),
    "entries": ("Programme entries", TABLES),
    "months": ("Person-months", TABLES),
    "programmes": ("Programmes and costs (CSV)", ".csv"),
}
_WORDS = (
    "<p>The people of an evaluation: one row a person with the design (docs/evaluation.md has one to copy), or a register of "
    "persons, programme entries and person-months. With it, the programmes: name, type, euro a participant, months, places. "
    "Files stay in this session: they are read in memory, never written to a disk, and no row about a person is shown. "
    f"Each may have up to {MOST_MB} MB.</p>"
)


class Bench:
    """Whose people, and the screens over them."""

    def __init__(self) -> None:
        import ipywidgets as widgets

        self.learned = Recommendations(advice_case())
        self.screens: dict[int, Any] = {}
        self.told = widgets.HTML().add_class("almpo")
        self.uploads = Uploads(_KINDS, "Learn from these people", self._take)
        self.back = widgets.Button(description="Back to the SYNTHETIC example").add_class("almpo-press")
        self.back.on_click(lambda _: self._look(advice_case()))
        self.tabs = widgets.Tab([widgets.VBox() for _ in _TABS], titles=tuple(_TABS)).add_class("almpo-tabs")
        self.tabs.observe(self.open_tab, names="selected_index")
        words = widgets.HTML(_WORDS).add_class("almpo")
        inner = widgets.VBox([words, self.uploads.widget, self.back]).add_class("almpo-controls")
        whose = widgets.Accordion([inner], titles=("Whose people?",), selected_index=None)
        self.widget = widgets.VBox([whose.add_class("almpo-more"), self.told, self.tabs])
        self._look(self.learned.case)

    def _take(self, files: dict[str, tuple[str, bytes]]) -> None:
        """Take files; what goes wrong is told, and what was there before stays and is told beside it."""
        try:
            self._look(uploaded(files))
        except DesignError as refused:
            self._refuse(told_about_size(refused))
        except Exception as refused:  # noqa: BLE001 - a file that fails without a word looks as if it were read
            self._refuse(refused)

    def _refuse(self, refused: Exception) -> None:
        self.told.value = f"{refusal_html(refused)}<p>Still shown:</p>{case_html(self.learned.case)}"

    def _look(self, case: AdviceCase) -> None:
        """Take people into view; every screen asks anew."""
        self.learned, self.screens = Recommendations(case), {}
        self.told.value = case_html(case)
        for tab in self.tabs.children:
            tab.children = []
        self.open_tab()

    def open_tab(self, _: object = None) -> None:
        """Fill a tab when it is first opened."""
        at = self.tabs.selected_index or 0
        if at in self.screens:
            return
        try:
            self.screens[at] = list(_TABS.values())[at](self.learned)
            self.tabs.children[at].children = [self.screens[at].widget]
        except Exception as refused:  # noqa: BLE001 - an empty tab looks like an answer
            import ipywidgets as widgets

            self.tabs.children[at].children = [widgets.HTML(refusal_html(refused)).add_class("almpo")]


def case_html(case: AdviceCase) -> str:
    """Whose people are looked at, and what of a person's files was set aside."""
    if case.name == EXAMPLE:
        return (
            f'<p class="answer-line"><span class="synthetic">SYNTHETIC</span> example: {len(case.case.persons):,} invented people '
            "and three programmes. Nobody in it exists; open “Whose people?” to bring your own.</p>"
        )
    read = "".join(f"{card_html(i)}{checks_html(i.checks)}" for i in case.case.intakes)
    folded = f"<details><summary>What was read</summary>{read}</details>" if read else ""
    return f'<p class="answer-line">{escape(case.name)}</p>{folded}'


def show() -> None:
    """Display the app in a notebook or under Voila."""
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · "
        "pathways</p><h1>Which programme adds most, for whom?</h1><p class='standfirst'>Ranked by what a programme adds, with "
        "what it rests on and what it costs. It is advice: the caseworker decides.</p></header>"
    ).add_class("almpo")
    display(widgets.VBox([title, Bench().widget]))
