"""Everything that a page on a consultation shows; each answer is worked out when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from almpo_kit import codesign, sources
from almpo_kit.vocabulary.consultation_items import WEIGHING, Item
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.consultation_evidence import clash
from almpo_kit.workbench.consultation_ranking import RankedOptions, effects_of
from almpo_kit.workbench.example_consultations import example_consultation
from almpo_kit.workbench.open_consultations import open_consultation
from almpo_kit.workbench.strategies import first_wish, strategy

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.workbench.consultations import ConsultationCase


class CodesignCase:
    """What a page on a consultation shows.

    Parameters
    ----------
    name : str
        Of a kept consultation; a SYNTHETIC panel where empty.
    evidence : {"published", "example"}
        Published evaluations, or SYNTHETIC studies.
    seed : int

    Raises
    ------
    ParameterError
        There is no such consultation, or no such evidence.
    """

    def __init__(self, name: str = "", *, evidence: str = "published", seed: int = 20260101) -> None:
        effects_of(evidence)  # refused here, before anything is worked out
        self.evidence, self.seed = evidence, seed
        self.held: ConsultationCase = (
            open_consultation(name, seed=seed) if name else example_consultation(seed=seed)
        )

    @property
    def title(self) -> str:
        """Which consultation."""
        return self.held.title

    @property
    def words(self) -> str:
        """Where, and how far it is."""
        plan, last = self.held.plan, self.held.last
        rounds = "no round is closed yet" if not last else f"{last} round{'s' if last > 1 else ''}"
        return f"{', '.join(plan.places)}; {rounds}; plan {plan.digest[:12]}."

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The evidence."""
        return effects_of(self.evidence)

    # ---- the panel -------------------------------------------------------------------------------------

    @property
    def coverage(self) -> Finding:
        """Whether the panel looks as it should."""
        return self.held.coverage

    @property
    def drop_out(self) -> Finding:
        """Who left."""
        return self.held.drop_out

    @property
    def delphi(self) -> Finding:
        """On what it agrees."""
        return self.held.delphi

    @property
    def opinions(self) -> Finding:
        """Groups of opinion."""
        return self.held.opinions

    @cached_property
    def reasons_shown(self) -> pd.DataFrame:
        """Reasons of the last round in which some were given, each once."""
        given = self.held.reasons
        texts = {i.id: i.text[self.held.plan.languages[0]] for i in self.held.plan.items}
        shown = given.assign(statement=given["item"].map(texts)).groupby(["statement", "reason"], sort=False)
        return shown.size().rename("given by").reset_index().head(20)

    # ---- goals and programmes --------------------------------------------------------------------------

    @cached_property
    def goals(self) -> Finding:
        """What counts."""
        item = _first(self.held, WEIGHING)
        return self.held.weights(item.id) if item else _not_asked("goals")

    @property
    def ranking(self) -> Finding:
        """Programmes by the panel's weights."""
        return self._ranked.ranking if self._weighed else self.goals

    @property
    def order(self) -> tuple[Finding, ...]:
        """The order, and where there is one, how sure it is and which weight would turn it."""
        if not isinstance(self.ranking, codesign.Ranking):
            return (self.ranking,)
        return self.ranking, self._ranked.sureness, self._ranked.sensitivity

    @cached_property
    def _ranked(self) -> RankedOptions:
        return RankedOptions(self.held, self.evidence)

    @property
    def _weighed(self) -> bool:
        return bool(self.held.of_kind(*WEIGHING))

    # ---- groups and money ------------------------------------------------------------------------------

    @cached_property
    def vote(self) -> Finding:
        """What would be funded."""
        item = _first(self.held, ("budget",))
        return self.held.vote(item.id) if item else _not_asked("a budget")

    @property
    def gains_by_group(self) -> Finding:
        """What each statement gains and loses by group."""
        return self.held.gains_by_group

    @property
    def pareto(self) -> Finding:
        """Statements that no other one beats for every role."""
        return self.held.pareto

    # ---- belief and evidence ---------------------------------------------------------------------------

    @cached_property
    def belief(self) -> Finding:
        """What the panel expects."""
        item = _first(self.held, ("quantity",))
        return self.held.belief(item.id) if item else _not_asked("an effect")

    @cached_property
    def clash(self) -> Finding:
        """Where belief and evidence part."""
        item = _first(self.held, ("quantity",))
        return clash(self.held, item.id, self.effects) if item else _not_asked("an effect")

    @cached_property
    def cases(self) -> Finding:
        """Cases elsewhere that fit the sectors and places."""
        words = self.held.title.removeprefix("SYNTHETIC example: ")
        return attempt(codesign.find_cases, sources.case_studies(), words)

    @cached_property
    def mechanisms(self) -> Finding:
        """Mechanisms of all cases beside effects of their programmes."""
        return attempt(codesign.mechanisms, sources.case_studies(), sources.effects())

    # ---- what follows ----------------------------------------------------------------------------------

    def mix(self, place: str, budget: float, people: int) -> Finding:
        """A mix of programmes by the panel's weights; it says whose they are."""
        item = _first(self.held, WEIGHING)
        wish = first_wish(place).but(budget=budget, people=people, evidence=self.evidence)
        if item is None:
            return _not_asked("goals")
        try:
            wish = wish.but(**self.held.wished_goals(item.id))
        except DesignError as refused:
            return _refused("a mix by the panel's weights", str(refused))
        return strategy(wish, seed=self.seed).portfolio


def _first(case: ConsultationCase, kinds: tuple[str, ...]) -> Item | None:
    return next(iter(case.of_kind(*kinds)), None)


def _not_asked(what: str) -> Finding:
    return _refused(what, f"This consultation did not ask about {what}")


def _refused(what: str, why: str) -> Finding:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Check, Finding

    told = why.removesuffix(".") + "."
    return Finding(
        question=f"Not answered: {what}",
        sentence=told,
        table=pd.DataFrame(),
        checks=(Check(what, "failed", told),),
        certainty="too little to say",
    )
