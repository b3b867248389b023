"""What the hierarchical model of gains is made of: latent effects, and how an observation or a person adds them up.

The gain of a programme of type t, in unemployment class u and skill class s, for a person with characteristics z, is

    mean + type_t + u (U + U_t) + s (S + S_t) + u s (I + I_t) + place + z' slopes,

where u and s are +1 (high), -1 (low) or 0 (unknown, or the average of both), and every latent effect is normal around 0
with the variance of its component. Capitals are shared by all programme types, their indexed partners belong to one; each
of the two has half the variance. The same holds for place: half is shared by all programmes of a place (or study), half
belongs to one programme there. No class of labour market is favoured by rule: what is not learned stays around 0, wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Components of variance, in the order of everything that counts them.
COMPONENTS: tuple[str, ...] = (
    "mean",
    "type",
    "unemployment",
    "skill",
    "interaction",
    "place",
    "slopes",
)
MEAN, TYPE, UNEMPLOYMENT, SKILL, INTERACTION, PLACE, SLOPES = range(len(COMPONENTS))
#: Sign of a class in the model.
SIGNS = {"high": 1.0, "low": -1.0, "unknown": 0.0}


@dataclass(frozen=True)
class Layout:
    """Where each latent effect stands.

    Parameters
    ----------
    types : tuple of str, length T
    arm_types : tuple of int, length J
        Position among ``types`` of each programme (the offer of none left out).
    p : int
        Characteristics with slopes.
    """

    types: tuple[str, ...]
    arm_types: tuple[int, ...]
    p: int

    @property
    def size(self) -> int:
        """Number d of latent effects."""
        t = len(self.types)
        return 1 + t + 3 * (1 + t) + 1 + len(self.arm_types) * (1 + self.p)

    @property
    def place_at(self) -> int:
        """Position of the local place's effect; those of its programmes follow."""
        return 1 + len(self.types) + 3 * (1 + len(self.types))

    def slopes_at(self, arm: int) -> slice:
        """Positions of the slopes of a programme."""
        first = self.place_at + 1 + len(self.arm_types) + arm * self.p
        return slice(first, first + self.p)

    def component(self) -> Array:
        """Component of each latent effect, shape (d,)."""
        t, j = len(self.types), len(self.arm_types)
        parts = [(MEAN, 1), (TYPE, t)]
        parts += [(c, 1 + t) for c in (UNEMPLOYMENT, SKILL, INTERACTION)]
        parts += [(PLACE, 1 + j), (SLOPES, j * self.p)]
        return np.repeat([c for c, _ in parts], [n for _, n in parts])

    def share(self) -> Array:
        """Share of its component's variance that each latent effect has, shape (d,)."""
        whole = np.isin(self.component(), (MEAN, TYPE, SLOPES))
        return np.where(whole, 1.0, 0.5)

    def contexts(self, type_at: Array, u: Array, s: Array) -> Array:
        """Rows that add up the average gain of types in contexts, shape (m, d).

        Parameters
        ----------
        type_at : Array of int, shape (m,)
        u, s : Array, shape (m,)
            Signs of the classes.
        """
        m, t = len(type_at), len(self.types)
        rows, at = np.zeros((m, self.size)), np.arange(m)
        rows[:, 0] = 1.0
        rows[at, 1 + type_at] = 1.0
        for block, value in enumerate((u, s, u * s)):
            first = 1 + t + block * (1 + t)
            rows[:, first] = value
            rows[at, first + 1 + type_at] = value
        return rows

    def local(self, arm: int, u: Array, s: Array) -> Array:
        """As ``contexts``, of one programme in the local place, shape (m, d)."""
        rows = self.contexts(np.full(len(u), self.arm_types[arm]), u, s)
        rows[:, self.place_at] = 1.0
        rows[:, self.place_at + 1 + arm] = 1.0
        return rows
