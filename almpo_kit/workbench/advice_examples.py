"""The SYNTHETIC people that advice can be tried on: a register with three programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.workbench.advice_people import AdviceCase, case_of
from almpo_kit.workbench.caseloads import SUM
from almpo_kit.workbench.evaluation_files import Case

if TYPE_CHECKING:
    import pandas as pd

EXAMPLE = "SYNTHETIC register: training, job search, subsidy"
#: People of the example, months that each is followed, and how many times as many enter a programme as usually do.
_PEOPLE, _LAST, _ENTRY = 8_000, 36, 3.0
_FEATURES = ("age", "education", "months_employed_24", "local_unemployment")
_GROUPS = ("female", "age", "migrant", "health_limitation")
#: Invented prices of the invented programmes: type, euro a participant, months.
_PROGRAMMES = {
    "training": ("training", 5200.0, 6.0),
    "job-search services": ("services", 700.0, 2.0),
    "wage subsidy": ("employment_incentives", 6000.0, 6.0),
}


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
        # Invented people are weighed with invented studies: published ones would be of another world.
        effects=sources.synthetic_studies(seed=seed).effects,
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
