"""A strategy: the labour market, what programmes can be expected to do there, the mix, its price, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.programmes import TARGET_GROUPS
from almpo_kit.vocabulary.provenance import SYNTHETIC, Provenance, stamp
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.evidence_for_advice import gains_in
from almpo_kit.workbench.evidence_held import evidence_checks
from almpo_kit.workbench.strategy_payback import market_row, payback_of
from almpo_kit.workbench.strategy_places import LabourMarketOf, labour_market_of
from almpo_kit.workbench.strategy_wishes import Wish, programme_rows

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.recommendation import GainModel, Gains, Menu, Portfolio

#: Months from entry that stand for a horizon when jobs and money are added up.
_MONTHS = {"short": 12.0, "medium": 24.0, "long": 36.0}
_DRAWS = 2000
#: Levels of risks that studies speak of; others are only possible.
_SEEN = ("shown in studies", "seen in a few studies")
#: Points within which two thirds of effects are assumed to lie where nothing is known. A sceptic's view: of published effects,
#: which are selected, a third do.
_SCEPTICAL = 5.0
#: Step of the wizard -> what it shows, in order.
_SHOWN: dict[str, tuple[str, ...]] = {
    "result": ("portfolio", "costs", "displacement", "payback"),
    "how": ("implementation", "risks", "information"),
}


@dataclass(frozen=True, eq=False)
class Strategy:
    """The answers of a strategy, each a Finding: what was answered, or why it was not. Each is worked out when first asked for.

    Parameters
    ----------
    asked : Wish
    own : DataFrame or None
        An ``effects`` frame of a person's own, for ``evidence="own"``.
    seed : int
    """

    asked: Wish
    own: pd.DataFrame | None = field(default=None, repr=False)
    seed: int = 0

    @cached_property
    def menu(self) -> Menu:
        """The programmes that can be chosen from."""
        from almpo_kit import recommendation

        return recommendation.menu(_programmes(self.asked))

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The evidence."""
        return _effects(self.asked, self.own)

    @cached_property
    def labour_market(self) -> LabourMarketOf:
        """Of the place."""
        return labour_market_of(self.asked)

    @cached_property
    def _model(self) -> GainModel:
        return gains_in(self.effects, self.menu, self.asked.band, self.asked.target_group, self.seed)

    @cached_property
    def gains(self) -> Finding:
        """What programmes can be expected to do there."""
        from almpo_kit import recommendation

        where = market_row(self.asked, self.labour_market)
        found = recommendation.advise(self._model, where, context=where, about="people there", seed=self.seed)
        asked = self.asked
        held = evidence_checks(self.effects, asked.band, asked.target_group, enough=not found.abstains)
        return replace(found, checks=(*held, *found.checks))

    @cached_property
    def _expected(self) -> pd.DataFrame:
        gains = self._model.for_people(None, market_row(self.asked, self.labour_market))
        return _expected(gains, self.menu, self._model.provenance)

    @cached_property
    def portfolio(self) -> Portfolio:
        """The mix."""
        return _mix(self.asked, self.menu, self._expected, self.labour_market, self.seed)

    @cached_property
    def costs(self) -> Finding:
        """Of an additional job."""
        return _costs(self.asked, self._expected, self.gains, self.labour_market)

    @cached_property
    def displacement(self) -> Finding:
        """What is left if others lose jobs."""
        return _displacement(self.asked, self._expected, self.gains, self.labour_market)

    @cached_property
    def payback(self) -> Finding:
        """What comes back to the public purse."""
        return payback_of(self.asked, self.effects, self.menu, self.portfolio, self.labour_market, self.seed)

    @cached_property
    def information(self) -> Finding:
        """What is worth finding out first."""
        return _information(self.asked, self.portfolio)

    @cached_property
    def implementation(self) -> Finding:
        """How to do it."""
        from almpo_kit import recommendation, sources

        effects = self.effects
        return attempt(
            recommendation.implementation,
            effects if "citation" in effects else effects.assign(citation=effects["source"]),
            sources.reviews(),
            programme_types=sorted(set(self.menu.programme_types[1:])),
            target_group=self.asked.target_group,
            unemployment_class=self.labour_market.unemployment_class,
            skill_class=self.labour_market.skill_class,
            place=self.labour_market.name,
        )

    @cached_property
    def risks(self) -> Finding:
        """What can go wrong."""
        return _risks(self.implementation)

    @property
    def findings(self) -> dict[str, Finding]:
        """Name -> Finding, in the order in which they are read."""
        names = (
            *("portfolio", "labour_market", "gains", "costs", "displacement", "payback"),
            *("implementation", "risks", "information"),
        )
        return {name: getattr(self, name) for name in names}

    def shown(self, step: str) -> list[tuple[str, Finding]]:
        """What a step of the wizard shows."""
        return [(name, getattr(self, name)) for name in _SHOWN[step]]

    def words(self) -> str:
        """For whom and where, for a heading."""
        group = TARGET_GROUPS[self.asked.target_group]
        return f"{group[0].upper()}{group[1:]} · {self.labour_market.name}"


def first_wish(place: str = "EL") -> Wish:
    """What stands in the wizard before anybody answers: a programme of each type, with published costs."""
    from almpo_kit import sources

    return Wish(place=place, programmes=programme_rows(sources.unit_costs()))


