"""Can we learn it? What she has, the effect that would matter, and the design that would tell most."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome
from almpo_kit.workbench.apps.screen import Screen, finding_html, part_html
from almpo_kit.workbench.trial_proposals import IN_WORDS, TrialProposal, propose
from almpo_kit.workbench.trial_questions import TrialQuestion, of_100
from almpo_kit.workbench.typed_numbers import typed_count, typed_number, typed_share

_KINDS: Final = {
    "binary": "a share, e.g. in work",
    "continuous": "an amount, e.g. earnings",
    "duration": "a time, e.g. until a job",
}
_FOLDED: Final = (
    *("kind", "sd", "months", "all_in_the_end", "displacement", "icc", "explained", "attrition", "take_up"),
    *("taken_anyway", "size_variation"),
)


def learning_it(start: TrialQuestion, asked: Callable[[TrialQuestion], None]) -> Screen:
    """The screen that sizes a trial.

    Parameters
    ----------
    start : TrialQuestion
        What the controls begin with.
    asked : callable
        Called with what is asked now, for the screens that follow.
    """

    def answer(tell: Any, **said: Any) -> str:
        tell("Sizing five designs …")
        question = question_of(said)
        asked(question)
        return proposal_html(propose(question))

    screen = Screen(_controls(start), answer, button="Can we learn it?", more=_FOLDED)
    screen.refresh()
    return screen


def _controls(start: TrialQuestion) -> dict[str, Any]:
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    o, losses = start.outcome, start.losses

    def typed(words: str, value: float) -> Any:
        # Number fields of a browser lose the comma of 4,5 in silence.
        return widgets.Text(description=words, value=f"{value:g}", layout=wide)

    def tick(words: str, value: bool) -> Any:
        return widgets.Checkbox(description=words, value=value, indent=False, layout=wide)

    return {
        "groups": typed("Employment offices that take part", start.groups),
        "people": typed("People in each, over the trial", start.people),
        "baseline": typed("Without it: % in work (or mean, or median time)", 100 * o.baseline if o.kind == "binary" else o.baseline),
        "effect": typed("Smallest effect that would matter (points, or the amount)", 100 * start.effect if o.kind == "binary" else start.effect),
        "can_differ": tick("People of one office can get different offers", start.can_differ),
        "kind": widgets.Dropdown(
            description="What is measured", options=[(w, k) for k, w in _KINDS.items()], value=o.kind, layout=wide
        ),
        "sd": typed("An amount: its standard deviation", o.sd if o.kind == "continuous" else 1000.0),
        "months": typed("Months after the draw", o.months),
        "all_in_the_end": tick("Every office has to have it in the end", start.all_in_the_end),
        "displacement": tick("Who loses what others gain is part of the question", start.displacement),
        "icc": typed("Intra-cluster correlation (offices differ by themselves)", o.icc),
        "explained": typed("% of differences between people known beforehand", 100 * o.explained),
        "attrition": typed("% not found again", 100 * losses.attrition),
        "take_up": typed("% of those offered who take part", 100 * losses.take_up),
        "taken_anyway": typed("% of the others who take part anyway", 100 * losses.taken_anyway),
        "size_variation": typed("How unequal offices are (coefficient of variation)", start.size_variation),
    }  # fmt: skip


def question_of(said: dict[str, Any]) -> TrialQuestion:
    """What the controls ask.

    Raises
    ------
    ParameterError
        Values that cannot be; the message names the control.
    """
    kind = said["kind"]
    read = typed_share if kind == "binary" else typed_number
    shares = {
        name: typed_share(said[name], words)
        for name, words in (
            ("explained", "% known beforehand"),
            ("attrition", "% not found again"),
            ("take_up", "% of those offered who take part"),
            ("taken_anyway", "% who take part anyway"),
        )
    }
    if shares["take_up"] <= 0:
        raise ParameterError("nobody takes part: give the share of those offered who do, e.g. 70%.")
    outcome = TrialOutcome(
        name={"binary": "in work", "continuous": "amount", "duration": "time"}[kind],
        kind=kind,
        baseline=read(said["baseline"], "without it"),
        sd=typed_number(said["sd"], "standard deviation") if kind == "continuous" else math.nan,
        months=typed_number(said["months"], "months after the draw"),
        icc=typed_number(said["icc"], "intra-cluster correlation"),
        explained=shares["explained"],
    )
    return TrialQuestion(
        outcome=outcome,
        effect=read(said["effect"], "smallest effect"),
        groups=typed_count(said["groups"], "offices"),
        people=typed_count(said["people"], "people in each"),
        can_differ=said["can_differ"],
        all_in_the_end=said["all_in_the_end"],
        displacement=said["displacement"],
        losses=Losses(shares["attrition"], shares["take_up"], shares["taken_anyway"]),
        size_variation=typed_number(said["size_variation"], "how unequal offices are"),
    )


def proposal_html(found: TrialProposal) -> str:
    """The proposal, every design beside it, and the curve of the one proposed."""
    size = found.sizes.get(found.kind)
    curve = "" if size is None else part_html(lambda: finding_html(size, file="power.csv", head="h3"))
    return f"{finding_html(found, file='designs.csv')}{_designs(found)}{curve}"


def _designs(found: TrialProposal) -> str:
    rows = []
    for r in found.table.to_dict("records"):
        chance = "" if r["power"] != r["power"] else of_100(r["power"])
        able = "can be run" if r["can_be_run"] else escape(str(r["why"]))
        rows.append(f"<tr><td>{escape(IN_WORDS[r['kind']])}</td><td>{chance}</td><td>{able}</td></tr>")
    return (
        "<h3>Every design</h3><table><thead><tr><th>Design</th><th>Would see the effect</th><th></th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
