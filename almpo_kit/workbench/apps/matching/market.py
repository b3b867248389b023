"""The labour market a session looks at: the SYNTHETIC example, or what a person dropped in.

Uploaded bytes are read in memory and live as long as the session's kernel; nothing of them is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from almpo_kit import matching, sources
from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.people.people_intake import PeopleIntake


@dataclass(frozen=True)
class Market:
    """Jobseekers and vacancies, or stocks where only these were given.

    Parameters
    ----------
    name : str
        What it is called on screen.
    seekers, vacancies : DataFrame or None
        Checked frames; None where a person brought stocks.
    given : DataFrame or None
        A ``stocks`` frame that a person brought.
    intakes : tuple of PeopleIntake
        What was read, and what was set aside; empty for the example.
    """

    name: str
    seekers: pd.DataFrame | None
    vacancies: pd.DataFrame | None
    given: pd.DataFrame | None = None
    intakes: tuple[PeopleIntake, ...] = ()
    _counted: dict[int, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def stocks(self, digits: int) -> pd.DataFrame:
        """Unemployed people and vacancies by NUTS-2 region and occupation group of so many digits.

        Raises
        ------
        DesignError
            The file's codes are coarser than asked.
        """
        if digits not in self._counted:
            self._counted[digits] = (
                self._from_given(digits)
                if self.given is not None
                else matching.stocks(self.seekers, self.vacancies, nuts_level=2, isco_digits=digits)
            )
        return self._counted[digits]

    def _from_given(self, digits: int) -> pd.DataFrame:
        assert self.given is not None
        return matching.coarser(self.given, isco_digits=digits)

    @cached_property
    def places(self) -> list[str]:
        """NUTS codes in it, sorted."""
        return sorted(self.stocks(1)["geo"].unique())

    @property
    def needs_coding(self) -> int:
        """Rows without an occupation code but with a text that one could be read from."""
        frames = [f for f in (self.seekers, self.vacancies) if f is not None]
        return sum(int((f["occupation"].isna() & f["text"].notna()).sum()) for f in frames)


def example(country: str) -> Market:
    """The SYNTHETIC market of one country."""
    made = sources.synthetic_labour_market(country=country)
    return Market(f"SYNTHETIC example, {country}", made["seekers"], made["vacancies"])


def from_files(files: Mapping[str, tuple[str, bytes]]) -> Market:
    """What a person dropped in.

    Parameters
    ----------
    files : mapping of {"seekers", "vacancies", "stocks"} to (file name, bytes)
        Either stocks, or both of the others.

    Raises
    ------
    DesignError
        Only one of two files was given.
    DataError, IntakeError
        A file cannot be read; every problem is listed.
    """
    if "stocks" in files:
        name, data = files["stocks"]
        read = sources.read_stocks(data, name)
        return Market(name, None, None, read.frame, (read,))
    if set(files) != {"seekers", "vacancies"}:
        raise DesignError(
            "both files are needed to compare demand and supply: one of jobseekers and one of vacancies; or one of "
            "stocks (region, occupation, unemployed, vacancies). Nothing was kept of the one that was given."
        )
    intakes = {k: sources.read_people(data, k, name=name) for k, (name, data) in files.items()}  # type: ignore[arg-type]
    names = " and ".join(name for name, _ in files.values())
    return Market(
        names, intakes["seekers"].frame, intakes["vacancies"].frame, intakes=tuple(intakes.values())
    )


def recoded(market: Market, seekers: pd.DataFrame, vacancies: pd.DataFrame) -> Market:
    """The same market with occupations read from its texts."""
    return replace(market, seekers=seekers, vacancies=vacancies, _counted={})
