"""What may be kept of a trial: digests, counts, rows of evidence, deviations; never a row about a person."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.records.drafts import as_json, one_line
from almpo_kit.records.free_text import clean, impersonal
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import EFFECT_COLUMNS
from almpo_kit.vocabulary.trial_plans import TrialPlan

if TYPE_CHECKING:
    import pandas as pd

_DIGEST = re.compile(r"[0-9a-f]{64}")
#: A detail, a look or counts are a few numbers; more than this would be a list of people.
_MOST_DETAIL, _MOST_COUNTS, _MOST_ROWS = 10_000, 200_000, 500
#: What a row of evidence may have, and nothing else.
ROW_COLUMNS: Final = (
    *EFFECT_COLUMNS,
    *("estimand", "estimand_source", "take_up", "programme_name", "note", "citation"),
)
DEVIATION_FIELDS: Final = ("what", "planned", "done", "reason", "serious")


def trial_name(name: Any) -> str:
    """A name as it is kept and looked up."""
    return one_line(impersonal(name, "name", least=1, most=120))


def plan_of(name: str, plan: Any) -> str:
    """A plan as JSON.

    Raises
    ------
    ParameterError
        It is none, calls itself otherwise, or its words seem to tell who a person is.
    """
    if not isinstance(plan, TrialPlan):
        raise ParameterError("plan must be a TrialPlan; make one with TrialPlan.from_plain(…).")
    if one_line(plan.name) != name:
        raise ParameterError(
            f"the plan calls its trial {plan.name!r}, and {name!r} was asked for; give it the same name. Nothing was written."
        )
    for field in ("question", "population", "harm"):
        impersonal(getattr(plan, field), f"plan: {field}", most=4000)
    return json.dumps(plan.to_plain(), ensure_ascii=True, allow_nan=False)


def digest(value: Any, name: str) -> str:
    """A SHA-256 in hexadecimal digits."""
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise ParameterError(f"{name}={value!r} is no SHA-256: 64 hexadecimal digits in small letters.")
    return value


def few_values(content: Any, name: str, most: int = _MOST_DETAIL) -> str:
    """A small mapping as JSON.

    Raises
    ------
    ParameterError
        No mapping of plain values, or so much that it could be a list of people.
    """
    text = as_json(content)
    if len(text) > most:
        raise ParameterError(
            f"{name} has {len(text)} characters, at most {most} are kept: a few numbers and words, never rows about people."
        )
    return text


def counts(given: Any) -> str:
    """How many came to which arm (block -> arm -> number, or arm -> number) as JSON."""

    def right(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0

    def each(value: Any) -> bool:
        return right(value) or (isinstance(value, Mapping) and all(map(right, value.values())))

    if not isinstance(given, Mapping) or not given or not all(map(each, given.values())):
        raise ParameterError("counts say how many came to each arm, e.g. {'no programme': 60, 'course': 60}.")
    return few_values(given, "counts", _MOST_COUNTS)


def stage_name(stage: Any) -> str:
    """What is drawn, in a few words."""
    return one_line(clean(stage, "stage", least=1, most=60))


def evidence_rows(rows: pd.DataFrame | Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of evidence as plain values, each checked.

    Raises
    ------
    ParameterError
        Columns that a row of evidence does not have, or too many rows.
    FrameError
        No ``effects`` frame.
    """
    import pandas as pd

    frame = pd.DataFrame(rows) if not isinstance(rows, pd.DataFrame) else rows
    if not len(frame):
        return []
    if odd := [str(c) for c in frame.columns if c not in ROW_COLUMNS]:
        raise ParameterError(
            f"rows of evidence have no {', '.join(odd[:5])}; the store keeps effects, never rows about people."
        )
    if len(frame) > _MOST_ROWS:
        raise ParameterError(f"{len(frame)} rows of evidence of one trial; at most {_MOST_ROWS} are kept.")
    from almpo_kit.vocabulary.frames import check

    checked = check(frame, "effects")
    return [{str(k): _plain(v) for k, v in row.items()} for row in checked.to_dict("records")]


def _plain(value: Any) -> Any:
    made = value.item() if hasattr(value, "item") else value
    return None if made is None or made != made or (isinstance(made, float) and math.isinf(made)) else made


def deviations(given: Any) -> list[dict[str, Any]]:
    """Deviations from the plan, each ``what, planned, done, reason, serious``."""
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence):
        raise ParameterError("deviations is a list of mappings with what, planned, done, reason, serious.")
    found = []
    for one in given:
        if not isinstance(one, Mapping) or set(one) - set(DEVIATION_FIELDS) or not one.get("what"):
            raise ParameterError(f"a deviation has {', '.join(DEVIATION_FIELDS)}; this one is {one!r}.")
        words = {k: clean(str(one.get(k, "")), k, most=2000) for k in DEVIATION_FIELDS[:-1]}
        impersonal(words["reason"], "reason", most=2000)
        found.append({**words, "serious": bool(one.get("serious", False))})
    return found
