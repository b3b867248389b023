"""Everything that a page on a trial shows; each answer is worked out when it is asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit import experiments
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.invented_trials import RULE, AdaptiveTrial, adaptive_trial, saturation_trial
from almpo_kit.workbench.strategies import first_wish, strategy
from almpo_kit.workbench.trial_proposals import TrialProposal, propose, simulated
from almpo_kit.workbench.trial_questions import TrialQuestion
from almpo_kit.workbench.trial_values import trial_values
from almpo_kit.workbench.trials import open_trial
from almpo_kit.workbench.walked_example import WalkedExample

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.workbench.trials import TrialCase

#: People in each arm of a proposed trial, and euro beside the places in it.
_PER_ARM, _EURO = 500, 60_000.0


class ExperimentCase:
    """What a page on a trial shows.

    Parameters
    ----------
    trial : str
        Name of a kept trial; the SYNTHETIC example where empty.
    units, published, outcomes : str
        Files of a kept trial: the list, the published draw, the outcomes.
    asked : TrialQuestion
        What is sized, beside it.
    replications : int
        Simulated trials of each design.
    seed : int

    Raises
    ------
    ParameterError
        There is no such trial, or files without a trial.
    """

    def __init__(
        self,
        trial: str = "",
        *,
        asked: TrialQuestion,
        units: str = "",
        published: str = "",
        outcomes: str = "",
        replications: int = 300,
        seed: int = 20260101,
    ) -> None:
        if not trial and (units or published or outcomes):
            raise ParameterError("files belong to a kept trial: say which, e.g. -p trial='Digital 2027'.")
        self.asked, self.replications, self.seed = asked, replications, seed
        self._files = {"units": units, "published": published, "outcomes": outcomes}
        self._walk = None if trial else WalkedExample(seed)
        self.held: TrialCase = open_trial(trial) if self._walk is None else self._walk.case

    @property
    def title(self) -> str:
        """Which trial."""
        return self.held.title

    @property
    def words(self) -> str:
        """Where the trial is."""
        if self._walk is None:
            return self.held.state_words
        # Without the time: the page of the example is the same whenever it is made.
        return f"Invented, registered, drawn, looked at and analysed for this page; plan {self.held.kept.held.digest[:12]}."

    # ---- before anybody is drawn -----------------------------------------------------------------------

    @cached_property
    def proposal(self) -> TrialProposal:
        """Whether it can be learned, and by which design."""
        return propose(self.asked)

    @property
    def size(self) -> Finding:
        """What the design that is proposed can see."""
        found = self.proposal.sizes.get(self.proposal.kind)
        return found if found is not None else self.proposal

    @cached_property
    def designs(self) -> Finding:
        """Designs that can be run, simulated beside each other."""
        return attempt(self.comparison)

    def comparison(self) -> Finding:
        """The designs that can be run, beside each other.

        Raises
        ------
        DesignError
            None can be run.
        """
        return simulated(
            self.proposal,
            self.asked,
            replications=self.replications,
            seed=self.seed,
            costs={"cost_fixed": 40_000.0, "cost_per_group": 1_500.0, "cost_per_person": 60.0},
        )

    # ---- the trial -------------------------------------------------------------------------------------

    @cached_property
    def draw(self) -> Finding:
        """Who was drawn, in numbers; of a kept trial, whether the published draw is what seed and list give."""
        if self._walk is not None:
            return self._walk.draw
        return attempt(self.verification)

    def verification(self) -> Finding:
        """Whether the published draw is what seed and list give.

        Raises
        ------
        DesignError
            The files were not brought.
        """
        self._must_have("units", "published")
        return self.held.verify(self._files["units"], published=self._files["published"])

    @cached_property
    def balance(self) -> Finding:
        """Whether arms were alike before the trial."""
        if self._walk is None:
            return self.draw
        numbers = ["age", "woman", "education", "months_out_of_work", "skills_before"]
        return experiments.covariate_balance(
            self._walk.draw, self._walk.example.units, covariates=numbers, seed=self.seed
        )

    @cached_property
    def looks(self) -> tuple[Finding, ...]:
        """What was seen on the way, of the example; what a kept trial shows is told when somebody looks."""
        return () if self._walk is None else (self._walk.looks,)

    @cached_property
    def result(self) -> Finding:
        """Analysed as planned."""
        if self._walk is not None:
            return self._walk.result
        return attempt(self.analysis)

    def analysis(self) -> Finding:
        """The analysis as planned, of a trial that is closed.

        Raises
        ------
        DesignError
            The files were not brought.
        """
        self._must_have("published", "outcomes")
        # A page does not close a trial: whoever runs it does.
        return self.held.analyse(
            self._files["outcomes"],
            published=self._files["published"],
            units=self._files["units"] or None,
            closing=False,
        )

    def _must_have(self, *kinds: str) -> None:
        if missing := [k for k in kinds if not self._files[k]]:
            raise DesignError(
                f"the registry holds no people: bring {' and '.join(missing)}, e.g. -p {missing[0]}=FILE."
            )

    # ---- adaptive, and spilling over -------------------------------------------------------------------

    @cached_property
    def rule(self) -> Finding:
        """An adaptive rule beside equal shares and Thompson sampling."""
        setting = experiments.adaptive_setting("digital_skills")
        return experiments.simulate_rule(RULE, setting, replications=1000, seed=self.seed)

    @cached_property
    def _adaptive(self) -> AdaptiveTrial:
        return adaptive_trial(self.seed)

    @cached_property
    def adaptive(self) -> Finding:
        """What a SYNTHETIC adaptive trial found, beside plain means."""
        held = self._adaptive
        return experiments.adaptive_effects(
            held.outcomes,
            held.shares,
            arms=held.arms,
            question="What did the courses do, in a trial that moved towards what worked? · SYNTHETIC",
        )

    @cached_property
    def others(self) -> Finding:
        """Who loses what others gain, in a SYNTHETIC saturation design."""
        return experiments.spillovers(
            saturation_trial(self.seed),
            seed=self.seed,
            question="What do offers do to those offered, and to others? · SYNTHETIC",
        )

    # ---- which trial next ------------------------------------------------------------------------------

    def values(self, place: str, budget: float, evidence: str, value_of_one: float) -> Finding:
        """Trials of each programme, ranked by what they would add to the next budgets."""
        wish = replace(first_wish(place), budget=float(budget), evidence=evidence)
        trials = [
            experiments.ProposedTrial(
                name=str(p["programme"]), programmes=(str(p["programme"]),), per_arm=_PER_ARM, cost=_EURO
            )
            for p in wish.programmes
        ]
        more: dict[str, Any] = {"value_of_one": value_of_one, "prior_sd": 5.0, "seed": self.seed}
        return attempt(trial_values, strategy(wish, seed=self.seed).portfolio, trials, **more)
