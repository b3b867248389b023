"""Which z each printed figure implies, within what rounding allows; and which standard error follows.

The conventions are those of the intake of coded sheets: interval before t before p; nothing out of a bound, out of
stars, or out of an effect of zero; normal quantiles, since degrees of freedom are hardly ever printed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, Literal

#: Normal quantiles of the two-sided 10, 5 and 1 per cent levels.
Z10, Z05, Z01 = 1.6449, 1.9600, 2.5758
#: Beyond rounding, z values may differ by this share: t quantiles, robust errors, averages over imputations.
SLACK: Final = 0.08
Sense = Literal["=", "<", ">"]
Route = Literal["reported", "derived_ci", "derived_t", "derived_p", "none"]


@dataclass
class Figures:
    """What is printed beside one effect. ``*_half`` is half a unit of the last printed place; nan where not printed."""

    effect: float = math.nan
    effect_half: float = 0.0
    se: float = math.nan
    se_half: float = 0.0
    low: float = math.nan
    high: float = math.nan
    level: float = math.nan
    ci_half: float = 0.0
    t: float = math.nan
    t_half: float = 0.0
    p: float = math.nan
    p_half: float = 0.0
    p_sense: Sense = "="
    stars: int = 0
    significant: bool | None = None
    ratio: bool = False


@dataclass(frozen=True)
class Implied:
    """One figure: its name, the range of \\|z\\| it allows, and how to say it."""

    name: str
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Crossed:
    """The outcome of the arithmetic: agreeing and contradicting pairs, the standard error and its route."""

    implied: tuple[Implied, ...]
    agree: tuple[str, ...]
    against: tuple[str, ...]
    se: float = math.nan
    route: Route = "none"
    words: str = ""
    open: float = field(default=0.0)

    @property
    def z(self) -> tuple[float, float]:
        """The range of \\|z\\| that all figures together allow."""
        if not self.implied:
            return 0.0, math.inf
        return max(i.low for i in self.implied), min(i.high for i in self.implied)


def quantile(p: float) -> float:
    """Standard normal quantile."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)


def _z_of_p(p: float) -> float:
    return math.inf if p <= 0 else 0.0 if p >= 1 else -quantile(p / 2)


def _se_of_interval(f: Figures, shift: float) -> float:
    z = quantile(0.5 + f.level / 200)
    low, high = f.low - shift, f.high + shift
    if f.ratio:
        return (math.log(high) - math.log(max(low, f.ci_half / 1e6, 1e-12))) / (2 * z)
    return (high - low) / (2 * z)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else math.nan


def size(f: Figures) -> tuple[float, float, float]:
    """\\|effect\\| (logarithm of a ratio): as printed, lowest and highest before rounding."""
    if f.ratio:
        ends = [_log(max(f.effect - f.effect_half, 1e-9)), _log(f.effect + f.effect_half)]
        middle = abs(_log(f.effect))
        least = 0.0 if ends[0] <= 0 <= ends[1] else min(abs(e) for e in ends)
        return middle, least, max(abs(e) for e in ends)
    return abs(f.effect), max(abs(f.effect) - f.effect_half, 0.0), abs(f.effect) + f.effect_half


def implied(f: Figures) -> list[Implied]:
    """The range of \\|z\\| that each figure allows."""
    ranges: list[Implied] = []
    _, least, most = size(f)
    if f.se > 0 and not f.ratio:
        lowest = max(f.se - f.se_half, 1e-12)
        ranges.append(
            Implied(
                "se", least / (f.se + f.se_half), most / lowest, f"effect over SE {_short(f.effect, f.se)}"
            )
        )
    if _has_interval(f):
        narrow, wide = _se_of_interval(f, -f.ci_half), _se_of_interval(f, f.ci_half)
        ranges.append(
            Implied("ci", least / wide, most / narrow if narrow > 0 else math.inf, f"{f.level:g}% interval")
        )
    if not math.isnan(f.t):
        ranges.append(Implied("t", max(abs(f.t) - f.t_half, 0.0), abs(f.t) + f.t_half, f"t = {f.t:g}"))
    if not math.isnan(f.p):
        ranges.append(_of_p(f))
    if f.stars:
        floor = (Z10, Z05, Z01, Z01)[min(f.stars, 4) - 1]
        # One star is 10% in some legends and 5% in others; three have no upper end in any.
        top = (Z01 * 1.1, 3.4, math.inf, math.inf)[min(f.stars, 4) - 1]
        ranges.append(Implied("stars", floor, top, "*" * f.stars))
    if f.significant is not None:
        ranges.append(
            Implied("words", Z10, math.inf, "called significant")
            if f.significant
            else Implied("words", 0.0, Z05, "called not significant")
        )
    return ranges


