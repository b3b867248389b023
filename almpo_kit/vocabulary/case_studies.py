"""Case studies as context, mechanism and outcome: what a record holds, and what its words mean.

A record says where and for whom something was tried (context), what is thought to have made the difference
(mechanism) and what became of it (outcome). A mechanism is a reading, not a measurement: ``mechanism_basis`` says
whose. The shape is that of realist evaluation (Pawson and Tilley 1997, Realistic Evaluation); the list of mechanisms is
ours, for this field, and short on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: In cells that hold several values.
SEPARATOR: Final = "|"


@dataclass(frozen=True)
class Mechanism:
    """One way in which a programme may work, or fail: key, label, meaning, and whether it helps or harms."""

    key: str
    label: str
    meaning: str
    works: Literal["for", "against"] = "for"


#: In the order of screens: what is done with the person, with the firm, in the place; then what works against it.
MECHANISMS: Final[dict[str, Mechanism]] = {
    m.key: m
    for m in (
        Mechanism(
            "information",
            "Knowing more",
            "people or firms learn of vacancies, rules or prospects that they did not know",
        ),
        Mechanism(
            "support",
            "Somebody with time",
            "a caseworker, coach or mentor with time for the person: a plan, contact, encouragement",
        ),
        Mechanism(
            "obligation",
            "Being obliged or watched",
            "duties, monitoring or sanctions, or their prospect, change what people do",
        ),
        Mechanism("skills", "New skills", "training raises what a person can do"),
        Mechanism(
            "signalling",
            "Showing what one can do",
            "a certificate, test or portfolio lets employers see what they could not see",
        ),
        Mechanism(
            "work_experience",
            "Work on the record",
            "time in a real workplace teaches what only work teaches, and leaves habits and references",
        ),
        Mechanism("screening", "Trying each other", "a trial shows employer and person whether they fit"),
        Mechanism(
            "networks", "Contacts", "ties to people who know of work open doors that an application does not"
        ),
        Mechanism(
            "mobility", "Moving to work", "help with moving or commuting brings people to where work is"
        ),
        Mechanism(
            "joined_services",
            "Services that act together",
            "health, social and employment services agree on one plan for the person",
        ),
        Mechanism(
            "tailored_matching",
            "Tied to a real vacancy",
            "training or referral is cut to a vacancy or to an employer who will hire",
        ),
        Mechanism(
            "cost_reduction",
            "Cheaper to hire",
            "a subsidy or rebate lowers what the worker costs the employer",
        ),
        Mechanism(
            "income_top_up", "Work pays more", "a supplement raises what the person keeps from working"
        ),
        Mechanism(
            "job_supply",
            "A job is provided",
            "a job is created for the person, by a public or a subsidised employer",
        ),
        Mechanism(
            "capital",
            "Means to start a business",
            "money, and time without pressure, to become self-employed",
        ),
        Mechanism(
            "retention",
            "Keeping the tie",
            "worker and firm stay attached through a season or a slump without work",
        ),
        Mechanism(
            "early_action",
            "Acting early",
            "help comes before or soon after the job is lost, or school is left",
        ),
        Mechanism(
            "local_partnership",
            "Local alliance",
            "firms, unions, municipality and offices of one place decide and pay together",
        ),
        Mechanism(
            "lock_in",
            "Less search meanwhile",
            "taking part leaves less time or reason to look for a job",
            "against",
        ),
        Mechanism(
            "deadweight",
            "Would have happened anyway",
            "money goes to hirings that would have been made without it",
            "against",
        ),
        Mechanism(
            "displacement",
            "Somebody else loses",
            "participants get jobs that others would have got",
            "against",
        ),
        Mechanism(
            "worse_jobs",
            "Worse jobs",
            "people take, or are left with, jobs that pay less or last less",
            "against",
        ),
    )
}

#: Whose reading a mechanism is.
MECHANISM_BASES: Final = {
    "shown": "the design of the study sets it apart from other explanations",
    "argued": "the source names it as the likely reason",
    "inferred": "the coder's reading; the source does not say so",
}
#: What became of it, against what would have been without it.
RESULTS: Final = {
    "better": "better than without it",
    "mixed": "better for some or on some counts, not on others",
    "no_difference": "no difference that can be told from chance",
    "worse": "worse than without it",
    "unclear": "a difference is reported; what was read does not say whether chance or selection explains it",
    "not_evaluated": "nobody compared it with what would have been without it, or it was not read",
}
#: What the outcome rests on, strongest first.
GROUNDS: Final = {
    "randomised": "a comparison by lot",
    "counterfactual": "a comparison with similar people, places or times",
    "monitoring": "counts or surveys of those who took part, or of a register",
    "description": "a description of the measure only",
}
#: Classes of unemployment; limits as on the maps. A convention of this workbench, no threshold of anybody's policy.
UNEMPLOYMENT: Final = {
    "low": "under 7% unemployed",
    "middle": "7% to under 10% unemployed",
    "high": "10% or more unemployed",
    "not_stated": "unemployment not stated",
}


@dataclass(frozen=True)
class CaseColumn:
    """One column of a table of case studies: name, meaning, whether it must be filled, and an example."""

    name: str
    meaning: str
    required: bool
    example: str


CASE_COLUMNS: Final[dict[str, CaseColumn]] = {
    c.name: c
    for c in (
        CaseColumn("case_id", "unique key", True, "el_hotel_training"),
        CaseColumn("title", "in a few words, with the place", True, "Winter training in hotels, Crete"),
        CaseColumn(
            "country", "Eurostat code (Greece EL, United Kingdom UK; EU = several countries)", True, "EL"
        ),
        CaseColumn("nuts", "regions, separated by |; empty = the whole country", False, "EL43"),
        CaseColumn("nuts_version", "edition of the NUTS codes; needed where nuts is filled", False, "2024"),
        CaseColumn(
            "sector",
            "NACE Rev. 2 sections or divisions, separated by |; empty = no particular sector",
            False,
            "I55",
        ),
        CaseColumn("unemployment", f"one of {', '.join(UNEMPLOYMENT)}", True, "high"),
        CaseColumn(
            "unemployment_basis",
            "which rate of which year says so; empty where not stated",
            False,
            "EL 2019, Eurostat",
        ),
        CaseColumn(
            "target_group",
            "key of the vocabulary of programmes, e.g. all, youth, long_term_unemployed",
            True,
            "all",
        ),
        CaseColumn(
            "context", "where, when and for whom, in words", True, "Hotels close from November to March."
        ),
        CaseColumn("programme_type", "key of the vocabulary of programmes, e.g. training", True, "training"),
        CaseColumn("programme_name", "what it is called there", True, "Winter school"),
        CaseColumn("start_year", "first year; empty = not known", False, "2019"),
        CaseColumn("end_year", "last year; empty = goes on, or not known", False, ""),
        CaseColumn("intervention", "what was done, in words", True, "Paid courses of 250 hours."),
        CaseColumn(
            "mechanism", "keys of the vocabulary of mechanisms, separated by |", True, "skills|retention"
        ),
        CaseColumn(
            "mechanism_basis",
            "shown, argued or inferred, one for each mechanism, in the same order",
            True,
            "argued|inferred",
        ),
        CaseColumn("how", "how it is thought to have worked, in words", True, "Staff stay with the hotel."),
        CaseColumn("result", f"one of {', '.join(RESULTS)}", True, "not_evaluated"),
        CaseColumn(
            "outcome",
            "what became of it, with figures and units where they were read",
            True,
            "No comparison was read.",
        ),
        CaseColumn(
            "implementation",
            "facts about carrying it out: who, how many, cost, take-up",
            False,
            "Up to 300 places.",
        ),
        CaseColumn("grounds", f"one of {', '.join(GROUNDS)}", True, "description"),
        CaseColumn("study_ids", "studies of the evidence base on this case, separated by |", False, ""),
        CaseColumn("estimate_ids", "only these estimates of them; empty = all", False, ""),
        CaseColumn(
            "source",
            "who says so, as a citation; begins with SYNTHETIC where invented",
            True,
            "Ministry of Tourism (2024)",
        ),
        CaseColumn("url", "addresses or DOIs, separated by |", False, "https://doi.org/…"),
        CaseColumn("checked", "against which text the record was checked", True, "page at url"),
        CaseColumn(
            "general",
            "what in the record was known only in general terms and not read in the source",
            False,
            "",
        ),
    )
}


def parts(cell: object) -> list[str]:
    """The values of a cell that may hold several.

    >>> parts("skills| retention")
    ['skills', 'retention']
    """
    if cell is None or cell != cell:
        return []
    return [p.strip() for p in str(cell).split(SEPARATOR) if p.strip()]
