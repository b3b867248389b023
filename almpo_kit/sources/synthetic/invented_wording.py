"""Words of invented abstracts, by language: many ways to say one code, some of them shared with other topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Choices = tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """How one language names codes and builds the sentences of an abstract.

    Names in braces in the templates: ``programme, target, country, design, outcome, amount, figures, horizon, n,
    start, end, age, weeks, rate, cost``.
    """

    programmes: dict[str, Choices]
    targets: dict[str, Choices]
    countries: dict[str, Choices]
    designs: dict[str, Choices]
    outcomes: dict[str, Choices]
    horizons: dict[str, Choices]
    titles: Choices
    openings: Choices
    aims: Choices
    methods: Choices
    rises: Choices
    falls: Choices
    signed: Choices
    nothing: Choices
    asides: Choices
    closings: Choices
    decimal: str = "."


ENGLISH: Final = Wording(
    programmes={
        "services": (
            "intensive job-search assistance",
            "caseworker counselling",
            "mandatory meetings with caseworkers",
            "a job placement service",
            "job-search workshops and profiling",
            "vacancy referrals by caseworkers",
        ),
        "training": (
            "vocational training courses",
            "a classroom training programme",
            "training vouchers",
            "retraining of jobseekers",
            "a sectoral skills programme",
            "further training at private providers",
        ),
        "employment_incentives": (
            "wage subsidies",
            "a hiring credit paid to employers",
            "a temporary hiring subsidy",
            "a subsidised job in a private firm",
            "a reduction of social contributions for new hires",
            "an earnings supplement for those who take up work",
        ),
        "supported_employment": (
            "individual placement and support",
            "supported employment",
            "vocational rehabilitation with job coaching",
            "a return-to-work programme with graded exposure",
        ),
        "direct_job_creation": (
            "public works",
            "a job creation scheme",
            "temporary jobs in the public sector",
            "a job guarantee with community work",
        ),
        "start_up_incentives": (
            "a start-up subsidy",
            "support for entering self-employment",
            "start-up grants for the unemployed",
            "a bridging allowance for founders out of unemployment",
        ),
        "sanctions_monitoring": (
            "benefit sanctions",
            "stricter monitoring of job search",
            "temporary benefit cuts for missed appointments",
            "closer checks of job-search effort",
        ),
        "mixed": (
            "a package of counselling, training and subsidised work",
            "an activation programme that combines several measures",
        ),
    },
    targets={
        "all": ("jobseekers", "the registered unemployed", "people out of work"),
        "youth": ("young people", "unemployed youth", "school leavers without a job", "jobseekers under 25"),
        "older": ("older jobseekers", "unemployed people aged 50 and over"),
        "men": ("unemployed men", "men out of work"),
        "women": ("unemployed women", "women returning to work", "mothers out of work"),
        "long_term_unemployed": (
            "the long-term unemployed",
            "people out of work for more than a year",
            "long-term jobseekers",
        ),
        "disabled": (
            "people with severe mental illness",
            "jobseekers with a disability",
            "people on long-term sick leave",
        ),
        "welfare_recipients": ("welfare recipients", "recipients of social assistance"),
        "disadvantaged": ("hard-to-place jobseekers", "disadvantaged jobseekers", "low-skilled jobseekers"),
        "migrants": ("immigrants", "refugees", "newly arrived migrants"),
    },
    countries={
        "DE": ("Germany", "the German Federal Employment Agency", "West Germany", "Bavaria"),
        "FR": ("France", "French local agencies"),
        "AT": ("Austria", "the Austrian public employment service"),
        "DK": ("Denmark", "Danish municipalities"),
        "SE": ("Sweden", "Swedish register data"),
        "NL": ("the Netherlands", "Dutch municipalities"),
        "IT": ("Italy", "Lombardy", "the Italian region of Veneto"),
        "ES": ("Spain", "Catalonia", "Spanish social security records"),
        "PL": ("Poland", "Polish labour offices"),
        "FI": ("Finland", "Finnish register data"),
        "BE": ("Belgium", "Flanders"),
        "PT": ("Portugal", "Portuguese job centres"),
        "IE": ("Ireland", "Irish administrative data"),
        "HU": ("Hungary", "Hungarian county offices"),
    },
    designs={
        "rct": (
            "in a randomised controlled trial",
            "by random assignment to two groups",
            "in a field experiment",
            "using an oversubscribed programme whose places were drawn by lottery",
        ),
        "rd": (
            "with a regression discontinuity at the age limit",
            "using a sharp cut-off in eligibility",
            "comparing people just above and just below a threshold",
        ),
        "iv": (
            "with instrumental variables",
            "using the distance to the provider as an instrument",
            "exploiting the leniency of caseworkers as an instrument",
        ),
        "did": (
            "with difference-in-differences",
            "in an event study of a staggered reform",
            "comparing regions before and after the reform",
        ),
        "timing_of_events": (
            "with the timing-of-events approach",
            "in a bivariate duration model with unobserved heterogeneity",
        ),
        "matching": (
            "by propensity-score matching",
            "with inverse probability weighting",
            "under conditional independence with rich administrative records",
            "by comparing participants with matched non-participants",
        ),
    },
    outcomes={
        "employment_probability": (
            "the employment rate",
            "the probability of being employed",
            "employment",
            "the share in regular employment",
        ),
        "earnings": ("earnings", "average earnings", "labour income", "gross earnings from work"),
        "days_employed": ("days in employment", "the number of days worked", "cumulated days in work"),
        "months_employed": ("months in employment", "time in work", "the number of months worked"),
        "unemployment_duration": (
            "unemployment duration",
            "the time spent unemployed",
            "the length of unemployment",
        ),
        "job_finding_rate": ("the job-finding rate", "the exit rate to employment", "transitions into work"),
    },
    horizons={
        "start": (
            "{months} months after programme start",
            "{months} months after entry",
            "in month {months} after the start of participation",
            "{years} after programme start",
        ),
        "random_assignment": (
            "{months} months after random assignment",
            "at the {months}-month follow-up",
            "{years} after randomisation",
        ),
        "end": (
            "{months} months after the end of the programme",
            "{months} months after leaving the programme",
        ),
    },
    titles=(
        "Does {programme} help {target}? Evidence from {country}",
        "The effects of {programme} on {outcome}: evidence from {country}",
        "{programme} for {target}: what {country} can teach us",
        "Back to work? {programme} and {target} in {country}",
        "Do {target} gain from {programme}?",
        "Short- and long-run impacts of {programme}",
        "{country}: evaluating {programme}",
        "Lessons from {programme}",
    ),
    openings=(
        "Unemployment among {target} remains high.",
        "In {start} the unemployment rate stood at {rate} per cent.",
        "Governments spend billions on active labour market policy, and little is known about its returns.",
        "Many {target} stay on benefits for long.",
        "Public budgets are tight, so that it matters which measures work.",
        "",
        "",
    ),
    aims=(
        "We study {programme} for {target} in {country}.",
        "This paper evaluates {programme}, offered to {target} in {country} between {start} and {end}.",
        "We estimate the causal effect of {programme} on {target}, with data from {country}.",
        "The article asks whether {programme} brings {target} into work; the setting is {country}.",
        "{country} introduced {programme} in {start}. It was aimed at {target}.",
        "We report on {programme} ({weeks} weeks on average), a measure for {target} in {country}.",
    ),
    methods=(
        "Effects are estimated {design} (n = {n}).",
        "We identify the effect {design}. The sample has {n} people.",
        "The study follows {n} persons from {start} to {end} and proceeds {design}.",
        "Outcomes of {n} participants and controls are compared {design}.",
        "Impacts are measured {design}, for a sample of N={n}.",
    ),
    rises=(
        "{programme} raised {outcome} by {amount} {figures} {horizon}.",
        "We find that {outcome} increased by {amount} {figures} {horizon}.",
        "{horizon}, {outcome} was {amount} higher among participants {figures}.",
        "Participation leads to a gain in {outcome} of {amount} {figures}, measured {horizon}.",
        "Our main result is an increase in {outcome} of {amount} {horizon} {figures}.",
    ),
    falls=(
        "{programme} reduced {outcome} by {amount} {figures} {horizon}.",
        "We find that {outcome} fell by {amount} {figures} {horizon}.",
        "{horizon}, {outcome} was {amount} lower among participants {figures}.",
        "Participation leads to a decline in {outcome} of {amount} {figures}, measured {horizon}.",
    ),
    signed=(
        "The estimated effect on {outcome} {horizon} is {amount} {figures}.",
        "For {outcome} {horizon} the treatment effect amounts to {amount} {figures}.",
        "The impact on {outcome} was {amount} {figures} {horizon}.",
    ),
    nothing=(
        "There is no significant effect on {outcome} {horizon}.",
        "{outcome} did not differ between the groups {horizon}.",
    ),
    asides=(
        "Participants were {age} years old on average.",
        "Effects are larger where unemployment is high.",
        "During participation the programme keeps people from searching.",
        "The measure cost about {cost} euros per person.",
        "Results do not change when we drop the year {end}.",
        "We find no sign that non-participants lose out.",
        "Caseworkers chose participants freely in 40% of cases.",
        "",
        "",
    ),
    closings=(
        "The programme pays for itself after {weeks} months.",
        "The results speak for targeting the measure better.",
        "Whether the gains last is open.",
        "Benefits exceed costs under most assumptions.",
        "",
    ),
)
