"""What is true of an invented register: what each programme would have given each person, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from almpo_kit.sources.synthetic.register_model import Model
from almpo_kit.sources.synthetic.register_paths import Drawn, expected_paths
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]
Against = Literal["never", "waiting"]
Of = Literal["entrants", "everybody"]


@dataclass(frozen=True, eq=False, repr=False)
class TrueEffects:
    """Expected effects of entering one programme.

    Parameters
    ----------
    arm, against : str
    rows : Array of int, shape (m,)
        Positions in ``persons``.
    start : Array of int, shape (m,)
        Month of entry, counted from registration (0).
    employed : Array, shape (m, horizon + 1)
        Change of the chance of being in work (0 to 1) at the end of the month of entry and of each month after it.
    earnings : Array, shape (m, horizon + 1)
        Change of expected earnings, euro a month.
    """

    arm: str
    against: str
    rows: Array
    start: Array
    employed: Array
    earnings: Array

    def __repr__(self) -> str:
        return f"SYNTHETIC true effects of {self.arm} against {self.against}: {len(self.rows):,} persons"

    def average(self) -> pd.DataFrame:
        """Means over the persons: ``months`` (since entry)``, employed, earnings, n``."""
        import pandas as pd

        size = len(self.rows)
        means = [
            a.mean(axis=0) if size else np.full(a.shape[1], np.nan) for a in (self.employed, self.earnings)
        ]
        return pd.DataFrame(
            {
                "months": np.arange(self.employed.shape[1]),
                "employed": means[0],
                "earnings": means[1],
                "n": size,
            }
        )


@dataclass(frozen=True, eq=False, repr=False)
class RegisterTruth:
    """The truth behind a register.

    Parameters
    ----------
    model : Model
        All rates; ``model.find`` includes what nobody observes.
    drawn : Drawn
        ``arm`` (position in ``arms``, -1 for none) and ``start`` of every person, and the states that were drawn.
    ability : Array, shape (n,)
        What no register holds; it moves finding a job always, and entry when the register is made with ``hidden``.
    months : int
        Months after registration that the register covers.
    at_entry : bool
    roll_out : DataFrame
        ``geo, arm, available_from`` (month; missing: never while the register lasts).
    options : dict
        What the register was made with.
    """

    model: Model
    drawn: Drawn
    ability: Array
    months: int
    at_entry: bool
    roll_out: pd.DataFrame
    options: dict[str, Any]

    def __repr__(self) -> str:
        return f"SYNTHETIC truth about {len(self.ability):,} persons and {', '.join(self.arms)}"

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the programmes."""
        return tuple(p.name for p in self.model.programmes)

    def effects(
        self,
        arm: str,
        *,
        against: Against = "never",
        of: Of = "entrants",
        strata_months: int = 1,
        horizon: int | None = None,
    ) -> TrueEffects:
        """Expected effects of one programme, person by person.

        Parameters
        ----------
        arm : str
        against : {"never", "waiting"}
            Never entering any programme, or not entering before the stratum of elapsed unemployment is over and then
            as the register has it (people wait, and may enter later).
        of : {"entrants", "everybody"}
            Those who entered it, from the month in which they did (their mean is the ATT), or everybody from the
            month of registration (ATE).
        strata_months : int
            Width of the strata of elapsed months (0 to `strata_months` - 1, and so on) that `against="waiting"` means.
        horizon : int, optional
            Months after entry; by default as many as the register covers.

        Raises
        ------
        ParameterError
            No such programme or choice; waiting where all were assigned once.
        """
        self._check(arm, against, of, strata_months, horizon)
        code = self.arms.index(arm)
        entered = np.flatnonzero(self.drawn.arm == code)
        rows = entered if of == "entrants" else np.arange(len(self.ability))
        start = self.drawn.start[rows].astype(np.int64) if of == "entrants" else np.zeros(len(rows), np.int64)
        length = self.months if horizon is None else horizon
        waits = (start // strata_months + 1) * strata_months if against == "waiting" else None
        treated = expected_paths(self.model, rows, start, length, enters=code)
        other = expected_paths(self.model, rows, start, length, waits=waits)
        return TrueEffects(
            arm, against, rows, start, treated.employed - other.employed, treated.earnings - other.earnings
        )

    def averages(
        self, *, against: Against = "never", strata_months: int = 1, horizon: int | None = None
    ) -> pd.DataFrame:
        """ATT and ATE of every programme: ``arm, estimand, against, months, employed, earnings, n``."""
        import pandas as pd

        parts = []
        for arm in self.arms:
            pairs: tuple[tuple[str, Of], ...] = (("att", "entrants"), ("ate", "everybody"))
            for estimand, of in pairs:
                found = self.effects(
                    arm,
                    against=against,
                    of=of,
                    strata_months=strata_months,
                    horizon=horizon,
                )
                parts.append(found.average().assign(arm=arm, estimand=estimand, against=against))
        table = pd.concat(parts, ignore_index=True)
        return table[["arm", "estimand", "against", "months", "employed", "earnings", "n"]]

    def displaced(self, horizon: int | None = None) -> pd.DataFrame:
        """What the presence of programmes in a region does to people who never enter one: ``months, employed,
        earnings``; zero without spill-overs."""
        import pandas as pd

        rows = np.arange(len(self.ability))
        start, length = np.zeros(len(rows), np.int64), self.months if horizon is None else horizon
        present = expected_paths(self.model, rows, start, length)
        absent = expected_paths(self.model, rows, start, length, displaced=False)
        return pd.DataFrame(
            {
                "months": np.arange(length + 1),
                "employed": (present.employed - absent.employed).mean(axis=0),
                "earnings": (present.earnings - absent.earnings).mean(axis=0),
            }
        )

    def entry_chance(self, rows: Array, elapsed: Array | int) -> Array:
        """True chances of entering each programme in a month, of registered people without one so far.

        Parameters
        ----------
        rows : Array of int, shape (m,)
            Positions in ``persons``.
        elapsed : int or Array of int
            Months since registration.

        Returns
        -------
        Array, shape (m, k)
        """
        rates = self.model.entry_rates(np.asarray(rows), elapsed)
        if self.at_entry:
            odds = 12 * rates
            return np.asarray(odds / (1 + odds.sum(axis=1, keepdims=True)))
        total = rates.sum(axis=1, keepdims=True)
        share = np.divide(rates, total, out=np.zeros_like(rates), where=total > 0)
        return np.asarray(share * -np.expm1(-total))

    def _check(self, arm: str, against: str, of: str, strata: int, horizon: int | None) -> None:
        if arm not in self.arms:
            raise ParameterError(f"arm={arm!r} is none of {', '.join(map(repr, self.arms))}.")
        if against not in ("never", "waiting") or of not in ("entrants", "everybody"):
            raise ParameterError("against is 'never' or 'waiting', of is 'entrants' or 'everybody'.")
        if against == "waiting" and self.at_entry:
            raise ParameterError("Everybody was assigned once: nobody waits. Use against='never'.")
        if strata < 1 or (horizon is not None and not 0 <= horizon <= 240):
            raise ParameterError("strata_months is at least 1, horizon 0 to 240, e.g. horizon=36.")
