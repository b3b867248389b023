"""How well sentences are read: which estimates are found, which figures beside them are right, what is proposed wrongly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from almpo_kit.learning.numbers.read_estimates import ReadEstimates, read_estimates
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, passages_of
from tests.learning.numbers.hard_sentences import Said, Sentence


@dataclass
class Score:
    """Counts over sentences; ``wrong`` lists what was proposed and is not said, ``missed`` what was not found."""

    said: int = 0
    found: int = 0
    read: int = 0
    proposed: int = 0
    right: int = 0
    clashes: int = 0
    clashes_proposed: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    figures_right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    missed: list[tuple[str, Said]] = field(default_factory=list)
    slips: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.said

    @property
    def precision(self) -> float:
        """Of what is proposed."""
        return self.right / max(self.proposed, 1)


def as_frames(texts: Sequence[str], languages: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One document a text."""
    names = [f"d{k:05d}" for k in range(len(texts))]
    documents = pd.DataFrame(dict.fromkeys(DOCUMENT_COLUMNS, ""), index=range(len(texts))).assign(
        document_id=names, text=list(texts), language=list(languages)
    )
    return documents, passages_of(names, list(texts))


def read_sentences(sentences: Sequence[Sentence]) -> ReadEstimates:
    return read_estimates(*as_frames([s.text for s in sentences], [s.language for s in sentences]))


def same(a: Any, b: Any) -> bool:
    if isinstance(b, str):
        return bool(a == b)
    return math.isclose(float(a), float(b), rel_tol=1e-3, abs_tol=1e-3)


def matches(row: dict[str, Any], said: Said) -> bool:
    if said.effect is None:
        return math.isnan(row["effect"])
    return same(row["effect"], said.effect) and row["unit"] == said.unit


def expected(said: Said, name: str) -> Any:
    """Ends of intervals of ratios are read as logarithms."""
    value = said.more[name]
    return math.log(value) if name in ("ci_low", "ci_high") and "ratio" in said.unit else value


def score(sentences: Sequence[Sentence]) -> Score:
    table = read_sentences(sentences).table
    by_text: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_dict("records"):
        by_text.setdefault(str(row["document_id"]), []).append({str(k): v for k, v in row.items()})
    total = Score()
    for k, sentence in enumerate(sentences):
        _one(sentence, by_text.get(f"d{k:05d}", []), total)
    return total


def _one(sentence: Sentence, rows: list[dict[str, Any]], total: Score) -> None:
    left = list(rows)
    total.said += len(sentence.said)
    total.read += len(rows)
    for said in sentence.said:
        hit = next((r for r in left if matches(r, said)), None)
        total.clashes += said.clash
        if hit is None:
            total.missed.append((sentence.text, said))
            continue
        left.remove(hit)
        total.found += 1
        proposed = hit["says"] == "proposed"
        total.proposed += proposed
        total.right += proposed and not said.clash
        total.clashes_proposed += proposed and said.clash
        for name in said.more:
            total.figures[name] += 1
            ok = same(hit[name], expected(said, name))
            total.figures_right[name] += ok
            if not ok:
                total.slips.append((sentence.text, name, hit[name], expected(said, name)))
    for row in left:
        if row["says"] == "proposed":
            total.proposed += 1
            total.wrong.append((sentence.text, row))
