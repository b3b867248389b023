"""What is decided on the strength of what is known, and what each decision is then worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import real_number

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Decision:
    """A choice that is made again every year.

    Parameters
    ----------
    worth : callable
        From effects, shape (s, k), to what one unit of each of m columns is worth a year, shape (s, m). In the simplest case
        the columns are the possible decisions, one of which is to do nothing.
    choose : callable, optional
        From worth as expected, shape (s, m), and the names of programmes that have been tried, to how much of each column is
        taken, shape (s, m). One column, the best, where left out.
    expected : callable, optional
        From normal beliefs, means (s, k) and standard deviations (k,), to worth as expected, shape (s, m). Where left out,
        ``worth`` is taken at the means where it is linear, and averaged over points of the beliefs where it bends; how far that is
        off is in the standard error.
    changed : callable, optional
        From two decisions, shapes (s, m) and (m,), to whether they differ, shape (s,).
    unit : str
        Of worth.
    price : float
        Euro for one of ``unit``.
    """

    worth: Callable[[Array], Array]
    choose: Callable[[Array, tuple[str, ...]], Array] | None = None
    expected: Callable[[Array, Array], Array] | None = None
    changed: Callable[[Array, Array], Array] | None = None
    unit: str = "euro"
    price: float = 1.0

    def __post_init__(self) -> None:
        for name in ("worth", "choose", "expected", "changed"):
            given = getattr(self, name)
            if not callable(given) and not (given is None and name != "worth"):
                raise ParameterError(
                    f"decision: {name} must be a function, e.g. worth=lambda effects: effects * 1e6."
                )
        real_number("decision: price", self.price, 0, 1e12, open_low=True)

    def best(self, worth: Array, tried: tuple[str, ...]) -> Array:
        """How much of each column is taken, shape (s, m)."""
        if self.choose is not None:
            return self.choose(worth, tried)
        out = np.zeros_like(worth)
        out[np.arange(len(worth)), worth.argmax(axis=1)] = 1.0
        return out

    def differs(self, then: Array, now: Array) -> Array:
        """Whether decisions differ from the one of today, shape (s,)."""
        if self.changed is not None:
            return self.changed(then, now)
        found: Array = (np.abs(then - now) > 1e-9 * (1 + np.abs(now).max())).any(axis=1)
        return found
