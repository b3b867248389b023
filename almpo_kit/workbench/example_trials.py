"""A SYNTHETIC trial whose truth is known: a digital course for people who have been out of work for long, in twelve offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, stamp
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

if TYPE_CHECKING:
    import pandas as pd

NAME: Final = "SYNTHETIC digital course"
ARMS: Final = ("no programme", "digital course")
#: Offices; people of each on the list; of each who come later.
OFFICES, PEOPLE, LATER = 12, 200, 3
#: What the course does to those who take it, which nobody does who is not offered it: share in work after 18 months, and points of a test of digital skills.
EFFECT: Final = {"employed": 0.15, "digital_skills": 9.0}
_TAKE_UP, _ANYWAY, _LOST = 0.8, 0.0, 0.06
_MONTHS = 12


@dataclass(frozen=True, eq=False, repr=False)
class ExampleTrial:
    """A SYNTHETIC trial.

    Parameters
    ----------
    plan : TrialPlan
    units : DataFrame, shape (2400, ...)
        The list: ``id, office, age, woman, education`` (years)``, months_out_of_work, skills_before, entry_month, source``.
    late_units : DataFrame, shape (36, ...)
        People who come after the draw.
    hidden : DataFrame
        What nobody sees: who would take the course, and each one's outcomes with it and without.
    """

    plan: TrialPlan
    units: pd.DataFrame
    late_units: pd.DataFrame
    hidden: pd.DataFrame

    def __repr__(self) -> str:
        return f"SYNTHETIC trial: {len(self.units)} people in {OFFICES} offices"

    @property
    def truth(self) -> dict[str, float]:
        """Mean effect of the offer on the people of the list, by outcome."""
        here = self.hidden.loc[list(self.units["id"])]
        moved = here["takes"] & ~here["anyway"]
        return {o: float(((here[f"{o}_1"] - here[f"{o}_0"]) * moved).mean()) for o in EFFECT}

    def outcomes(self, assignments: pd.DataFrame, *, up_to: int = _MONTHS) -> pd.DataFrame:
        """What is measured, given who was offered the course.

        Parameters
        ----------
        assignments : DataFrame
            An ``assignments`` frame of these people.
        up_to : int
            Months of entry whose people were measured by now, 1 to 12.

        Returns
        -------
        DataFrame
            The columns of the list, ``employed, digital_skills`` (missing where nobody was found again)``, received`` and ``look`` (at which
            it was first known).
        """
        import pandas as pd

        people = pd.concat([self.units, self.late_units]).set_index("id")
        arm = assignments.set_index("id")["arm"]
        known = people.loc[arm.index]
        hidden = self.hidden.loc[arm.index]
        took = np.where(arm == ARMS[1], hidden["takes"], hidden["anyway"]).astype(bool)
        found = known.assign(
            **{o: np.where(took, hidden[f"{o}_1"], hidden[f"{o}_0"]) for o in EFFECT},
            received=np.where(took, *ARMS[::-1]),
            # Three looks were planned: one after each four months of entry.
            look=((known["entry_month"] - 1) // 4 + 1).to_numpy(),
        )
        found.loc[hidden["lost"].to_numpy(), list(EFFECT)] = np.nan
        seen = found[found["entry_month"] <= up_to].reset_index()
        return stamp(seen, *_version(self.plan))


def example_trial(seed: int = 20260101, *, kind: str = "blocked") -> ExampleTrial:
    """A SYNTHETIC trial: its plan, its list, and what would be measured.

    Parameters
    ----------
    seed : int
        Same seed, same bytes.
    kind : {"blocked", "cluster"}
        People drawn within offices, or whole offices.

    Returns
    -------
    ExampleTrial

    Raises
    ------
    ParameterError
        No such kind.
    """
    if kind not in ("blocked", "cluster"):
        raise ParameterError(
            f"kind={kind!r}: the example is drawn 'blocked' (people) or 'cluster' (offices)."
        )
    rng = np.random.default_rng(np.random.SeedSequence([seed, 101]))
    people = _people(rng)
    hidden = _hidden(people, rng)
    plan = example_plan(kind)
    later = people["id"].str.endswith("late")
    first, second = (
        stamp(p.reset_index(drop=True), *_version(plan)) for p in (people[~later], people[later])
    )
    return ExampleTrial(plan, first, second, hidden)


def example_plan(kind: str = "blocked") -> TrialPlan:
    """The plan of the example."""
    n, shares = OFFICES * PEOPLE, dict.fromkeys(ARMS, 0.5)
    design = (
        TrialDesign("blocked", shares, people=n)
        if kind == "blocked"
        else TrialDesign("cluster", shares, clusters=OFFICES, cluster_size=PEOPLE)
    )
    return TrialPlan(
        name=NAME if kind == "blocked" else f"{NAME} by office",
        question="Does a digital course bring people who have been out of work for long into work?",
        population="Invented people who have been out of work for six months or more, in twelve invented offices.",
        design=design,
        outcomes=(
            TrialOutcome(
                "employed",
                "binary",
                0.32,
                months=18,
                outcome="employment_probability",
                icc=0.02 if kind == "cluster" else 0.0,
                explained=0.05,
            ),
            TrialOutcome("digital_skills", "continuous", 48.0, sd=15.0, months=6, explained=0.4),
        ),
        smallest_effect=0.08,
        estimator="blocked" if kind == "blocked" else "cluster",
        programme_types={ARMS[1]: "training"},
        country="EL",
        start_year=2027,
        end_year=2027,
        target_group="long_term_unemployed",
        covariates=(),
        blocks=("office",) if kind == "blocked" else (),
        cluster="" if kind == "blocked" else "office",
        losses=Losses(attrition=_LOST, take_up=_TAKE_UP, taken_anyway=_ANYWAY),
        looks=3,
        harm="Stop if those offered the course are surely less often in work.",
        seed_source="First draw of the state lottery after the list was closed.",
        unemployment_rate=10.0,
        synthetic=True,
    )


def _people(rng: np.random.Generator) -> pd.DataFrame:
    import pandas as pd

    n = OFFICES * (PEOPLE + LATER)
    office = np.repeat(np.arange(1, OFFICES + 1), PEOPLE + LATER)
    turn = np.tile(np.arange(1, PEOPLE + LATER + 1), OFFICES)
    months = 6 + np.round(rng.exponential(9, n))
    frame = pd.DataFrame(
        {
            "id": [
                f"P{o:02d}-{t:03d}{'late' if t > PEOPLE else ''}" for o, t in zip(office, turn, strict=True)
            ],
            "office": [f"office {o:02d}" for o in office],
            "age": rng.integers(20, 61, n),
            "woman": rng.integers(0, 2, n),
            "education": np.clip(np.round(rng.normal(11, 2.5, n)), 6, 18).astype(int),
            "months_out_of_work": months.astype(int),
            "skills_before": np.round(np.clip(rng.normal(45, 15, n), 0, 100), 1),
            "entry_month": np.where(turn > PEOPLE, _MONTHS, (turn - 1) * _MONTHS // PEOPLE + 1),
            "source": f"{SYNTHETIC} people",
        }
    )
    return frame


def _hidden(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Who would take the course, and each one's outcomes with it and without."""
    import pandas as pd

    n = len(people)
    office = pd.factorize(people["office"])[0]
    place = rng.normal(0, 0.04, OFFICES)[office]
    chance: Any = (
        (
            0.32
            + place
            + 0.015 * (people["education"] - 11)
            - 0.004 * (people["months_out_of_work"] - 15)
            - 0.002 * (people["age"] - 40)
        )
        .to_numpy()
        .clip(0.05, 0.85)
    )
    luck, takes = rng.random(n), rng.random(n)
    skills = 17 + people["skills_before"].to_numpy() * 0.7 + rng.normal(0, 11, n)
    return pd.DataFrame(
        {
            # Nobody is kept from it by being offered it: who takes it anyway takes it when offered.
            "takes": takes < _TAKE_UP,
            "anyway": takes < _ANYWAY,
            "lost": rng.random(n) < _LOST,
            "employed_0": (luck < chance).astype(float),
            "employed_1": (luck < chance + EFFECT["employed"]).astype(float),
            "digital_skills_0": np.round(skills, 1),
            "digital_skills_1": np.round(skills + EFFECT["digital_skills"], 1),
        },
        index=pd.Index(people["id"], name="id"),
    )


def _version(plan: TrialPlan) -> tuple[DataVersion, ...]:
    return (DataVersion(f"people of {plan.name}", "1", kind="synthetic"),)
