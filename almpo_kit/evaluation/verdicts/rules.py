"""The rules of the verdict. They are stated here, once, and every verdict names those that decided it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from almpo_kit.evaluation.protocol.results import VerdictWord

#: What a reason does to the verdict, the gravest first.
Weighs = Literal["rules it out", "makes it fragile", "speaks for it", "is told"]
WEIGHS: tuple[Weighs, ...] = ("rules it out", "makes it fragile", "speaks for it", "is told")


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks at, what verdict it allows at best, and why, in words for the person."""

    key: str
    at_best: VerdictWord
    words: str


#: In the order in which they are asked. A verdict is the worst that any of them allows.
RULES: dict[str, Rule] = {
    r.key: r
    for r in (
        Rule("stopped", "not identified", "A step said stop, and nobody went past it."),
        Rule(
            "overridden",
            "not identified",
            "Design or overlap said that the groups cannot be compared, and the person went on against it. A reason to go on "
            "does not make the groups comparable.",
        ),
        Rule("not_estimated", "not identified", "Nothing has been estimated."),
        Rule("no_number", "not identified", "No effect could be estimated with an interval."),
        Rule(
            "no_adjustment",
            "not identified",
            "People were not assigned by chance and were compared as they are.",
        ),
        Rule("broken", "not identified", "An attempt to break the result left nothing of it."),
        Rule("overridden_late", "fragile", "A later step said stop, and the person went on against it."),
        Rule("failed", "fragile", "A check of the design, the overlap or the estimate failed."),
        Rule("doubted", "fragile", "An attempt to break the result succeeded in part."),
        Rule(
            "not_refuted",
            "fragile",
            "People were not assigned by chance, and nobody has tried to break the result.",
        ),
        Rule(
            "untested",
            "fragile",
            "People were not assigned by chance, and a check or an attempt that has to be made could not be, or could not tell.",
        ),
        Rule("nothing_against", "credible", "Nothing that counts against it was found."),
    )
}

#: Way of assignment -> attempts of the refutation that must have given an answer for every contrast. Each design asks for
#: what it can offer: selection on observed characteristics for all that looks for what was not observed; a cut-off, an
#: instrument and a roll-out for what shows that no few persons or units carry the result, since their overlap and their
#: estimate hold the attempts that look for other people (``CHECKED``). A trial needs none: chance did what they look for.
#: Outcomes before entry are looked at in all of them where there are any, and weigh where they differ.
ESSENTIAL: dict[str, tuple[str, ...]] = {
    "rct": (),
    "matching": ("hidden_cause", "before_entry", "second_opinion", "leave_out", "placebo_treatment"),
    "iv": ("leave_out", "data_subset"),
    "rd": ("data_subset",),
    "did": ("leave_units_out",),
    "synthetic_control": ("leave_units_out",),
    "timing_of_events": ("data_subset",),
}
#: Way of assignment -> checks of overlap and estimate that must have been made for every contrast: placebo cut-offs,
#: people missing around the cut-off, trends before the start, and the like. A failed one counts as any failed check; one
#: that the data did not allow (too few people, periods or donors) leaves the result untested.
CHECKED: dict[str, tuple[str, ...]] = {
    "rct": (),
    "matching": (),
    "iv": ("strength", "instrument_balance"),
    "rd": ("density", "covariate_continuity", "bandwidth", "donut", "placebo_cutoffs"),
    "did": ("parallel_trends", "honest_bounds", "trend_power"),
    "synthetic_control": ("donor_fit", "one_donor", "earlier_start", "placebo_regions"),
    "timing_of_events": (),
}
#: Checks whose failure leaves no comparison, whatever else holds.
NO_ADJUSTMENT: tuple[str, ...] = ("naive_comparison",)
#: Checks of a trial that one in twenty honest trials fails, and that weigh nothing once the estimate adjusts for the
#: covariates (a difference beyond what chance does is a stop, and weighs as one).
ADJUSTED_AWAY: tuple[str, ...] = ("randomisation", "balance")
#: Steps whose stop says that groups cannot be compared.
ABOUT_COMPARISON: tuple[str, ...] = ("design", "overlap")
#: Results of an attempt that are an answer.
ANSWERS: tuple[str, ...] = ("held", "broken", "informs")


def worst(keys: list[str]) -> VerdictWord:
    """The verdict that these rules allow."""
    order: tuple[VerdictWord, ...] = ("credible", "fragile", "not identified")
    return order[max((order.index(RULES[k].at_best) for k in keys), default=0)]
