"""The evidence desk: who is reading, then screening, coding, settling, the model, questions and documents."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from almpo_kit.workbench.apps.evidence_desk import arrival, asking, document_intake, model_page
from almpo_kit.workbench.apps.evidence_desk.desk_widget import desk_widget, style
from almpo_kit.workbench.apps.screen import refusal_html
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.desk_coding import CodingDesk
from almpo_kit.workbench.desk_screening import ScreeningDesk
from almpo_kit.workbench.desk_settling import SettlingDesk
from almpo_kit.workbench.example_reviews import example_review
from almpo_kit.workbench.review_models import ReviewModels
from almpo_kit.workbench.reviews import FIRST, Review, open_review

_EXAMPLE = (
    '<p class="answer-line"><span class="synthetic">SYNTHETIC</span> example: invented papers, and two invented experts who err '
    "once in ten answers. Nothing of it is kept. Open “Documents” to bring references and papers of your own.</p>"
)
_SOON = '<p class="answer-line" role="status">One moment …</p>'
#: Who reads along in the example.
_THIRD = "coder C"
_NOBODY = (
    '<div class="card"><p class="answer">Who is reading? Open “Who is reading?” above and type your pseudonym, e.g. “coder A”. '
    "Each expert has her own, the same every time: two people under one pseudonym count as one reading.</p></div>"
)
_WHO = (
    "<p>Labels are kept under a pseudonym, never a name. Two experts read each document; what they see differently is settled "
    "by somebody else, or by both together. Models learn from settled codes only.</p>"
)


class Bench:
    """A review, who looks at it, and the screens over it."""

    def __init__(self) -> None:
        import ipywidgets as widgets

        self.told = widgets.HTML().add_class("almpo")
        wide = widgets.Layout(width="100%")
        self.coder = widgets.Combobox(
            description="You are (a pseudonym)", placeholder="e.g. coder A", layout=wide
        )
        self.role = widgets.Text(description="You settle as", value="senior reviewer", layout=wide)
        for control in (self.coder, self.role):
            control.continuous_update = False
            control.observe(self._named, names="value")
        words = widgets.HTML(_WHO).add_class("almpo")
        inner = widgets.VBox([words, self.coder, self.role]).add_class("almpo-controls")
        self.who = widgets.Accordion([inner], titles=("Who is reading?",), selected_index=None)
        self._taken = self._trouble = ""
        self._tabs: dict[str, Callable[[], Any]] = {
            "Screen": self._screening,
            "Code": self._coding,
            "Settle": self._settling,
            "Model": lambda: model_page.ModelPage(self.models, lambda: str(self.role.value)).widget,
            "Ask": lambda: asking.asking(self.review).widget,
            "Documents": self._documents,
        }
        self.tabs = widgets.Tab([widgets.VBox() for _ in self._tabs], titles=tuple(self._tabs))
        self.tabs.add_class("almpo-tabs").observe(self.open_tab, names="selected_index")
        here = arrival.arrival(self.arrived)
        self.widget = widgets.VBox([here, self.told, self.who.add_class("almpo-more"), self.tabs])
        self.look_again()

    # ---- the review ------------------------------------------------------------------------------------

    def look_again(self, taken: str = "") -> None:
        """Take the review into view, with what was taken in since (told beside the documents)."""
        self._taken, self._trouble = taken, ""
        self.review = self._opened()
        self.models = ReviewModels(self.review)
        self.told.value = self._trouble + (_EXAMPLE if self.review.synthetic else self._words())
        self._introduce()
        self._anew()

    def arrived(self) -> None:
        """Somebody looks at the page: what was taken in or labelled since it was made counts."""
        if not self.review.synthetic or self._trouble or len(self._held()):
            self.look_again()

    def _introduce(self) -> None:
        """Whoever opens the example reads along as a third expert; on a review that is kept, everybody says who she is:
        two people under one pseudonym would count as one reading."""
        if self.review.synthetic:
            self.coder.value = self.coder.value or _THIRD
            return
        known = self.review.store.labels(self.review.name)["coder"]
        self.coder.options = tuple(dict.fromkeys(str(c) for c in known))
        if self.coder.value == _THIRD and _THIRD not in self.coder.options:
            self.coder.value = ""
        if not self.coder.value.strip():
            self.who.selected_index = 0

    def _opened(self) -> Review:
        try:
            found = open_review(FIRST)
            if len(found.documents):
                # Nothing is shown of records that cannot be read: an empty list of labels looks like nobody's.
                found.labels()
                return found
        except Exception as refused:  # noqa: BLE001 - a library that cannot be opened is told, and the example stays usable
            self._trouble = refusal_html(refused)
        return example_review()

    def _held(self) -> Any:
        """Documents of the library now; none where it cannot be read, which is told when it is looked at."""
        try:
            return open_review(FIRST).documents
        except Exception:  # noqa: BLE001 - told by _opened()
            return ()

    def _words(self) -> str:
        return f'<p class="answer-line">{len(self.review.documents):,} documents in this workbench’s library.</p>'

    def _named(self, _: object) -> None:
        self.who.titles = (f"Who is reading? {self.coder.value}".strip(),)
        self._anew()

    def _anew(self) -> None:
        for tab in self.tabs.children:
            tab.children = []
        self.open_tab()

    def open_tab(self, _: object = None) -> None:
        """Make a tab when it is opened; those that show what others did are made anew each time."""
        import ipywidgets as widgets

        at = self.tabs.selected_index or 0
        # A first model is fitted in some seconds; an empty tab looks broken until then.
        self.tabs.children[at].children = [widgets.HTML(_SOON).add_class("almpo")]
        try:
            self.tabs.children[at].children = [list(self._tabs.values())[at]()]
        except Exception as refused:  # noqa: BLE001 - an empty tab looks like an answer
            self.tabs.children[at].children = [widgets.HTML(refusal_html(refused)).add_class("almpo")]

    # ---- the three desks -------------------------------------------------------------------------------

    def _screening(self) -> Any:
        if not self.coder.value.strip():
            return _nobody()
        desk = ScreeningDesk(self.review, self.coder.value, rank=self.models.rank)
        return desk_widget(desk.state(), desk.take)

    def _coding(self) -> Any:
        if not self.coder.value.strip():
            return _nobody()
        desk = CodingDesk(self.review, self.coder.value, propose=self.models.propose)
        return desk_widget(desk.state(), desk.take)

    def _settling(self) -> Any:
        if not self.coder.value.strip():
            return _nobody()
        desk = SettlingDesk(self.review, self.role.value, coder=self.coder.value)
        return desk_widget(desk.state(), desk.take)

    def _documents(self) -> Any:
        return document_intake.DocumentIntake(self.review, self.look_again, taken=self._taken).widget


def _nobody() -> Any:
    """What stands where a desk would, until somebody says who is reading."""
    import ipywidgets as widgets

    return widgets.HTML(_NOBODY).add_class("almpo")


def show() -> None:
    """Display the app in a notebook or under Voila."""
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}\n{style()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · evidence "
        f"desk</p><h1>{escape('What belongs in the evidence, and what does it say?')}</h1><p class='standfirst'>Read what "
        "matters first, code it with the sentence in view, settle what experts see differently. The machine proposes; people "
        "decide.</p></header>"
    ).add_class("almpo")
    display(widgets.VBox([title, Bench().widget]))
