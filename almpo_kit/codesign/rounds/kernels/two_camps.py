"""Whether two camps stand at the two ends of a scale with fewer between them."""

from __future__ import annotations


def two_camps_p(low: float, between: float, high: float, widths: tuple[int, int, int]) -> float:
    """Chance of so empty a middle, were a step of it as well used as a step of the smaller camp.

    The panel has two camps only if a step of the middle is used less than a step of the one end *and* of the other:
    the union of two null hypotheses, each tested by the binomial distribution of its two bands, the larger of the two
    chances taken. So the rate of false alarms is at most the level, for any panel size and whatever one-camp opinion
    people hold. Preferences for certain steps inside a band do no harm.

    Parameters
    ----------
    low, between, high : float
        Answers in the three bands; with weights, shares times the effective number of answers.
    widths : (int, int, int)
        Steps in each band.

    Returns
    -------
    float
        NaN where the middle has no step.

    References
    ----------
    Berger (1982) Technometrics 24, 295-300 (intersection-union tests).
    """
    if min(widths) == 0:
        return float("nan")
    return max(
        _fuller(low, between, widths[0], widths[1]),
        _fuller(high, between, widths[2], widths[1]),
    )


def _fuller(end: float, between: float, wide_end: int, wide_between: int) -> float:
    """P(at least ``end`` of ``end + between`` lie in the end) where all steps are used alike."""
    from scipy.special import betainc

    if end <= 0:
        return 1.0
    return float(betainc(end, between + 1.0, wide_end / (wide_end + wide_between)))
