"""The pre-analysis plan as a document: what a person signs, and what anybody can check later."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from almpo_kit.experiments.planning.design_words import (
    drawn,
    effect_words,
    losses_words,
    percent,
    rule_words,
    several_arms,
)
from almpo_kit.experiments.planning.looked_at import wider_by_looks
from almpo_kit.experiments.planning.plain_markdown import json_block, table, text
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import ESTIMATORS, MISSING_RULES, TrialPlan


def plan_document(
    plan: TrialPlan, *, sized: Finding | None = None, at: datetime, version: int = 1, why_not: str = ""
) -> str:
    """Write a plan as a Markdown document, with its digest and the time at which it stood.

    The same plan, size, time and version give the same text. Whatever a person wrote into the plan stays text: nothing in it
    becomes a heading, a link or HTML.

    Parameters
    ----------
    plan : TrialPlan
    sized : Power, optional
        What :func:`almpo_kit.experiments.power` said about its size.
    at : datetime
        With a time zone; written in UTC.
    version : int
        Of the plan in the registry, from 1.
    why_not : str
        Why its size was not computed, where it was not.

    Returns
    -------
    str
        Markdown. Its last part holds the plan as JSON, from which the digest can be computed again.

    Raises
    ------
    ParameterError
        A time without a zone, a version below 1, or something that is no plan.
    """
    _asked(plan, sized, at, version)
    parts = [_head(plan, at, version), _question(plan), _draw(plan), _outcomes(plan), _analysis(plan)]
    parts += [_size(plan, sized, why_not), _losses(plan), _evidence(plan), _held_to(), _digest(plan)]
    return "\n\n".join(parts) + "\n"


def _asked(plan: object, sized: object, at: object, version: object) -> None:
    if not isinstance(plan, TrialPlan):
        raise ParameterError(
            f"plan_document() takes a TrialPlan, not {type(plan).__name__}; TrialPlan.from_plain(…) reads one from JSON."
        )
    if sized is not None and not isinstance(sized, Finding):
        raise ParameterError("plan_document(): sized is what experiments.power() returned, or None.")
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ParameterError(
            f"plan_document(): at={at!r} must be a time with a zone, e.g. datetime.now(UTC), so that it means one moment."
        )
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ParameterError(f"plan_document(): version={version!r} must be a whole number from 1.")


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {text(s)}" for s in sentences)


def _head(plan: TrialPlan, at: datetime, version: int) -> str:
    stamp = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    invented = f"**{SYNTHETIC}: the people of this trial are invented.**\n\n" if plan.synthetic else ""
    return (
        f"# Pre-analysis plan: {text(plan.name)}\n\n{invented}"
        f"Version {version}, as it stood on {stamp}.  \nDigest (SHA-256): `{plan.digest}`"
    )


def _question(plan: TrialPlan) -> str:
    place = f"{plan.country}{f', region {plan.nuts}' if plan.nuts else ''}"
    years = f"{plan.start_year}" + (f" to {plan.end_year}" if plan.end_year > plan.start_year else "")
    who = [
        f"Who can be in it: {plan.population}",
        f"Target group: {TARGET_GROUPS[plan.target_group]}. Place: {place}. Years of entry: {years}.",
    ]
    return f"## 1. The question\n\n{text(plan.question)}\n\n{_listed(who)}"


def _draw(plan: TrialPlan) -> str:
    source = plan.seed_source.rstrip(". ") or "not yet said where it comes from; say it before the draw"
    said = drawn(plan)
    if plan.rule is not None:
        said += rule_words(plan.rule)
    said.append(f"The seed of the draw: {source}.")
    said.append("Seed, list and draw are published, so that anybody can draw again and compare.")
    return f"## 2. Who is drawn, and how\n\n{_listed(said)}"


def _outcomes(plan: TrialPlan) -> str:
    rows = [
        (
            "primary" if k == 0 else "secondary",
            o.name,
            o.kind,
            _known_as(o),
            f"{o.months:g}",
            _without(o),
        )
        for k, o in enumerate(plan.outcomes)
    ]
    head = ("", "column", "kind", "in the evidence base", "months after the draw", "without a programme")
    smallest = effect_words(plan.primary, plan.smallest_effect)
    return (
        f"## 3. Outcomes\n\n{table(head, rows)}\n\n"
        f"The verdict is about {text(plan.primary.name)} alone. The smallest effect on it that would matter is "
        f"{text(smallest)}."
    )


def _known_as(outcome: TrialOutcome) -> str:
    if not outcome.outcome:
        return "not entered"
    return f"{OUTCOMES[outcome.outcome].label}, in {UNITS[outcome.unit][1]}"


def _without(outcome: TrialOutcome) -> str:
    level = {
        "binary": f"share {percent(outcome.baseline)}",
        "continuous": f"mean {outcome.baseline:g}, standard deviation {outcome.sd:g}",
        "duration": f"median {outcome.baseline:g}",
    }[outcome.kind]
    return f"{level}, correlation within groups {outcome.icc:g}" if outcome.icc else level


def _analysis(plan: TrialPlan) -> str:
    said = [
        "Everybody is analysed in the arm that the lot gave, whatever he or she did (intention to treat).",
        f"Effects are estimated as: {ESTIMATORS[plan.estimator]}.",
        several_arms(plan),
        f"Outcomes that stay unknown: {MISSING_RULES[plan.missing]}.",
    ]
    if plan.covariates:
        said.append(f"Adjusted for, as known before the draw: {', '.join(plan.covariates)}.")
    if len(plan.outcomes) > 1:
        said.append("Secondary outcomes are not corrected for their number; they are called exploratory.")
    if plan.subgroups:
        said.append(f"Shown apart, and called exploratory: {', '.join(plan.subgroups)}.")
    if plan.looks:
        said.append(
            f"The outcome is looked at {plan.looks} times on the way; so the interval holds at every look (a confidence "
            "sequence) and is wider."
        )
    else:
        said.append("Nobody looks at outcomes by arm before the end.")
    if plan.harm:
        said.append(f"The trial ends early if: {plan.harm}")
    return f"## 4. Analysis\n\n{_listed(said)}"


def size_beside_looks(plan: TrialPlan) -> str:
    """What looks on the way cost, which no formula of power allows for; "" where none is planned."""
    units = plan.design.clusters if plan.design.of_clusters else plan.design.total
    if not plan.looks or not units or plan.rule is not None:
        return ""
    wider, larger = wider_by_looks(plan, units)
    if not math.isfinite(wider):
        return f"This counts without looks on the way. With them so few groups tell nothing: {units} are too few."
    return (
        f"This counts without looks on the way. They make the interval about {number(wider, 1)} times as wide, and an effect must be "
        f"about {number(larger, 1)} times as large to be found as surely."
    )


def _size(plan: TrialPlan, sized: Finding | None, why_not: str) -> str:
    if sized is None:
        why = f": {text(why_not.rstrip('. '))}" if why_not.strip() else ""
        return f"## 5. What it can see\n\nIts size was not computed with this document{why}."
    doubts = [f"Caution: {c.sentence}" for c in sized.failed]
    if looks := size_beside_looks(plan):
        doubts.append(f"Caution: {looks}")
    said = f"## 5. What it can see\n\n{text(sized.sentence)}"
    return f"{said}\n\n{_listed(doubts)}" if doubts else said


def _losses(plan: TrialPlan) -> str:
    return f"## 6. What may be lost on the way\n\n{_listed(losses_words(plan.losses))}"


def _evidence(plan: TrialPlan) -> str:
    rows = [(arm, PROGRAMME_TYPES[kind].label) for arm, kind in plan.programme_types.items()]
    rate = (
        ""
        if plan.unemployment_rate is None
        else f"\n\nUnemployment in the first year: {plan.unemployment_rate:g}%."
    )
    return f"## 7. Where the result goes\n\n{table(('arm', 'programme type'), rows)}{rate}"


def _held_to() -> str:
    return (
        "## 8. What it is held to\n\nThe analysis is held to the version that stood when units were drawn. Whatever is done "
        "otherwise is listed beside the result with its reason. Another primary outcome without a reason is refused."
    )


def _digest(plan: TrialPlan) -> str:
    return (
        "## 9. The plan in full\n\nThe digest is the SHA-256 of this JSON, read and written again with sorted keys "
        "(in Python: `hashlib.sha256(json.dumps(json.loads(text), sort_keys=True).encode()).hexdigest()`).\n\n"
        f"{json_block(plan.to_plain())}"
    )