def _has_interval(f: Figures) -> bool:
    return f.low < f.high and f.level > 0 and (f.low > 0 or not f.ratio)


def _of_p(f: Figures) -> Implied:
    if f.p_sense == "<":
        return Implied("p", _z_of_p(f.p), math.inf, f"p < {f.p:g}")
    if f.p_sense == ">":
        return Implied("p", 0.0, _z_of_p(f.p), f"p > {f.p:g}")
    return Implied("p", _z_of_p(f.p + f.p_half), _z_of_p(max(f.p - f.p_half, 0.0)), f"p = {f.p:g}")


def _short(effect: float, se: float) -> str:
    return f"{abs(effect) / se:.2f}" if se > 0 else "–"


def cross_check(f: Figures) -> Crossed:
    """Compare every pair of printed figures, and take the standard error by the route that loses least."""
    ranges = implied(f)
    agree, against = list[str](), list[str]()
    for at, a in enumerate(ranges):
        for b in ranges[at + 1 :]:
            low, high = max(a.low, b.low), min(a.high, b.high)
            fits = low * (1 - SLACK) <= high * (1 + SLACK)
            (agree if fits else against).append(f"{a.words} and {b.words}")
    against += _outside(f)
    se, route, words, lowest, highest = _error(f)
    wide = (highest - lowest) / se if se > 0 and math.isfinite(highest) else math.inf if se > 0 else 0.0
    return Crossed(tuple(ranges), tuple(agree), tuple(against), se, route, words, wide)


def _outside(f: Figures) -> list[str]:
    """The estimate lies outside its interval, or far from the middle of it."""
    if not f.low < f.high:
        return [f"an interval from {f.low:g} to {f.high:g}"] if f.low >= f.high else []
    slack = f.ci_half + f.effect_half
    if not f.low - slack <= f.effect <= f.high + slack:
        return [f"the effect {f.effect:g} and its interval {f.low:g} to {f.high:g}, outside which it lies"]
    if f.ratio and not f.low > 0:
        return [f"a ratio and its interval {f.low:g} to {f.high:g}"]
    at, low, high = (_log(v) for v in (f.effect, f.low, f.high)) if f.ratio else (f.effect, f.low, f.high)
    half = (high - low) / 2
    rounding = slack / max(f.low, 1e-9) if f.ratio else slack
    if abs(at - (low + high) / 2) > 0.25 * half + rounding:
        return [f"the effect {f.effect:g} and the middle of its interval {f.low:g} to {f.high:g}"]
    return []


def _error(f: Figures) -> tuple[float, Route, str, float, float]:
    """Standard error, route, words, and the lowest and highest that rounding allows."""
    nothing: tuple[float, Route, str, float, float] = (math.nan, "none", "", math.nan, math.nan)
    if f.se > 0 and not f.ratio:
        return f.se, "reported", "as printed", max(f.se - f.se_half, 0.0), f.se + f.se_half
    if _has_interval(f):
        words = f"{f.level:g}% interval {f.low:g} to {f.high:g}{', in logarithms' if f.ratio else ''}"
        ends = _se_of_interval(f, -min(f.ci_half, (f.high - f.low) / 2)), _se_of_interval(f, f.ci_half)
        return _se_of_interval(f, 0.0), "derived_ci", words, max(ends[0], 0.0), ends[1]
    middle, _, _ = size(f)
    if not middle > 0:
        return nothing
    if not math.isnan(f.t) and f.t != 0:
        t = abs(f.t)
        highest = middle / (t - f.t_half) if t > f.t_half else math.inf
        return middle / t, "derived_t", f"effect over t = {f.t:g}", middle / (t + f.t_half), highest
    if f.p_sense == "=" and 0 < f.p < 1 and _z_of_p(f.p) > 0:
        z, low, high = _z_of_p(f.p), _z_of_p(f.p + f.p_half), _z_of_p(max(f.p - f.p_half, 0.0))
        words = f"effect over the normal quantile {z:.4f} of two-sided p = {f.p:g}"
        return middle / z, "derived_p", words, middle / high, middle / low if low > 0 else math.inf
    return nothing
