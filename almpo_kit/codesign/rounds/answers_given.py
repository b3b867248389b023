"""The answers to a consultation, checked against what its plan asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import JUDGEMENT_COLUMNS, Plan
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.provenance import Provenance, provenance

_TEXT: Final = ("participant", "role", "geo", "sector", "item", "part", "source")
_KEY: Final = ["participant", "item", "part", "round"]
#: Kind -> lowest and highest value of an answer.
_RANGE: Final = {
    "points": (0.0, 100.0),
    "swing": (0.0, 100.0),
    "pairwise": (1 / 9, 9.0),
    "best_worst": (1.0, 9.0),
    "budget": (0.0, 1.0),
}


def given_answers(judged: pd.DataFrame, plan: Plan, verb: str) -> pd.DataFrame:
    """The rows of ``judged``, typed and checked against the plan.

    Pandera's check of the frame takes seconds when it is first used; a participant waits for this one.

    Parameters
    ----------
    judged : DataFrame
        A ``judgements`` frame.
    plan : Plan
    verb : str
        Who asks, for the errors.

    Raises
    ------
    FrameError
        Columns are missing, an answer stands twice, or something was answered that the plan does not ask.
    """
    the_plan(plan, verb)
    if not isinstance(judged, pd.DataFrame) or (absent := [c for c in JUDGEMENT_COLUMNS if c not in judged]):
        lacks = "no table" if not isinstance(judged, pd.DataFrame) else f"no column {absent[0]!r}"
        raise FrameError(
            f"{verb}() got {lacks}; give the answers of a consultation, e.g. store.judgements(name), with the columns {', '.join(JUDGEMENT_COLUMNS)}."
        )
    table = judged[list(JUDGEMENT_COLUMNS)].reset_index(drop=True)
    for column in _TEXT:
        table[column] = table[column].astype("string").fillna("").astype("str")
    table["value"] = pd.to_numeric(table["value"], errors="coerce").astype(float)
    rounds = pd.to_numeric(table["round"], errors="coerce").astype(float)
    if bad := _first(~np.isfinite(table["value"])):
        raise FrameError(f"{verb}(): row {bad} of the answers has no number in 'value'.")
    if bad := _first(~(rounds.between(1, plan.rounds) & (rounds % 1 == 0))):
        raise FrameError(
            f"{verb}(): row {bad} of the answers is of round {judged['round'].iloc[int(bad)]!r}; the plan has rounds 1 to {plan.rounds}."
        )
    table["round"] = rounds.astype(int)
    if bad := _first(table["participant"] == ""):
        raise FrameError(f"{verb}(): row {bad} of the answers names no participant.")
    if bad := _first(table.duplicated(_KEY)):
        row = table.iloc[int(bad)]
        raise FrameError(
            f"{verb}(): participant {row['participant']!r} answers item {row['item']!r} twice in round {row['round']}; give the latest answer alone."
        )
    for name, rows in table.groupby("item", sort=False):
        _fitting(rows, str(name), plan, verb)
    table.attrs = dict(judged.attrs)
    return table


def the_plan(plan: Any, verb: str) -> Plan:
    """The plan itself.

    Raises
    ------
    ParameterError
        It is something else.
    """
    if not isinstance(plan, Plan):
        raise ParameterError(
            f"{verb}() needs the plan of the consultation, e.g. case.plan, not {plan!r:.60}."
        )
    return plan


def made_by(
    *frames: pd.DataFrame | None,
    plan: Plan,
    method: str,
    options: dict[str, Any] | None = None,
    seed: int | None = None,
) -> Provenance:
    """Provenance of a result; synthetic also where only the plan says so."""
    made = provenance(*frames, method=method, options={"plan": plan.digest, **(options or {})}, seed=seed)
    return replace(made, synthetic=made.synthetic or plan.synthetic)


def steps(item: Item) -> np.ndarray[Any, np.dtype[Any]]:
    """Steps of a statement's scale, shape (n_steps,)."""
    return np.arange(item.scale[0], item.scale[1] + 1)


def _first(wrong: Any) -> str:
    """Position of the first True as text, empty where there is none."""
    at = np.flatnonzero(np.asarray(wrong, dtype=bool))
    return str(at[0]) if len(at) else ""


def _fitting(rows: pd.DataFrame, name: str, plan: Plan, verb: str) -> None:
    asked = {i.id: i for i in plan.items}
    if name not in asked:
        raise FrameError(
            f"{verb}(): the answers hold item {name!r}, which the plan does not ask; it asks {', '.join(asked)}. Is it the plan of this consultation?"
        )
    item = asked[name]
    if odd := sorted(set(rows["part"]) - set(_parts(item))):
        raise FrameError(f"{verb}(): the answers to {name!r} have a part {odd[0]!r}, which it does not have.")
    low, high = _range(item)
    value = rows["value"]
    wrong = ~value.between(low - 1e-9, high + 1e-9)
    if item.kind in ("statement", "budget"):
        wrong |= value % 1 != 0
    if wrong.any():
        raise FrameError(
            f"{verb}(): {value[wrong].iloc[0]:g} is no answer to {name!r}; answers are {'whole numbers ' if item.kind == 'statement' else ''}from {low:g} to {high:g}."
        )


def _parts(item: Item) -> tuple[str, ...]:
    """Also pairs the other way round, as a participant may have been shown them."""
    given = item.parts()
    return (*given, *(">".join(reversed(p.split(">"))) for p in given)) if item.kind == "pairwise" else given


def _range(item: Item) -> tuple[float, float]:
    if item.kind == "statement":
        return float(item.scale[0]), float(item.scale[1])
    if item.kind == "quantity":
        return float(item.quantity["low"]), float(item.quantity["high"])
    return _RANGE[item.kind]
