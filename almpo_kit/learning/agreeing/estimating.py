"""Coefficients of agreement of one field, with intervals."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np

from almpo_kit.learning.agreeing.kernels import cohen_kappa as kappas
from almpo_kit.learning.agreeing.kernels import krippendorff_alpha as alphas
from almpo_kit.learning.agreeing.kernels.small_samples import share_interval, wider
from almpo_kit.learning.agreeing.units import Units

Array = np.ndarray[Any, np.dtype[Any]]
#: Fewer units that were coded twice say too little.
FEWEST: Final = 10
#: Krippendorff (2004) Content Analysis: below 0.667 no conclusion, from 0.8 on reliable.
TENTATIVE, RELIABLE = 0.667, 0.8
_NAN = float("nan")


def field_row(units: Units, draws: np.random.Generator, repeats: int, level: float) -> dict[str, Any]:
    """One row of the table: alpha and the share of pairs of answers that are alike."""
    counts = units.counts
    row: dict[str, Any] = {
        "field": units.field,
        "level": units.level,
        "coders": len(units.coders),
        "units": len(units.codes),
        "units_twice": len(counts),
        "answers": int(counts.sum()),
        **dict.fromkeys(("alpha", "low", "high", "se", "agreement", "agreement_low", "agreement_high"), _NAN),
    }
    if not len(counts):
        return row | {"says": "too little to say", "reason": "no document was coded by two experts"}
    alike = _alike(counts)
    row["agreement"] = float(alike.mean())
    row["agreement_low"], row["agreement_high"] = share_interval(alike.sum(), len(alike), level)
    distances = units.distances(counts)
    value = alphas.alpha(counts, distances)
    if not np.isfinite(value):
        why = (
            f"every answer that can be compared is {units.values[int(counts.sum(axis=0).argmax())]!r}: alpha is not "
            "defined where nothing differs"
        )
        return row | {"says": "too little to say", "reason": why}
    total, n = counts.sum(axis=0), counts.sum()
    expected = float(total @ distances @ total) / (n * (n - 1))
    drawn = alphas.bootstrap(counts, distances, draws, repeats)
    largest = float(distances.max()) / expected
    low, high = wider(value, drawn, n_units=len(counts), largest=largest, level=level)
    row |= {"alpha": value, "low": low, "high": high, "se": alphas.standard_error(counts, distances)}
    return row | _verdict(len(counts), low)


def _alike(counts: Array) -> Array:
    """Of every unit, the share of pairs of experts who gave the same answer."""
    sizes = counts.sum(axis=1)
    result: Array = (counts * (counts - 1)).sum(axis=1) / (sizes * (sizes - 1))
    return result


def _verdict(n_units: int, low: float) -> dict[str, str]:
    if n_units < FEWEST:
        told = "1 unit was" if n_units == 1 else f"{n_units} units were"
        return {
            "says": "too little to say",
            "reason": f"{told} coded by two experts; at least {FEWEST} are needed",
        }
    if low >= RELIABLE:
        return {"says": "reliable", "reason": ""}
    if low >= TENTATIVE:
        return {"says": "tentative", "reason": f"the interval begins below {RELIABLE:g}"}
    return {"says": "not shown to be reliable", "reason": f"the interval begins below {TENTATIVE:g}"}


def pair_rows(units: Units, draws: np.random.Generator, repeats: int, level: float) -> list[dict[str, Any]]:
    """Kappa of every two experts with a unit in common."""
    rows = []
    for i, j in combinations(range(len(units.coders)), 2):
        both = units.codes[:, [i, j]]
        both = both[(both >= 0).all(axis=1)]
        if len(both):
            names = {"field": units.field, "coder_a": units.coders[i], "coder_b": units.coders[j]}
            rows.append(names | _pair(units, both, draws, repeats, level))
    return rows


def _pair(
    units: Units, both: Array, draws: np.random.Generator, repeats: int, level: float
) -> dict[str, Any]:
    from scipy.stats import norm

    used = np.unique(both)
    table = np.zeros((len(used), len(used)))
    np.add.at(table, tuple(np.searchsorted(used, both).T), 1)
    distances = units.distances(units.counts)[np.ix_(used, used)]
    found = kappas.cohen_kappa(table, distances)
    agreement = float(np.trace(table) / len(both))
    prevalence, bias = kappas.two_by_two(table)
    low = high = _NAN
    if np.isfinite(found.kappa):
        drawn = kappas.bootstrap(table, distances, draws, repeats)
        largest = 1.0 / (1.0 - found.expected)
        low, high = wider(found.kappa, drawn, n_units=len(both), largest=largest, level=level)
    reach = float(norm.ppf((1 + level) / 2)) * found.se
    return {
        "units": len(both),
        "kappa": found.kappa,
        "low": low,
        "high": high,
        "se": found.se,
        "wald_low": found.kappa - reach,
        "wald_high": found.kappa + reach,
        "agreement": agreement,
        "pabak": kappas.adjusted(agreement, max(len(units.values), 2)),
        "prevalence": prevalence,
        "bias": bias,
    }


def coder_rows(units: Units) -> list[dict[str, Any]]:
    """How often each expert's answers are those of the others."""
    rows = []
    for i, name in enumerate(units.coders):
        mine, others = units.codes[:, [i]], np.delete(units.codes, i, axis=1)
        compared = (mine >= 0) & (others >= 0)
        pairs = int(compared.sum())
        alike = int(((mine == others) & compared).sum())
        rows.append(
            {
                "field": units.field,
                "coder": name,
                "answers": int((mine >= 0).sum()),
                "shared_units": int(compared.any(axis=1).sum()),
                "agreement": alike / pairs if pairs else _NAN,
            }
        )
    return rows
