"""What moved between two editions of a report: its numbers, and the numbers within its sentences."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: A moved number, by its name: the old and the new one; None where there was or is none.
Moves = dict[str, tuple[Any, Any]]
_NUMBER = re.compile(r"[-−]?\d[\d,\u2009\u202f]*(?:\.\d+)?")


def since(manifest: Path, values: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any] | None:
    """What differs from the edition that a manifest describes; None where there is no edition before.

    Parameters
    ----------
    manifest : Path
        Of the last good edition; one of other parameters is no edition before.
    values : mapping
        Parameters of the new edition.
    record : mapping
        What the new edition recorded (``metrics``, ``sentences``).

    Returns
    -------
    dict or None
        ``numbers`` and ``sentences``, each by name the old and the new one; ``before``, when the old one was made.
    """
    try:
        held = json.loads(manifest.read_text(encoding="utf-8"))
        metrics, sentences = dict(held["metrics"]), dict(held["sentences"])
        if held["parameters"] != json.loads(json.dumps(dict(values), default=str)):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    told = dict(record.get("sentences", {}))
    numbers = _moved(metrics, dict(record.get("metrics", {}))) | _within(sentences, told)
    worded = {name: [old, new] for name, (old, new) in _reworded(sentences, told).items()}
    return {
        "before": held.get("made_at"),
        "numbers": {name: list(pair) for name, pair in numbers.items()},
        "sentences": worded,
    }


def counted(numbers: Mapping[str, Any]) -> str:
    """How many moved, are new and are gone, in words; a number that an earlier edition did not have has not moved.

    >>> counted({"a": (1, 2), "b": (None, 3)})
    '1 number moved, 1 new'
    """
    pairs = [tuple(pair) for pair in numbers.values()]
    new, gone = (sum(pair[k] is None for pair in pairs) for k in (0, 1))
    moved = len(pairs) - new - gone
    beside = [f"{count} {word}" for count, word in ((new, "new"), (gone, "gone")) if count]
    return ", ".join([f"{moved or 'no'} number{'s' if moved > 1 else ''} moved", *beside])


def has_moved(different: Mapping[str, Any]) -> bool:
    """Whether a number or a sentence is another than before; one that an earlier edition did not have is not."""
    pairs = [*different.get("numbers", {}).values(), *different.get("sentences", {}).values()]
    return any(old is not None and new is not None for old, new in pairs)


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> Moves:
    names = dict.fromkeys([*now, *before])
    return {n: (before.get(n), now.get(n)) for n in names if not _same(before.get(n), now.get(n))}


def _same(old: Any, new: Any) -> bool:
    try:
        a, b = float(old), float(new)
    except (TypeError, ValueError):
        return bool(old == new)
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def _shape(sentence: str) -> str:
    return _NUMBER.sub("#", sentence)


def _within(before: Mapping[str, str], now: Mapping[str, str]) -> Moves:
    """Numbers that moved inside sentences that otherwise stayed as they were."""
    found: Moves = {}
    for name, sentence in now.items():
        old = before.get(name, "")
        if old != sentence and _shape(old) == _shape(sentence):
            pairs = zip(_NUMBER.findall(old), _NUMBER.findall(sentence), strict=True)
            moved = [(a, b) for a, b in pairs if a != b]
            found |= {
                f"{name}, number {i} that moved in the sentence": p for i, p in enumerate(moved, start=1)
            }
    return found


def _reworded(before: Mapping[str, str], now: Mapping[str, str]) -> Moves:
    names = dict.fromkeys([*now, *before])
    return {
        n: (before.get(n), now.get(n)) for n in names if _shape(before.get(n, "")) != _shape(now.get(n, ""))
    }
