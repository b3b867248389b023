"""One invented register: several programmes, people who enter them month by month, and what is true of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from almpo_kit.sources.synthetic import register_frames as frames
from almpo_kit.sources.synthetic.invented_places import invented_places
from almpo_kit.sources.synthetic.register_model import invented_model
from almpo_kit.sources.synthetic.register_paths import IN_WORK, drawn_paths
from almpo_kit.sources.synthetic.register_people import People, invented_people
from almpo_kit.sources.synthetic.register_programmes import programmes
from almpo_kit.sources.synthetic.register_truth import RegisterTruth
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]

ARMS = ("training", "job-search services", "wage subsidy")
#: Months in which people register.
INFLOW = 24
_MOST = 5_000_000


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticRegister:
    """An invented register whose truth is known.

    Parameters
    ----------
    persons : DataFrame
        A ``persons`` frame: ``id, geo, entry_date, entry_month, age, female, education, migrant, health_limitation,
        months_employed_24, months_registered_24, earnings_year_before, local_unemployment, source``; with
        ``treatment`` where all were assigned in the month of registration. Selection on observables is on these
        (and on elapsed months).
    entries : DataFrame
        A ``programme_entries`` frame: at most one entry a person.
    truth : RegisterTruth
        True effects, person by person: ``truth.effects(...)``, ``truth.averages(...)``.

    Attributes
    ----------
    months : DataFrame
        A ``person_months`` frame, from 24 months before registration on; made when first asked for.
    """

    persons: pd.DataFrame
    entries: pd.DataFrame
    truth: RegisterTruth
    _people: People
    _earnings: Array
    _version: DataVersion

    def __repr__(self) -> str:
        return f"SYNTHETIC register: {len(self.persons):,} persons, {len(self.entries):,} entries"

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a person and month."""
        (frame,) = self.months_in_parts(len(self.persons))
        return frame

    def months_in_parts(self, persons: int = 50_000) -> Iterator[pd.DataFrame]:
        """The same, some persons at a time, for registers whose months are larger than memory."""
        source, state = str(self.persons["source"].iloc[0]), self.truth.drawn.state
        for i in range(0, len(self.persons), persons):
            part = frames.months_frame(
                self._people, state, self._earnings, slice(i, i + persons), source, len(self.persons)
            )
            yield stamp(check(part, "person_months"), self._version)

    def wide(self, months: Iterable[int] | None = None) -> pd.DataFrame:
        """Persons with their outcomes: ``employed_{m}`` and ``earnings_{m}``, `m` months after registration.

        Parameters
        ----------
        months : iterable of int, optional
            By default 1 to the last month.
        """
        last = self.truth.months
        wanted = list(range(1, last + 1)) if months is None else [int(m) for m in months]
        if not wanted or min(wanted) < 0 or max(wanted) > last:
            raise ParameterError(f"months lie between 0 and {last}, e.g. months=range(1, {last + 1}).")
        state = self.truth.drawn.state
        columns = {f"employed_{m}": (state[:, m] == IN_WORK).astype(float) for m in wanted}
        columns |= {f"earnings_{m}": self._earnings[:, m] for m in wanted}
        frame = self.persons.assign(**columns)
        return stamp(frame[[c for c in frame if c != "source"] + ["source"]], self._version)


