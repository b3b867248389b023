"""Whose people advice is learned from: a person's own register or trial, or the SYNTHETIC example.

Advice is learned only from an evaluation that got as far as an estimate; one whose groups cannot be compared has no
gains to speak of, and that is said in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench import evaluation_files
from almpo_kit.workbench.caseloads import SUM, caseload
from almpo_kit.workbench.evaluation_cases import evaluation_case
from almpo_kit.workbench.evaluation_files import Case
from almpo_kit.workbench.evaluations import Walk, walk
from almpo_kit.workbench.jobseeker_forms import Field, asked_field, encoded

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evaluation import Estimate
    from almpo_kit.recommendation import Caseload

EXAMPLE = "SYNTHETIC register: training, job search, subsidy"
#: People of the example, months that each is followed, and how many times as many enter a programme as usually do.
_PEOPLE, _LAST, _ENTRY = 8_000, 36, 3.0
_FEATURES = ("age", "education", "months_employed_24", "local_unemployment")
#: Roles of covariates that are held constant.
_HELD = ("confounder", "history", "precision")
_GROUPS = ("female", "age", "migrant", "health_limitation")
#: Invented prices of the invented programmes: type, euro a participant, months.
_PROGRAMMES = {
    "training": ("training", 5200.0, 6.0),
    "job-search services": ("services", 700.0, 2.0),
    "wage subsidy": ("employment_incentives", 6000.0, 6.0),
}


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
    """

    case: Case
    programmes: pd.DataFrame
    features: tuple[str, ...]
    groups: tuple[str, ...]
    contexts: pd.DataFrame | None = None
    target: str = SUM
    seed: int = 0

    @property
    def name(self) -> str:
        """What it is called on screen."""
        return self.case.name

    @cached_property
    def walk(self) -> Walk:
        """The evaluation, of everybody and not only of those who took part, up to its verdict."""
        everybody = replace(self.case, plan={**self.case.plan, "estimand": "ate"})
        return walk(everybody, method="doubly_robust", seed=self.seed)

    @cached_property
    def estimate(self) -> Estimate:
        """The estimate.

        Raises
        ------
        DesignError
            The evaluation stopped before one; the message says at which step and why.
        """
        from almpo_kit import evaluation

        found = self.walk.estimate
        if not isinstance(found, evaluation.Estimate):
            raise DesignError(
                f"there is no advice from these people: {self.walk.verdict.sentence} An evaluation of them says more "
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
        """The labour market of a region as a row: ``geo, unemployment_class, skill_class``; unknown where no class is held."""
        import pandas as pd

        row = {"geo": geo, "unemployment_class": "unknown", "skill_class": "unknown"}
        if self.contexts is not None and (self.contexts["geo"] == geo).any():
            row |= {str(k): str(v) for k, v in self.contexts.set_index("geo").loc[geo].items()}
        return pd.DataFrame([row])

    def monthly(self) -> pd.DataFrame:
        """Effects on the chance of being in work, month by month: ``programme, months, effect, se, low, high`` (points)."""
        table = self.estimate.table
        path = table[(table["outcome"] == "employment_probability") & (table["unit"] == "percentage_points")]
        columns = ["programme", "months", "effect", "se", "low", "high"]
        return path.rename(columns={"arm": "programme"})[columns].reset_index(drop=True)


def advice_case(
    *,
    persons: str = "",
    design: str = "",
    entries: str = "",
    months: str = "",
    programmes: str = "",
    features: Sequence[str] = (),
    groups: Sequence[str] = (),
    target: str = SUM,
    seed: int = 0,
) -> AdviceCase:
    """The people of a person's own files, or the SYNTHETIC example where none are given.

    Parameters
    ----------
    persons, design, entries, months : str
        Files, as of ``evaluation_case``. The estimand becomes that of everybody ("ate"), whatever the design says.
    programmes : str
        A file with one row a programme: ``programme, programme_type``, optional ``unit_cost_eur, duration_months, capacity,
        cost_source``. Without it the types are those of ``[study]`` in the design, and nothing costs anything.
    features, groups : sequence of str
        What rules may look at, and what fairness is audited by; by default the modifiers of the design, and these with
        its sensitive covariates.
    target : str
        ``"months in work"`` or a column of outcomes.
    seed : int

    Raises
    ------
    DesignError
        Only a part of what is needed was given.
    DataError, ParameterError, FrameError
        Files or words that are none.
    """
    if not persons:
        if given := [
            name for name, path in {"design": design, "entries": entries, "months": months}.items() if path
        ]:
            raise DesignError(
                f"no file of persons was given, but {', '.join(given)}: one row a person, with an id."
            )
        return example(target=target, seed=seed)
    case = evaluation_case(persons=persons, design=design, entries=entries, months=months)
    table = _programme_table(programmes, programmes) if programmes else _from_study(case)
    return case_of(case, table, features=features, groups=groups, target=target, seed=seed)


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
        ``contexts, target, seed`` of :class:`AdviceCase`.

    Raises
    ------
    ParameterError
        Columns that persons does not have, or none to look at.
    """
    plan = case.plan
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


def example(*, target: str = SUM, seed: int = 0) -> AdviceCase:
    """The SYNTHETIC register with three programmes, invented prices, and invented labour markets."""
    import pandas as pd

    from almpo_kit import evaluation, sources

    made = sources.synthetic_register(
        _PEOPLE, assignment="at_entry", months=_LAST, entry_rate=_ENTRY, roll_out=None, seed=seed
    )
    followed = list(range(3, _LAST + 1, 3))
    persons = made.wide(followed)
    roles = dict.fromkeys([*_FEATURES, "female", "migrant", "health_limitation"], "confounder")
    plan = {
        "assignment": "matching",
        "comparison": "no programme",
        "outcomes": evaluation.measured(
            "employed_{month}", outcome="employment_probability", unit="percentage_points", months=followed
        ),
        "covariates": roles | {"months_employed_24": "history"},
        "modifiers": _FEATURES,
        "question": "What would each programme have given each person?",
    }
    programmes = pd.DataFrame(
        [(name, *rest, "SYNTHETIC") for name, rest in _PROGRAMMES.items()],
        columns=["programme", "programme_type", "unit_cost_eur", "duration_months", "cost_source"],
    )
    return case_of(
        Case(EXAMPLE, persons, plan),
        programmes,
        groups=_GROUPS,
        contexts=_invented_contexts(persons, seed),
        target=target,
        seed=seed,
    )


def _invented_contexts(persons: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Classes of the invented regions: by their invented unemployment, and skilled jobs by lot."""
    import numpy as np

    places = persons.groupby("geo", as_index=False)["local_unemployment"].first()
    high = places["local_unemployment"] > places["local_unemployment"].median()
    skilled = np.random.default_rng(seed).random(len(places)) < 0.5
    return places[["geo"]].assign(
        unemployment_class=np.where(high, "high", "low"), skill_class=np.where(skilled, "high", "low")
    )


def uploaded(files: Mapping[str, tuple[str, bytes]]) -> AdviceCase:
    """The people of files that were dropped into the browser; they are read from memory.

    Parameters
    ----------
    files : mapping of {"persons", "design", "entries", "months", "programmes"} to (file name, bytes)

    Raises
    ------
    DataError, DesignError, FrameError, ParameterError
        As :func:`advice_case`.
    """
    from io import BytesIO

    case = evaluation_files.uploaded({kind: file for kind, file in files.items() if kind != "programmes"})
    given = files.get("programmes")
    return case_of(case, _programme_table(given[0], BytesIO(given[1])) if given else _from_study(case))


def _programme_table(name: str, content: Any) -> pd.DataFrame:
    """A file of programmes."""
    import pandas as pd

    from almpo_kit.vocabulary.errors import DataError

    try:
        return pd.read_csv(content, sep=None, engine="python")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"the programmes in {name} cannot be read ({first[:200]}). Give a CSV file with programme, programme_type, "
            "unit_cost_eur, duration_months, capacity."
        ) from None


def _from_study(case: Case) -> pd.DataFrame:
    import pandas as pd

    types: Mapping[str, str] = case.study.get("programme_types", {})
    offered = {arm: kind for arm, kind in types.items() if kind != "no_programme"}
    if not offered:
        raise DesignError(
            "say what type each programme is: programme_types under [study] in the design, or a file of programmes "
            "(programme, programme_type, unit_cost_eur, …)."
        )
    return pd.DataFrame({"programme": list(offered), "programme_type": list(offered.values())})


def _with_role(plan: Mapping[str, Any], roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c, role in plan.get("covariates", {}).items() if role in roles)
