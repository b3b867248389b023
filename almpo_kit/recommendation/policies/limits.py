"""How many people a policy may offer programmes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Limits:
    """What a policy may use, in shares of people and in euro; all of it holds for the people that it is learned from.

    Parameters
    ----------
    most : mapping of str to float
        Programme -> share of people who may be offered it, 0 to 1; programmes that are not named have no limit.
    offered : float or None
        Share of people who may be offered any programme.
    euro : float or None
        Euro a person of the caseload (not: a participant); give this or ``offered``, not both.

    Raises
    ------
    ParameterError
        Shares outside 0 to 1, negative euro, or both limits of the whole.
    """

    most: Mapping[str, float] = field(default_factory=dict)
    offered: float | None = None
    euro: float | None = None

    def __post_init__(self) -> None:
        shares = dict(self.most) | ({} if self.offered is None else {"offered": self.offered})
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise ParameterError(
                    f"the limit of {name} is {share!r}; give a share of people from 0 to 1, e.g. Limits(most={{'training': 0.2}})."
                )
        if self.euro is not None and not 0 <= self.euro < np.inf:
            raise ParameterError(
                f"euro={self.euro!r}; give euro a person, zero or more, e.g. Limits(euro=800)."
            )
        if self.euro is not None and self.offered is not None:
            raise ParameterError("give Limits(offered=...) or Limits(euro=...), not both.")

    @property
    def any(self) -> bool:
        """True where there is a limit at all."""
        return bool(self.most) or self.offered is not None or self.euro is not None

    def caps(self, menu: Menu) -> Array:
        """Share of people that each arm may have, shape (k,); inf for the offer of none and where there is no limit.

        Raises
        ------
        FrameError
            A limit of a programme that is not on the menu.
        """
        caps = np.full(len(menu), np.inf)
        for name, share in self.most.items():
            caps[menu.position(name)] = share
        caps[0] = np.inf
        return caps

    def whole(self, menu: Menu) -> tuple[Array, float] | None:
        """What an offer of each arm uses, shape (k,), and how much may be used a person; None without such a limit.

        Raises
        ------
        ParameterError
            A limit in euro where a price is not known.
        """
        if self.offered is not None:
            return np.r_[0.0, np.ones(len(menu) - 1)], self.offered
        if self.euro is None:
            return None
        if unknown := [n for n, c in zip(menu.names, menu.unit_cost, strict=True) if not np.isfinite(c)]:
            raise ParameterError(
                f"there is a limit in euro and no price of {', '.join(unknown)}; give unit_cost_eur in the menu, or limit "
                "shares of people instead: Limits(offered=0.3)."
            )
        return menu.unit_cost, self.euro

    def words(self) -> str:
        """The limits in a clause, empty where there are none."""
        parts = [f"{share:.0%} of people for {name}" for name, share in self.most.items()]
        parts += [f"{self.offered:.0%} of people for all programmes"] if self.offered is not None else []
        parts += [f"€{self.euro:,.0f} a person"] if self.euro is not None else []
        return "at most " + " and ".join(parts) if parts else ""
