"""The lab: which trial, and eight steps from the question to the evidence base."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from almpo_kit.workbench.apps.screen import finding_html
from almpo_kit.workbench.apps.steps import KeptChooser, Steps
from almpo_kit.workbench.apps.trial_lab.adaptive import adaptive
from almpo_kit.workbench.apps.trial_lab.comparing import comparing
from almpo_kit.workbench.apps.trial_lab.drawing import drawing, drawn_html
from almpo_kit.workbench.apps.trial_lab.learning_it import learning_it
from almpo_kit.workbench.apps.trial_lab.next_trial import next_trial
from almpo_kit.workbench.apps.trial_lab.planning import only_shown, planned, planning
from almpo_kit.workbench.apps.trial_lab.result import result
from almpo_kit.workbench.apps.trial_lab.watching import watching
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.trial_questions import TrialQuestion, example_question
from almpo_kit.workbench.trials import TrialCase, open_trial, trial_names
from almpo_kit.workbench.walked_example import WalkedExample

_EXAMPLE: Final = "example"
_NEW: Final = "new"
_FIXED: Final = (("SYNTHETIC example: a digital course in twelve offices", _EXAMPLE), ("A new trial", _NEW))
_MADE: Final = (
    '<p class="answer-line"><span class="synthetic">SYNTHETIC</span> example: invented people in twelve invented offices, drawn, '
    "watched and analysed. Nothing of it is kept. Choose “A new trial” to plan your own.</p>"
)
#: Steps that are about a question, not about the trial in view.
_OF_NO_TRIAL: Final = frozenset({0, 1, 2, 7})


class Lab:
    """A trial and the screens over it."""

    def __init__(self) -> None:
        import ipywidgets as widgets

        self.asked: TrialQuestion = example_question()
        self.told = widgets.HTML(_MADE).add_class("almpo")
        self._case: TrialCase | None = None
        self.which = KeptChooser("Trial", _FIXED, trial_names, self._chosen)
        self.steps = Steps(
            {
                "1 Can we learn it?": lambda: learning_it(self.asked, self._ask),
                "2 Designs": lambda: comparing(lambda: self.asked),
                "3 Adaptive": adaptive,
                "4 Plan": self._planning,
                "5 Draw": lambda: self._over(drawing, _example_draw),
                "6 Watch": lambda: self._over(watching, lambda w: finding_html(w.looks, file="looks.csv")),
                "7 Result": lambda: self._over(result, lambda w: finding_html(w.result, file="result.csv")),
                "8 Next trial": next_trial,
            }
        )
        self.widget = widgets.VBox([self.which.widget, self.told, self.steps.widget])
        self.steps.open_step()

    # ---- which trial -----------------------------------------------------------------------------------

    @property
    def case(self) -> TrialCase:
        """The trial in view.

        Raises
        ------
        ParameterError
            A new one that was not kept yet.
        """
        if self._case is None:
            name = "" if self.which.value == _NEW else self.which.value
            self._case = self.walk.case if self.which.value == _EXAMPLE else open_trial(name)
        return self._case

    @cached_property
    def walk(self) -> WalkedExample:
        """The SYNTHETIC example."""
        return WalkedExample()

    def _chosen(self) -> None:
        self._case = None
        self.told.value = _MADE if self.which.value == _EXAMPLE else ""
        self.steps.forget(but=_OF_NO_TRIAL)
        self.steps.open_step()

    def _kept(self, name: str) -> None:
        """A plan was kept: that trial comes into view, this step stays as it is."""
        self.which.look_again(name)
        self._case, self.told.value = None, ""
        self._changed()

    # ---- the steps -------------------------------------------------------------------------------------

    def _ask(self, asked: TrialQuestion) -> None:
        """Another question: what was made of the old one is asked anew."""
        if asked != self.asked:
            self.asked = asked
            self.steps.forget(but=set(range(8)) - ({1, 3} if self.which.value == _NEW else {1}))

    def _over(self, screen: Callable[..., Any], example: Callable[[WalkedExample], str]) -> Any:
        """A screen over the trial in view; of the example, what was made, with nothing to press."""
        if self.which.value != _EXAMPLE:
            return screen(self.case, self._changed)
        return only_shown(lambda: example(self.walk))

    def _planning(self) -> Any:
        if self.which.value == _NEW:
            return planning(lambda: self.asked, self._kept)
        if self.which.value == _EXAMPLE:
            # Its document tells how it went, so it goes all the way first.
            _ = self.walk.result
        return planned(self.case, self._changed)

    def _changed(self) -> None:
        """The trial went on: every other step over it is asked anew when it is opened."""
        self.steps.forget(but={*_OF_NO_TRIAL, self.steps.at})


def _example_draw(walk: WalkedExample) -> str:
    return drawn_html(walk.case, walk.draw, "SYNTHETIC_draw", walk.example.units)


def show() -> None:
    """Display the app in a notebook or under Voila."""
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · trial lab</p>"
        "<h1>Can we learn whether it helps?</h1><p class='standfirst'>From a question to a design, a draw that anybody can check, a plan "
        "that cannot change in silence, and a result that the next recommendation finds.</p></header>"
    ).add_class("almpo")
    made = Lab()
    display(widgets.VBox([title, made.widget]))
    made.which.look_again()
