"""Class limits of maps that can be said aloud, the same in every year, country and report.

A limit belongs to the class above it. Conventions of this workbench, chosen so that each of the published years
fills at least five classes; they are no thresholds of anybody's policy.
"""

from __future__ import annotations

#: By indicator, in the unit of the indicator.
LIMITS: dict[str, tuple[float, ...]] = {
    "unemployment_rate": (3, 5, 7, 10, 15),
    "employment_rate": (60, 65, 70, 75, 80),
    "neet_rate": (5, 7, 10, 15, 20),
    "tertiary_attainment": (20, 30, 40, 50),
    "youth_unemployment_rate": (5, 10, 15, 20, 30),
    "long_term_unemployment_rate": (1, 2, 3, 5, 8),
    "job_vacancy_rate": (1, 2, 3, 4, 5),
    "gdp_per_head_pps": (20_000, 30_000, 40_000, 60_000),
    "gdp_per_head_pps_index": (50, 75, 100, 125, 150),
}
