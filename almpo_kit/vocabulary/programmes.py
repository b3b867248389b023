"""Labour market policy (LMP) categories and the programme types of the evidence base.

The categories are those of the EU labour market policy database: 1 services, 2 training, 4 employment
incentives, 5 supported employment and rehabilitation, 6 direct job creation, 7 start-up incentives
(3, job rotation, was merged into 4; 8 and 9 are supports, not measures). Sanctions and monitoring have
no category of their own; they are kept apart because they push rather than help.
"""

from __future__ import annotations

from dataclasses import dataclass

LMP_CATEGORIES: dict[str, str] = {
    "1": "labour market services",
    "2": "training",
    "4": "employment incentives",
    "5": "supported employment and rehabilitation",
    "6": "direct job creation",
    "7": "start-up incentives",
    "8": "out-of-work income maintenance and support",
    "9": "early retirement",
}


@dataclass(frozen=True)
class ProgrammeType:
    """One type of programme: its key in frames, its label for people and its LMP category if it has one."""

    key: str
    label: str
    lmp_category: str | None


#: In the order in which screens and charts show them.
PROGRAMME_TYPES: dict[str, ProgrammeType] = {
    t.key: t
    for t in (
        ProgrammeType("services", "Job-search services", "1"),
        ProgrammeType("training", "Training", "2"),
        ProgrammeType("employment_incentives", "Employment incentives", "4"),
        ProgrammeType("supported_employment", "Supported employment", "5"),
        ProgrammeType("direct_job_creation", "Direct job creation", "6"),
        ProgrammeType("start_up_incentives", "Start-up incentives", "7"),
        ProgrammeType("sanctions_monitoring", "Sanctions and monitoring", None),
        ProgrammeType("mixed", "Mixed programmes", None),
    )
}

TARGET_GROUPS: dict[str, str] = {
    "all": "all jobseekers",
    "youth": "young people",
    "older": "older people",
    "men": "men",
    "women": "women",
    "long_term_unemployed": "long-term unemployed people",
    "disabled": "people with a disability or health condition",
    "welfare_recipients": "welfare recipients",
    "disadvantaged": "disadvantaged people",
    "migrants": "migrants",
}

DESIGNS: dict[str, str] = {
    "rct": "randomised trial",
    "rd": "regression discontinuity",
    "iv": "instrumental variable",
    "did": "difference-in-differences",
    "timing_of_events": "timing of events",
    "matching": "matching or weighting",
    "other": "another or unstated design",
}
