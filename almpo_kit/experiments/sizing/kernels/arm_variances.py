"""Variance of an arm's mean, and degrees of freedom of the difference of two."""

from __future__ import annotations

from collections.abc import Sequence


def people_mean(total: float, people: float) -> tuple[float, float]:
    """Variance and degrees of freedom of the mean of independent people."""
    return total / people, people - 1


def groups_mean(
    within: float, between: float, groups: float, size: float, variation: float
) -> tuple[float, float]:
    """Variance of the mean over people of groups of unequal size, and its effective degrees of freedom.

    Notes
    -----
    With sizes m, people count alike, so groups count by m: the variance between groups enters with
    ``E[m²] / E[m]² = 1 + cv²`` (Eldridge, Ashby & Kerry 2006, Int. J. Epidemiol. 35, 1292–1300). Unequal groups are worth
    ``groups / (1 + cv²)`` equal ones for the degrees of freedom (Carter, Schnepel & Steigerwald 2017, Rev. Econ. Stat. 99,
    698–709); the quadratic form of two groups or more has at least one.
    """
    spread = 1 + variation**2
    return between * spread / groups + within / (groups * size), max(groups / spread - 1, 1.0)


def pair_side(within: float, between: float, size: float, variation: float) -> float:
    """Variance that one group brings to the difference within its pair; groups of a pair count alike.

    The mean of 1 / m over unequal sizes is taken to second order, ``(1 + cv²) / size``.
    """
    return between + within * (1 + variation**2) / size


def price_of_covariate(groups: float, arms: int) -> float:
    """By how much the variance rises because the slope of a covariate of groups is estimated.

    With a normal covariate and ``groups - arms - 1`` degrees of freedom for its slope, arms differ in it by chance, which adds
    one part in ``groups - arms - 2``.
    """
    return 1 + 1 / max(groups - arms - 2, 1)


def df_beside_covariate(df: float, own: float, other: float, groups: float) -> float:
    """What is left of an arm's degrees of freedom of CR2 beside a covariate of groups.

    Parameters
    ----------
    df : float
        Without it.
    own, other, groups : float
        Groups of the arm, of the one it is compared with, of all arms.

    Notes
    -----
    A group counts in the contrast by ``1 / own - c x``, where ``c = d / groups`` for a chance difference ``d`` of the normal
    covariate, of variance ``1 / own + 1 / other``; squares of these weights vary by ``4 (c own)²``, and so many fewer groups
    the arm is worth. Beside exact expectations of 6 to 400 groups (``test_laws.py``) it is off by half a degree at most.
    """
    return df / (1 + 4 * (1 / own + 1 / other) * (own / groups) ** 2)


def thinned_variation(variation: float, size: float, kept: float) -> float:
    """Coefficient of variation of group sizes after people were lost by lot."""
    return float((variation**2 + (1 - kept) / (kept * size)) ** 0.5) if kept < 1 else variation


def satterthwaite(variances: Sequence[float], dfs: Sequence[float]) -> float:
    """Degrees of freedom of a sum of independent variance estimates (Welch 1938, Satterthwaite 1946)."""
    below = sum(v**2 / d for v, d in zip(variances, dfs, strict=True))
    return float(sum(variances) ** 2 / below)
