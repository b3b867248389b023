"""What classifying and extracting found, in a sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from almpo_kit.vocabulary.finding import Check


def placed_sentence(best: pd.DataFrame, sure: float) -> str:
    """How many texts were placed, at which level."""
    if best.empty:
        return "No text was given."
    if len(best) == 1:
        return _one(best.iloc[0].to_dict())
    n = best["placed"].value_counts()
    total, none = len(best), int(n.get("none", 0))
    parts = [f"{int(n.get('occupation', 0)):,} at an occupation"]
    parts += [f"{int(n[level]):,} at {words}" for level, words in _COARSER if n.get(level, 0)]
    if none == total:
        return f"None of {total:,} texts could be placed: no occupation or group is right with a probability of {sure:.0%}."
    placed = f"Of {total:,} {'text' if total == 1 else 'texts'} {total - none:,} {_were(total - none)} placed, {', '.join(parts)}"
    return f"{placed}; {none:,} {_were(none)} left open." if none else f"{placed}."


def _one(row: dict[Any, Any]) -> str:
    """Where one text was placed, or why it was not."""
    if row["abstained"]:
        return f"The text is left open: {row['reason']}."
    of_group = f" (ISCO {row['isco']})"
    named = f"{row['label']}{of_group if row['placed'] != 'occupation' else ''}"
    more = (
        f" Finer it is not sure: {row['reason'].partition(';')[0]}." if row["placed"] != "occupation" else ""
    )
    return f"The text is about {named}, right with a probability of {row['score']:.0%}.{more}"


_COARSER = (("unit group", "an ISCO unit group only"), ("sub-major group", "a two-digit ISCO group only"))


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def placed_check(best: pd.DataFrame, sure: float) -> list[Check]:
    """How many of the placed are expected to be right, by their own scores."""
    placed = best[~best["abstained"]]
    if placed.empty:
        return []
    right = placed["score"].mean()
    text = (
        f"By their own scores {right:.0%} of the placed texts are right at the level they were placed at; each is right "
        f"with a probability of {sure:.0%} or more. Scores were calibrated on ESCO labels and everyday titles."
    )
    return [Check("expected", "informational", text)]


def skills_sentence(table: pd.DataFrame, n_texts: int, sure: float) -> str:
    """How many skills were found in how many texts."""
    found = table[~table["abstained"]]
    if found.empty:
        return f"No skill was found in {n_texts:,} {'text' if n_texts == 1 else 'texts'} with a probability of {sure:.0%}."
    held = found["id"].nunique()
    return (
        f"{len(found):,} {'mention' if len(found) == 1 else 'mentions'} of {found['skill'].nunique():,} "
        f"{'skill' if found['skill'].nunique() == 1 else 'skills'} in {held:,} of {n_texts:,} "
        f"{'text' if n_texts == 1 else 'texts'}, each right with a probability of {sure:.0%} or more."
    )
