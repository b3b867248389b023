"""Step 2: for whom, and on which evidence. What each programme can be expected to do there."""

from __future__ import annotations

from typing import Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.programmes import TARGET_GROUPS
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen, finding_html, refusal_html
from almpo_kit.workbench.apps.uploads import Uploads
from almpo_kit.workbench.evidence_for_advice import read_own
from almpo_kit.workbench.strategy_wishes import EVIDENCE


def whom(plan: Plan) -> Screen:
    """The step of the people."""
    import ipywidgets as widgets

    wide, asked = widgets.Layout(width="100%"), plan.asked
    offered = [(words, key) for key, words in EVIDENCE.items() if key != "own" or plan.own is not None]
    controls = {
        "target_group": widgets.Dropdown(
            description="For whom",
            options=[(words.capitalize(), key) for key, words in TARGET_GROUPS.items()],
            value=asked.target_group,
            layout=wide,
        ),
        "people": widgets.BoundedIntText(
            description="People who could take part", value=asked.people, min=1, max=10_000_000, layout=wide
        ),
        "band": widgets.Dropdown(
            description="The effect counts",
            options=[(words, key) for key, (words, *_) in HORIZON_BANDS.items()],
            value=asked.band,
            layout=wide,
        ),
        "evidence": widgets.Dropdown(
            description="Evidence", options=offered, value=asked.evidence, layout=wide
        ),
    }
    screen = Screen(controls, lambda **said: _answer(plan, **said))
    screen.widget = widgets.VBox([screen.widget, _own_file(plan, screen)])
    screen.refresh()
    return screen


def _own_file(plan: Plan, screen: Screen) -> Any:
    """A button for a person's own coded evaluations."""
    import ipywidgets as widgets

    def take(files: dict[str, tuple[str, bytes]]) -> None:
        if "effects" not in files:
            screen.answer.value = refusal_html(
                DesignError("no file was chosen; `almpo evidence template` writes an empty sheet to fill in.")
            )
            return
        try:
            plan.bring(read_own(*files["effects"]))
        except Exception as refused:  # noqa: BLE001 - an old answer that stays would be taken for this one
            screen.answer.value = refusal_html(refused)
            return
        with screen.held():
            choice = screen.controls["evidence"]
            choice.options = [(words, key) for key, words in EVIDENCE.items()]
            choice.value = "own"
        screen.refresh()

    uploads = Uploads({"effects": ("Coded evaluations (CSV, Excel)", ".csv,.xlsx")}, "Use this file", take)
    words = widgets.HTML(
        "<p>Evaluations that you coded yourself, one estimate a row. The file stays in this session and is not kept with "
        "a draft.</p>"
    ).add_class("almpo")
    inner = widgets.VBox([words, uploads.widget]).add_class("almpo-controls")
    return widgets.Accordion([inner], titles=("Your own evaluations",), selected_index=None).add_class(
        "almpo-more"
    )


def _answer(plan: Plan, *, tell: Any, **said: Any) -> str:
    plan.change(**said)
    return finding_html(plan.strategy().gains, file="gains.csv")
