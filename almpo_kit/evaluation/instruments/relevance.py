"""Whether an instrument moves participation at all, and whether it came to people as if by chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.instruments.balance import instrument_balance
from almpo_kit.evaluation.instruments.monotone import first_stage_by_half
from almpo_kit.evaluation.instruments.stages import Stages, stages
from almpo_kit.evaluation.instruments.strength import NOT_FROM_ZERO, WEAK, FirstStage, first_stage
from almpo_kit.evaluation.instruments.two_stage_words import strength_checks
from almpo_kit.evaluation.protocol.p_values import p_words
from almpo_kit.evaluation.support.comparison import Comparison
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]

#: Standard deviations of a covariate by which people with and without the instrument may differ.
_FINE, _LEVEL = 0.1, 0.05


def relevance(design: Any, *, seed: int = 0, progress: Any = None) -> Comparison:
    """Say whether an instrument can carry an estimate.

    Everybody is kept. The step stops where the instrument cannot be told from one that moves nobody (effective F below
    3.84), and with several programmes where any conditional F is below 10, because no interval then holds. With one
    programme and an F from 3.84 to 10 the estimate goes on with a failed check, and Anderson–Rubin intervals.

    Parameters
    ----------
    design : Design
        With ``assignment="iv"``.
    seed : int
        Not used; nothing is drawn.
    progress : callable, optional
        Called once, when done.

    Returns
    -------
    Comparison
        ``table``: ``covariate, contrast, smd, t``. ``details``: ``first_stage`` (programme, instrument, effect, se,
        strength), ``first_stage_by_half``.

    Raises
    ------
    DesignError
        No instrument, gaps in it, or fewer instruments than programmes.
    """
    sample = design.sample
    both = stages(sample, "iv")
    early = first_stage(both, sample.cluster, sample.weight)
    table, p = instrument_balance(sample, both.instruments)
    halves = first_stage_by_half(both, sample)
    checks = [*strength_checks(both.programmes, early.strength, both.offered_arm)]
    checks += [*_balance_check(table, p), *_halves_check(halves), _untestable(design)]
    stops, stop_checks = _stops(both, early.strength)
    if progress is not None:
        progress(1, 1)
    return Comparison(
        table=table if len(table) else _first_table(both, early),
        sentence=_sentence(both, early),
        checks=(*stop_checks, *checks),
        stops=stops,
        kept=np.ones(len(sample), dtype=bool),
        details={"first_stage": _first_table(both, early), "first_stage_by_half": halves},
    )


def _first_table(both: Stages, early: FirstStage) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "programme": programme,
                "instrument": f"instrument {i + 1}",
                "effect": float(early.coefficient[i, j]),
                "se": float(np.sqrt(early.covariance[j, i, i])),
                "strength": float(early.strength[j]),
            }
            for j, programme in enumerate(both.programmes)
            for i in range(early.coefficient.shape[0])
        ]
    )


def _sentence(both: Stages, early: FirstStage) -> str:
    if early.coefficient.shape == (1, 1):
        moved = 100 * float(early.coefficient[0, 0])
        se = 100 * float(np.sqrt(early.covariance[0, 0, 0]))
        step = "having it" if np.isin(both.instruments, (0.0, 1.0)).all() else "one more unit of it"
        word = "raises" if moved >= 0 else "lowers"
        digits = 1 if step == "having it" or abs(moved) >= 1 else 3
        return (
            f"The instrument moves participation in “{both.programmes[0]}”: {step} {word} it by "
            f"{number(abs(moved), digits)} points (standard error {number(se, digits)}, effective F "
            f"{number(float(early.strength[0]), 1)})."
        )
    told = ", ".join(
        f"“{p}” {number(float(f), 1)}" for p, f in zip(both.programmes, early.strength, strict=True)
    )
    return f"How strongly the instruments move participation (F; 10 is the least): {told}."


def _stops(both: Stages, strength: Array) -> tuple[tuple[str, ...], tuple[Check, ...]]:
    several = len(both.programmes) > 1
    limit = WEAK if several else NOT_FROM_ZERO
    if (strength >= limit).all():
        return (), ()
    weakest = both.programmes[int(np.argmin(strength))]
    why = (
        "with several programmes no interval holds below 10"
        if several
        else "that cannot be told from an instrument that moves nobody"
    )
    said = f"The instrument does not carry an estimate for “{weakest}”: F is {number(float(strength.min()), 1)}, and {why}."
    return ("weak_instrument",), (Check("weak_instrument", "failed", said),)


def _balance_check(table: pd.DataFrame, p: float) -> list[Check]:
    if not len(table):
        said = "No covariate was given, so it is not known whether people with more of the instrument were alike before."
        return [Check("instrument_balance", "failed", said)]
    worst = table.iloc[int(table["smd"].abs().to_numpy().argmax())]
    apart = float(abs(worst["smd"]))
    fine = p >= _LEVEL or apart < _FINE
    said = (
        f"People with more of the instrument were alike beforehand: the largest difference is {number(apart, 2)} standard "
        f"deviations ({worst['covariate']})."
        if fine
        else f"People with more of the instrument were others beforehand: “{worst['covariate']}” differs by "
        f"{number(apart, 2)} standard deviations, more than chance explains ({p_words(p)} over all covariates). It "
        "is held constant, but what was not observed may differ as well."
    )
    return [Check("instrument_balance", "passed" if fine else "failed", said)]


def _halves_check(halves: pd.DataFrame) -> list[Check]:
    if not len(halves):
        return []
    against = halves[halves["opposite"].astype(bool)]
    if len(against):
        row = against.iloc[0]
        said = (
            f"Among people with {row['half']} values of “{row['covariate']}” the instrument moves participation the other "
            "way. Then the estimate is no effect on anybody in particular."
        )
        return [Check("one_direction", "failed", said)]
    said = f"In none of {len(halves)} halves of people does the instrument move participation the other way."
    return [Check("one_direction", "passed", said)]


def _untestable(design: Any) -> Check:
    said = (
        f"That “{design.plan.offer}” matters for outcomes only through participation cannot be tested with these data; "
        "it has to be argued."
    )
    return Check("exclusion", "informational", said)
