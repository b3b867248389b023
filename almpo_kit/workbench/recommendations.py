"""What can be advised from some people: gains, one person, sequences, rules, places, fairness; each asked for once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import SYNTHETIC, stamp
from almpo_kit.workbench.advice_people import AdviceCase
from almpo_kit.workbench.caseloads import MANY_REGIONS
from almpo_kit.workbench.jobseeker_forms import called, encoded

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.recommendation import (
        Advice,
        Allocation,
        FairnessAudit,
        GainModel,
        Gains,
        Pathways,
        PolicyTree,
    )

Tell = Callable[[str], None]
#: Rule -> what it is called on screen.
RULES: dict[str, str] = {
    "gain": "By gain, for each person",
    "tree": "The rule of two questions",
    "risk": "Those with the worst prospects first",
    "one": "The same programme for all",
}
#: Digits of a NUTS code that name an office -> what these offices are called on screen.
OFFICES: dict[int, str] = {0: "One pool for all", 2: "By country", 3: "By large region (NUTS 1)"}

#: The one office of a plan that knows no offices; as allocation calls it.
_ONE_POOL = "anywhere"


def _quietly(_: str) -> None:
    """Tell nobody."""


class Recommendations:
    """Advice from the people of a case.

    Parameters
    ----------
    case : AdviceCase
    """

    def __init__(self, case: AdviceCase) -> None:
        self.case = case
        self._trees: dict[tuple[int, float], PolicyTree] = {}

    def ready(self, tell: Tell = _quietly) -> None:
        """Learn what is needed for any advice; the first time takes a while, and says so."""
        if "people" not in vars(self.case):
            tell("Evaluating what each programme did for these people, once.")
            _ = self.case.people
        if "model" not in vars(self):
            tell("Learning gains from these people.")
            _ = self.model

    @cached_property
    def model(self) -> GainModel:
        """Gains by programme and labour market: local people and published evidence, weighed."""
        from almpo_kit import recommendation

        return recommendation.gain_model(self.case.people, evidence=self.case.evidence, seed=self.case.seed)

    @cached_property
    def gains(self) -> Gains:
        """Gains of the people themselves, each by a model that has not seen her."""
        return self.model.gains_of(self.case.people, seed=self.case.seed)

    def advice(self, region: str = "", **known: Any) -> Advice:
        """Advice for one person.

        Parameters
        ----------
        region : str
            NUTS code of where she lives; "" for one of the regions of these people, not known which.
        **known
            Answers to the fields of the case; what is left out is as usual.
        """
        return self.advice_about(known, region)

    def advice_about(self, known: Mapping[str, Any], region: str = "") -> Advice:
        """Advice for one person, with the answers as a mapping: columns of a register may be called anything."""
        from almpo_kit import recommendation

        return recommendation.advise(
            self.model,
            encoded(self.case.fields, self.case.people.names, known),
            context=self.case.labour_market(region),
            similar=self.case.people,
            seed=self.case.seed,
        )

    def sequences(
        self, steps: int = 2, months: float | None = None, euro: float | None = None, rule: str = "rates"
    ) -> Pathways:
        """Sequences of programmes within limits: steps, months in programmes, euro a person."""
        from almpo_kit import recommendation

        estimate = self.case.estimate
        summed, made = estimate.cumulative, estimate.provenance
        # A table of effects carries no label of its own: what is worked out from it must be as real as its people.
        told = f"{SYNTHETIC} effects" if made.synthetic else made.method
        # What advice says nothing of is no step of a sequence either.
        why = estimate.table["arm"].map(self.model.sources.set_index("programme")["refusal"]).fillna("")
        effects = estimate.table.assign(source=told, abstains=why != "", reason=why)
        effects = stamp(effects, *made.data)
        return recommendation.pathways(
            effects,
            self.case.people.menu,
            cumulative=summed if len(summed) else None,
            limits=recommendation.SequenceLimits(most_steps=steps, most_months=months, most_cost=euro),
            rule=rule,  # type: ignore[arg-type]
            seed=self.case.seed,
        )

    def tree(self, depth: int = 2, worth: float = 0.0) -> PolicyTree:
        """The best rule of some depth.

        Parameters
        ----------
        depth : int
        worth : float
            Euro that one unit of gain is worth; 0 where cost does not count.
        """
        from almpo_kit import recommendation

        if (depth, worth) not in self._trees:
            self._trees[depth, worth] = recommendation.policy_tree(
                self.case.people,
                depth=depth,
                prices=self.prices(worth),
                labels={name: called(name) for name in self.case.people.names},
                seed=self.case.seed,
            )
        return self._trees[depth, worth]

    def values(self, depth: int = 2, worth: float = 0.0) -> Finding:
        """What the rule is worth on people it has not seen, beside other rules."""
        from almpo_kit import recommendation

        prices = self.prices(worth)
        learners: list[Any] = [
            recommendation.TreeLearner(depth=depth, prices=prices or {}),
            recommendation.PlugIn(prices=prices),
            recommendation.RiskAverse(prices=prices),
        ]
        return recommendation.policy_value(self.case.people, learners, prices=prices, seed=self.case.seed)

    def prices(self, worth: float) -> dict[str, float] | None:
        """Programme -> cost of a place in units of gain, at some euro for one; None where cost does not count."""
        if worth <= 0:
            return None
        menu = self.case.people.menu
        known = zip(menu.names[1:], menu.unit_cost[1:], strict=True)
        return {name: float(cost) / worth for name, cost in known if np.isfinite(cost)}

    def places(
        self,
        wanted: Mapping[str, int],
        *,
        budget: float | None = None,
        offices: int = 0,
        group: str = "",
        gap: float = 0.05,
        risk: str = "mean",
    ) -> Allocation:
        """Who is offered what.

        Parameters
        ----------
        wanted : mapping of str to int
            Programme -> places.
        budget : float, optional
            Euro.
        offices : int
            A key of ``OFFICES``: places are split over these in proportion to people, and people take them where they are.
        group : str
            Groups between which the share with an offer may differ by at most ``gap``; "" for no such rule.
        gap : float
        risk : {"mean", "low"}
        """
        from almpo_kit import recommendation

        if offices not in OFFICES:
            raise ParameterError(f"offices={offices!r}: choose from {', '.join(map(str, OFFICES))}.")
        people = self.case.people
        geo = people.context["geo"]
        where = geo.str[:offices] if offices else geo.str[:0] + _ONE_POOL
        return recommendation.allocate(
            self.gains,
            people.menu,
            people=people.groups.assign(office=where.to_numpy()),
            offices=split(where, wanted),
            budget=budget,
            fairness=[{"by": group, "max_gap": gap}] if group else [],
            by=list(people.groups.columns),
            risk=risk,  # type: ignore[arg-type]
            source=people,
            seed=self.case.seed,
        )

    def fairness(self, rule: str = "gain", legal_basis: str = "") -> FairnessAudit:
        """Who is offered what by a rule, and who gains.

        Parameters
        ----------
        rule : str
            A key of ``RULES``.
        legal_basis : str
            What allows to look at these groups; where empty, the audit says that it is missing.
        """
        from almpo_kit import recommendation

        if rule not in RULES:
            raise ParameterError(f"rule={rule!r}: choose from {', '.join(RULES)}.")
        learner: Any = {
            "gain": recommendation.PlugIn,
            "tree": recommendation.TreeLearner,
            "risk": recommendation.HighestRiskFirst,
            "one": recommendation.OneForAll,
        }[rule]()
        people = self.case.people
        regions = people.context["geo"].nunique()
        by = [*people.groups.columns, *(["region"] if 1 < regions <= MANY_REGIONS else [])]
        return recommendation.fairness_audit(
            people, learner, by=by, legal_basis=legal_basis, seed=self.case.seed
        )


def split(where: pd.Series, wanted: Mapping[str, int]) -> pd.DataFrame:
    """Places of each programme over offices in proportion to people, by largest remainders.

    Parameters
    ----------
    where : Series of str, shape (n,)
        Office of each person.
    wanted : mapping of str to int

    Returns
    -------
    DataFrame
        ``office, programme, places``; sums over offices are what was wanted.
    """
    import pandas as pd

    shares = where.value_counts(normalize=True).sort_index()
    rows: list[tuple[str, str, int]] = []
    for programme, total in wanted.items():
        exact = shares.to_numpy() * total
        whole = np.floor(exact + 1e-9).astype(int)
        for at in np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]:
            whole[at] += 1
        rows += [(str(office), programme, int(k)) for office, k in zip(shares.index, whole, strict=True)]
    return pd.DataFrame(rows, columns=["office", "programme", "places"])
