"""The classes of a map: of a rate, of a change around zero, or of words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from almpo_kit.regions.mapping.map_limits import (
    MOST,
    Method,
    class_labels,
    class_of,
    diverging_limits,
    given_limits,
    rounded_limits,
)
from almpo_kit.regions.mapping.map_rows import Rows
from almpo_kit.vocabulary.class_limits import LIMITS
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.indicators import Indicator

Scale = Literal["sequential", "diverging", "categories"]
_METHODS: dict[str, str] = {
    "fisher_jenks": "the natural groups of the values shown (Fisher and Jenks), rounded",
    "quantiles": "equal numbers of the values shown, rounded",
    "pretty": "round steps of equal width",
}
#: Columns whose values lie around a real zero.
_AROUND_ZERO = re.compile(r"(^|_)(change|gap|distance|difference|residual|shift|deviation)(_|$)")
#: Categories that can be told apart by colour and letter.
MOST_CATEGORIES = 9
#: Categories whose order and letters are settled: local clusters, high and low, and what stands aside.
_ORDER = ("HH", "HL", "LH", "LL", "high", "mixed", "near the threshold", "low")
#: Categories that carry no message; drawn in grey.
ASIDE = ("not significant", "no neighbour", "near the threshold", "neither", "none")


@dataclass(frozen=True)
class Classing:
    """Classes, and how they came about.

    ``limits`` is empty for categories; ``letters`` is empty for numbers. ``digits`` are those of values.
    """

    scale: Scale
    limits: tuple[float, ...]
    classes: tuple[str, ...]
    letters: tuple[str, ...]
    how: str
    digits: int
    fixed: bool = False

    def called(self, value: Any) -> str:
        """Label of the class that holds a value; empty where there is none."""
        if self.scale == "categories":
            return str(value) if isinstance(value, str) else ""
        return self.classes[class_of(self.limits, value)] if value == value else ""


def classing(
    rows: Rows,
    column: str,
    meaning: Indicator | None,
    *,
    scale: Scale | None,
    classes: Method | Sequence[float] | Sequence[str] | Mapping[str, str] | None,
    k: int,
    zero: float,
) -> Classing:
    """Choose classes for all maps together; see :func:`almpo_kit.regions.atlas`."""
    if scale not in (None, "sequential", "diverging", "categories"):
        raise DesignError(f"there is no scale {scale!r}; choose sequential, diverging or categories.")
    if rows.categorical or scale == "categories":
        if not rows.categorical:
            raise DesignError(
                f"{column!r} holds numbers; categories are words, e.g. table.astype({{{column!r}: str}})."
            )
        if scale in ("sequential", "diverging"):
            raise DesignError(f"{column!r} holds words, which have no {scale} scale; use scale='categories'.")
        return _categories(rows, classes)
    if not 2 <= k <= MOST:
        raise DesignError(f"k={k} classes cannot be told apart on a map; choose 2 to {MOST}.")
    if not math.isfinite(zero):
        raise DesignError(f"a diverging scale turns at a number, not at {zero}.")
    found = rows.values.to_numpy(dtype=float)
    values = found[~np.isnan(found)]
    around = scale == "diverging" or (scale is None and bool(_AROUND_ZERO.search(column)) and meaning is None)
    if around:
        return _diverging(values, classes, zero, meaning)
    return _sequential(values, classes, k, meaning)


def _sequential(values: np.ndarray, classes: Any, k: int, meaning: Indicator | None) -> Classing:
    own = LIMITS.get(meaning.key) if meaning else None
    method = classes if classes is not None else "fixed" if own else "fisher_jenks"
    digits = meaning.digits if meaning else _digits(values)
    if not isinstance(method, str):
        limits = given_limits(method)
        return Classing("sequential", limits, class_labels(limits), (), "chosen by hand", digits, True)
    if method == "fixed":
        if own is None:
            raise DesignError(
                "there are no fixed limits for this column; choose fisher_jenks, quantiles, pretty or limits."
            )
        limits = tuple(map(float, own))
        how = "the same in every year and country"
        return Classing("sequential", limits, class_labels(limits), (), how, digits, True)
    if method not in _METHODS:
        offered = ", ".join(["fixed", *_METHODS])
        raise DesignError(
            f"there is no way {method!r} to make classes; choose {offered}, or give the limits."
        )
    limits = rounded_limits(values, method, k)  # type: ignore[arg-type]
    labels = class_labels(limits) if limits else (f"all {_value(values[0], digits)}",)
    return Classing("sequential", limits, labels, (), _METHODS[method], digits)


def _diverging(values: np.ndarray, classes: Any, zero: float, meaning: Indicator | None) -> Classing:
    digits = meaning.digits if meaning else _digits(values)
    if classes is not None and not isinstance(classes, str):
        limits = given_limits(classes)
        if not limits[0] < zero < limits[-1] and zero not in limits:
            raise DesignError(
                f"limits of a diverging scale lie on both sides of {zero:g}, e.g. classes=(-2, -0.5, 0.5, 2)."
            )
        if any(abs((limits[i] - zero) + (limits[-1 - i] - zero)) > 1e-9 for i in range(len(limits))):
            raise DesignError(
                f"limits of a diverging scale lie as far below {zero:g} as above it, e.g. classes=(-2, -0.5, 0.5, 2); "
                "otherwise the colours would exaggerate one side."
            )
        return Classing("diverging", limits, class_labels(limits), (), "chosen by hand", digits, True)
    limits = diverging_limits(values, zero)
    labels = class_labels(limits) if limits else (f"all {_value(zero, digits)}",)
    return Classing("diverging", limits, labels, (), f"as far below {zero:g} as above it", digits)


def _categories(rows: Rows, classes: Any) -> Classing:
    words = rows.values.to_numpy(dtype=object)
    held = {w for w in words.ravel() if isinstance(w, str)}
    if isinstance(classes, str):
        raise DesignError("categories are not classed by a method; give their order, or letters for each.")
    given = tuple(map(str, classes)) if classes is not None else ()
    lost = sorted(held - set(given)) if given else []
    if lost:
        raise DesignError(
            f"`classes` leaves out {', '.join(lost[:6])}; name every category that the column holds."
        )
    # An order that the caller gives is kept whole, so that two maps have one legend.
    order = given or _in_order(held, rows.order)
    if len(order) > MOST_CATEGORIES:
        raise DesignError(
            f"{len(order)} categories cannot be told apart on a map; group them into at most {MOST_CATEGORIES}."
        )
    letters = tuple(map(str, classes.values())) if isinstance(classes, Mapping) else _letters(order)
    return Classing("categories", (), order, letters, "", 0)


def _in_order(held: set[str], own: tuple[str, ...]) -> tuple[str, ...]:
    if own:
        return tuple(c for c in own if c in held)

    def rank(word: str) -> tuple[int, int, str]:
        return (word in ASIDE, _ORDER.index(word) if word in _ORDER else len(_ORDER), word)

    return tuple(sorted(held, key=rank))


def _letters(order: tuple[str, ...]) -> tuple[str, ...]:
    """One or two letters each: the category itself where it is that short, its initial where no other has it, else
    A, B, C; none for what stands aside."""
    told = [c for c in order if c not in ASIDE]
    if all(len(c) <= 2 for c in told):
        return tuple("" if c in ASIDE else c for c in order)
    initials = [c[0].upper() for c in told]
    if len(set(initials)) < len(told):
        initials = [chr(ord("A") + k) for k in range(len(told))]
    mark = dict(zip(told, initials, strict=True))
    return tuple(mark.get(c, "") for c in order)


def _digits(values: np.ndarray) -> int:
    """Decimals worth showing: those that the values have, but three figures of the usual value at most."""
    usual = float(np.median(np.abs(values))) if len(values) else 0.0
    worth = max(0, min(3, 2 - math.floor(math.log10(usual)))) if usual > 0 else 2
    exact = (d for d in range(worth) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-6))
    return next(exact, worth)


def _value(value: float, digits: int) -> str:
    from almpo_kit.vocabulary.rendering import number

    return number(float(value), digits)
