"""Named shocks with sizes taken from what happened before.

Sizes are of the United States, 1951 to 2019, monthly (Michaillat and Saez 2021; see ``tests/reference/README.md``): the ten
falls and nine rises of tightness between the turning points that :func:`almpo_kit.matching.cycle` dates. *Mild* is the
quartile of falls that did least (unemployment +53%, vacancies −41%), *deep* the quartile that did most (+95%, −54%; the
Great Recession: +116%, −55%); *recovery* is the median of the first twelve months after a trough (−19%, +28%). European unemployment
moves less where short-time work and dismissal rules hold it, so that they are large rather than small there. The shocks to
one group of occupations let the deep recession fall on it alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """A named shock: relative changes of unemployed and vacancies, in all cells or in one group of occupations."""

    label: str
    unemployed_change: float
    vacancies_change: float
    occupation: str = ""


PRESETS: dict[str, Preset] = {
    "mild_recession": Preset("a mild recession", 0.53, -0.41),
    "deep_recession": Preset("a deep recession", 0.95, -0.54),
    "recovery": Preset("a year of recovery", -0.19, 0.28),
    "construction_shock": Preset("a deep recession in building trades alone", 0.95, -0.54, "71"),
    "tourism_shock": Preset("a deep recession in personal services alone", 0.95, -0.54, "51"),
}
