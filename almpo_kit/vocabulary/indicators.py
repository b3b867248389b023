"""Regional and national statistics: what they are called, in which unit, and which direction is favourable.

``sign`` follows a number in a sentence ("5.9%"), ``points`` follows a difference ("0.4 points"); the two are
never exchanged, because a percentage and a percentage point are not the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Indicator:
    """One statistic of a place and a year.

    Parameters
    ----------
    key : str
        As in the ``indicator`` column of an ``indicators`` frame.
    label : str
        For titles and axes, e.g. ``"Unemployment rate"``.
    subject : str
        For the middle of a sentence, e.g. ``"unemployment"``.
    unit : str
        In words, with the age band where there is one.
    sign : str
        What follows a value; empty where nothing does.
    points : str
        What follows a difference of two values.
    digits : int
        Decimals that the source warrants.
    favourable : {-1, 0, 1}
        +1 where more is better for people, −1 where less is, 0 where neither can be said.
    survey : bool
        From the EU Labour Force Survey, so with sampling error and with the break of 2021.
    eu_value : float or None
        The EU-27 value where it is fixed by definition (an index with EU27 = 100).
    note : str
        What a reader must know before comparing values; empty where there is nothing.
    count : bool
        A number of people, not a rate: it weighs regions that are merged and is never ranked or coloured as if a
        larger region stood better.
    """

    key: str
    label: str
    subject: str
    unit: str
    sign: str = "%"
    points: str = "points"
    digits: int = 1
    favourable: Literal[-1, 0, 1] = 1
    survey: bool = True
    eu_value: float | None = None
    note: str = ""
    count: bool = False


_PPS_NOTE = (
    "GDP per head counts what is produced in a region, including by commuters who live elsewhere, "
    "so it is high in capitals and is not the income of those who live there."
)

#: In the order in which screens and briefs show them.
INDICATORS: dict[str, Indicator] = {
    i.key: i
    for i in (
        Indicator(
            "unemployment_rate",
            "Unemployment rate",
            "unemployment",
            "% of the labour force aged 15–74",
            favourable=-1,
        ),
        Indicator(
            "employment_rate",
            "Employment rate",
            "the employment rate of people aged 20–64",
            "% of the population aged 20–64",
        ),
        Indicator(
            "gdp_per_head_pps",
            "GDP per head",
            "GDP per head at current prices",
            "purchasing power standards (PPS) per inhabitant, current prices",
            sign=" PPS",
            points="PPS",
            digits=0,
            survey=False,
            note=f"{_PPS_NOTE} It is at current prices: a change over time is not growth in volume.",
        ),
        Indicator(
            "gdp_per_head_pps_index",
            "GDP per head, EU27 = 100",
            "GDP per head (EU27 = 100)",
            "index of PPS per inhabitant, EU27 = 100",
            sign="",
            points="index points",
            digits=0,
            survey=False,
            eu_value=100.0,
            note=_PPS_NOTE,
        ),
        Indicator(
            "tertiary_attainment",
            "Tertiary attainment",
            "the share of people aged 25–64 with tertiary education",
            "% of the population aged 25–64",
            note="Attainment says what people have learned, not whether skilled jobs exist for them.",
        ),
        Indicator(
            "neet_rate",
            "Young people neither in work nor in education",
            "the share of young people neither in work nor in education or training",
            "% of young people (age band as the data say; the reference table does not, its levels fit 15–24)",
            favourable=-1,
            note="The reference table does not state the age band of this rate; its levels fit ages 15–24. Data pulled "
            "from Eurostat are of ages 15–29.",
        ),
        Indicator(
            "youth_unemployment_rate",
            "Youth unemployment rate",
            "youth unemployment",
            "% of the labour force aged 15–24",
            favourable=-1,
        ),
        Indicator(
            "long_term_unemployment_rate",
            "Long-term unemployment rate",
            "long-term unemployment",
            "% of the labour force aged 15–74, unemployed for a year or more",
            favourable=-1,
        ),
        Indicator(
            "job_vacancy_rate",
            "Job vacancy rate",
            "the job vacancy rate",
            "% of posts that are vacant (sections B–S, not seasonally adjusted)",
            favourable=0,
            survey=False,
        ),
        Indicator(
            "skilled_jobs_share",
            "Skilled jobs",
            "the share of the labour force in skilled jobs",
            "% of the labour force aged 15–74 employed as professionals, technicians or associate professionals "
            "(ISCO-08 major groups 2 and 3)",
            note="Eurostat publishes it as people employed in science and technology (HRSTO). The base is the labour "
            "force, so unemployment alone lowers it a little: 10% unemployment takes a tenth off the share.",
        ),
        Indicator(
            "population",
            "Population",
            "the number of inhabitants",
            "inhabitants on 1 January",
            sign="",
            points="inhabitants",
            digits=0,
            favourable=0,
            survey=False,
            count=True,
        ),
        Indicator(
            "labour_force",
            "Labour force",
            "the labour force",
            "thousand people aged 15–74 in work or unemployed",
            sign=" thousand",
            points="thousand",
            favourable=0,
            count=True,
        ),
    )
}
#: Numbers of people: denominators when regions are merged.
COUNTS: tuple[str, ...] = tuple(key for key, meaning in INDICATORS.items() if meaning.count)
