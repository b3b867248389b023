"""What is asked of a document at the desk: fields with their answers, in words; and codes as they are kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from almpo_kit.vocabulary.documents import AND, ESTIMATE, FIELDS, RELEVANT, answers, one_value
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.places import PLACE_NAMES, normalise
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS

#: The document says nothing on this; of an estimate: there is none such.
NOT_STATED = "not stated"
LABELS = {
    RELEVANT: "Does it belong in the review?",
    "programme_type": "Programme",
    "target_group": "For whom",
    "country": "Country",
    "design": "Design",
    "outcome": "Outcome",
    "horizon_months": "Measured after, in months",
    ESTIMATE: "Estimate",
}
DESIGNS = {
    "rct": "drawn by lot (randomised trial)",
    "rd": "cut-off (regression discontinuity)",
    "iv": "instrument",
    "did": "difference in differences",
    "timing_of_events": "timing of events",
    "matching": "matching or weighting",
    "other": "another design",
}
#: Fields whose answers are typed: too many to choose from.
TYPED = {"country": "Codes, e.g. DE|FR", "outcome": "Outcome(s)", "horizon_months": "Months, e.g. 6|12"}
#: Parts of an estimate, as they are shown and kept.
PARTS = {
    "effect": "Effect",
    "se": "Standard error",
    "unit": "Unit",
    "outcome": "Outcome",
    "horizon_months": "Months after",
    "n": "People",
}
_NUMBERS = ("effect", "se", "horizon_months", "n")


def options(field: str) -> list[dict[str, str]]:
    """Answers that can be chosen; none where they are typed."""
    known = {
        RELEVANT: {"yes": "yes", "no": "no"},
        "programme_type": {k: t.label for k, t in PROGRAMME_TYPES.items()},
        "target_group": TARGET_GROUPS,
        "design": DESIGNS,
    }.get(field, {})
    return [{"value": k, "words": v} for k, v in known.items()]


def in_words(field: str, value: str) -> str:
    """A code as a person reads it."""
    if field == ESTIMATE:
        return estimate_words(value)
    names = {o["value"]: o["words"] for o in options(field)}
    if field == "country":
        names = PLACE_NAMES
    unit = " months" if field == "horizon_months" and value != NOT_STATED else ""
    return ", ".join(names.get(a, a.replace("_", " ")) for a in answers(value)) + unit


def estimate_words(value: str) -> str:
    """``2.4 (se 0.6) percentage points, after 12 months``."""
    parts = _parts(value)
    if not parts:
        return "no such estimate"
    unit = str(parts.get("unit") or "")
    unit = UNITS[unit][1] if unit in UNITS else unit
    effect, error, months = (_rounded(parts.get(n)) for n in ("effect", "se", "horizon_months"))
    said = [effect or "no effect stated", f"(se {error})" if error else "", unit]
    after = f", after {months} months" if months else ""
    return " ".join(str(s) for s in said if s) + after


def whole_words(value: str) -> str:
    """Everything that is kept of an estimate, not rounded."""
    named = PARTS | {
        "se_source": "standard error from",
        "significance": "stars",
        "horizon_from": "months from",
    }
    parts = _parts(value)
    return "; ".join(
        f"{named.get(n, n.replace('_', ' '))} {_shown(v)}" for n, v in sorted(parts.items())
    ) or in_words("", value)


def _parts(value: str) -> dict[str, Any]:
    try:
        found = json.loads(value)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def parts_of(value: str) -> list[dict[str, str]]:
    """The fields of an estimate for the browser."""
    found = _parts(value)
    return [{"name": n, "words": w, "value": _shown(found.get(n))} for n, w in PARTS.items()]


def _shown(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _rounded(value: Any) -> str:
    """A number as it is said: four figures, all of them before the point; what is kept is not rounded."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not value:
        return _shown(value)
    places = max(0, 3 - math.floor(math.log10(abs(value))))
    return _shown(round(float(value), places))


def kept_value(field: str, said: str, proposed: str = "") -> str:
    """What a person chose or typed, as it is kept.

    Parameters
    ----------
    field, said : str
    proposed : str
        What the model said of an estimate; what is not shown of it (how the standard error was had, from when months
        count) is kept with the answer as long as the numbers it belongs to are unchanged.

    Raises
    ------
    ParameterError
        No field, an answer that it does not have, or a number that is none.
    """
    if field == ESTIMATE:
        return NOT_STATED if said == NOT_STATED else _estimate(said, _parts(proposed))
    if field not in FIELDS:
        raise ParameterError(f"there is no field {field!r}; there are {', '.join(FIELDS)} and {ESTIMATE}.")
    if said == NOT_STATED and field != RELEVANT:
        return NOT_STATED
    if field in TYPED:
        said = str(_parts(said).get("value", said))
    value = one_value(said.replace(",", AND).replace(";", AND).split(AND))
    if not value:
        raise ParameterError(f"choose an answer for “{LABELS[field]}”, or “Not stated”.")
    known = {o["value"] for o in options(field)}
    chosen = answers(value)
    if field == "country":
        chosen = tuple(normalise(c.upper()) for c in chosen)
        known = set(PLACE_NAMES)
    if field == "horizon_months":
        return one_value(f"{_number('months', c):g}" for c in chosen)
    if known and (wrong := [c for c in chosen if c not in known]):
        raise ParameterError(f"“{LABELS[field]}” has no answer {wrong[0]!r}; e.g. {sorted(known)[0]!r}.")
    if not FIELDS[field] and len(chosen) > 1:
        raise ParameterError(f"“{LABELS[field]}” has one answer; {len(chosen)} were given.")
    return one_value(chosen)


#: Parts that are not shown -> what they belong to.
_WITH = {
    "se_source": ("se",),
    # Favourable or not depends on what was measured.
    "significance": ("effect", "se", "outcome"),
    "horizon_from": ("horizon_months",),
}


def _estimate(said: str, proposed: Mapping[str, Any]) -> str:
    given = _parts(said)
    if not given or set(given) - set(PARTS):
        raise ParameterError(f"an estimate has the parts {', '.join(PARTS)}; nothing was kept.")
    found: dict[str, Any] = {}
    for name in PARTS:
        text = str(given.get(name) or "").strip()
        if text:
            found[name] = _number(PARTS[name].lower(), text) if name in _NUMBERS else text
    if "effect" not in found:
        raise ParameterError("an estimate needs its effect, e.g. 2.4; or say that there is no such estimate.")
    if found.get("se", 1) <= 0:
        raise ParameterError("a standard error is above zero; leave it empty where it is not stated.")
    for name, belongs in _WITH.items():
        if proposed.get(name) and all(_shown(found.get(b)) == _shown(proposed.get(b)) for b in belongs):
            found[name] = proposed[name]
    return json.dumps(found, sort_keys=True)


def _number(name: str, text: str) -> float:
    plain = text.replace("−", "-").replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    try:
        value = float(plain)
    except ValueError:
        raise ParameterError(f"{name}: {text!r} is no number; write it as 2.4 or −1200.") from None
    if not math.isfinite(value):
        raise ParameterError(f"{name}: {text!r} is no number; write it as 2.4 or −1200.")
    return value


def marks_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The stretches that speak for proposals, for the document's view."""
    return [
        {"start": start, "end": end, "key": row["key"], "words": row["label"]}
        for row in rows
        for start, end in row["spans"]
    ]
