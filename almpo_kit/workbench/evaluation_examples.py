"""What can be evaluated out of the box: trials that packages carry, and a SYNTHETIC register."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.evaluation_files import Case, register

_EARNINGS_1974 = {"re74": "history"}
_LALONDE = {
    "age": "confounder",
    "education": "confounder",
    "black": "confounder",
    "hispanic": "confounder",
    "married": "confounder",
    "no_degree": "confounder",
    "re75": "history",
}
_JOBS_II = {
    "econ_hard": "confounder",
    "depress1": "confounder",
    "female": "confounder",
    "age": "confounder",
    "occupation": "confounder",
    "marital": "confounder",
    "non_white": "confounder",
    "education": "confounder",
    "income": "confounder",
}
#: Example -> what it is called on screen.
EXAMPLES: dict[str, str] = {
    "nsw": "NSW: the trial itself (US, 1975–78)",
    "nsw_full": "NSW: the trial, LaLonde’s full sample",
    "nsw_psid": "NSW: survey PSID in place of the trial’s controls",
    "nsw_cps": "NSW: survey CPS in place of the trial’s controls",
    "jobs_ii": "JOBS II: workshops in job search (US, 1990s)",
    "register": "SYNTHETIC register: training, job search, subsidy",
}
#: Persons of the SYNTHETIC register (enough for most months to say something) and months that each is followed.
_PEOPLE, _FOLLOWED = 12_000, 60


def example(key: str, *, seed: int = 0) -> Case:
    """One of the examples.

    Parameters
    ----------
    key : str
        A key of :data:`EXAMPLES`.
    seed : int
        Of the SYNTHETIC register.

    Raises
    ------
    ParameterError
        No such example.
    """
    from almpo_kit import sources

    if key not in EXAMPLES:
        raise ParameterError(f"there is no example {key!r}; there are {', '.join(EXAMPLES)}.")
    if key == "register":
        made = sources.synthetic_register(_PEOPLE, months=_FOLLOWED, seed=seed)
        case = register(
            EXAMPLES[key], made.persons, made.entries, made.months, modifiers=("age", "female", "education")
        )
        types = {
            "training": "training",
            "job-search services": "services",
            "wage subsidy": "employment_incentives",
            "waiting": "no_programme",
        }
        return replace(case, study={"programme_types": types})
    if key == "jobs_ii":
        return Case(
            EXAMPLES[key],
            sources.jobs_ii(),
            _jobs_ii_plan(),
            study=_study("vinokur1995", {"JOBS workshop": "services", "booklet": "no_programme"}, 1991, 1993),
        )
    controls = {"nsw_psid": "psid", "nsw_cps": "cps"}.get(key, "experiment")
    subsample = "full" if key == "nsw_full" else "dehejia_wahba"
    persons = sources.lalonde(controls, subsample=subsample)  # type: ignore[arg-type]
    plan = _lalonde_plan("rct" if controls == "experiment" else "matching", known_1974="re74" in persons)
    return Case(
        EXAMPLES[key], persons, plan, study=_study("lalonde1986", {"training": "training"}, 1975, 1977)
    )


def _lalonde_plan(assignment: str, *, known_1974: bool) -> dict[str, Any]:
    from almpo_kit import evaluation

    return {
        "assignment": assignment,
        "comparison": "no programme",
        "outcomes": evaluation.measured("re78", outcome="earnings", unit="usd_per_year", months=24),
        "covariates": _LALONDE | (_EARNINGS_1974 if known_1974 else {}),
        "modifiers": ("age", "education", "re75"),
        "question": "What did supported work do to earnings in 1978?",
    }


def _jobs_ii_plan() -> dict[str, Any]:
    from almpo_kit import evaluation

    return {
        "assignment": "rct",
        "comparison": "booklet",
        "outcomes": evaluation.measured(
            "work1", outcome="employment_probability", unit="percentage_points", months=6
        ),
        "covariates": _JOBS_II,
        "modifiers": ("depress1", "econ_hard"),
        "took_part": "took_part",
        "question": "What did the offer of a job-search workshop do to work half a year later?",
    }


def _study(study_id: str, types: dict[str, str], first: int, last: int) -> dict[str, Any]:
    return {
        "study_id": study_id,
        "programme_types": types,
        "country": "US",
        "start_year": first,
        "end_year": last,
    }
