"""The room: which consultation, and eight steps over it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from almpo_kit.workbench.apps.codesign_room.agreement import agreement
from almpo_kit.workbench.apps.codesign_room.belief import belief
from almpo_kit.workbench.apps.codesign_room.goals import goals
from almpo_kit.workbench.apps.codesign_room.groups import groups
from almpo_kit.workbench.apps.codesign_room.people import people
from almpo_kit.workbench.apps.codesign_room.rounds import rounds
from almpo_kit.workbench.apps.codesign_room.set_up import set_up
from almpo_kit.workbench.apps.codesign_room.strategy import strategy
from almpo_kit.workbench.apps.screen import Screen, refusal_html
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
_SOON = '<p class="answer-line" role="status">One moment …</p>'


class Room:
    """A consultation and the screens over it."""

    def __init__(self) -> None:
        import ipywidgets as widgets

        self.which = widgets.Dropdown(
            description="Consultation",
            options=[("SYNTHETIC example: tourism", _EXAMPLE), ("A new consultation", _NEW)],
            layout=widgets.Layout(width="100%"),
        )
        self.told = widgets.HTML().add_class("almpo")
        self._case: ConsultationCase | None = None
        self._steps: dict[str, Callable[[], Any]] = {
            "1 Set up": self._set_up,
            "2 People": lambda: people(self.case, self._changed),
            "3 Rounds": lambda: rounds(self.case, self._changed),
            "4 Agreement": lambda: agreement(self.case),
            "5 Goals": lambda: goals(self.case),
            "6 Groups": lambda: groups(self.case),
            "7 Belief": lambda: belief(self.case),
            "8 Strategy": lambda: strategy(self.case),
        }
        self._shown: dict[int, Any] = {}
        self.tabs = widgets.Tab([widgets.VBox() for _ in self._steps], titles=tuple(self._steps))
        self.tabs.add_class("almpo-tabs").observe(self.open_step, names="selected_index")
        self.which.observe(self._chosen, names="value")
        again = widgets.Button(description="Look for others").add_class("almpo-press")
        again.on_click(lambda _: self.list_kept())
        chooser = widgets.VBox([self.which, again]).add_class("almpo-controls").add_class("almpo-chooser")
        self.widget = widgets.VBox([chooser, self.told, self.tabs])
        self._introduce()
        self.open_step()

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
        return "" if self.which.value == _NEW else str(self.which.value)

    def list_kept(self) -> None:
        """Offer what is kept; asked for once the first view stands, so that it does not wait for a database."""
        fixed = [("SYNTHETIC example: tourism", _EXAMPLE), ("A new consultation", _NEW)]
        held = consultations()
        own = [(str(name), str(name)) for name in held["name"] if name not in (_EXAMPLE, _NEW)]
        chosen = self.which.value
        self.which.unobserve(self._chosen, names="value")
        self.which.options = [*fixed, *own]
        self.which.value = chosen if chosen in {v for _, v in (*fixed, *own)} else _EXAMPLE
        self.which.observe(self._chosen, names="value")

    def _chosen(self, _: object) -> None:
        self._case = None
        self._introduce()
        self._anew()
        self.tabs.selected_index = 0

    def _introduce(self) -> None:
        self.told.value = _MADE if self.which.value == _EXAMPLE else ""

    def _kept(self, name: str) -> None:
        """A plan was kept: that consultation comes into view, this step stays as it is."""
        self.list_kept()
        self.which.unobserve(self._chosen, names="value")
        self.which.value = name
        self.which.observe(self._chosen, names="value")
        self._case = None
        self._introduce()
        self._forget()

    # ---- the steps -------------------------------------------------------------------------------------

    def _set_up(self) -> Screen:
        if self.which.value == _EXAMPLE:
            return set_up(store, NAME, example_plan(), self._kept, fixed=True)
        if self.which.value == _NEW:
            return set_up(store, "", plan_template(), self._kept, fixed=False)
        return set_up(store, self.case.name, self.case.plan, self._kept, fixed=self.case.held > 0)

    def _changed(self) -> None:
        """People or rounds changed: every other step is asked anew when it is opened."""
        self._forget()

    def _forget(self) -> None:
        here = self.tabs.selected_index or 0
        self._shown = {k: v for k, v in self._shown.items() if k == here}

    def _anew(self) -> None:
        self._shown = {}
        self.open_step()

    def open_step(self, _: object = None) -> None:
        """Fill a step when it is opened."""
        import ipywidgets as widgets

        at = self.tabs.selected_index or 0
        if at in self._shown:
            return
        box: Any = self.tabs.children[at]
        try:
            if at:
                box.children = [widgets.HTML(_SOON).add_class("almpo").add_class("almpo-waiting")]
            self._shown[at] = list(self._steps.values())[at]()
            box.children = [self._shown[at].widget]
        except Exception as refused:  # noqa: BLE001 - an empty step looks like an answer
            self._shown.pop(at, None)
            box.children = [widgets.HTML(refusal_html(refused)).add_class("almpo").add_class("almpo-answer")]


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
    made.list_kept()
