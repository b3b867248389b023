"""Can we learn it? What she has, the effect that would matter, and the design that would tell most."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome
from almpo_kit.workbench.apps.screen import Screen, finding_html, part_html
from almpo_kit.workbench.trial_proposals import IN_WORDS, TrialProposal, TrialQuestion, propose

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
    points = o.kind == "binary"

    def real(words: str, value: float, low: float, high: float, step: float = 1.0) -> Any:
        return widgets.BoundedFloatText(
            description=words, value=value, min=low, max=high, step=step, layout=wide
        )

    def whole(words: str, value: int, low: int, high: int) -> Any:
        return widgets.BoundedIntText(description=words, value=value, min=low, max=high, layout=wide)

    def tick(words: str, value: bool) -> Any:
        return widgets.Checkbox(description=words, value=value, indent=False, layout=wide)

    return {
        "groups": whole("Employment offices that take part", start.groups, 1, 100_000),
        "people": whole("People in each, over the trial", start.people, 1, 10_000_000),
        "baseline": real("Without it: % in work (or mean, or median time)", 100 * o.baseline if points else o.baseline, -1e9, 1e9),
        "effect": real("Smallest effect that would matter (points, or the amount)", 100 * start.effect if points else start.effect, -1e9, 1e9),
        "can_differ": tick("People of one office can get different offers", start.can_differ),
        "kind": widgets.Dropdown(
            description="What is measured", options=[(w, k) for k, w in _KINDS.items()], value=o.kind, layout=wide
        ),
        "sd": real("An amount: its standard deviation", o.sd if o.kind == "continuous" else 1000.0, 0, 1e9),
        "months": real("Months after the draw", o.months, 0.1, 600),
        "all_in_the_end": tick("Every office has to have it in the end", start.all_in_the_end),
        "displacement": tick("Who loses what others gain is part of the question", start.displacement),
        "icc": real("Intra-cluster correlation (offices differ by themselves)", o.icc, 0, 0.99, 0.01),
        "explained": real("% of differences between people known beforehand", 100 * o.explained, 0, 99),
        "attrition": real("% not found again", 100 * losses.attrition, 0, 99),
        "take_up": real("% of those offered who take part", 100 * losses.take_up, 0, 100),
        "taken_anyway": real("% of the others who take part anyway", 100 * losses.taken_anyway, 0, 100),
        "size_variation": real("How unequal offices are (coefficient of variation)", start.size_variation, 0, 5, 0.1),
    }  # fmt: skip


def question_of(said: dict[str, Any]) -> TrialQuestion:
    """What the controls ask.

    Raises
    ------
    ParameterError
        Values that cannot be; the message names the control.
    """
    binary = said["kind"] == "binary"
    if said["take_up"] <= 0:
        raise ParameterError("nobody takes part: give the share of those offered who do, e.g. 70%.")
    outcome = TrialOutcome(
        name={"binary": "in work", "continuous": "amount", "duration": "time"}[said["kind"]],
        kind=said["kind"],
        baseline=said["baseline"] / 100 if binary else said["baseline"],
        sd=said["sd"],
        months=said["months"],
        icc=said["icc"],
        explained=said["explained"] / 100,
    )
    return TrialQuestion(
        outcome=outcome,
        effect=said["effect"] / 100 if binary else said["effect"],
        groups=said["groups"],
        people=said["people"],
        can_differ=said["can_differ"],
        all_in_the_end=said["all_in_the_end"],
        displacement=said["displacement"],
        losses=Losses(said["attrition"] / 100, said["take_up"] / 100, said["taken_anyway"] / 100),
        size_variation=said["size_variation"],
    )


def proposal_html(found: TrialProposal) -> str:
    """The proposal, every design beside it, and the curve of the one proposed."""
    size = found.sizes.get(found.kind)
    curve = "" if size is None else part_html(lambda: finding_html(size, file="power.csv", head="h3"))
    return f"{finding_html(found, file='designs.csv')}{_designs(found)}{curve}"


def _designs(found: TrialProposal) -> str:
    rows = []
    for r in found.table.to_dict("records"):
        chance = "" if r["power"] != r["power"] else f"{number(100 * r['power'], 0)} of 100"
        able = "can be run" if r["can_be_run"] else escape(str(r["why"]))
        rows.append(f"<tr><td>{escape(IN_WORDS[r['kind']])}</td><td>{chance}</td><td>{able}</td></tr>")
    return (
        "<h3>Every design</h3><table><thead><tr><th>Design</th><th>Would see the effect</th><th></th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
