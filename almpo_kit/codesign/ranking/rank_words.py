"""What is said about a ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.decision_table import DecisionTable
from almpo_kit.codesign.ranking.kernels.acceptability import TIE
from almpo_kit.codesign.ranking.problem import Problem
from almpo_kit.codesign.ranking.weights_given import WeightsGiven
from almpo_kit.vocabulary.finding import Certainty, Check
from almpo_kit.vocabulary.rendering import number

METHOD_WORDS: Final = {
    "weighted_sum": "the weighted sum",
    "topsis": "TOPSIS",
    "promethee": "PROMETHEE II",
}
#: From which share of draws on a first place is called secure, and likely.
SECURE, LIKELY = 0.95, 0.8
_ORDER: Final[tuple[Certainty, ...]] = ("high", "moderate", "low", "too little to say")


def plain(text: str) -> str:
    """Names of options and criteria as words, the first one with a capital letter."""
    words = text.replace("_", " ")
    return words[:1].upper() + words[1:]


def plain_checks(found: Sequence[Check]) -> tuple[Check, ...]:
    """Checks with names as words."""
    return tuple(Check(c.name, c.status, plain(c.sentence)) for c in found)


def percent(share: float) -> str:
    """A share of draws; never all or nothing of them where it is not."""
    if 0.995 <= share < 1 - TIE:
        return "over 99%"
    if TIE < share < 0.005:
        return "under 1%"
    return f"{number(100 * share, 0)}%"


def listed(names: Sequence[str]) -> str:
    """``A, B and C``."""
    return " and ".join(x for x in (", ".join(names[:-1]), *names[-1:]) if x)


def sentence(ordered: pd.DataFrame, fields: Mapping[str, Any]) -> str:
    """Who comes first, how far ahead, how sure that is, and who was left out."""
    how = METHOD_WORDS[fields["method"]]
    first = list(ordered.loc[ordered["rank"] == 1, "option"])
    if len(first) > 1:
        head = f"{listed(first)} share the first place of {len(ordered)} options by {how}."
    else:
        second = ordered.iloc[1]
        head = (
            f"{first[0]} comes first of {len(ordered)} options by {how} ({number(ordered['score'].iloc[0], 2)}), before "
            f"{second['option']} ({number(second['score'], 2)})."
        )
    return " ".join(x for x in (head, _sure(ordered, first), _left(fields["left_out"])) if x)


def _sure(ordered: pd.DataFrame, first: list[str]) -> str:
    p = ordered["p_first"]
    if p.isna().any():
        return "How sure this is cannot be said: not all values have a standard error."
    if len(first) > 1:
        return ""
    if p.iloc[0] >= 1 - TIE and not ((p > TIE) & (p < 1 - TIE)).any():
        return ""
    best = ordered.iloc[int(p.to_numpy().argmax())]
    said = f"With the evidence as uncertain as it is, it is first in {percent(p.iloc[0])} of draws."
    if best["option"] != first[0] and best["p_first"] > p.iloc[0] + 0.02:
        said += f" {best['option']} is first more often ({percent(best['p_first'])}), since its values are less sure."
    return said


def thin_weights(given: WeightsGiven) -> str:
    """What a sentence ends with where the weights cannot be relied on."""
    thin = given.certainty == "too little to say"
    return " Too few people gave weights to rely on this." if thin else ""


def _left(left_out: pd.DataFrame) -> str:
    if left_out.empty:
        return ""
    names = list(left_out["option"])
    return f"{listed(names)} could not be ranked, which is not to say that {'it is' if len(names) == 1 else 'they are'} worse."


def certainty(firm: float, table: DecisionTable, p: Problem, given: WeightsGiven) -> Certainty:
    """By how often the first place holds; never more certain than the weights, nor than the weakest value it rests on."""
    if np.isnan(firm):
        return "too little to say"
    grades: list[Certainty] = ["high" if firm >= SECURE else "moderate" if firm >= LIKELY else "low"]
    used = table.table[table.table["option"].isin(p.options) & table.table["criterion"].isin(p.criteria)]
    grades += [g for g in _ORDER if (used["certainty"] == g).any()]
    grades += [given.certainty] if given.certainty else []
    return max(grades, key=_ORDER.index)


def checks(
    ordered: pd.DataFrame,
    fields: Mapping[str, Any],
    p: Problem,
    given: WeightsGiven,
    table: DecisionTable,
) -> tuple[Check, ...]:
    """What speaks against relying on the order."""
    out = [c for c in table.checks if c.name in ("sources", "ends of scales")]
    out += common_checks(p, given)
    firm = ordered["p_first"].iloc[0]
    if np.isnan(firm):
        said = "Some values have no standard error, so nobody can say how sure the order is. Treat it as a way to talk, not as an answer."
        out.append(Check("first place", "failed", said))
    elif firm < LIKELY:
        said = f"The first place is not secure: in {percent(1 - firm)} of draws of the evidence another option is first."
        out.append(Check("first place", "failed", said))
    else:
        said = f"{ordered['option'].iloc[0]} is first in {percent(firm)} of draws of the evidence, weights as given."
        out.append(Check("first place", "passed", said))
    for o, by in fields["dominated"].groupby("option", sort=False)["by"]:
        said = f"{listed(list(by))} {'is' if len(by) == 1 else 'are'} nowhere worse than {o} and somewhere better, whatever the weights."
        out.append(Check("dominated options", "informational", said))
    if top := [x for x in fields["incomparable"] if ordered["option"].iloc[0] in x]:
        other = [b if a == ordered["option"].iloc[0] else a for a, b in top]
        said = (
            f"{ordered['option'].iloc[0]} and {listed(other)} are hard to compare: one has more for it and more against it. "
            "PROMETHEE II puts them in order all the same."
        )
        out.append(Check("hard to compare", "informational", said))
    said = "Methods order what the table holds; those who decide may know reasons that it does not."
    return (*out, Check("who decides", "informational", said))


def common_checks(p: Problem, given: WeightsGiven | None) -> list[Check]:
    """What holds of every answer about an order: who was left out, what was not weighed, what weights refer to."""
    out = []
    for o, why in zip(p.left_out["option"], p.left_out["reason"], strict=True):
        said = f"{o} is not ranked ({why}). That is not to say that it is worse."
        out.append(Check("options left out", "failed", said))
    if given and given.unweighed:
        said = f"Nobody weighed {listed(given.unweighed)}, so that it does not count. Ask for its weight, or say why it may not count."
        out.append(Check("criteria nobody weighed", "failed", said))
    if given and given.certainty == "too little to say":
        said = "Of the weights themselves there is too little to say; an order by them cannot be surer than they are."
        out.append(Check("weights", "failed", said))
    if p.method == "promethee" and p.unstated:
        said = (
            f"For {listed(p.unstated)} nobody said from which difference on it counts; differences count in proportion, fully "
            "from the worst to the best, as in a weighted sum."
        )
        out.append(Check("preference functions", "informational", said))
    elif p.scaling == "range" and p.local:
        said = (
            f"Weights refer to the difference between the worst and the best of these options by {listed(p.local)}; with other "
            "options they mean something else. Fix the ends by scales= where people weighed a stated difference."
        )
        out.append(Check("what weights refer to", "informational", said))
    return out
