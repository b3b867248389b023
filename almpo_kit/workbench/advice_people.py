"""People to learn advice from: their evaluation, and what is asked of a jobseeker.

Advice is learned only from an evaluation that got as far as an estimate; one whose groups cannot be compared has no
gains to speak of, and that is said in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.caseloads import SUM, caseload
from almpo_kit.workbench.evaluation_files import Case
from almpo_kit.workbench.evaluations import Walk, walk
from almpo_kit.workbench.jobseeker_forms import Field, asked_field, encoded

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evaluation import Estimate
    from almpo_kit.recommendation import Caseload

#: Roles of covariates that are held constant.
_HELD = ("confounder", "history", "precision")
#: What a design says of a trial and of people who were compared alike.
_OF_BOTH = ("comparison", "outcomes", "modifiers", "cluster", "weight", "question")


@dataclass(frozen=True)
class AdviceCase:
    """People to learn gains from. What costs time (the evaluation) is done when first asked for, and once.

    Parameters
    ----------
    case : Case
        Persons and the design of their evaluation.
    programmes : DataFrame
        As of ``recommendation.menu``.
    features, groups : tuple of str
        Columns of persons that rules look at, and that fairness is audited by.
    contexts : DataFrame or None
        ``geo, unemployment_class, skill_class``.
    target : str
    seed : int
    effects : DataFrame or None
        Published effects to be weighed with these people; those of the evidence base where None.
    """

    case: Case
    programmes: pd.DataFrame
    features: tuple[str, ...]
    groups: tuple[str, ...]
    contexts: pd.DataFrame | None = None
    target: str = SUM
    seed: int = 0
    effects: pd.DataFrame | None = None

    @cached_property
    def evidence(self) -> pd.DataFrame | None:
        """Published effects in the unit of these people; None where there are none."""
        from almpo_kit import sources
        from almpo_kit.workbench.evidence_for_advice import beside

        return beside(self.people, sources.effects() if self.effects is None else self.effects)

    @property
    def name(self) -> str:
        """What it is called on screen."""
        return self.case.name

    @cached_property
    def walk(self) -> Walk:
        """The evaluation, of everybody and not only of those who took part, up to its verdict."""
        everybody = replace(self.case, plan={**self.case.plan, "estimand": "ate"})
        # A trial is judged as the trial it is; its method of estimation is that of its design.
        method = "" if self.case.plan.get("assignment") == "rct" else "doubly_robust"
        return walk(everybody, method=method, seed=self.seed)

    @cached_property
    def scored(self) -> Walk:
        """The walk that has a score of every person: that of the evaluation itself, unless it is a trial.

        A trial's own estimators give no scores. The doubly robust one holds in a trial too, the lot being as good as any
        confounder is held constant; blocks, within which the lot was drawn, are held constant with the covariates.
        """
        plan = dict(self.case.plan)
        if plan.get("assignment") != "rct" or not isinstance(self.walk.estimate, _estimate_kind()):
            return self.walk
        # What only sharpens a trial is what is held constant when its people are scored.
        held = {
            n: "confounder" if r == "precision" else r
            for n, r in plan.get("covariates", {}).items()
            if r in _HELD
        }
        if block := plan.pop("block", None):
            held[str(block)] = "confounder"
        if not held:
            raise DesignError(
                "advice from a trial needs something that was known of people before it: name a covariate in the design, "
                'e.g. age = "precision".'
            )
        kept = {name: plan[name] for name in _OF_BOTH if name in plan}
        as_matched = kept | {"assignment": "matching", "estimand": "ate", "covariates": held}
        return walk(replace(self.case, plan=as_matched), method="doubly_robust", seed=self.seed)

    @cached_property
    def estimate(self) -> Estimate:
        """The estimate.

        Raises
        ------
        DesignError
            The evaluation stopped before one; the message says at which step and why.
        """
        found = self.scored.estimate
        if not isinstance(found, _estimate_kind()):
            raise DesignError(
                f"there is no advice from these people: {self.scored.verdict.sentence} An evaluation of them says more "
                "(almpo report evaluation, or the app)."
            )
        return found

    @cached_property
    def people(self) -> Caseload:
        """The people, with what each programme would have given them."""
        from almpo_kit import evaluation, recommendation

        verdict = self.walk.verdict
        return caseload(
            self.estimate,
            self.case.persons,
            recommendation.menu(self.programmes, comparison=self.estimate.sample.arms[0]),
            features=self.features,
            groups=self.groups,
            contexts=self.contexts,
            target=self.target,
            verdict=verdict.verdict if isinstance(verdict, evaluation.Verdict) else "",
        )

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What is asked about a jobseeker: one field a feature."""
        return tuple(asked_field(self.case.persons[name]) for name in self.features)

    def person(self, **known: Any) -> pd.DataFrame:
        """One jobseeker as a row of features; what is left out is as usual (see ``jobseeker_forms.encoded``)."""
        return encoded(self.fields, self.people.names, known)

    def labour_market(self, geo: str) -> pd.DataFrame:
        """The labour market of a region as a row: ``geo, unemployment_class, skill_class``; unknown where no class is held.

        ``""`` stands for one of the regions of these people, nobody knows which; any other name that is none of them for
        another place, of which these people tell less.
        """
        import pandas as pd

        row = {"geo": geo or "unknown", "unemployment_class": "unknown", "skill_class": "unknown"}
        if self.contexts is not None and (self.contexts["geo"] == geo).any():
            row |= {str(k): str(v) for k, v in self.contexts.set_index("geo").loc[geo].items()}
        return pd.DataFrame([row])

    def monthly(self) -> pd.DataFrame:
        """Effects on the chance of being in work, month by month: ``programme, months, effect, se, low, high`` (points)."""
        table = self.estimate.table
        path = table[(table["outcome"] == "employment_probability") & (table["unit"] == "percentage_points")]
        columns = ["programme", "months", "effect", "se", "low", "high"]
        return path.rename(columns={"arm": "programme"})[columns].reset_index(drop=True)


