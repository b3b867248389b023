"""The minimum of evidence for a pooled number, and what to say below it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from almpo_kit.evidence.comparability import bands_of, estimand_label, n_known, n_samples, samples_of
from almpo_kit.evidence.eligibility import NO_HORIZON, NO_SAMPLE, NO_SE, OTHER_ESTIMAND, by_estimand
from almpo_kit.evidence.telling import df_words
from almpo_kit.evidence.words import count, listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.horizons import BAND_LABELS, NOT_COMPARABLE


@dataclass(frozen=True)
class Minimum:
    """Fewest independent ``samples`` and degrees of freedom (``df``) for a pooled number."""

    samples: int
    df: float

    def options(self, level: float) -> dict[str, float]:
        """For the provenance."""
        return {"minimum_samples": self.samples, "minimum_df": self.df, "level": level}


def shortfall(
    effects: pd.DataFrame, usable: pd.DataFrame, minimum: Minimum, *, of_any: pd.DataFrame | None = None
) -> str | None:
    """Why ``usable`` (those of ``effects`` that could enter) is not enough; None when it is.

    ``of_any``: those that could enter if effects on different people were one.
    """
    if effects.empty:
        return "there is no estimate of this in the evidence base"
    all_bands = bands_of(effects)
    if all_bands is not None and set(all_bands.tolist()) == {NOT_COMPARABLE}:
        return f"{BAND_LABELS[NOT_COMPARABLE]}, so these estimates are listed and never averaged"
    held, n = n_samples(effects), n_samples(usable)
    bands = bands_of(usable)
    if bands is not None and n_known(bands) > 1:
        return _several_bands(usable, bands, minimum)
    if n >= max(minimum.samples, 2):
        return None
    if of_any is not None and len(of_any) > len(usable):
        return _several_estimands(held, of_any, minimum)
    needed = f"at least {max(minimum.samples, 2)} are needed"
    if n == held:
        return f"{count(n, 'independent sample')}{_countries(usable)} measured this; {needed}"
    if n == 0:
        return (
            f"{count(held, 'independent sample')}{_countries(effects)} measured this, "
            f"but no estimate can enter an average; {needed}"
        )
    return (
        f"{count(held, 'independent sample')}{_countries(effects)} measured this, but only {n} "
        f"{'has' if n == 1 else 'have'} an estimate that can enter an average; {needed}"
    )


def _several_bands(usable: pd.DataFrame, bands: pd.Series, minimum: Minimum) -> str:
    """Different horizons are different questions: say whether any one of them would have enough."""
    held = samples_of(usable).groupby(bands).nunique().reindex([b for b in BAND_LABELS if b in set(bands)])
    enough = [BAND_LABELS[b] for b in held.index[held >= max(minimum.samples, 2)]]
    if enough:
        return f"the estimates answer different questions; choose one horizon with enough of them ({listed(enough)})"
    most = "; ".join(f"{BAND_LABELS[b]}: {held[b]}" for b in held.index)
    return f"no single horizon has {max(minimum.samples, 2)} independent samples that can enter an average ({most})"


def _several_estimands(listed_samples: int, of_any: pd.DataFrame, minimum: Minimum) -> str:
    n = n_samples(of_any)
    only = f", {n} of them with estimates that can enter an average," if n < listed_samples else ""
    held = ", ".join(f"{estimand_label(key)}: {n_samples(part)}" for key, part in by_estimand(of_any))
    return (
        f"{count(listed_samples, 'independent sample')} measured this{only} as effects on different people, "
        f"which are not averaged together ({held}); at least {max(minimum.samples, 2)} of one kind are needed"
    )


def _countries(effects: pd.DataFrame) -> str:
    n = n_known(effects["country"]) if "country" in effects else 0
    return f" ({count(n, 'country')})" if n > 1 else ""


def too_few_df(df: float, minimum: Minimum) -> str:
    """Why an interval with these degrees of freedom is not shown."""
    return (
        f"the average would have {df_words(df)} degrees of freedom and at least {minimum.df:g} are needed, "
        "which takes more independent samples of similar precision"
    )


def refusal_words(refusal: str) -> str:
    """``Too little to say: …``."""
    return f"Too little to say: {refusal}."


def missing(
    effects: pd.DataFrame, why: pd.Series, minimum: Minimum, *, uneven: bool = False
) -> tuple[Check, ...]:
    """What would be needed for a pooled number; ``uneven`` when samples are many enough but a few of them
    carry nearly all the weight."""
    bands = bands_of(effects)
    said = [""] * len(effects) if bands is None else bands.tolist()
    if bands is not None and set(said) <= {NOT_COMPARABLE}:
        return ()
    samples, reasons = samples_of(effects).tolist(), why.tolist()
    free = [(b, s) for b, s, w in zip(said, samples, reasons, strict=True) if w == ""]
    # An average is of one horizon, so what is missing is counted from the horizon with the most.
    have = max(Counter(b for b, _ in set(free)).values(), default=0)
    short = max(minimum.samples, 2) - have
    if short <= 0 and not uneven:
        return ()
    more = count(short, "more independent sample") if short > 0 else "more independent samples"
    where = " of one horizon" if len({b for b, _ in free}) > 1 else ""
    others = {s for s, w in zip(samples, reasons, strict=True) if w.startswith(OTHER_ESTIMAND)}
    where += " of one estimand" if others else ""
    words = f"Missing for a pooled number: {more}{where}{' of similar precision' if uneven else ''}."
    usable = {s for _, s in free}
    for reason, remedy in (
        (NO_SE, "a standard error"),
        (NO_HORIZON, "a stated horizon"),
    ):
        near = {s for s, w in zip(samples, reasons, strict=True) if w == reason} - usable
        if near:
            words += f" {count(len(near), 'listed sample')} would count with {remedy}."
    others -= usable
    if others:
        words += f" {count(len(others), 'listed sample')} of another estimand would count if its take-up were"
        words += " stated and it could be converted."
    unknown = reasons.count(NO_SAMPLE)
    if unknown:
        words += f" {count(unknown, 'listed estimate')} would count with a sample_id or study_id."
    return (Check("what is missing", "informational", words),)
