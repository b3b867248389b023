"""How well the data tell the two variances: profile likelihoods and their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.profiling import Profile, profile
from almpo_kit.evidence.pooling import check_level
from almpo_kit.evidence.regression.fitted_models import FittedModel
from almpo_kit.evidence.regression.meta_regression import MetaRegression
from almpo_kit.evidence.regression.multilevel_averages import MultilevelEffect, method_words, options_of
from almpo_kit.evidence.regression.study_effects import likelihood_model
from almpo_kit.evidence.telling import too_thin
from almpo_kit.evidence.words import foundation, listed, only
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

_WORDS = {"between": "between samples", "within": "within samples"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LikelihoodProfile(Finding):
    """Likelihood-ratio intervals of the variances between samples and within them.

    ``between``, ``between_low``, ``between_high`` and the same of ``within`` (not numbers where samples have
    one estimate each); ``…_high`` is infinite where the data set no upper end. ``flags``: what is wrong with a
    profile, e.g. ``"within: zero"``. ``table``: the profiles, ``variance, value, loglik, drop`` (below the
    top), inside ``inside`` the interval.
    """

    between: float
    between_low: float
    between_high: float
    within: float
    within_low: float
    within_high: float
    flags: tuple[str, ...]
    level: float
    unit: str

    def metrics(self) -> Mapping[str, float]:
        """The variances and the ends of their intervals."""
        names = [f"{n}{end}" for n in _WORDS for end in ("", "_low", "_high")]
        return {name: float(getattr(self, name)) for name in names}


def likelihood_profile(
    fit: MultilevelEffect | MetaRegression, *, level: float | None = None
) -> LikelihoodProfile:
    """Hold one variance fixed, make the best of the rest, and see how fast the likelihood falls.

    Parameters
    ----------
    fit : MultilevelEffect or MetaRegression
        From :func:`multilevel` with ``working="CHE"``.
    level : float, optional
        Of the intervals; that of the fit when left out.

    Returns
    -------
    LikelihoodProfile
        Restricted likelihood, as the fit.

    Raises
    ------
    DesignError
        A model by moments (CORR, HIER), which has no likelihood.
    ParameterError
        A level outside 0 to 1.

    References
    ----------
    Hardy and Thompson (1996) Stat. Med. 15, 619-629. Viechtbauer and López-López (2022) Res. Synth.
    Methods 13, 697-715.
    """
    m = likelihood_model(fit, "likelihood_profile")
    level = m.assumed.level if level is None else level
    check_level(level)
    found = {name: profile(m.blocks, m.fit, i, m.free, level) for i, name in enumerate(_WORDS) if m.free[i]}
    flags = tuple(f"{name}: {flag}" for name, p in found.items() for flag in _flags(p))
    between, within = (_ends(found.get(name)) for name in _WORDS)
    return LikelihoodProfile(
        question="How well do the data tell how much true effects vary?",
        sentence=_sentence(m, found, level),
        table=pd.concat([_rows(name, p) for name, p in found.items()], ignore_index=True),
        checks=_checks(found),
        provenance=provenance(
            m.effects,
            method=f"profile likelihood of {m.moderators.formula}, {method_words(m.assumed)}",
            options=options_of(m.assumed) | {"level": level},
        ),
        certainty="too little to say" if too_thin(len(m.samples), np.inf) else None,
        rests_on=foundation(m.effects, len(m.samples)),
        flags=flags,
        level=level,
        unit=only(m.effects, "unit"),
        between=between[0],
        between_low=between[1],
        between_high=between[2],
        within=within[0],
        within_low=within[1],
        within_high=within[2],
    )


def _ends(p: Profile | None) -> tuple[float, float, float]:
    return (np.nan, np.nan, np.nan) if p is None else (p.estimate, p.low, p.high)


def _rows(name: str, p: Profile) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "variance": name,
            "value": p.values,
            "loglik": p.loglik,
            "drop": p.loglik.max() - p.loglik,
            "inside": (p.values >= p.low) & (p.values <= p.high),
        }
    )


def _flags(p: Profile) -> list[str]:
    found = {"zero": p.estimate == 0, "flat": np.isinf(p.high), "several tops": p.tops > 1}
    return [flag for flag, holds in found.items() if holds]


def _sentence(m: FittedModel, found: dict[str, Profile], level: float) -> str:
    parts = []
    for name, p in found.items():
        sd = [f"{np.sqrt(x):.3g}" if np.isfinite(x) else "no upper end" for x in (p.estimate, p.low, p.high)]
        span = f"{sd[1]} to {sd[2]}" if np.isfinite(p.high) else f"{sd[1]} upwards, with no upper end"
        parts.append(f"{sd[0]} {_WORDS[name]} ({level:.0%}: {span})")
    told = f"The standard deviation of true effects is {listed(parts)}, by likelihood."
    thin = too_thin(len(m.samples), np.inf)
    return f"Too little to say: {thin}. As a computation: {told}" if thin else told


def _checks(found: dict[str, Profile]) -> tuple[Check, ...]:
    notes = []
    for name, p in found.items():
        what = f"variance {_WORDS[name]}"
        if np.isinf(p.high):
            words = f"The likelihood of the {what} never falls far enough, so the data set it no upper end."
            notes.append(Check(what, "failed", words))
        if p.tops > 1:
            words = f"The likelihood of the {what} has {p.tops} tops; its interval may leave out values between them."
            notes.append(Check(what, "failed", words))
        if p.estimate == 0:
            words = f"The {what} is estimated at zero, the edge of what is possible; its interval says what cannot be ruled out."
            notes.append(Check(what, "informational", words))
        if np.isfinite(p.high) and p.tops == 1 and p.estimate > 0:
            notes.append(
                Check(what, "passed", f"The likelihood of the {what} has one top and falls on both sides.")
            )
    if "within" not in found:
        words = "Each sample has one estimate; differences within samples cannot be seen."
        notes.append(Check("variance within samples", "informational", words))
    return tuple(notes)