def _estimate_kind() -> type[Estimate]:
    from almpo_kit import evaluation

    return evaluation.Estimate


def case_of(
    case: Case,
    programmes: pd.DataFrame,
    *,
    features: Sequence[str] = (),
    groups: Sequence[str] = (),
    **more: Any,
) -> AdviceCase:
    """People of an evaluation case.

    Parameters
    ----------
    case : Case
    programmes : DataFrame
        As of ``recommendation.menu``.
    features, groups
        As of :func:`advice_case`.
    **more
        ``contexts, target, seed, effects`` of :class:`AdviceCase`.

    Raises
    ------
    ParameterError
        Columns that persons does not have, or none to look at.
    FrameError
        Programmes that are none.
    """
    from almpo_kit import recommendation

    plan = case.plan
    if not isinstance(plan.get("modifiers", ()), list | tuple):
        raise ParameterError(
            'modifiers of the design are a list of columns, e.g. modifiers = ["age", "education"].'
        )
    # Looked at when they come, and not when the first screen stumbles over them.
    recommendation.menu(programmes, comparison=str(plan.get("comparison", "no programme")))
    chosen = tuple(features) or tuple(plan.get("modifiers", ())) or _with_role(plan, _HELD)
    audited = tuple(groups) or tuple(dict.fromkeys([*_with_role(plan, ("sensitive",)), *chosen]))
    if missing := [c for c in (*chosen, *audited) if c not in case.persons]:
        raise ParameterError(
            f"persons has no column {', '.join(missing)}; features and groups are columns of persons."
        )
    if not chosen:
        raise ParameterError(
            "no feature was named; give features=[…], columns of persons that a rule may look at."
        )
    return AdviceCase(case, programmes, chosen, audited, **more)


def _with_role(plan: Mapping[str, Any], roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c, role in plan.get("covariates", {}).items() if role in roles)
