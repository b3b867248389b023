"""Scenarios from the fan of a cycle: its slack end, its middle, its tight end."""

from __future__ import annotations

from almpo_kit.matching.cycle.labour_cycle import LabourCycle
from almpo_kit.matching.cycle.rates import UNEMPLOYMENT, VACANCIES
from almpo_kit.matching.cycle.shocks import Scenario, Shock
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.places import AGGREGATES

SLACK, MIDDLE, TIGHT = "cycle_slack", "cycle_middle", "cycle_tight"


def from_cycle(cycle: LabourCycle | None) -> tuple[Scenario, ...]:
    """Three scenarios, or none without a cycle.

    Stocks move in proportion to rates: as if the labour force and the number of posts stayed as they are.

    Raises
    ------
    DesignError
        The cycle has no forecast of vacancies.
    """
    if cycle is None:
        return ()
    end = cycle.table[cycle.table["horizon"] == cycle.horizon].set_index("series")
    if VACANCIES not in end.index:
        raise DesignError(
            f"the cycle of {cycle.country} has no forecast of vacancies, so it makes no scenario; choose a place whose vacancies "
            "are long enough, or give `shocks`."
        )
    columns = ["forecast", "low_80", "high_80", "last"]
    u, v = (
        dict(zip(columns, end.loc[i, columns].to_numpy(float), strict=True))
        for i in (UNEMPLOYMENT, VACANCIES)
    )
    when = str(end.loc[UNEMPLOYMENT, "period"])
    # The forecast of a country says nothing of regions of another; one of a group of countries is taken for each.
    place = "" if cycle.country in AGGREGATES else cycle.country
    ends = (
        (SLACK, f"the slack end of the fans for {when}", "high_80", "low_80"),
        (MIDDLE, f"the forecasts for {when}", "forecast", "forecast"),
        (TIGHT, f"the tight end of the fans for {when}", "low_80", "high_80"),
    )
    return tuple(
        Scenario(name, label, (Shock(place, "", float(u[a] / u["last"] - 1), float(v[b] / v["last"] - 1)),))
        for name, label, a, b in ends
    )
