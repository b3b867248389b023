"""What a tree says, in sentences."""

from __future__ import annotations

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policy_trees.held_out import Mean
from almpo_kit.recommendation.policy_trees.judging import Judged
from almpo_kit.recommendation.policy_trees.policy_tree_result import Advice
from almpo_kit.vocabulary.finding import Certainty, Headline
from almpo_kit.vocabulary.rendering import interval, number


def advised(judged: Judged) -> Advice:
    """The tree only where its questions are shown to add something, and anything only where it beats offering none."""
    if min(judged.advantage.low, judged.hardest.low, judged.gain.low) > 0:
        return "tree"
    return "one for all" if judged.same_gain.low > 0 else "nothing shown"


def question(people: Caseload, depth: int) -> str:
    """The question as a person would ask it."""
    layers = {1: "one question", 2: "at most two questions", 3: "at most three questions"}[depth]
    return f"Who should be offered what, decided by {layers} about a person ({people.target_words})?"


def sentence(
    people: Caseload, judged: Judged, advice: Advice, limits: str, priced: bool, confidence: float
) -> str:
    """The answer."""
    none, best = people.arms[0], people.arms[judged.everyone]
    net = ", prices taken off," if priced else ""

    def told(mean: Mean) -> str:
        return interval(mean.value, mean.low, mean.high, people.unit, confidence, 2)

    many = f"{best} for all" if not limits else f"{best} for as many as the limits allow ({limits})"
    if advice == "tree":
        also = f", and {told(judged.advantage)} more than {many}" if judged.everyone else ""
        return (
            f"Offering by these questions gives{net} {told(judged.gain)} more per person than {none}{also}. It is advice: the "
            "caseworker decides."
        )
    # The number that stands for the reason: beside the one programme for all that is hardest to beat.
    beside = judged.hardest if judged.hardest.low <= 0 else judged.advantage
    same = (
        "Questions about a person are not shown to add anything to the same for all (beside the one programme that is hardest "
        f"to beat they add{net} {told(beside)} per person)"
    )
    if advice == "one for all":
        return f"{same}. Advised is {many}: {told(judged.same_gain)} more per person than {none}."
    return (
        f"{same}, and neither is {many} shown to give more than {none}: {told(judged.same_gain)} per person."
    )


def headline(people: Caseload, judged: Judged, advice: Advice, confidence: float) -> Headline | None:
    """The gain per person against offering none; nothing where nothing is shown."""
    if advice == "nothing shown":
        return None
    m = judged.gain if advice == "tree" else judged.same_gain
    scale = {"points": (-20.0, 20.0), "months in work": (-6.0, 6.0)}.get(people.unit, (-10.0, 10.0))
    return Headline(m.value, m.low, m.high, people.unit, scale, confidence)


def certainty(people: Caseload, judged: Judged, advice: Advice, stable: float) -> Certainty:
    """Never high: a rule is learned from one caseload."""
    if advice == "nothing shown":
        return "too little to say"
    sure = people.credible in ("", "credible") and (advice != "tree" or judged.agreement >= stable)
    return "moderate" if sure else "low"


def rests_on(people: Caseload, judged: Judged) -> str:
    """What it rests on."""
    n, learned = len(people), int(judged.first.sum())
    return (
        f"{number(n, 0)} people with doubly robust scores of {people.target_words}; the questions are learned from "
        f"{number(learned, 0)} of them and gains are those of the other {number(n - learned, 0)}"
    )
