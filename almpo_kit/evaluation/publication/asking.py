"""What a person says about a study when she publishes it, and what cannot be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.vocabulary.frames import SUBSIDISED_JOB
from almpo_kit.vocabulary.places import normalise, nuts_level
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

NO_PROGRAMME = "no_programme"
#: What an arm without a programme is called; any other comparison must be said to be one, or to be none.
_NOTHING = frozenset(
    {
        *(
            "no programme",
            "no program",
            "none",
            "nothing",
            "control",
            "controls",
            "control group",
            "comparison",
        ),
        *(
            "waiting",
            "waiting list",
            "waits",
            "not yet",
            "not treated",
            "untreated",
            "not yet treated",
            "never treated",
        ),
        *("usual services", "ordinary services", "services as usual", "no offer"),
    }
)


@dataclass(frozen=True)
class Study:
    """What is said of a study, checked.

    Parameters
    ----------
    study_id, sample_id, country, source : str
    nuts : str or None
    programme_types : mapping of str to str
        Arm -> programme type or ``"no_programme"``.
    target_group, includes_subsidised_job : str
    start_year, end_year : int
    unemployment_rate : float
        NaN where not given.
    """

    study_id: str
    sample_id: str
    programme_types: Mapping[str, str]
    target_group: str
    country: str
    nuts: str | None
    start_year: int
    end_year: int
    unemployment_rate: float
    includes_subsidised_job: str
    source: str


def asked(
    *,
    study_id: Any,
    sample_id: Any,
    programme_types: Any,
    target_group: Any,
    country: Any,
    nuts: Any,
    start_year: Any,
    end_year: Any,
    unemployment_rate: Any,
    includes_subsidised_job: Any,
    source: Any,
) -> Study:
    """Check what is said of a study.

    Raises
    ------
    ParameterError
        Everything that is wrong, one a line.
    """
    faults: list[str] = []
    if not isinstance(study_id, str) or not study_id.strip():
        faults.append("study_id names the study, e.g. study_id='ministry2026'")
    if sample_id is not None and (not isinstance(sample_id, str) or not sample_id.strip()):
        faults.append(
            "sample_id names the people; studies of the same people share it. Leave it out if they are new"
        )
    if target_group not in TARGET_GROUPS:
        faults.append(f"target_group={target_group!r} is not known; choose one of {', '.join(TARGET_GROUPS)}")
    if includes_subsidised_job not in SUBSIDISED_JOB:
        faults.append(
            f"includes_subsidised_job={includes_subsidised_job!r}: choose {' or '.join(SUBSIDISED_JOB)}"
        )
    years = (start_year, end_year)
    if not all(_whole(y) and 1950 <= y <= 2030 for y in years) or start_year > end_year:
        faults.append(
            f"start_year={start_year!r} and end_year={end_year!r} are the first and last year of entry, e.g. 2019, 2021"
        )
    if unemployment_rate is not None and not (_real(unemployment_rate) and 0 <= unemployment_rate <= 60):
        faults.append(
            f"unemployment_rate={unemployment_rate!r} is the national rate of the first year in per cent, e.g. 7.4"
        )
    faults += _types(programme_types)
    places: dict[str, str] = {}
    for name, code in (("country", country), ("nuts", nuts)):
        if code is None and name == "nuts":
            continue
        try:
            places[name] = _place(name, code)
        except AlmpoError as error:
            faults.append(str(error))
    if faults:
        raise ParameterError("the study cannot be published like this:\n  " + "\n  ".join(faults))
    return Study(
        study_id=study_id.strip(),
        sample_id=(sample_id or study_id).strip(),
        programme_types=dict(programme_types),
        target_group=target_group,
        country=places["country"],
        nuts=places.get("nuts"),
        start_year=int(start_year),
        end_year=int(end_year),
        unemployment_rate=math.nan if unemployment_rate is None else float(unemployment_rate),
        includes_subsidised_job=includes_subsidised_job,
        source=" ".join(str(source).split()),
    )


def _types(programme_types: Any) -> list[str]:
    if not isinstance(programme_types, Mapping) or not programme_types:
        return ["programme_types says what each arm is, e.g. programme_types={'course': 'training'}"]
    wrong = {a: t for a, t in programme_types.items() if t not in (*PROGRAMME_TYPES, NO_PROGRAMME)}
    return [
        f"programme_types: {arm!r} is {kind!r}, which is not known; choose one of {', '.join(PROGRAMME_TYPES)} or {NO_PROGRAMME}"
        for arm, kind in wrong.items()
    ]


def _place(name: str, code: Any) -> str:
    if not isinstance(code, str):
        raise ParameterError(
            f"{name}={code!r} must be a code, e.g. {'EL' if name == 'country' else 'EL30'!r}"
        )
    place = normalise(code)
    if name == "country" and (len(place) != 2 or not place.isalpha()):
        raise ParameterError(
            f"country={code!r} is no country; give two letters, e.g. 'EL', and the region as nuts"
        )
    if name == "nuts":
        nuts_level(place)
    return place


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _real(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def programme_type(study: Study, arm: str) -> str:
    """Programme type of an arm whose effect is published.

    Raises
    ------
    ParameterError
    """
    kind = study.programme_types.get(arm)
    if kind is None or kind == NO_PROGRAMME:
        raise ParameterError(
            f"programme_types does not say what {arm!r} is; add it, e.g. programme_types={{{arm!r}: 'training'}}."
        )
    return kind


def comparator(study: Study, comparison: str) -> str:
    """What an arm is compared with, in the words of the evidence base.

    Raises
    ------
    ParameterError
        A comparison of which it is not known whether it is a programme.
    """
    kind = study.programme_types.get(comparison)
    if kind is None and comparison.strip().casefold() not in _NOTHING:
        raise ParameterError(
            f"it is not known whether the comparison {comparison!r} is a programme; say programme_types={{{comparison!r}: "
            f"'{NO_PROGRAMME}'}}, or which type it is, e.g. 'services'."
        )
    return NO_PROGRAMME if kind in (None, NO_PROGRAMME) else "other_programme"


def horizons(months: Sequence[float] | None) -> tuple[float, ...] | None:
    """The months asked for.

    Raises
    ------
    ParameterError
    """
    if months is None:
        return None
    if isinstance(months, str) or not len(months) or not all(_real(m) and 0 <= m <= 600 for m in months):
        raise ParameterError(
            f"months={months!r} are the months after entry to publish, e.g. months=(6, 12, 24)."
        )
    return tuple(float(m) for m in months)
