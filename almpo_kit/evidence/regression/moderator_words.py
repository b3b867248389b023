"""What the columns of a regression are called, for a formula and for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from almpo_kit.evidence.words import listed, place_words
from almpo_kit.vocabulary.estimands import ESTIMANDS
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS

_CODE = re.compile(r"\bv(\d+)(?:\[(T\.)?(\d+)\])?")
_OWN = ", constraints='center'"
_CALL = re.compile(r"^(\w+)\((?:log\()?v(\d+)\)?(?:, .*)?\)(?:\[(\d+)\])?$")
_NAMES = {"band": "horizon", "log_n": "log of the number of persons", "horizon_months": "months since entry"}
_LEVELS: dict[str, Mapping[str, str]] = {
    "programme_type": {k: t.label.lower() for k, t in PROGRAMME_TYPES.items()},
    "target_group": TARGET_GROUPS,
    "design": DESIGNS,
    "band": BAND_LABELS,
    "estimand": {k: e.label for k, e in ESTIMANDS.items()},
    "outcome": {k: o.label for k, o in OUTCOMES.items()},
}


def column_name(raw: str, variables: tuple[str, ...], levels: Mapping[str, tuple[Any, ...]]) -> str:
    """``v0[T.1]:v1`` -> ``programme_type[T.training]:horizon_months``."""

    def named(found: re.Match[str]) -> str:
        name = variables[int(found[1])]
        if found[3] is None:
            return name
        return f"{name}[{found[2] or ''}{levels[f'v{found[1]}'][int(found[3])]}]"

    return _CODE.sub(named, raw.replace(_OWN, ""))


def column_label(raw: str, variables: tuple[str, ...], levels: Mapping[str, tuple[Any, ...]]) -> str:
    """The same in words: ``programme type: training``, ``months since entry, per 1``."""
    if raw == "Intercept":
        return "starting point (every moderator at its reference or zero)"
    return " × ".join(_part(part, variables, levels) for part in raw.split(":"))


def term_label(raw: str, variables: tuple[str, ...]) -> str:
    """A term in words: ``programme type``, ``programme type × months since entry``."""
    codes = [re.search(r"v(\d+)", part) for part in raw.split(":")]
    return " × ".join(variable_words(variables[int(c[1])]) for c in codes if c)


def variable_words(name: str) -> str:
    """A column in words."""
    return _NAMES.get(name, name.replace("_", " "))


def level_words(name: str, level: Any) -> str:
    """A category in words."""
    if name == "country":
        return place_words(str(level))
    return _LEVELS.get(name, {}).get(str(level), str(level).replace("_", " "))


def _part(part: str, variables: tuple[str, ...], levels: Mapping[str, tuple[Any, ...]]) -> str:
    plain = _CODE.fullmatch(part)
    if plain:
        name = variables[int(plain[1])]
        if plain[3] is None:
            return f"{variable_words(name)}, per 1"
        return f"{variable_words(name)}: {level_words(name, levels[f'v{plain[1]}'][int(plain[3])])}"
    call = _CALL.match(part)
    if call is None:
        return column_name(part, variables, levels)
    name = variable_words(variables[int(call[2])])
    name = f"log of {name}" if "log(" in part else name
    said = {"center": ", per 1 from its mean", "scale": ", per standard deviation", "log": ", per 1"}
    if call[1] in said:
        return f"{name}{said[call[1]]}"
    return f"{name}: {'power' if call[1] == 'poly' else 'spline part'} {call[3] or '1'}"


def notes_of(spec: Any, variables: tuple[str, ...], levels: Mapping[str, tuple[Any, ...]]) -> tuple[str, ...]:
    """References of categories and knots of splines, in sentences."""
    notes = []
    columns = " ".join(map(str, spec.column_names))
    # Without a constant the first category has an average for each level, and no reference.
    compared = {v: found for v, found in levels.items() if f"v{variables.index(v)}[T." in columns}
    if compared:
        told = [f"{variable_words(v)}: {level_words(v, found[0])}" for v, found in compared.items()]
        notes.append(f"Categories are compared with a reference ({'; '.join(told)}).")
    for call, state in spec.transform_state.items():
        found = re.search(r"v(\d+)", call)
        if found and "knots" in state:
            notes.append(
                f"The spline of {variable_words(variables[int(found[1])])} bends at {_knots(state)}."
            )
    return tuple(notes)


def _knots(state: Mapping[str, Any]) -> str:
    ends = (state["lower_bound"], state["upper_bound"])
    inner = [float(k) for k in np.unique(np.asarray(state["knots"], dtype=float)) if ends[0] < k < ends[1]]
    edge = f"{ends[0]:.4g} and {ends[1]:.4g}"
    said = listed(f"{k:.4g}" for k in inner) if inner else "no inner knot"
    return f"{said}, between {edge}"
