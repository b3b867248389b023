"""Precision of the contrasts of a two-stage saturation design."""

from __future__ import annotations

from collections.abc import Sequence

from almpo_kit.experiments.sizing.kernels.arm_variances import groups_mean, satterthwaite


def beside_pure(
    within: tuple[float, float],
    between: tuple[float, float],
    size: float,
    variation: float,
    pure: float,
    levels: Sequence[tuple[float, float]],
) -> tuple[float, float]:
    """Variance and degrees of freedom of some people of treated places, less people of pure comparison places.

    Parameters
    ----------
    within, between : (float, float)
        Variance within and between places: pure ones, and of the people meant.
    size, variation : float
        People in a place; coefficient of variation of sizes.
    pure : float
        Pure comparison places.
    levels : sequence of (share, places)
        For each saturation the share of a place's people that is meant (offered, or not offered) and its places.

    Notes
    -----
    The pooled estimators of Baird, Bohren, McIntosh & Özler (2018) Rev. Econ. Stat. 100, 844–860, random effects of places.
    Degrees of freedom are those of CR2, cells being means over people: as if people were independent and alike.
    """
    total = sum(share * places for share, places in levels)
    first, df = groups_mean(within[0], between[0], pure, size, variation)
    variances, working, dfs = [first], [1 / (pure * size)], [df]
    for share, places in levels:
        weight = share * places / total
        variance, df = groups_mean(within[1], between[1], places, size * share, variation)
        variances.append(weight**2 * variance)
        working.append(weight**2 / (places * size * share))
        dfs.append(df)
    return sum(variances), satterthwaite(working, dfs)


def inside_difference(
    within: tuple[float, float], size: float, levels: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Variance and degrees of freedom of the offered less the not offered of the same places; the offered count alike.

    Parameters
    ----------
    within : (float, float)
        Variance within places without and with the offer.
    size : float
    levels : sequence of (share, places)
        Saturations between 0 and 1.
    """
    total = sum(share * places for share, places in levels)
    variances = [
        (share * places / total) ** 2 * (within[0] / (1 - share) + within[1] / share) / (places * size)
        for share, places in levels
    ]
    return sum(variances), satterthwaite(variances, [places - 1 for _, places in levels])
