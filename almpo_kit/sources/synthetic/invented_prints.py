"""How invented papers print an estimate: amounts with units, and the figures in brackets beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

#: Around the amount of estimate k in a text under construction; private-use signs that no wording has.
OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"

#: Outcome -> (unit, spread of effects, usual standard error, decimals), how often each.
DRAWN: Final = {
    "employment_probability": (("percentage_points", 6.0, 1.5, 1),) * 3 + (("share", 0.06, 0.015, 3),),
    "earnings": (
        ("eur_per_month", 120.0, 40.0, 0),
        ("eur_per_year", 1400.0, 480.0, 0),
        ("percent", 7.0, 2.2, 1),
    ),
    "days_employed": (("days", 25.0, 8.0, 1),),
    "months_employed": (("months", 1.6, 0.45, 2),),
    "unemployment_duration": (("days", 25.0, 8.0, 1), ("weeks", 3.5, 1.1, 1), ("percent", 8.0, 2.5, 1)),
    "job_finding_rate": (("percent", 12.0, 4.0, 1), ("log_hazard_ratio", 0.25, 0.08, 2)),
}
_AMOUNTS: Final = {
    "en": {
        "percentage_points": (
            "{x} percentage points",
            "{x} percentage points",
            "{x} points",
            "{x} pp",
            "{x} p.p.",
        ),
        "share": ("{x}",),
        "eur_per_month": ("€{x} a month", "EUR {x} per month", "{x} euros per month", "€{x} monthly"),
        "eur_per_year": ("€{x} a year", "EUR {x} per year", "{x} euros annually", "€{x} per annum"),
        "percent": ("{x} per cent", "{x}%", "{x} percent", "{x} %"),
        "days": ("{x} days",),
        "weeks": ("{x} weeks",),
        "months": ("{x} months",),
    },
    "de": {
        "percentage_points": ("{x} Prozentpunkte", "{x} Prozentpunkte", "{x} %-Punkte"),
        "share": ("{x}",),
        "eur_per_month": ("{x} Euro pro Monat", "{x} € im Monat", "monatlich {x} Euro"),
        "eur_per_year": ("{x} Euro pro Jahr", "{x} € im Jahr", "jährlich {x} Euro"),
        "percent": ("{x} Prozent", "{x} %"),
        "days": ("{x} Tage",),
        "weeks": ("{x} Wochen",),
        "months": ("{x} Monate",),
    },
    "fr": {
        "percentage_points": ("{x} points de pourcentage", "{x} points"),
        "share": ("{x}",),
        "eur_per_month": ("{x} euros par mois", "{x} € par mois"),
        "eur_per_year": ("{x} euros par an", "{x} € par an"),
        "percent": ("{x} %", "{x} pour cent"),
        "days": ("{x} jours",),
        "weeks": ("{x} semaines",),
        "months": ("{x} mois",),
    },
}
_FIGURES: Final = {
    "en": {
        "se": (
            "(s.e. {se})",
            "(SE = {se})",
            "(standard error {se})",
            "(SE: {se}; p {p})",
            "(s.e. = {se}, p {p})",
            "({se})",
        ),
        "ci": (
            "(95% CI {low} to {high})",
            "(95% CI: {low}–{high})",
            "[95% CI {low}; {high}]",
            "(95% confidence interval {low} to {high})",
            "(95% CI, {low} to {high}; p {p})",
        ),
        "t": ("(t = {t})", "(t-statistic {t})", "(t={t}, p {p})"),
        "p": ("(p = {exact})", "(p={exact})", "(exact p-value {exact})"),
        "bound": ("(p {p})", "(significant at the {level} per cent level)", ""),
    },
    "de": {
        "se": ("(Standardfehler {se})", "(SE = {se})", "({se})"),
        "ci": (
            "(95 %-KI {low} bis {high})",
            "(95 %-Konfidenzintervall: {low} bis {high})",
            "[95%-KI {low}; {high}]",
        ),
        "t": ("(t = {t})", "(t-Wert {t})"),
        "p": ("(p = {exact})",),
        "bound": ("(p {p})", ""),
    },
    "fr": {
        "se": ("(erreur type {se})", "(écart-type {se})", "({se})"),
        "ci": ("(IC à 95 % : {low} à {high})", "[IC 95 % {low} ; {high}]"),
        "t": ("(t = {t})",),
        "p": ("(p = {exact})",),
        "bound": ("(p {p})", ""),
    },
}


@dataclass
class Estimate:
    """One drawn estimate; ``printed`` holds the figures that the text shows beside the effect."""

    outcome: str
    unit: str
    effect: float
    se: float
    decimals: int
    horizon_months: float
    horizon_from: str
    printed: dict[str, Any] = field(default_factory=dict)

    @property
    def z(self) -> float:
        """Effect over standard error."""
        return self.effect / self.se


def choose(rng: np.random.Generator, among: Sequence[Any]) -> Any:
    """One of several, each as likely."""
    return among[int(rng.integers(len(among)))]


def draw_estimate(rng: np.random.Generator, outcome: str, months: int, origin: str) -> Estimate:
    """An estimate with its standard error, rounded as it will be printed."""
    unit, spread, usual, decimals = choose(rng, DRAWN[outcome])
    effect = 0.0
    while effect == 0:
        effect = round(float(rng.normal(0.6 * spread, 0.7 * spread)), decimals)
    more = decimals + 1 if unit in ("percentage_points", "months", "log_hazard_ratio") else decimals
    se = max(round(float(usual * rng.uniform(0.6, 1.5)), more), 10.0**-more)
    return Estimate(outcome, unit, effect, se, decimals, float(months), origin)


def written(value: float, decimals: int, rng: np.random.Generator, language: str) -> str:
    """A number as the language writes it, sometimes with a true minus and without a leading zero."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "en":
        text = text if rng.random() < 0.8 else text.replace(",", "")
        text = text[1:] if text.startswith("0.") and rng.random() < 0.2 else text
    else:
        gap = "." if language == "de" else "\u202f"
        text = text.replace(",", "_").replace(".", ",").replace("_", gap)
    zero = not float(f"{value:.{decimals}f}")
    minus = "\u2212" if rng.random() < 0.5 else "-"
    return f"{minus}{text}" if value < 0 and not zero else text


