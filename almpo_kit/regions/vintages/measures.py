"""How each indicator combines when regions are merged: what it is a rate of, or that it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from almpo_kit.vocabulary.errors import DesignError


@dataclass(frozen=True)
class Measure:
    """What an indicator is, so that it can be carried over a change of territory.

    Parameters
    ----------
    kind : {"rate", "count"}
        A count of a merged region is the sum; a rate is the mean weighted by its own denominator.
    denominator : str
        For a rate: the indicator (in the ``weights`` frame) that it is a rate of.
    age : str
        Age band of the denominator; empty means the rate's own.
    """

    kind: Literal["rate", "count"]
    denominator: str = ""
    age: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("rate", "count"):
            raise DesignError(f"a Measure is of the kind 'rate' or 'count', not {self.kind!r}.")


#: One row for each indicator of the workbench. Where its own denominator is missing, a rate is weighted by
#: what stands next in :data:`almpo_kit.regions.vintages.denominators.SUBSTITUTES`, and says so.
MEASURES: dict[str, Measure] = {
    "unemployment_rate": Measure("rate", "labour_force"),
    "long_term_unemployment_rate": Measure("rate", "labour_force"),
    "youth_unemployment_rate": Measure("rate", "labour_force", "Y15-24"),
    "skilled_jobs_share": Measure("rate", "labour_force"),
    "employment_rate": Measure("rate", "population", "Y20-64"),
    "tertiary_attainment": Measure("rate", "population", "Y25-64"),
    "neet_rate": Measure("rate", "population"),
    "gdp_per_head_pps": Measure("rate", "population", "TOTAL"),
    # An index with one base for all regions is GDP per head in another unit.
    "gdp_per_head_pps_index": Measure("rate", "population", "TOTAL"),
    "job_vacancy_rate": Measure("rate", "posts"),
    "population": Measure("count"),
    "labour_force": Measure("count"),
}


def measures_of(indicators: list[str], own: Mapping[str, Measure] | None) -> dict[str, Measure]:
    """The measure of each indicator.

    Raises
    ------
    DesignError
        Nobody has said whether an indicator is a rate or a count.
    """
    known = MEASURES | dict(own or {})
    unknown = [i for i in indicators if i not in known]
    if unknown:
        first = unknown[0]
        raise DesignError(
            f"convert() does not know whether {', '.join(map(repr, unknown))} can be added up; say so, e.g. "
            f"measures={{{first!r}: Measure('count')}} or measures={{{first!r}: Measure('rate', 'population')}} "
            "(almpo_kit.regions.vintages.measures)."
        )
    return {i: known[i] for i in indicators}
