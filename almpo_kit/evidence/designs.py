"""Randomised and other results, and those of each estimand, side by side."""

from __future__ import annotations

import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.evidence.comparability import bands_of, estimand_label, n_known, n_samples, samples_of
from almpo_kit.evidence.eligibility import by_estimand
from almpo_kit.evidence.pooling import PooledEffect, pool
from almpo_kit.evidence.refusals import Minimum
from almpo_kit.evidence.regression.fitted_models import Assumptions
from almpo_kit.evidence.regression.multilevel_averages import MultilevelEffect, multilevel_average
from almpo_kit.evidence.telling import df_words, enough
from almpo_kit.evidence.words import amount, count
from almpo_kit.vocabulary.finding import Check

Pooled = PooledEffect | MultilevelEffect
Known = tuple[pd.Index, Pooled] | None
_TOO_FEW = "too few for an average of their own"


def average(effects: pd.DataFrame, *, level: float, cluster: str = "sample_id") -> Pooled:
    """Average by the method that the samples call for; every average that is shown is this one.

    One estimate per sample: REML with the modified HKSJ interval. Otherwise three levels, with the larger
    one of CR2's standard error and the model's. Neither is ever narrower than the studies' own precision
    allows: with few agreeing studies plain HKSJ and CR2 can be absurdly narrow, and a second estimate of a
    sample must not turn "no effect lies inside" into an effect. Either way ``judged_df`` are
    Satterthwaite's, so that one sample that carries nearly all the weight is seen in both.
    """
    if cluster == "sample_id" and samples_of(effects).is_unique:
        return pool(effects, method="REML", interval="hksj_modified", level=level)
    effects = require(effects, ("effect", "se"), "multilevel")
    return multilevel_average(effects, cluster=cluster, assumed=Assumptions(level=level), floored=True)


def attempt(part: pd.DataFrame, minimum: Minimum, level: float, known: Known = None) -> Pooled | str:
    """The average of a part of the usable estimates, or why it has none of its own.

    ``known``: an average that has been taken already, with the rows it is of.
    """
    if known is not None and part.index.equals(known[0]):
        return known[1]
    bands = bands_of(part)
    if bands is not None and n_known(bands) > 1:
        return "of several horizons, not averaged"
    if n_samples(part) < max(minimum.samples, 2):
        return _TOO_FEW
    pooled = average(part, level=level)
    if any(check.name == "convergence" and check.status == "failed" for check in pooled.checks):
        return "no solution found for an average of their own"
    if not enough(pooled.judged_df, minimum.df):
        return f"{_TOO_FEW} ({df_words(pooled.judged_df)} degrees of freedom)"
    return pooled


def side_by_side(effects: pd.DataFrame, minimum: Minimum, level: float, known: Known = None) -> Check:
    """A note with the average of each design where it has enough samples, and with counts where not.

    Where the frame says whose effects they are, each estimand of a design is told apart.
    """
    if "design" not in effects:
        return Check("design", "informational", "The designs of the studies are not stated.")
    randomised = effects["design"].eq("rct")
    said = [_told(part, minimum, level, known) for part in (effects[randomised], effects[~randomised])]
    if "estimand" not in effects:
        return Check("design", "informational", f"Randomised trials: {said[0]}; other designs: {said[1]}.")
    return Check("design", "informational", f"Randomised trials: {said[0]}. Other designs: {said[1]}.")


def design_counts(effects: pd.DataFrame) -> Check:
    """A note with how many of the listed estimates are randomised; no averages."""
    if "design" not in effects:
        return Check("design", "informational", "The designs of the studies are not stated.")
    randomised = effects["design"].eq("rct")
    parts = [
        f"{who}: {held_words(part) if len(part) else 'none'}"
        for who, part in (("Randomised trials", effects[randomised]), ("other designs", effects[~randomised]))
    ]
    return Check("design", "informational", f"Listed by design. {'; '.join(parts)}.")


def held_words(part: pd.DataFrame) -> str:
    """``6 independent samples, 9 estimates``."""
    return f"{count(n_samples(part), 'independent sample')}, {count(len(part), 'estimate')}"


def _told(part: pd.DataFrame, minimum: Minimum, level: float, known: Known) -> str:
    if part.empty:
        return "none"
    return "; ".join(
        f"{estimand_label(key)} {summary(rows, attempt(rows, minimum, level, known), level)}".strip()
        for key, rows in by_estimand(part)
    )


def summary(part: pd.DataFrame, found: Pooled | str, level: float) -> str:
    """``2.4 points (95%: 0.6 to 4.2) from 7 independent samples, 9 estimates``, or why not."""
    if isinstance(found, str):
        return f"{held_words(part)}, {found}"
    return f"{amount(found.mean, found.low, found.high, found.unit, level)} from {held_words(part)}"