def stars(z: float) -> str:
    """Stars of the usual legend: 1, 5 and 10 per cent."""
    return "***" if abs(z) > 2.576 else "**" if abs(z) > 1.960 else "*" if abs(z) > 1.645 else ""


def two_sided(z: float) -> float:
    """p value of a normal z."""
    return math.erfc(abs(z) / math.sqrt(2))


def amount(e: Estimate, rng: np.random.Generator, language: str, name: int, *, signed: bool) -> str:
    """The effect with its unit, marked; without a sign where the verb carries the direction."""
    if e.unit == "log_hazard_ratio":
        shown = written(math.exp(e.effect), 2, rng, language)
        e.effect = round(math.log(float(f"{math.exp(e.effect):.2f}")), 6)
        return choose(rng, ("HR {x}", "HR = {x}", "Hazard Ratio {x}")).format(x=_marked(shown, name))
    value = e.effect if signed else abs(e.effect)
    shown = written(value, e.decimals, rng, language)
    return str(choose(rng, _AMOUNTS[language][e.unit])).format(x=_marked(shown, name))


def _marked(shown: str, name: int) -> str:
    return f"{OPEN}{name}{MIDDLE}{shown}{CLOSE}"


def figures(e: Estimate, rng: np.random.Generator, language: str, *, signed: bool) -> str:
    """The bracket beside the amount: standard error, interval, t, exact p, a bound, or nothing."""
    ratio = e.unit == "log_hazard_ratio"
    kind = "ci" if ratio else str(rng.choice(["se", "ci", "t", "p", "bound"], p=[0.4, 0.25, 0.1, 0.1, 0.15]))
    z, p = abs(e.z), two_sided(e.z)
    if kind == "p" and p < 0.0015:
        kind = "bound"
    template = str(choose(rng, _FIGURES[language][kind]))
    if kind == "bound" and p >= 0.1:
        template = template if "level" not in template else ""
    sign = 1.0 if signed or ratio else float(np.sign(e.effect))
    ends = [e.effect - 1.96 * e.se, e.effect + 1.96 * e.se]
    ends = [math.exp(v) for v in ends] if ratio else sorted(sign * v for v in ends)
    places = 2 if ratio else e.decimals + (1 if e.decimals else 0)
    if ratio:
        # A printed ratio carries the error only through its printed interval.
        low, high = (float(f"{v:.2f}") for v in ends)
        e.se = round((math.log(high) - math.log(low)) / 3.92, 4)
    bound = next((b for b in (0.001, 0.01, 0.05, 0.1) if p < b), 0.1)
    e.printed = {"kind": kind if template else "nothing"}
    return template.format(
        se=written(e.se, max(e.decimals, places - 1, _places(e.se)), rng, language),
        low=written(ends[0], places, rng, language),
        high=written(ends[1], places, rng, language),
        t=written(sign * e.effect / e.se if signed else z, 2, rng, language),
        exact=written(p, 3, rng, language),
        p=("< " if p < 0.1 else "> ") + written(bound, 3 if bound < 0.01 else 2, rng, language),
        level={0.001: 1, 0.01: 1, 0.05: 5, 0.1: 10}[bound],
    )


def _places(value: float) -> int:
    return len(f"{value:.4f}".rstrip("0").partition(".")[2])
