"""One reason in one sentence: the gravest, for a card."""

from __future__ import annotations

import re

from almpo_kit.evaluation.verdicts.reasons import Reason
from almpo_kit.evaluation.verdicts.rules import RULES
from almpo_kit.vocabulary.provenance import SYNTHETIC

#: What it means that an attempt broke the result; the whole story stands in the table.
_BROKEN: dict[str, str] = {
    "hidden_cause": "a hidden cause no stronger than what was recorded would undo it",
    "before_entry": "the groups already differed before entry",
    "second_opinion": "another method on the same data leads to another conclusion",
    "leave_out": "without one recorded covariate the conclusion is another one",
    "leave_units_out": "it hangs on a few units",
    "placebo_treatment": "the method finds effects of programmes that were only shuffled",
    "placebo_arm": "the method finds effects on people who got nothing",
    "stricter_support": "it hangs on people who hardly have a counterpart",
    "data_subset": "it hangs on a few of the persons",
    "random_common_cause": "a covariate of pure noise moves it",
    "simulated_cause": "a simulated hidden cause undoes it",
}
#: A full stop, and what begins after it is a new sentence (and not the rest of a number or of "e.g.").
_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ“])")
_LONGEST = 45


def gravest(reasons: list[Reason]) -> str:
    """The gravest of some reasons in one sentence, and how many more there are.

    The order is that of the rules; under one rule, that of the steps.
    """
    if not reasons:
        return ""
    order = list(RULES)
    first = min(reasons, key=lambda r: order.index(r.rule) if r.rule else len(order))
    more = len(reasons) - 1
    return in_one_sentence(first) + (f" And {more} more reason{'' if more == 1 else 's'}." if more else "")


def in_one_sentence(reason: Reason) -> str:
    """A reason in one sentence of at most some 45 words."""
    whose = f"{reason.contrast[:1].upper()}{reason.contrast[1:]}: " if reason.contrast else ""
    if reason.step == "refutation" and reason.status == "broken" and reason.reason in _BROKEN:
        return f"{whose}{_BROKEN[reason.reason]}."
    if reason.rule == "untested":
        return f"{whose}“{reason.reason.replace('_', ' ')}” has to be looked at, and it could not be, or could not tell."
    told = _END.split(reason.sentence.removeprefix(f"{SYNTHETIC} data. "))[0]
    words = told.split()
    return told if len(words) <= _LONGEST else " ".join(words[:_LONGEST]).rstrip(",;:") + " …"
