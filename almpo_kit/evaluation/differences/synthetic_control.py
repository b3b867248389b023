"""What became of a region beside a weighted mean of others, and how unusual that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.designs.sample import Sample
from almpo_kit.evaluation.differences.donor_weights import Kind
from almpo_kit.evaluation.differences.path_fit import measures
from almpo_kit.evaluation.differences.placebo_regions import (
    Placebos,
    placebo_covariance,
    placebo_gaps,
    rank_intervals,
)
from almpo_kit.evaluation.differences.region_words import fit_checks
from almpo_kit.evaluation.differences.regions import Found, Regions, mean_gap, regions
from almpo_kit.evaluation.differences.sturdiness import earlier_start, without_one_donor
from almpo_kit.evaluation.inference.fit import Fit
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
Contrasts = tuple[tuple[str, str], ...]
Progress = Callable[[int, int], None] | None


def synthetic_control(
    overlap: Any,
    sample: Sample,
    *,
    estimand: str,
    contrasts: Contrasts,
    seed: int = 0,
    progress: Progress = None,
    **unused: Any,
) -> Fit:
    """Compare treated regions with weighted means of others that moved as they did before.

    Donors are regions that never have any programme and no gaps. Weights are those nearest to the treated region in
    all periods before its start; covariates do not enter. Errors are those of donors put in the place of the treated:
    with 19 of them or more, intervals hold every effect that is not beyond 95% of theirs; with fewer, t intervals with
    their second moments. Several treated regions are averaged over the times that all of them have.

    Parameters
    ----------
    overlap : Overlap
    sample : Sample
        With a panel.
    estimand : str
        Only the effect on the treated (``"att"``) can be had.
    contrasts : tuple of (str, str)
    seed : int
        For drawing donors where several regions are treated.
    progress : callable, optional

    Returns
    -------
    Fit
        Columns are months since the start (``fit.measures``). ``details``: ``event_time`` (contrast, time, months,
        treated, synthetic, effect, low, high; also before the start), ``donors`` (contrast, treated, donor, weight),
        ``placebos`` (contrast, placebo, months, gap), ``tests`` (contrast, rmspe, placebo_p, placebos),
        ``without_one_donor`` and ``earlier_start`` (see those).

    Raises
    ------
    DesignError
        Too few donors or periods, gaps in a treated region; the message names the way out.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010) J. Am. Stat. Assoc. 105, 493-505; Abadie (2021) J. Econ. Lit. 59, 391-425.
    """
    return _estimated(sample, contrasts, "synthetic_control", estimand, seed, progress)


def synthetic_differences(
    overlap: Any,
    sample: Sample,
    *,
    estimand: str,
    contrasts: Contrasts,
    seed: int = 0,
    progress: Progress = None,
    **unused: Any,
) -> Fit:
    """Synthetic difference-in-differences: as :func:`synthetic_control`, but levels may differ by a constant.

    References
    ----------
    Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021) Am. Econ. Rev. 111, 4088-4118.
    """
    return _estimated(sample, contrasts, "synthetic_differences", estimand, seed, progress)


def _estimated(
    sample: Sample, contrasts: Contrasts, kind: Kind, estimand: str, seed: int, progress: Progress
) -> Fit:
    held = [regions(sample, arm, other) for arm, other in contrasts]
    found = [mean_gap(r, r.treated, r.donors, kind) for r in held]
    placebos = [
        placebo_gaps(r, f, kind, seed=seed, progress=progress) for r, f in zip(held, found, strict=True)
    ]
    for r, p in zip(held, placebos, strict=True):
        if p.used.sum() < 2:
            raise DesignError(
                f"no two donors fit as well before the start as the regions of “{r.arm}”, so nothing is known about the "
                "error; add regions."
            )
    names = [f"{a} against {b}" for a, b in contrasts]
    details = _details(names, held, found, placebos, kind)
    times = np.arange(max(r.after for r in held))
    c, h = len(held), len(times)
    estimate, mean = np.full((c, h), np.nan), np.full((c, h), np.nan)
    covariance = np.full((c, h, h), np.nan)
    low, high = np.full((c, h), np.nan), np.full((c, h), np.nan)
    for i, (r, f, p) in enumerate(zip(held, found, placebos, strict=True)):
        n = r.after
        estimate[i, :n] = f.gap[r.before :]
        mean[i, :n] = _treated_mean(r)[r.before :] - estimate[i, :n]
        covariance[i, :n, :n] = placebo_covariance(r, p)
        low[i, :n], high[i, :n] = ends(r, f, p)
    return Fit(
        contrasts=contrasts,
        estimate=estimate,
        covariance=covariance,
        df=np.repeat([[float(p.used.sum() - 1)] for p in placebos], h, axis=1),
        comparison_mean=mean,
        n_arm=np.array([len(r.treated) for r in held]),
        n_comparison=np.array([len(r.donors) for r in held]),
        n_clusters=np.array([len(r.treated) + len(r.donors) for r in held]),
        estimand="att",
        se_kind="placebo regions",
        intervals=(low, high),
        checks=fit_checks(estimand, names, held, found, placebos, details),
        measures=measures(sample, times * held[0].months_per_period),
        places=True,
        details=details,
    )


def ends(held: Regions, found: Found, placebos: Placebos) -> tuple[Array, Array]:
    """Interval of each effect after the start: by rank among placebos, or a t interval where there are too few."""
    from scipy import stats

    ranked = rank_intervals(held, found, placebos)
    if ranked is not None:
        return ranked
    se = np.sqrt(np.diag(placebo_covariance(held, placebos)))
    half = float(stats.t.ppf(0.975, placebos.used.sum() - 1)) * se
    effect = found.gap[held.before :]
    return effect - half, effect + half


def _treated_mean(held: Regions) -> Array:
    """Mean outcome of the treated by time since the start."""
    paths = [y[g - held.before : g + held.after] for y, g in zip(held.treated, held.start, strict=True)]
    found: Array = np.mean(paths, axis=0)
    return found


def _details(
    names: list[str], held: list[Regions], found: list[Found], placebos: list[Placebos], kind: Kind
) -> dict[str, Any]:
    paths, donors, gaps, tests, loo, early = [], [], [], [], [], []
    for name, r, f, p in zip(names, held, found, placebos, strict=True):
        treated = _treated_mean(r)
        low, high = ends(r, f, p)
        blank = np.full(r.before, np.nan)
        frame = {"contrast": name, "time": r.time, "months": r.time * r.months_per_period, "treated": treated}
        frame |= {"synthetic": treated - f.gap, "effect": f.gap}
        frame |= {"low": np.concatenate([blank, low]), "high": np.concatenate([blank, high])}
        paths.append(pd.DataFrame(frame))
        donors.append(_donor_table(name, r, f, kind))
        for i in np.flatnonzero(p.used):
            row = {"contrast": name, "placebo": int(i), "months": r.time * r.months_per_period}
            gaps.append(pd.DataFrame(row | {"gap": p.gaps[i]}))
        tests.append({"contrast": name, "rmspe": f.rmspe, "placebo_p": p.p_value, "placebos": len(p.gaps)})
        loo.append(without_one_donor(r, f, kind).assign(contrast=name))
        early.append({"contrast": name, **earlier_start(r, kind)})
    return {
        "event_time": pd.concat(paths, ignore_index=True),
        "donors": pd.concat(donors, ignore_index=True),
        "placebos": pd.concat(gaps, ignore_index=True),
        "tests": pd.DataFrame(tests),
        "without_one_donor": pd.concat(loo, ignore_index=True),
        "earlier_start": pd.DataFrame(early),
    }


def _donor_table(name: str, held: Regions, found: Found, kind: Kind) -> pd.DataFrame:
    """Donors with a weight of at least 0.1%, largest first, for each treated region (or start)."""
    labels = (
        held.treated_names
        if kind == "synthetic_control"
        else tuple(
            ", ".join(n for n, s in zip(held.treated_names, held.start, strict=True) if s == g)
            for g in np.unique(held.start)
        )
    )
    rows = [
        {"contrast": name, "treated": label, "donor": donor, "weight": float(w)}
        for label, part in zip(labels, found.parts, strict=True)
        for w, donor in sorted(zip(part.donors, held.donor_names, strict=True), key=lambda x: (-x[0], x[1]))
        if w >= 0.001
    ]
    return pd.DataFrame(rows, columns=["contrast", "treated", "donor", "weight"])
