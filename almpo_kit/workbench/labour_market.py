"""The labour market that a page or an app looks at: the SYNTHETIC example, or what a person brought.

A person's files are read in memory and live as long as the session; nothing of them is written anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.workbench.attempts import attempt

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.people.people_intake import PeopleIntake
    from almpo_kit.vocabulary.encoders import Encoder
    from almpo_kit.vocabulary.text_index import TextIndex

#: People and posts of the example: enough for most cells to say something.
_SEEKERS, _VACANCIES = 20_000, 3_000
_LIST = 10
_BOTH = (
    "both files are needed to compare demand and supply: one of jobseekers and one of vacancies; or one of stocks "
    "(region, occupation, unemployed, vacancies) alone. Nothing was kept of what was given."
)


@dataclass(frozen=True)
class LabourMarket:
    """Jobseekers and vacancies, or stocks where only these were given.

    Parameters
    ----------
    name : str
        What it is called on screen.
    seekers, vacancies : DataFrame or None
        Checked frames; None where a person brought stocks.
    given : DataFrame or None
        A ``stocks`` frame that a person brought.
    intakes : tuple of Finding
        What was read, and what was set aside; empty for the example.
    """

    name: str
    seekers: pd.DataFrame | None
    vacancies: pd.DataFrame | None
    given: pd.DataFrame | None = None
    intakes: tuple[PeopleIntake, ...] = ()
    _counted: dict[int, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def stocks(self, isco_digits: int = 2) -> pd.DataFrame:
        """Unemployed people and vacancies by NUTS-2 region and occupation group.

        Raises
        ------
        DesignError
            The codes are coarser than asked.
        """
        from almpo_kit import matching

        if isco_digits not in self._counted:
            if self.seekers is not None and self.vacancies is not None:
                self._counted[isco_digits] = matching.stocks(
                    self.seekers, self.vacancies, nuts_level=2, isco_digits=isco_digits
                )
            elif self.given is not None:
                self._counted[isco_digits] = matching.coarser(
                    self.given, nuts_level=2, isco_digits=isco_digits
                )
        return self._counted[isco_digits]

    def finest(self, most: int = 2) -> pd.DataFrame:
        """Stocks at the finest of up to ``most`` digits that the codes allow.

        Raises
        ------
        DesignError
            No code of NUTS level 2, or no occupation, at all.
        """
        for digits in range(most, 1, -1):
            with suppress(DesignError):
                return self.stocks(digits)
        return self.stocks(1)

    @cached_property
    def places(self) -> list[str]:
        """Codes of its NUTS-2 regions, sorted."""
        return sorted(self.stocks(1)["geo"].unique())

    @property
    def people(self) -> str:
        """How many jobseekers and vacancies, in words."""
        counts = [f["count"].sum() if f is not None else 0 for f in (self.seekers, self.vacancies)]
        return f"{counts[0]:,.0f} jobseekers and {counts[1]:,.0f} vacancies"

    @property
    def needs_coding(self) -> int:
        """Rows without an occupation code but with a text that one could be read from."""
        frames = [f for f in (self.seekers, self.vacancies) if f is not None]
        return sum(int((f["occupation"].isna() & f["text"].notna()).sum()) for f in frames)

    def coded(
        self, index: TextIndex, encoder: Encoder, progress: Callable[[int, int], None] | None = None
    ) -> LabourMarket:
        """The same market with occupations read from texts where codes are missing; given codes stay."""
        from almpo_kit import matching

        if self.seekers is None or self.vacancies is None or not self.needs_coding:
            return self
        read = [
            matching.code_occupations(frame, index, encoder, progress=progress)
            for frame in (self.seekers, self.vacancies)
        ]
        return replace(self, seekers=read[0], vacancies=read[1], _counted={})

    def assigned(self, locations: pd.DataFrame, **options: Any) -> Finding:
        """Lists for everybody that keep each vacancy near its capacity, or why there are none."""
        from almpo_kit import matching

        if self.seekers is None or self.vacancies is None:
            return attempt(_no_lists)
        return attempt(
            matching.assign, self.seekers, self.vacancies, locations=locations, top=_LIST, **options
        )


def _no_lists() -> Finding:
    raise DesignError(
        "the market is given as stocks, which hold no single person or vacancy to make lists of"
    )


def labour_market(*, country: str, seekers: str = "", vacancies: str = "", stocks: str = "") -> LabourMarket:
    """The market of a person's files, or the SYNTHETIC example of a country.

    Parameters
    ----------
    country : str
        Of the example; files say themselves where they are of.
    seekers, vacancies, stocks : str
        Paths; either of stocks, or of both others, or none.

    Raises
    ------
    DesignError
        Only one of two files, or stocks beside others.
    DataError, IntakeError
        A file cannot be read; every problem is listed.
    """
    from almpo_kit import sources

    paths = {"seekers": seekers, "vacancies": vacancies, "stocks": stocks}
    given = {kind: path for kind, path in paths.items() if path}
    if not given:
        made = sources.synthetic_labour_market(country=country, seekers=_SEEKERS, vacancies=_VACANCIES)
        # Invented limits on applications would say what lists can do; without them every post gets an even share.
        posts = made.vacancies.drop(columns="capacity")
        return LabourMarket(f"SYNTHETIC example, {PLACE_NAMES[country]}", made.seekers, posts)
    return _read({kind: (Path(path).name, path) for kind, path in given.items()})


def uploaded(files: Mapping[str, tuple[str, bytes]]) -> LabourMarket:
    """The market of files that were dropped into the browser.

    Parameters
    ----------
    files : mapping of {"seekers", "vacancies", "stocks"} to (file name, bytes)

    Raises
    ------
    DesignError, DataError, IntakeError
        As in :func:`labour_market`.
    """
    return _read(files)


def _read(files: Mapping[str, tuple[str, str | bytes]]) -> LabourMarket:
    from almpo_kit import sources

    if set(files) == {"stocks"}:
        name, content = files["stocks"]
        read = sources.read_stocks(content, name)
        return LabourMarket(name, None, None, read.frame, (read,))
    if set(files) != {"seekers", "vacancies"}:
        raise DesignError(_BOTH)
    (left, people), (right, posts) = files["seekers"], files["vacancies"]
    intakes = (
        sources.read_people(people, "seekers", name=left),
        sources.read_people(posts, "vacancies", name=right),
    )
    return LabourMarket(f"{left} and {right}", intakes[0].frame, intakes[1].frame, intakes=intakes)
