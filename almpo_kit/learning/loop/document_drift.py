"""Are the new documents like those the model was trained on?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.loop.drift_result import row
from almpo_kit.learning.loop.exchanged import permuted, share_distance, word_statistics
from almpo_kit.vocabulary.rendering import number

LEAST = 20
#: Less than this beyond the lot is no reason to look, however sure it is.
MATTERS = {"words": 0.03, "unknown words": 5.0, "languages": 10.0}
_WORD = re.compile(r"[^\W\d_]{3,40}")
#: Words and documents that are looked at; more tell no more and cost time.
_MOST_WORDS, _MOST_DOCUMENTS, _MOST_LETTERS = 60_000, 2_000, 6_000


def look(
    before: pd.DataFrame,
    now: pd.DataFrame,
    *,
    alpha: float,
    draws: int,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Rows on words, unknown words, languages and years.

    Parameters
    ----------
    before, now : DataFrame
        ``DOCUMENT_COLUMNS``, at least ``LEAST`` of each.
    alpha : float
        Shared out over the three tests by Holm's rule.
    """
    old, new = (_some(frame, rng) for frame in (before, now))
    texts = [*_texts(old), *_texts(new)]
    counts = _counts(texts)
    size = len(old), len(new)
    seen, by_lot, p = permuted(word_statistics(counts), *size, draws=draws, rng=rng, progress=progress)
    code, names = pd.factorize(pd.concat([_language(old), _language(new)], ignore_index=True))
    tongue = permuted(share_distance(code, len(names)), *size, draws=draws, rng=rng)
    rows = [
        _words(seen[0], by_lot[0], p[0]),
        _unknown(seen[1], by_lot[1], p[1]),
        _languages(old, new, *(float(part[0]) for part in tongue)),
    ]
    return [*holm(rows, alpha), *_years(old, new)]


def holm(rows: list[dict[str, Any]], alpha: float) -> list[dict[str, Any]]:
    """Alarm where p is small by Holm's rule (1979) and the change matters."""
    standing = True
    for at, found in enumerate(sorted(rows, key=lambda r: r["p_value"])):
        found["allowed"] = alpha / (len(rows) - at)
        standing = standing and found["p_value"] <= found["allowed"]
        found["alarm"] = bool(standing and found.pop("matters"))
    return rows


def _some(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    if len(frame) <= _MOST_DOCUMENTS:
        return frame
    return frame.iloc[np.sort(rng.choice(len(frame), _MOST_DOCUMENTS, replace=False))]


def _texts(frame: pd.DataFrame) -> list[str]:
    """Title and abstract; of a document without an abstract the beginning of its text. Long texts would be told from short
    ones by their length alone."""
    abstract = frame["abstract"].fillna("").astype(str)
    body = abstract.where(abstract.str.strip() != "", frame["text"].fillna("").astype(str))
    return [f"{t} {b[:_MOST_LETTERS]}" for t, b in zip(frame["title"].fillna(""), body, strict=True)]


def _counts(texts: list[str]) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    if not any(_WORD.search(t) for t in texts):
        from scipy import sparse

        return sparse.csr_array((len(texts), 1))
    reader = CountVectorizer(token_pattern=_WORD.pattern, max_features=_MOST_WORDS)
    return reader.fit_transform(texts)


def _language(frame: pd.DataFrame) -> pd.Series:
    return frame["language"].fillna("").astype(str).replace("", "unknown")


def _words(seen: float, by_lot: float, p: float) -> dict[str, Any]:
    change = seen - by_lot
    said = (
        f"The words of the new documents differ by {number(seen, 2)} bits (Jensen–Shannon) from those of training; documents "
        f"drawn by lot would differ by {number(by_lot, 2)}."
    )
    return row(
        "documents", "words", before=by_lot, now=seen, unit="bits", change=change, p_value=p, said=said
    ) | {"matters": change > MATTERS["words"]}


def _unknown(seen: float, by_lot: float, p: float) -> dict[str, Any]:
    now, usual = 100 * seen, 100 * by_lot
    said = (
        f"{number(now)}% of the words of the new documents never occurred in training; {number(usual)}% would be expected of "
        "documents of the same kind."
    )
    cells = {
        "before": usual,
        "now": now,
        "unit": "% of words",
        "change": now - usual,
        "p_value": p,
        "said": said,
    }
    return row("documents", "unknown words", **cells) | {"matters": now - usual > MATTERS["unknown words"]}


def _languages(old: pd.DataFrame, new: pd.DataFrame, seen: float, by_lot: float, p: float) -> dict[str, Any]:
    shares = [_language(f).value_counts(normalize=True) * 100 for f in (old, new)]
    gap = shares[1].sub(shares[0], fill_value=0.0)
    most = gap.abs().sort_values(ascending=False, kind="stable").index[0]
    ends = [float(s.get(most, 0.0)) for s in shares]
    said = (
        f"Shares of languages differ by {number(100 * seen)} points; most of all {most!r}, with {number(ends[0])}% of the "
        f"documents before and {number(ends[1])}% now."
    )
    change = 100 * (seen - by_lot)
    cells = {"before": 100 * by_lot, "now": 100 * seen, "unit": "points", "change": change, "p_value": p}
    return row("documents", "languages", **cells, said=said) | {"matters": change > MATTERS["languages"]}


def _years(old: pd.DataFrame, new: pd.DataFrame) -> list[dict[str, Any]]:
    """Told, never an alarm: new documents are newer."""
    years = [pd.to_numeric(f["year"], errors="coerce").dropna() for f in (old, new)]
    if min(map(len, years)) == 0:
        return []
    middle = [float(y.median()) for y in years]
    said = f"The median year of publication is {middle[1]:.0f}; it was {middle[0]:.0f} in training."
    cells = {"before": middle[0], "now": middle[1], "unit": "year", "change": middle[1] - middle[0]}
    return [row("documents", "years", **cells, alarm=False, said=said)]