def strategy(asked: Wish, *, own: pd.DataFrame | None = None, seed: int = 0) -> Strategy:
    """The strategy for what is asked.

    Parameters
    ----------
    asked : Wish
    own : DataFrame, optional
        An ``effects`` frame of a person's own, for ``evidence="own"``.
    seed : int

    Raises
    ------
    ParameterError, FrameError
        When an answer is asked for that these answers do not allow; the message names the way out.
    """
    return Strategy(asked, own, seed)


def _risks(advice: Finding) -> Finding:
    """What can go wrong, as an answer of its own."""
    from almpo_kit import recommendation

    table = advice.risks if isinstance(advice, recommendation.Implementation) else advice.table
    seen = table[table["level"].isin(_SEEN)] if "level" in table else table.iloc[:0]
    named = ", ".join(dict.fromkeys(seen["risk"])) if len(seen) else ""
    said = (
        f"Studies show some of it happening: {named}. What else may happen is listed as possible."
        if named
        else "No study here shows any of it happening; what may happen is listed as possible."
    )
    return Finding(
        question="What can go wrong, and what would make it less likely?",
        sentence=said,
        table=table,
        provenance=advice.provenance,
    )


def _programmes(asked: Wish) -> pd.DataFrame:
    import pandas as pd

    rows = asked.programmes or first_wish(asked.place).programmes
    return pd.DataFrame([dict(r) for r in rows])


def _effects(asked: Wish, own: pd.DataFrame | None) -> pd.DataFrame:
    from almpo_kit import sources
    from almpo_kit.vocabulary.errors import DesignError

    if asked.evidence == "example":
        return sources.synthetic_studies().effects
    if asked.evidence == "published":
        return sources.effects()
    if own is None:
        raise DesignError(
            "no file of your own evaluations is held; drop it in again (step 2), or choose published evaluations."
        )
    return own


def _costs(asked: Wish, expected: pd.DataFrame, gains: Finding, market: LabourMarketOf) -> Finding:
    from almpo_kit import recommendation

    if asked.displacement >= 1:
        import pandas as pd

        return Finding(
            question=f"What does an additional job cost, {market.name}?",
            sentence="If others lose every job that participants gain, no additional job is left that could have a price.",
            table=pd.DataFrame(),
            provenance=gains.provenance,
        )
    return attempt(
        recommendation.costs_per_job,
        expected.drop(columns="se"),
        unit="points",
        rate=asked.displacement,
        of=gains.provenance,
        place=market.name,
    )


def _expected(gains: Gains, menu: Menu, made: Provenance) -> pd.DataFrame:
    """What each programme adds in this labour market, in points: the columns that a mix and its price are worked out from."""
    import pandas as pd

    table = menu.table.iloc[1:].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "programme": table["programme"],
            "programme_type": table["programme_type"],
            "unit_cost_eur": table["unit_cost_eur"],
            "cost_source": table["cost_source"],
            "gain": gains.mean[0, 1:],
            "se": gains.se[0, 1:],
            "low": gains.low[0, 1:],
            "high": gains.high[0, 1:],
            "abstains": gains.abstains[0, 1:],
            "reason": gains.reasons[0, 1:],
            "weight_evidence": gains.weight_evidence[0, 1:],
            "weight_local": gains.weight_local[0, 1:],
            # Whatever is worked out from these rows is as real as the evidence behind them.
            "source": f"{SYNTHETIC} gains" if made.synthetic else "recommendation.gain_model",
        }
    )
    return stamp(rows, *made.data)


def _information(asked: Wish, mix: Portfolio) -> Finding:
    """Which trial to run first: by the mix, or, where nothing can be funded, on a sceptic's assumption."""
    from almpo_kit import recommendation

    size: dict[str, Any] = {"per_arm": max(asked.trial_size // 2, 20), "years": max(round(asked.years), 1)}
    # The budget is for all of these years, and so is what it buys.
    size["budget_years"] = asked.years
    if mix.problem is None:
        return attempt(recommendation.first_trial, mix, prior_sd=_SCEPTICAL, **size)
    return attempt(recommendation.value_of_information, mix, **size)


def _mix(asked: Wish, menu: Menu, expected: pd.DataFrame, market: LabourMarketOf, seed: int) -> Portfolio:
    from almpo_kit import recommendation

    # By the ends of intervals, not standard errors: intervals are Student's, and a mix must not look surer than its programmes.
    columns = {"gain": "job_gain", "low": "job_low", "high": "job_high"}
    return recommendation.portfolio(
        menu,
        expected.drop(columns="se").rename(columns=columns),
        people=asked.people,
        budget=asked.budget,
        displacement=asked.displacement,
        preferences=asked.preferences(),
        horizon_months=_MONTHS[asked.band],
        forced=dict(asked.forced),
        draws=_DRAWS,
        seed=seed,
        place=market.name,
    )


def _displacement(asked: Wish, expected: pd.DataFrame, gains: Finding, market: LabourMarketOf) -> Finding:
    from almpo_kit import recommendation

    return recommendation.displacement(
        expected.drop(columns="se"),
        rate=asked.displacement,
        unit="points",
        of=gains.provenance,
        place=market.name,
    )
