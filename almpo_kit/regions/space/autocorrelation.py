"""Do neighbouring regions resemble each other? Moran's I of a whole map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.space.moran import GlobalMoran, moran, permutation_p, permuted_moran
from almpo_kit.regions.space.neighbour_words import labels
from almpo_kit.regions.space.neighbours import Neighbours
from almpo_kit.regions.space.sample import Period, Sample, highlighted, sample, sample_checks, varying
from almpo_kit.regions.space.territory import named, regions_of_countries
from almpo_kit.regions.space.tracing import grounds_of, p_words, traced, vintage
from almpo_kit.regions.space.trials import trials
from almpo_kit.regions.space.weights import Weights
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.indicators import INDICATORS, Indicator
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Autocorrelation(Finding):
    """Moran's I of one indicator in one period.

    Parameters
    ----------
    indicator, period : str
        ``period`` in words where it is a mean of several.
    i, expected : float
        Moran's I, and what it would be on average without any pattern, ``−1/(n − 1)``.
    p_permutation, p_random, p_normal : float
        Two-sided: from permutations, and analytical under randomisation and under normality.
    n, permutations : int
    slope : float
        Slope of the Moran scatter plot: I itself where the weights of each row add to one.
    highlight : tuple of str
    """

    indicator: str
    period: str
    i: float
    expected: float
    p_permutation: float
    p_random: float
    p_normal: float
    n: int
    permutations: int
    slope: float
    highlight: tuple[str, ...] = ()

    def metrics(self) -> dict[str, float]:
        """Moran's I with its p-values."""
        return {"moran_i": self.i, "p_permutation": self.p_permutation, "p_random": self.p_random}


def autocorrelation(
    indicators: pd.DataFrame,
    places: pd.DataFrame | None,
    neighbours: Neighbours | Weights,
    *,
    indicator: str,
    period: Period = None,
    permutations: int = 9_999,
    seed: int = 20260101,
    highlight: str | Sequence[str] = (),
    level: float = 0.05,
) -> Autocorrelation:
    """Measure whether neighbouring regions have similar values, and test it against chance.

    Parameters
    ----------
    indicators : DataFrame
        An ``indicators`` frame, annual, of the regions of ``neighbours``.
    places : DataFrame or None
        A ``taxonomy`` frame, for names.
    neighbours : Neighbours or Weights
        From :func:`almpo_kit.regions.neighbours`.
    indicator : str
    period : str, int, sequence of them, or None
        Several: the mean over them. None: the latest well-covered year.
    permutations : int
        Random relabellings of the map.
    seed : int
        The same seed gives the same bytes, whatever the number of threads.
    highlight : str or sequence of str
        Regions that the figure names.
    level : float
        Two-sided level at which the sentence calls a pattern more than chance.

    Returns
    -------
    Autocorrelation
        ``table``, one row a region kept: ``geo, name, value, z, lag, n_neighbours``, where ``z`` is the standardised
        value and ``lag`` the weighted mean (sum for binary weights) of the neighbours' ``z``. Figure ``moran``.

    Raises
    ------
    DesignError
        Constant values, fewer than 20 regions with a value and a neighbour, a period or an indicator that is not there.

    References
    ----------
    Moran (1950) Biometrika 37, 17-23. Cliff and Ord (1981) Spatial Processes.
    """
    trials(permutations, seed, level)
    found = sample(indicators, neighbours, [indicator], period)
    values = varying(found, indicator)
    matrix = found.weights.matrix
    tested = moran(values, matrix)
    drawn = permuted_moran(values, matrix, permutations, seed)
    p = permutation_p(tested.i, drawn)
    meaning, names = INDICATORS[indicator], labels(places)
    z = (values - values.mean()) / values.std()
    lag = matrix @ z
    return Autocorrelation(
        question=f"Do neighbouring regions resemble each other in {meaning.subject}? · {found.when}",
        sentence=_sentence(meaning, found, tested, p, permutations, level),
        table=pd.DataFrame(
            {
                "geo": found.weights.ids,
                "name": [named(g, names) for g in found.weights.ids],
                "value": values,
                "z": z,
                "lag": lag,
                "n_neighbours": found.weights.cardinalities,
            }
        ),
        checks=(
            *_checks(tested, p, drawn, level),
            *sample_checks(found, names, [meaning], vintage(neighbours)),
        ),
        provenance=traced(
            "regions.autocorrelation",
            found,
            places,
            neighbours,
            seed,
            indicator=indicator,
            permutations=permutations,
        ),
        figure="moran",
        rests_on=grounds_of(found),
        indicator=indicator,
        period=found.when,
        i=tested.i,
        expected=tested.expected,
        p_permutation=p,
        p_random=tested.p_random,
        p_normal=tested.p_normal,
        n=len(values),
        permutations=permutations,
        highlight=highlighted(highlight, found),
        slope=float(z @ lag / (z @ z)),
    )


def _sentence(
    meaning: Indicator, found: Sample, tested: GlobalMoran, p: float, permutations: int, level: float
) -> str:
    where = regions_of_countries(found.weights.ids)
    head = f"{found.opening} Moran's I of {meaning.subject} over {where} is {number(tested.i, 2)}"
    beside = (
        f"chance alone gives {number(tested.expected, 3)} on average ({p_words(p, permutations)}, two-sided)"
    )
    if p > level:
        return f"{head}; {beside}. That is no more pattern than chance explains: neighbours are not shown to resemble each other."
    if tested.i > tested.expected:
        return f"{head}; {beside}. Neighbouring regions resemble each other more than chance explains."
    return f"{head}; {beside}. Neighbouring regions differ from each other more than chance explains."


def _checks(tested: GlobalMoran, p: float, drawn: np.ndarray, level: float) -> tuple[Check, ...]:
    shown = (
        f"permutations {p_words(p, len(drawn))}; randomisation z = {number(tested.z_random, 2)}, {p_words(tested.p_random)}; "
        f"normality z = {number(tested.z_normal, 2)}, {p_words(tested.p_normal)}"
    )
    agree = len({q <= level for q in (p, tested.p_random, tested.p_normal)}) == 1
    if agree:
        first = Check("three_tests", "passed", f"Three two-sided tests agree: {shown}.")
    else:
        text = f"The three two-sided tests disagree at {level:g}: {shown}. The permutation test assumes least and is the one told."
        first = Check("three_tests", "failed", text)
    text = (
        "The test asks whether values were dealt to regions at random. A pattern can come from borders between countries, "
        "from what neighbours have in common, or from one acting on another; the statistic cannot tell which."
    )
    return (first, Check("what_it_means", "informational", text))