def synthetic_register(
    n: int = 20_000,
    *,
    seed: int = 0,
    arms: tuple[str, ...] = ARMS,
    assignment: Literal["dynamic", "at_entry"] = "dynamic",
    confounding: float = 1.0,
    hidden: float = 0.0,
    heterogeneity: float = 1.0,
    lock_in: bool = True,
    roll_out: Literal["staggered"] | None = "staggered",
    cycle: bool = True,
    spill_over: float = 0.0,
    entry_rate: float = 1.0,
    months: int = 36,
    country: str | None = None,
) -> SyntheticRegister:
    """Invent a register of programmes, labelled SYNTHETIC in every row.

    People register as unemployed between January 2018 and December 2019, find jobs, lose them, or leave the register
    without one, by monthly rates. While they are registered and have not entered a programme, they may enter one.

    Parameters
    ----------
    n : int
        Persons.
    seed : int
        Same seed, same bytes.
    arms : tuple of str
        Names. "training" (six months, strong lock-in, best later), "job-search services" (two months), "wage
        subsidy" (six months that help at once) and "direct job creation" (nine months, harms) are known; other names
        take these four profiles in turn.
    assignment : {"dynamic", "at_entry"}
        Month by month (about four in ten enter), or once, in the month of registration (about a third); then ``persons``
        has ``treatment``.
    confounding : float
        Strength of selection on what ``persons`` holds; 0 for none.
    hidden : float
        Strength of selection on what no column holds; 0 for none. 1 is strong.
    heterogeneity : float
        Spread of effects over observed characteristics; 0: the same change of the log rate of finding a job for all
        (changes of the chance of being in work still differ a little, as people start from different chances).
    lock_in : bool
        Whether programmes lower the rate of finding a job while they last.
    roll_out : {"staggered"} or None
        The first programme comes to regions, by lot, from the start, after 8, 16 or 24 months, or never; None: it
        is everywhere from the start.
    cycle : bool
        Whether a business cycle of six years moves all rates.
    spill_over : float
        How much the scale of programmes in a region lowers the log rate of finding a job of everybody there.
    entry_rate : float
        Times the usual rates of entry.
    months : int
        Months after registration that are covered.
    country : str, optional
        A member state; by default all NUTS-2 regions of the EU.

    Returns
    -------
    SyntheticRegister

    Raises
    ------
    ParameterError, PlaceError
        Numbers, names or a country that are none.
    """
    _check_numbers(n=n, months=months, seed=seed)
    strengths = {
        "confounding": confounding,
        "hidden": hidden,
        "heterogeneity": heterogeneity,
        "spill_over": spill_over,
        "entry_rate": entry_rate,
    }
    _check_choices(strengths, roll_out, assignment)
    known = programmes(arms, lock_in=bool(lock_in))
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(6)]
    places = invented_places(country, None, streams[0])
    local = np.clip(streams[1].standard_normal(len(places)), -2.5, 2.5)
    people = invented_people(n, places["share_unemployed"].to_numpy(), local, INFLOW, streams[2])
    model = invented_model(
        people,
        known,
        local,
        **strengths,
        staggered=roll_out == "staggered",
        cycle=bool(cycle),
        length=INFLOW + 2 * months,
        rng=streams[3],
    )
    at_entry = assignment == "at_entry"
    drawn = drawn_paths(model, months, at_entry=at_entry, rng=streams[4])
    earnings = frames.drawn_earnings(people, drawn, np.array([p.wage for p in known]), streams[5])
    names, geo = tuple(p.name for p in known), places["geo"].to_numpy(dtype=object)
    source, version = f"SYNTHETIC register (seed {seed})", _version(seed)
    persons = frames.persons_frame(people, geo, (9 + 2.3 * local).round(2), drawn, names, at_entry, source)
    truth = RegisterTruth(
        model=model,
        drawn=drawn,
        ability=people.ability,
        months=months,
        at_entry=at_entry,
        roll_out=_roll_out(model.available, geo, names, INFLOW + months),
        options={"n": n, "seed": seed, "arms": names, "assignment": assignment, "lock_in": lock_in,
                 "roll_out": roll_out, "cycle": cycle, "months": months, "country": country, **strengths},
    )  # fmt: skip
    return SyntheticRegister(
        persons=stamp(check(persons, "persons"), version),
        entries=stamp(
            check(frames.entries_frame(people, drawn, names, source), "programme_entries"), version
        ),
        truth=truth,
        _people=people,
        _earnings=earnings,
        _version=version,
    )


def _version(seed: int) -> DataVersion:
    return DataVersion("synthetic_register", f"1, seed {seed}", kind="synthetic")


def _roll_out(available: Array, geo: Array, arms: tuple[str, ...], length: int) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (place, arm, frames.month_label(int(month)) if month < length else None)
        for place, months in zip(geo, available, strict=True)
        for arm, month in zip(arms, months, strict=True)
    ]
    return pd.DataFrame(rows, columns=["geo", "arm", "available_from"])


def _check_numbers(*, n: int, months: int, seed: int) -> None:
    for name, value, low, high in (("n", n, 10, _MOST), ("months", months, 6, 120), ("seed", seed, 0, 2**63)):
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise ParameterError(
                f"{name}={value!r}: give a whole number from {low} to {high:,}, e.g. {name}={max(low, 36)}."
            )


def _check_choices(strengths: dict[str, float], roll_out: Any, assignment: Any) -> None:
    for name, value in strengths.items():
        good = isinstance(value, int | float | np.number) and math.isfinite(value) and 0 <= value <= 10
        if not good or isinstance(value, bool):
            raise ParameterError(f"{name}={value!r}: give a number from 0 to 10, e.g. {name}=1.0.")
    if roll_out not in ("staggered", None):
        raise ParameterError(f"roll_out={roll_out!r} is neither 'staggered' nor None.")
    if assignment not in ("dynamic", "at_entry"):
        raise ParameterError(f"assignment={assignment!r} is neither 'dynamic' nor 'at_entry'.")
