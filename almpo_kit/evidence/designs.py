"""Randomised and other results, side by side."""

from __future__ import annotations

import pandas as pd

from almpo_kit.evidence.clustering import MultilevelEffect, multilevel
from almpo_kit.evidence.comparability import samples_of
from almpo_kit.evidence.pooling import PooledEffect, pool
from almpo_kit.evidence.telling import df_words, enough
from almpo_kit.evidence.words import amount, count
from almpo_kit.vocabulary.finding import Check

Pooled = PooledEffect | MultilevelEffect


def average(effects: pd.DataFrame, *, level: float) -> Pooled:
    """Average by the method that the samples call for.

    One estimate per sample: REML with the modified HKSJ interval, which is never narrower than Wald's
    standard error allows (with few agreeing studies plain HKSJ can be absurdly narrow). Otherwise three
    levels with CR2. Either way ``judged_df`` are Satterthwaite's, so that one sample that carries nearly
    all the weight is seen in both.
    """
    if samples_of(effects).is_unique:
        return pool(effects, method="REML", interval="hksj_modified", level=level)
    return multilevel(effects, level=level)


def side_by_side(effects: pd.DataFrame, *, minimum_samples: int, minimum_df: float, level: float) -> Check:
    """A note with the average of each design where it has enough samples, and with counts where not."""
    if "design" not in effects:
        return Check("design", "informational", "The designs of the studies are not stated.")
    randomised = effects["design"].eq("rct")
    parts = [
        f"{who}: {_summary(part, minimum_samples, minimum_df, level)}"
        for who, part in (
            ("Randomised trials", effects[randomised]),
            ("other designs", effects[~randomised]),
        )
    ]
    return Check("design", "informational", f"{'; '.join(parts)}.")


def design_counts(effects: pd.DataFrame) -> Check:
    """A note with how many of the listed estimates are randomised; no averages."""
    if "design" not in effects:
        return Check("design", "informational", "The designs of the studies are not stated.")
    randomised = effects["design"].eq("rct")
    parts = [
        f"{who}: {_held(part) if len(part) else 'none'}"
        for who, part in (("Randomised trials", effects[randomised]), ("other designs", effects[~randomised]))
    ]
    return Check("design", "informational", f"Listed by design. {'; '.join(parts)}.")


def _held(part: pd.DataFrame) -> str:
    return f"{count(int(samples_of(part).nunique()), 'independent sample')}, {count(len(part), 'estimate')}"


def _summary(part: pd.DataFrame, minimum_samples: int, minimum_df: float, level: float) -> str:
    if part.empty:
        return "none"
    samples = int(samples_of(part).nunique())
    held = _held(part)
    if samples < minimum_samples:
        return f"{held}, too few for an average of their own"
    pooled = average(part, level=level)
    if not enough(pooled.judged_df, minimum_df):
        short = f"{df_words(pooled.judged_df)} degrees of freedom"
        return f"{held}, too few for an average of their own ({short})"
    return f"{amount(pooled.mean, pooled.low, pooled.high, pooled.unit, level)} from {held}"
