"""Which samples an average or a coefficient hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.evidence.kernels.blocks import Blocks, Floats
from almpo_kit.evidence.kernels.deletion import Deletion, delete, refit
from almpo_kit.evidence.kernels.likelihood import point
from almpo_kit.evidence.kernels.moments import MOMENTS, Moments, fit_moments
from almpo_kit.evidence.kernels.robust import sandwich
from almpo_kit.evidence.kernels.three_level import Fit
from almpo_kit.evidence.regression.fitted_models import FittedModel, model_of
from almpo_kit.evidence.regression.influence_words import influence_checks, influence_sentence
from almpo_kit.evidence.regression.meta_regression import MetaRegression, coefficients
from almpo_kit.evidence.regression.multilevel_averages import MultilevelEffect, method_words, options_of
from almpo_kit.evidence.regression.verdicts import (
    Verdict,
    chosen,
    narrow_at,
    thin_words,
    verdict,
)
from almpo_kit.evidence.words import foundation, only
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

#: Samples times estimates up to which each deletion also gets its own robust interval.
_AFFORDABLE = 400_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Influence(Finding):
    """What happens without each sample, in ``unit``.

    ``table``: one row per sample, ``sample_id, n_estimates, leverage`` (of the p coefficients, how many it
    determines), ``cook`` (how far it moves all coefficients, in units of their covariance), ``dfbetas``
    (``coefficient`` moved, in standard errors), ``estimate, se, df, low, high`` (of ``coefficient`` without
    it), ``change``, ``verdict``, ``turns`` (whether the interval lies otherwise to zero than with it) and
    ``thins`` (whether too few samples are left to say anything). ``dfbetas`` and ``estimates`` (m, p): the
    same for every coefficient. ``turns``, ``thins``: how many of each. ``exact``: variances estimated anew
    each time.
    """

    coefficient: str
    label: str
    full: float
    full_low: float
    full_high: float
    verdict: str
    turns: int
    thins: int
    exact: bool
    dfbetas: pd.DataFrame
    estimates: pd.DataFrame
    level: float
    unit: str
    outcome: str

    def metrics(self) -> Mapping[str, float]:
        """The number with all samples, its range without each, how often the verdict turns or is lost."""
        ends = {"lowest": self.table["estimate"].min(), "highest": self.table["estimate"].max()}
        counts = {"turns": float(self.turns), "thins": float(self.thins)}
        return {"full": self.full} | counts | {k: float(v) for k, v in ends.items()}


def influence(
    fit: MultilevelEffect | MetaRegression,
    *,
    coefficient: str | None = None,
    exact: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Influence:
    """Leave out one sample at a time.

    Parameters
    ----------
    fit : MultilevelEffect or MetaRegression
        From :func:`multilevel`.
    coefficient : str, optional
        Which coefficient the table follows; the average, or the first that is no constant, when left out.
    exact : bool
        Estimate the variances anew without each sample. Otherwise they stay as they are, which costs next to
        nothing and is nearly the same unless a sample is an outlier.
    progress : callable, optional
        Called with (done, all) after each sample.

    Returns
    -------
    Influence
        Robust intervals without each sample, where samples times estimates do not pass 400,000.

    Raises
    ------
    DesignError
        Not a fitted model, or fewer than three samples.
    ParameterError
        No such coefficient.

    References
    ----------
    Viechtbauer and Cheung (2010) Res. Synth. Methods 1, 112-125.
    """
    m = model_of(fit, "influence")
    at = chosen(m, coefficient, "influence")
    if len(m.samples) < 3:
        raise DesignError(
            "influence() got two samples, and without one of them nothing can be compared; read the two estimates"
        )
    found = _deletions(m, exact)
    affordable = len(m.samples) * len(m.blocks.y) <= _AFFORDABLE
    ends = np.full((len(m.samples), 4), np.nan)
    if affordable:
        for j, row in enumerate(_intervals(m, found, at)):
            ends[j] = row
            if progress is not None:
                progress(j + 1, len(m.samples))
    return _finding(m, at, found, ends, exact)


@dataclass(frozen=True)
class _Deletions:
    """What is found without each sample; ``fits`` of the others where they were fitted anew."""

    beta: Floats
    dfbetas: Floats
    cook: Floats
    leverage: Floats
    identified: NDArray[np.bool_]
    converged: bool
    fits: list[Fit] | None


def _deletions(m: FittedModel, exact: bool) -> _Deletions:
    fixed = delete(m.blocks, m.fit)
    if not exact:
        moved = (fixed.beta, fixed.dfbetas, fixed.cook)
        return _Deletions(*moved, fixed.leverage, fixed.identified, True, None)
    if m.assumed.working in MOMENTS:
        return _moments_anew(m, fixed)
    anew = refit(m.blocks, m.fit, free=m.free)
    variances = zip(anew.between.tolist(), anew.within.tolist(), strict=True)
    return _Deletions(
        beta=anew.beta,
        dfbetas=anew.dfbetas,
        cook=anew.cook,
        leverage=fixed.leverage,
        identified=fixed.identified,
        converged=bool(anew.converged[fixed.identified].all()),
        fits=[replace(m.fit, between=between, within=within) for between, within in variances],
    )


def _moments_anew(m: FittedModel, fixed: Deletion) -> _Deletions:
    """The variances by moments again without each sample."""
    model: Moments = "CORR" if m.assumed.working == "CORR" else "HIER"
    there = fixed.identified
    fits = [fit_moments(_others(m, j), model) if there[j] else m.fit for j in range(len(there))]
    blank = np.where(there, 1.0, np.nan)[:, None]
    moved = (m.fit.beta - np.array([f.beta for f in fits])) * blank
    errors = np.array([np.sqrt(np.diag(f.bread)) for f in fits])
    cook = np.einsum("ja,ja->j", moved, np.linalg.solve(m.fit.bread, moved.T).T)
    return _Deletions(m.fit.beta - moved, moved / errors, cook, fixed.leverage, there, True, fits)


def _others(m: FittedModel, j: int) -> Blocks:
    return m.blocks.subset(np.delete(np.arange(len(m.samples)), j))


def _intervals(m: FittedModel, found: _Deletions, at: int) -> Iterator[tuple[float, float, float, float]]:
    """Robust standard error, judged degrees of freedom and interval without each sample."""
    for j, there in enumerate(found.identified):
        if not there:
            yield (np.nan,) * 4
            continue
        rest = _others(m, j)
        fitted = _at_its_variances(m.fit if found.fits is None else found.fits[j], rest)
        robust = sandwich(rest, fitted, m.assumed.errors)
        # Judged by CR2, as all samples together are, whatever the interval is made with.
        df = robust.df if m.assumed.errors == "CR2" else sandwich(rest, fitted, "CR2").df
        se = float(np.sqrt(robust.covariance[at, at])) / m.units[at]
        reach, centre = m.reach(float(robust.df[at])) * se, float(found.beta[j, at]) / m.units[at]
        yield se, float(df[at]), centre - reach, centre + reach


def _at_its_variances(fitted: Fit, rest: Blocks) -> Fit:
    here = point(*fitted.working(rest))
    return replace(fitted, beta=here.beta * rest.scale, bread=here.bread * rest.scale**2)


def _finding(m: FittedModel, at: int, found: _Deletions, ends: Floats, exact: bool) -> Influence:
    whole = coefficients(m).iloc[at]
    judged = float(m.judged[at])
    full = verdict(whole["low"], whole["high"], judged, len(m.samples), narrow=narrow_at(m, at))
    table = _table(m, at, found, ends, full)
    lost = [m.samples[j] for j in np.flatnonzero(~found.identified)]
    names, thin = list(m.moderators.names), thin_words(m, at)
    return Influence(
        question="Which studies does the result hang on?",
        sentence=influence_sentence(m, table, whole, full, thin),
        table=table,
        checks=influence_checks(table, lost, full, converged=found.converged, exact=exact),
        provenance=provenance(
            m.effects,
            method=f"leaving out one sample at a time, {m.moderators.formula}, {method_words(m.assumed)}",
            options=options_of(m.assumed) | {"exact": exact, "coefficient": names[at]},
        ),
        figure="influence",
        certainty="too little to say" if thin else None,
        rests_on=foundation(m.effects, len(m.samples)),
        coefficient=names[at],
        label=m.moderators.labels[at],
        full=float(whole["estimate"]),
        full_low=float(whole["low"]),
        full_high=float(whole["high"]),
        verdict=full,
        turns=int(table["turns"].sum()),
        thins=int(table["thins"].sum()),
        exact=exact,
        dfbetas=pd.DataFrame(found.dfbetas, index=pd.Index(m.samples, name="sample_id"), columns=names),
        estimates=pd.DataFrame(
            found.beta / m.units, index=pd.Index(m.samples, name="sample_id"), columns=names
        ),
        level=m.assumed.level,
        unit=only(m.effects, "unit"),
        outcome=only(m.effects, "outcome"),
    )


def _table(m: FittedModel, at: int, found: _Deletions, ends: Floats, full: Verdict) -> pd.DataFrame:
    estimate = found.beta[:, at] / m.units[at]
    said = [verdict(low, high, df, len(m.samples) - 1) for _, df, low, high in ends]
    known = np.isfinite(ends[:, 0]) | ~found.identified
    # What says nothing, or no direction, with all samples cannot turn without one.
    says = known & (full not in ("too narrow", "too little to say"))
    thins = says & np.array([v == "too little to say" for v in said])
    return pd.DataFrame(
        {
            "sample_id": m.samples,
            "n_estimates": m.blocks.sizes,
            "leverage": found.leverage,
            "cook": found.cook,
            "dfbetas": found.dfbetas[:, at],
            "estimate": estimate,
            "se": ends[:, 0],
            "df": ends[:, 1],
            "low": ends[:, 2],
            "high": ends[:, 3],
            "change": estimate - float(m.beta[at]),
            "verdict": [v if k else "" for v, k in zip(said, known, strict=True)],
            "turns": says & ~thins & np.array([v != full for v in said]),
            "thins": thins,
        }
    )
