"""Why a peer is a peer: which aspects are alike, and which differ most, in units that people use."""

from __future__ import annotations

import pandas as pd

from almpo_kit.regions.comparison.measures import Aspect, Measures

#: Alike: within a quarter of the standard deviation over all regions. For unemployment in 2024 that is less
#: than a point, which is about what a survey can tell apart.
ALIKE = 0.25


def reasons(measures: Measures, z: pd.DataFrame, region: str, others: list[str]) -> pd.DataFrame:
    """Every peer on every aspect.

    Parameters
    ----------
    z : DataFrame, shape (n_complete, n_aspects)
        Standardised values.

    Returns
    -------
    DataFrame, shape (n_others * n_aspects, 8)
        ``geo, aspect, label, own, value`` (natural units), ``gap`` (in words, the peer against the region),
        ``standard_deviations`` (of all regions, signed), ``alike``.
    """
    keys = [a.key for a in measures.aspects]
    natural = measures.natural.loc[[region, *others], keys].to_numpy(dtype=float)
    scores = z.loc[[region, *others], keys].to_numpy(dtype=float)
    rows = []
    for i, geo in enumerate(others, start=1):
        for j, aspect in enumerate(measures.aspects):
            apart = float(scores[i, j] - scores[0, j])
            rows.append(
                {
                    "geo": geo,
                    "aspect": aspect.key,
                    "label": aspect.label,
                    "own": natural[0, j],
                    "value": natural[i, j],
                    "gap": aspect.gap(natural[i, j], natural[0, j]),
                    "standard_deviations": apart,
                    "alike": abs(apart) <= ALIKE,
                }
            )
    columns = ["geo", "aspect", "label", "own", "value", "gap", "standard_deviations", "alike"]
    return pd.DataFrame(rows, columns=columns)


def alike_words(why: pd.DataFrame, aspects: tuple[Aspect, ...]) -> str:
    """``unemployment 5.1% (0.2 points lower); employment 74.0% (the same)``; of one peer."""
    near = why[why["alike"]].assign(size=lambda d: d["standard_deviations"].abs())
    near = near.sort_values("size", kind="stable")
    return "; ".join(_words(near, aspects)) or "nothing is close"


def differs_words(why: pd.DataFrame, aspects: tuple[Aspect, ...]) -> str:
    """The aspect in which one peer differs most: ``GDP per head 31 000 PPS (12% higher)``."""
    size = why["standard_deviations"].abs()
    far = why[size == size.max()].head(1)
    (words,) = _words(far, aspects)
    return f"little in anything; most in {words}" if far["alike"].all() else words


def _words(why: pd.DataFrame, aspects: tuple[Aspect, ...]) -> list[str]:
    known = {a.key: a for a in aspects}
    columns = (why[c] for c in ("label", "aspect", "value", "gap"))
    return [f"{label} {known[key].natural(v)} ({gap})" for label, key, v, gap in zip(*columns, strict=True)]
