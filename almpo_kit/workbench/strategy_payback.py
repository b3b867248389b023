"""What comes back to the public purse from the programme that a strategy spends most on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.evidence_for_advice import gains_in
from almpo_kit.workbench.strategy_places import LabourMarketOf
from almpo_kit.workbench.strategy_wishes import Wish

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.recommendation import Menu

#: Year after entry -> the horizon whose gain stands for it.
_YEARS = {1: "short", 2: "medium", 3: "long"}
_HELD = (
    "Months in work are not estimated but made from chances: the gain in points up to 1 year after entry is taken to hold in "
    "every month of year 1, that of 1 to 2 years in year 2, that of more than 2 years in year 3 (one point for twelve months is 0.12 "
    "months in work). Months of lock-in at the start make year 1 worth less than that."
)


def market_row(asked: Wish, market: LabourMarketOf) -> pd.DataFrame:
    """The labour market of a strategy as a row of a gain model: ``geo, unemployment_class, skill_class``."""
    import pandas as pd

    classes = {"unemployment_class": market.unemployment_class, "skill_class": market.skill_class}
    return pd.DataFrame([{"geo": asked.place, **classes}])


def payback_of(
    asked: Wish, effects: pd.DataFrame, menu: Menu, mix: Finding, market: LabourMarketOf, seed: int = 0
) -> Finding:
    """Payback and MVPF of the funded programme with most euro, or why nothing is said.

    The gain in points at each of three horizons, held for twelve months, stands for the months in work of that year.

    Parameters
    ----------
    asked : Wish
    effects : DataFrame
        An ``effects`` frame.
    menu : Menu
    mix : Finding
        The portfolio.
    market : LabourMarketOf
    seed : int
    """
    funded = mix.table[mix.table["status"] == "funded"] if "status" in mix.table else mix.table.iloc[:0]
    if funded.empty:
        return _nothing("no programme is funded", mix)
    if not asked.month_to_purse:
        return _nothing("nobody said what a month in work brings the public purse (step 5, “More”)", mix)
    name = str(funded.sort_values("euro", ascending=False)["programme"].iloc[0])
    try:
        yearly = _yearly(asked, effects, menu, name, market, seed)
    except DesignError as refused:
        return _nothing(str(refused), mix)
    from almpo_kit import recommendation

    found = attempt(
        recommendation.payback,
        yearly,
        programme=name,
        cost_eur=float(menu.unit_cost[menu.position(name)]),
        public_gain_eur=asked.month_to_purse,
        income_gain_eur=asked.month_to_person or None,
        displacement=asked.displacement,
        of=mix.provenance,
        place=market.name,
        seed=seed,
    )
    notes = [Check("months in a year", "failed", _HELD)]
    if name in asked.forced:
        words = f"Too little is known of {name}; it is counted all the same: {asked.forced[name]}."
        notes.insert(0, Check("forced", "failed", words))
    return replace(found, checks=(*notes, *found.checks))


def _yearly(
    asked: Wish, effects: pd.DataFrame, menu: Menu, name: str, market: LabourMarketOf, seed: int
) -> pd.DataFrame:
    import pandas as pd

    rows, arm = [], menu.position(name)
    for year, band in _YEARS.items():
        gains = gains_in(effects, menu, band, asked.target_group, seed).for_people(
            None, market_row(asked, market)
        )
        if gains.abstains[0, arm] and name not in asked.forced:
            raise DesignError(f"too little is known of {name} in year {year} ({gains.reasons[0, arm]})")
        # A chance that is higher by one point for twelve months is 0.12 months in work.
        rows.append((year, 0.12 * gains.mean[0, arm], 0.12 * gains.se[0, arm]))
    return pd.DataFrame(rows, columns=["year", "months", "se"])


def _nothing(why: str, mix: Finding) -> Finding:
    import pandas as pd

    return Finding(
        question="Does it pay back, and when?",
        sentence=f"Not worked out: {why}.",
        table=pd.DataFrame(),
        checks=(Check("payback", "informational", f"Payback was not worked out: {why}."),),
        provenance=mix.provenance,
    )
