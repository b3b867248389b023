"""Invented abstracts on neighbouring topics: they share words with evaluations of programmes, and are none."""

from __future__ import annotations

from typing import Final

#: Topics so near that they open like an evaluation and carry its kind of title.
NEAR: Final = frozenset({"review", "theory", "description", "protocol"})
#: Why it is left out -> titles and sentences. Filled with words drawn for the same names as evaluations use.
TOPICS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "macro": (
        (
            "Unemployment and the business cycle in {country}",
            "Okun's law revisited: {country}",
            "Vacancies and hysteresis",
        ),
        (
            "We study how unemployment moves with output in {country}.",
            "A fall in output of 1 per cent raises the unemployment rate by {x} percentage points (s.e. {se}).",
            "The Beveridge curve shifted outwards after {start}.",
            "Shocks to matching efficiency explain {y}% of the variance.",
            "We estimate a vector autoregression on quarterly data, {start} to {end}.",
            "Long-term unemployment lowers the job-finding rate of others.",
        ),
    ),
    "education": (
        (
            "Returns to schooling in {country}",
            "Class size and later earnings",
            "Vocational or general education?",
        ),
        (
            "We estimate the effect of an additional year of schooling on earnings in {country}.",
            "A reform that raised the school-leaving age serves as an instrument.",
            "Earnings are {x} per cent higher ({se}).",
            "Pupils were randomly assigned to small classes.",
            "Vocational education smooths the transition from school to work.",
            "The sample covers {n} pupils born between {start} and {end}.",
        ),
    ),
    "health": (
        ("Exercise therapy for low back pain: a randomised trial", "Job loss and mental health in {country}"),
        (
            "Participants were randomised to therapy or usual care (n = {n}).",
            "The odds ratio was 1.{y} (95% CI 1.02 to 1.88) at 12 months.",
            "Job loss raises the risk of depression by {x} percentage points.",
            "Sick leave fell by {x} days (p = 0.03).",
            "Being unemployed is related to worse health among men.",
            "The trial followed patients for two years after randomisation.",
        ),
    ),
    "wage policy": (
        (
            "Minimum wages and employment in {country}",
            "Payroll taxes and wages",
            "Collective bargaining in {country}",
        ),
        (
            "We evaluate the minimum wage in {country} with difference-in-differences.",
            "The employment rate of low-wage workers fell by {x} percentage points (s.e. {se}), which is not significant.",
            "Wages rose by {y} per cent (t = 4.1).",
            "Firms pass {y}% of the payroll tax on to workers.",
            "The data cover {n} firms between {start} and {end}.",
        ),
    ),
    "benefits": (
        ("How generous should unemployment benefits be?", "Benefit duration and job search in {country}"),
        (
            "An extension of potential benefit duration lengthens unemployment by {x} weeks (s.e. {se}).",
            "We use a regression discontinuity at age 50 in {country}.",
            "Job search rises shortly before benefits run out.",
            "Consumption falls by {y} per cent at job loss.",
            "The replacement rate is {y}0 per cent in {country}.",
        ),
    ),
    "review": (
        (
            "Active labour market programmes: a review of reviews",
            "What works for {target}? A systematic review",
        ),
        (
            "We review {y}7 evaluations of active labour market programmes.",
            "On average {programme} raises employment by {x} percentage points (95% CI 0.5 to 3.2).",
            "Studies published after {start} report smaller effects.",
            "Databases were searched for studies on {target}.",
            "Heterogeneity between studies is large.",
        ),
    ),
    "theory": (
        ("Optimal {programme}: a search model", "Active labour market policy in general equilibrium"),
        (
            "We build a search and matching model with {programme}.",
            "The model is calibrated to {country}.",
            "In the model, welfare rises by {x} per cent.",
            "Displacement offsets most of the gains in equilibrium.",
            "Optimal policy pays a subsidy to {target} early in the spell.",
        ),
    ),
    "description": (
        (
            "Who takes part in {programme}?",
            "Lived experience of {target} in {country}",
            "Take-up of {programme}",
        ),
        (
            "We describe who takes part in {programme} in {country}.",
            "Interviews with {y}2 {target} show that trust in caseworkers matters.",
            "Women are {x} percentage points less likely to take part.",
            "No attempt is made to estimate effects.",
            "Of {n} entrants, {y}5% left the programme early.",
            "Caseworkers use profiling scores when they offer {programme}.",
        ),
    ),
    "protocol": (
        ("{programme} for {target}: study protocol", "Design of an evaluation of {programme} in {country}"),
        (
            "This protocol describes how the effects will be estimated.",
            "Recruitment of {n} people began in {start}.",
            "The primary outcome will be employment after 12 months.",
            "A difference of {x} percentage points can be detected with 80 per cent power.",
            "Results are expected after {end}.",
            "Caseworkers will be trained before the start.",
        ),
    ),
    "people in work": (
        ("Firm training and productivity", "Remote work and the wages of employees in {country}"),
        (
            "Employees who receive training at work earn {x} per cent more (s.e. {se}).",
            "We use matched employer-employee data of {n} workers in {country}.",
            "Training raises the productivity of firms.",
            "Selection into training is dealt with by propensity-score matching.",
            "The programme for managers was assigned by lottery to {y}0 firms.",
        ),
    ),
}
