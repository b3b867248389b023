"""Try to break an estimate in every way that time allows, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.results import Estimate, Refutation
from almpo_kit.evaluation.protocol.steps import go_on
from almpo_kit.evaluation.refutation.again import Again
from almpo_kit.evaluation.refutation.attempt import Attempt, as_checks, as_table
from almpo_kit.evaluation.refutation.clock import Clock
from almpo_kit.evaluation.refutation.dowhy_bridge import load_dowhy
from almpo_kit.evaluation.refutation.smaller import smaller
from almpo_kit.evaluation.refutation.target import targets
from almpo_kit.evaluation.refutation.trials import ATTEMPTS, BY_CONCLUSION, BY_DOWHY, PLANS, Attack
from almpo_kit.vocabulary.errors import DesignError, ParameterError

#: Share of the time that may go into the estimate to compare with, and seconds that must be left to load DoWhy for
#: attempts of several (it cannot be stopped while it loads).
_TO_COMPARE, _WORTH_LOADING = 0.3, 10.0


def refute(
    estimate: Estimate,
    *,
    whole_seconds: float = 60.0,
    attempts: Sequence[str] | None = None,
    benchmarks: Sequence[str] | None = None,
    seed: int = 0,
    workers: int = 1,
    override: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Refutation:
    """Try to break the estimated effects of every contrast, each outcome at its last month.

    What is tried follows from the way of assignment (``PLANS``). Attempts that estimate again do so with the method,
    the options and the persons of the estimate itself; of large samples, with linear models and on a random part (a check
    says so).

    Parameters
    ----------
    estimate : Estimate
    whole_seconds : float
        Time for everything together. Attempts that need no new estimate come first; one that could not be finished is
        told as not tried. The same seed gives the same bytes as long as time suffices.
    attempts : sequence of str, optional
        Keys of ``ATTEMPTS``; all that fit the way of assignment when left out.
    benchmarks : sequence of str, optional
        Covariates that a hidden cause is compared with; the strongest recorded one when left out.
    seed : int
    workers : int
        The numbers do not depend on it.
    override : str
        Why to go on although the estimate said stop.
    progress : callable, optional
        Called with (attempts done, attempts in all).

    Returns
    -------
    Refutation
        ``table`` has one row an attempt: ``attempt, about, contrast, arm, comparison, outcome, unit, months, estimate,
        value, low, high, draws, result, held, weighs, sentence``.

    Raises
    ------
    ParameterError
        An attempt, a benchmark or a time that makes no sense.
    DesignError
        The estimate said stop, or holds no effect that could be attacked.
    """
    _ask(estimate, whole_seconds, attempts, benchmarks)
    overrides = go_on(estimate, "estimate", override)
    clock = Clock(float(whole_seconds))
    clock.set_aside(_TO_COMPARE)
    repeated = smaller(estimate, seed, workers, clock)
    attack = Attack(
        again=Again(repeated.estimate, clock, seed, workers),
        targets=targets(repeated.estimate.fit, repeated.estimate.sample),
        whole=estimate,
        whole_targets=targets(estimate.fit, estimate.sample),
        benchmarks=tuple(benchmarks or ()),
        seed=seed,
    )
    if not attack.whole_targets or len(attack.targets) != len(attack.whole_targets):
        raise DesignError(
            "refute() found no estimated effect to attack: every estimate is missing. Look at estimate.checks, e.g. "
            "[c.sentence for c in estimate.failed]."
        )
    chosen = [a for a in PLANS[estimate.design.plan.assignment] if attempts is None or a in attempts]
    done = [_on_a_part(a, attack) for a in _carry_out(attack, chosen, progress)]
    options = {
        "whole_seconds": float(whole_seconds),
        "attempts": chosen,
        "benchmarks": list(attack.benchmarks),
    }
    return Refutation(
        question=f"Does it hold when one tries to break it? {estimate.question}",
        sentence=_sentence(done),
        table=as_table(done),
        checks=overridden_first(overrides, (*as_checks(done), *([repeated.check] if repeated.check else []))),
        overrides=overrides,
        provenance=continued(
            estimate, method="evaluation.refute", options=options, seed=seed, overrides=overrides
        ),
        figure="robustness" if len(attack.robustness) else None,
        rests_on=estimate.rests_on,
        estimate=estimate,
        details=_details(attack),
    )


def _ask(estimate: Any, whole_seconds: Any, attempts: Any, benchmarks: Any) -> None:
    if not isinstance(estimate, Estimate):
        raise ParameterError(
            f"refute() takes an estimate, not {type(estimate).__name__}; write e.g. "
            "evaluation.refute(evaluation.estimate(shared))."
        )
    good = (
        isinstance(whole_seconds, int | float) and not isinstance(whole_seconds, bool) and whole_seconds > 0
    )
    if not good or whole_seconds == float("inf"):
        raise ParameterError(
            f"whole_seconds={whole_seconds!r}: give a number of seconds above zero, e.g. 60."
        )
    plan = estimate.design.plan
    fitting = PLANS[plan.assignment]
    if isinstance(attempts, str) or (unknown := [a for a in attempts or () if a not in fitting]):
        wrong = attempts if isinstance(attempts, str) else ", ".join(map(str, unknown))
        raise ParameterError(
            f"attempts={wrong!r}: give a list of what can be tried on {plan.assignment!r}: {', '.join(fitting)}; e.g. "
            f"attempts=[{fitting[0]!r}]."
        )
    known = tuple(estimate.sample.parts)
    if isinstance(benchmarks, str) or (strange := [b for b in benchmarks or () if b not in known]):
        wrong = benchmarks if isinstance(benchmarks, str) else ", ".join(map(str, strange))
        raise ParameterError(
            f"benchmarks={wrong!r}: give a list of covariates that are held constant: {', '.join(known) or 'none are'}."
        )


def _carry_out(
    attack: Attack, chosen: Sequence[str], progress: Callable[[int, int], None] | None
) -> list[Attempt]:
    done: list[Attempt] = []
    for i, name in enumerate(chosen):
        if name in BY_DOWHY and attack.again.clock.left >= _WORTH_LOADING:
            # Loaded before the rest share the time, so that the first one by DoWhy does not pay for all.
            load_dowhy()
        attack.again.clock.allow(len(chosen) - i)
        done += ATTEMPTS[name](attack)
        if progress is not None:
            progress(i + 1, len(chosen))
    return done


def _on_a_part(attempt: Attempt, attack: Attack) -> Attempt:
    """What held on a part of the persons that does not show the effect itself has not been put to the test."""
    if attempt.result != "held" or attempt.attempt not in BY_CONCLUSION:
        return attempt
    for whole, part in zip(attack.whole_targets, attack.targets, strict=True):
        mine = (attempt.contrast, attempt.outcome) == (whole.contrast, whole.outcome)
        if mine and whole.conclusion != "open" and part.conclusion == "open":
            more = (
                " The effect itself cannot be told from none on the part of the persons that was used, so this is no test; take "
                "fewer arms or outcomes at a time."
            )
            return replace(attempt, result="cannot tell", sentence=attempt.sentence + more)
    return attempt


def _details(attack: Attack) -> dict[str, pd.DataFrame]:
    tables = {
        "robustness": pd.DataFrame(attack.robustness),
        "benchmarks": pd.concat(attack.strengths, ignore_index=True) if attack.strengths else pd.DataFrame(),
        "curves": pd.concat(attack.curves, ignore_index=True) if attack.curves else pd.DataFrame(),
        "left_out": attack.left_out,
    }
    return {name: table for name, table in tables.items() if len(table)}


#: What says nothing, in words after its number.
_SILENT = {"cannot tell": "could not tell", "not tried": "could not be carried out"}


def _sentence(done: list[Attempt]) -> str:
    count = {r: sum(a.result == r for a in done) for r in ("held", "broken", "cannot tell", "not tried")}
    judged = count["held"] + count["broken"]
    if not judged:
        return "Nothing could be tried that would have broken the result; that is no reason to believe it."
    parts = [
        f"Of {judged} attempts to break the result that gave an answer, {count['held']} left it standing"
        if judged > 1
        else f"One attempt to break the result gave an answer, and it {'left' if count['held'] else 'did not leave'} it standing"
    ]
    parts.append(f" and {count['broken']} did not. " if count["broken"] and judged > 1 else ". ")
    if count["cannot tell"] or count["not tried"]:
        more = [f"{count[r]} {words}" for r, words in _SILENT.items() if count[r]]
        parts.append(f"{' and '.join(more)}: that does not speak for the result. ")
    fatal = [a for a in done if a.result == "broken" and a.weighs == "breaks"]
    worst = fatal or [a for a in done if a.result == "broken"]
    if worst:
        parts.append(f"The gravest: {worst[0].sentence}")
    else:
        parts.append("What was not recorded cannot be tested by any of them.")
    return "".join(parts)
