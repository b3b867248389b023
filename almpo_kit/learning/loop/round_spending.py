"""How sure a round must be, when one frozen set is looked at again and again."""

from __future__ import annotations

from almpo_kit.vocabulary.errors import ParameterError


def spent_in(round_number: int, alpha: float) -> float:
    """What round ``k`` may spend of the error allowed over all rounds: ``alpha / (k (k + 1))``.

    The sum over all rounds, however many there will be, is ``alpha``: nobody has to say beforehand how many years the loop
    will run. Rounds are counted since the champion took over, so that ``alpha`` bounds the chance that it is ever replaced,
    in its whole reign, by a model that is only as good (a union bound: it holds although all rounds share one frozen set, as far
    as the test of each round keeps its level).

    Parameters
    ----------
    round_number : int
        1 for the first challenger of a champion.
    alpha : float
        One-sided, over all rounds.

    Examples
    --------
    >>> spent_in(1, 0.05), round(spent_in(12, 0.05), 5)
    (0.025, 0.00032)
    """
    if isinstance(round_number, bool) or not isinstance(round_number, int) or round_number < 1:
        raise ParameterError(
            f"round_number={round_number!r} must be a whole number, 1 for a champion's first challenger."
        )
    if not 0 < alpha < 0.5:
        raise ParameterError(f"alpha={alpha!r} must lie between 0 and 0.5, e.g. 0.05.")
    return alpha / (round_number * (round_number + 1))
