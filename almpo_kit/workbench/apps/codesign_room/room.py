"""The room: which consultation, and eight steps over it."""

from __future__ import annotations

from html import escape

from almpo_kit.workbench.apps.codesign_room.agreement import agreement
from almpo_kit.workbench.apps.codesign_room.belief import belief
from almpo_kit.workbench.apps.codesign_room.goals import goals
from almpo_kit.workbench.apps.codesign_room.groups import groups
from almpo_kit.workbench.apps.codesign_room.people import people
from almpo_kit.workbench.apps.codesign_room.rounds import rounds
from almpo_kit.workbench.apps.codesign_room.set_up import set_up
from almpo_kit.workbench.apps.codesign_room.strategy import strategy
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.apps.steps import KeptChooser, Steps
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.consultations import ConsultationCase
from almpo_kit.workbench.example_consultations import NAME, example_consultation, example_plan, plan_template
from almpo_kit.workbench.open_consultations import consultations, open_consultation
from almpo_kit.workbench.record_keeping import store

_EXAMPLE, _NEW = "example", "new"
_MADE = (
    '<p class="answer-line"><span class="synthetic">SYNTHETIC</span> example: invented people, who answered three rounds. Nothing of it '
    "is kept. Choose “A new consultation” to set up your own.</p>"
)
_FIXED = (("SYNTHETIC example: tourism", _EXAMPLE), ("A new consultation", _NEW))


class Room:
    """A consultation and the screens over it."""

    def __init__(self) -> None:
        import ipywidgets as widgets

        self.told = widgets.HTML().add_class("almpo")
        self._case: ConsultationCase | None = None
        self.which = KeptChooser("Consultation", _FIXED, _names, self._chosen)
        self.steps = Steps(
            {
                "1 Set up": self._set_up,
                "2 People": lambda: people(self.case, self._changed),
                "3 Rounds": lambda: rounds(self.case, self._changed),
                "4 Agreement": lambda: agreement(self.case),
                "5 Goals": lambda: goals(self.case),
                "6 Groups": lambda: groups(self.case),
                "7 Belief": lambda: belief(self.case),
                "8 Strategy": lambda: strategy(self.case),
            }
        )
        self.widget = widgets.VBox([self.which.widget, self.told, self.steps.widget])
        self._introduce()
        self.steps.open_step()

    # ---- which consultation ----------------------------------------------------------------------------

    @property
    def case(self) -> ConsultationCase:
        """The consultation in view.

        Raises
        ------
        ParameterError
            A new one that was not kept yet.
        """
        if self._case is None:
            self._case = (
                example_consultation() if self.which.value == _EXAMPLE else open_consultation(self._name)
            )
        return self._case

    @property
    def _name(self) -> str:
        return "" if self.which.value == _NEW else self.which.value

    def _chosen(self) -> None:
        self._case = None
        self._introduce()
        self.steps.forget()
        self.steps.open_step()
        self.steps.go(0)

    def _introduce(self) -> None:
        self.told.value = _MADE if self.which.value == _EXAMPLE else ""

    def _kept(self, name: str) -> None:
        """A plan was kept: that consultation comes into view, this step stays as it is."""
        self.which.look_again(name)
        self._case = None
        self._introduce()
        self._changed()

    # ---- the steps -------------------------------------------------------------------------------------

    def _set_up(self) -> Screen:
        if self.which.value == _EXAMPLE:
            return set_up(store, NAME, example_plan(), self._kept, fixed=True)
        if self.which.value == _NEW:
            return set_up(store, "", plan_template(), self._kept, fixed=False)
        return set_up(store, self.case.name, self.case.plan, self._kept, fixed=self.case.held > 0)

    def _changed(self) -> None:
        """People or rounds changed: every other step is asked anew when it is opened."""
        self.steps.forget(but={self.steps.at})


def _names() -> list[str]:
    return [str(name) for name in consultations()["name"]]


def show() -> None:
    """Display the app in a notebook or under Voila."""
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>{escape('EU ALMP Observatory · co-design room')}</p>"
        "<h1>What does the panel want, and who sees it otherwise?</h1><p class='standfirst'>"
        "A consultation in rounds, by rules that are fixed before anybody answers. Nobody, you included, sees who said what unless "
        "the plan says so beforehand.</p></header>"
    ).add_class("almpo")
    made = Room()
    display(widgets.VBox([title, made.widget]))
    made.which.look_again()
