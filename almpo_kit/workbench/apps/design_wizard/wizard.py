"""The wizard: seven steps, a bar of drafts, and a way back and forth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from almpo_kit.workbench.apps.design_wizard.document import document
from almpo_kit.workbench.apps.design_wizard.drafts import Drafts
from almpo_kit.workbench.apps.design_wizard.goals import goals
from almpo_kit.workbench.apps.design_wizard.how import how
from almpo_kit.workbench.apps.design_wizard.means import means
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.design_wizard.result import result
from almpo_kit.workbench.apps.design_wizard.where import where
from almpo_kit.workbench.apps.design_wizard.whom import whom
from almpo_kit.workbench.apps.screen import Screen, refusal_html
from almpo_kit.workbench.assets import stylesheet
from almpo_kit.workbench.strategies import first_wish

#: Step -> what makes its screen.
_STEPS: dict[str, Callable[[Plan], Screen]] = {
    "1 Where": where,
    "2 For whom": whom,
    "3 With what": means,
    "4 Goals": goals,
    "5 Strategy": result,
    "6 How": how,
    "7 Document": document,
}
_DOCUMENT = len(_STEPS) - 1


class Wizard:
    """The steps over one plan.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan) -> None:
        import ipywidgets as widgets

        self.plan = plan
        self.screens: dict[int, Screen] = {}
        self.drafts = Drafts(plan, self.show_again)
        self.tabs = widgets.Tab([widgets.VBox() for _ in _STEPS], titles=tuple(_STEPS)).add_class(
            "almpo-tabs"
        )
        self.back = widgets.Button(description="Back").add_class("almpo-press")
        self.on = widgets.Button(description="Next").add_class("almpo-press")
        self.back.on_click(lambda _: self._go(-1))
        self.on.on_click(lambda _: self._go(1))
        self.tabs.observe(self.open_step, names="selected_index")
        steps = widgets.HBox([self.back, self.on]).add_class("almpo-chips").add_class("almpo-steps")
        self.widget = widgets.VBox([self.drafts.widget, self.tabs, steps])
        self.open_step()

    def _go(self, by: int) -> None:
        at = (self.tabs.selected_index or 0) + by
        if 0 <= at < len(_STEPS):
            self.tabs.selected_index = at

    def show_again(self) -> None:
        """Every step anew: another draft has other answers."""
        self.screens = {}
        for tab in self.tabs.children:
            tab.children = []
        self.open_step()

    def open_step(self, _: object = None) -> None:
        """Fill a step when it is opened; what was answered otherwise since is asked anew."""
        at = self.tabs.selected_index or 0
        self.back.disabled, self.on.disabled = at == 0, at == len(_STEPS) - 1
        box: Any = self.tabs.children[at]
        try:
            if at not in self.screens or (at == _DOCUMENT and self.plan.changed(at)):
                self.screens[at] = list(_STEPS.values())[at](self.plan)
                box.children = [self.screens[at].widget]
            elif self.plan.changed(at):
                # Asked anew with the controls as they stand: another set of controls would swallow what is typed meanwhile.
                self.screens[at].refresh()
            self.plan.seen(at)
        except Exception as refused:  # noqa: BLE001 - an empty step looks like an answer
            import ipywidgets as widgets

            self.screens.pop(at, None)
            box.children = [widgets.HTML(refusal_html(refused)).add_class("almpo").add_class("almpo-answer")]


def show() -> None:
    """Display the app in a notebook or under Voila."""
    import ipywidgets as widgets
    from IPython.display import display

    title = widgets.HTML(
        f"<style>{stylesheet()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory · "
        "design wizard</p><h1>Which programmes, for whom, with this money?</h1><p class='standfirst'>"
        "From a place and a goal to a mix of programmes, its price and its limits. Where too little is known, it says so, "
        "and which trial would tell most.</p></header>"
    ).add_class("almpo")
    display(widgets.VBox([title, Wizard(Plan(first_wish())).widget]))
