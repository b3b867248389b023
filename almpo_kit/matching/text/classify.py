"""Which occupations texts are about."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.text.given import checked, cleaned_texts, named_texts, reading_checks, sure_enough
from almpo_kit.matching.text.justification import justify
from almpo_kit.matching.text.levels import placing
from almpo_kit.matching.text.room import Room, room
from almpo_kit.matching.text.segments import Unit, title_units
from almpo_kit.matching.text.verdicts import Verdicts, judged, mixed, rightness
from almpo_kit.matching.text.wording import placed_check, placed_sentence
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.text_index import TextIndex

Progress = Callable[[int, int], None]
#: Least probability of being right at which a text is placed.
SURE = 0.5
_BATCH = 128
#: Ranks whose words are looked up; further ones are for machines.
_EXPLAINED = 10
COLUMNS = ("id", "rank", "code", "label", "isco", "isco_label", "score", "abstained", "words")
BEST = ("id", "placed", "code", "label", "isco", "isco_label", "score", "abstained", "reason", "words")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Classification(Finding):
    """Occupations of texts.

    Parameters
    ----------
    best : DataFrame, shape (n_texts, 10)
        One row a text: ``id, placed`` (occupation, unit group, sub-major group, none)``, code, label, isco,
        isco_label, score, abstained, reason, words``. ``abstained`` is True where not even a sub-major group is sure.
    sure : float
        Least probability of being right at which a text is placed.
    """

    best: pd.DataFrame
    sure: float

    def metrics(self) -> dict[str, float]:
        """Numbers of texts by the level at which they were placed."""
        counts = self.best["placed"].value_counts()
        return {f"placed: {level}": float(n) for level, n in counts.items()} | {
            "texts": float(len(self.best))
        }


def classify(
    texts: Any,
    index: TextIndex,
    encoder: Encoder,
    *,
    top: int = 5,
    sure: float = SURE,
    progress: Progress | None = None,
) -> Classification:
    """Say which occupations texts are about, or that it is not clear.

    Words (BM25, Robertson & Zaragoza 2009), letters (tf-idf of runs of three to five) and sentence embeddings
    each bring candidates; a conditional logit weighs what they say, and a second logit turns that into the
    probability of being right. Where the occupation is unsure the ISCO unit group (four digits) or the
    sub-major group (two) is given, whose probability is that of its occupations together.

    Parameters
    ----------
    texts : list of str, Series, or DataFrame with ``text`` (and ``id``)
        Job titles, vacancies, profiles or CVs, in any language of the index; what is no text is left unplaced.
    index : TextIndex
        ``sources.text_index("occupations")``.
    encoder : Encoder
        The one that made the index, ``sources.encoder()``.
    top : int
        Answers a text, at most 100.
    sure : float
        Least probability of being right at which a text is placed.
    progress : callable, optional
        Called with (texts done, texts in all).

    Returns
    -------
    Classification
        ``table``, one row for each text and rank: ``id, rank, code, label, isco, isco_label, score`` (probability
        of being right)``, abstained`` (the occupation is not sure)``, words`` (of the text, that speak for it).

    Raises
    ------
    ParameterError, DesignError
        One string instead of several, an index of something else, another encoder than the index was made by.
    """
    checked(index, encoder, "occupations", top)
    sure_enough(sure)
    names, raw = named_texts(texts)
    tables, bests, cleaned = [_table([])], [_best([])], []
    for start in range(0, len(raw), _BATCH):
        part = cleaned_texts(raw[start : start + _BATCH])
        table, best = _batch(names[start : start + _BATCH], part, index, encoder, top, sure)
        tables.append(table)
        bests.append(best)
        cleaned += part
        if progress:
            progress(min(start + _BATCH, len(raw)), len(raw))
    best = pd.concat(bests[1:] or bests, ignore_index=True)
    return Classification(
        question=f"Which occupations are {len(raw):,} texts about?"
        if len(raw) != 1
        else "Which occupation is this text about?",
        sentence=placed_sentence(best, sure),
        table=pd.concat(tables[1:] or tables, ignore_index=True),
        checks=(*placed_check(best, sure), *reading_checks(raw, cleaned)),
        provenance=provenance(
            index.taxonomy,
            texts if isinstance(texts, pd.DataFrame) else None,
            method="matching.classify",
            options={"top": top, "sure": sure, "encoder": index.encoder_name, "index": index.digest},
        ),
        rests_on=f"{index.entries['concept'].nunique():,} occupations by {len(index.entries):,} texts",
        best=best,
        sure=sure,
    )


def classify_stream(
    texts: Iterable[Any],
    index: TextIndex,
    encoder: Encoder,
    *,
    top: int = 5,
    sure: float = SURE,
    batch: int = _BATCH,
) -> Iterator[Classification]:
    """Classify texts as they come, a Finding for each batch; never more than a batch is held.

    Parameters
    ----------
    texts : iterable of str, or of (id, text)
    index, encoder, top, sure
        As for :func:`classify`.
    batch : int
        Texts a Finding.

    Yields
    ------
    Classification
        Texts without a name of their own are numbered from 0, across batches.

    Raises
    ------
    ParameterError, DesignError
        As :func:`classify`, before any text is read.
    """
    checked(index, encoder, "occupations", top)
    sure_enough(sure)
    if isinstance(texts, str | bytes):
        raise ParameterError("texts is one string; give an iterable of texts.")
    if batch < 1:
        raise ParameterError(f"batch={batch!r}: choose 1 or more texts a batch.")
    return _stream(iter(texts), index, encoder, top, sure, batch)


def _stream(
    texts: Iterator[Any], index: TextIndex, encoder: Encoder, top: int, sure: float, batch: int
) -> Iterator[Classification]:
    done = 0
    while held := list(islice(texts, batch)):
        pairs = [t if isinstance(t, tuple) and len(t) == 2 else (done + i, t) for i, t in enumerate(held)]
        done += len(held)
        named = pd.Series([t for _, t in pairs], index=[n for n, _ in pairs], dtype=object)
        yield classify(named, index, encoder, top=top, sure=sure)


def _batch(
    names: list[Hashable], texts: list[str], index: TextIndex, encoder: Encoder, top: int, sure: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    held = room(index)
    different = list(dict.fromkeys(t for t in texts if t))
    units = [title_units(t) for t in different]
    flat = [u for us in units for u in us]
    verdicts = judged(flat, held, encoder, "occupations")
    ends = np.cumsum([len(us) for us in units])
    answers = {}
    for text, us, end in zip(different, units, ends, strict=True):
        if us:
            mine = mixed(verdicts[end - len(us) : end], [u.weight for u in us])
            answers[text] = _answer(text, flat, mine, held, index, top, sure)
    rows, best = [], []
    for name, text in zip(names, texts, strict=True):
        found = answers.get(text)
        rows += [(name, *row) for row in found[0]] if found else []
        best.append((name, *(found[1] if found else _nothing())))
    return _table(rows), _best(best)


def _answer(
    text: str, units: list[Unit], verdict: Verdicts, held: Room, index: TextIndex, top: int, sure: float
) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    codes, labels, isco = (held.concepts[c].to_numpy(object) for c in ("code", "label", "isco"))
    where = placing(verdict, codes, isco, sure)
    shown = verdict.concept[:top]
    score = rightness(verdict.probability[:top], verdict.evidence[:top], "occupation")
    # A likelier answer never has the lower score: what is known of likeness settles levels, not the order.
    score = np.minimum.accumulate(score)
    rows = []
    for i, c in enumerate(shown):
        words = justify(text, units[verdict.unit[i]], held.spelled(c)).words if i < _EXPLAINED else ""
        unsure = where.level != "occupation"
        rows.append(
            (i + 1, codes[c], labels[c], isco[c], held.isco_label(isco[c]), float(score[i]), unsure, words)
        )
    words = rows[0][-1]
    return rows, _placed(where, rows, held, words)


def _placed(where: Any, rows: list[tuple[Any, ...]], held: Room, words: str) -> tuple[Any, ...]:
    if where.level == "occupation":
        return ("occupation", *rows[0][1:5], where.score, False, "", words)
    first = f"the likeliest occupation, {rows[0][2]}, is right with a probability of {rows[0][5]:.0%}"
    if where.level == "none":
        return (
            "none",
            "",
            "",
            "",
            "",
            where.score,
            True,
            f"{first}, and no group of occupations is sure either",
            words,
        )
    name = held.isco_label(where.code)
    return (
        where.level,
        where.code,
        name,
        where.code,
        name,
        where.score,
        False,
        f"{first}; the {where.level} is surer",
        words,
    )


def _nothing() -> tuple[Any, ...]:
    return ("none", "", "", "", "", 0.0, True, "the text holds no words", "")


def _table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {
            "rank": int,
            "code": str,
            "label": str,
            "isco": str,
            "isco_label": str,
            "score": float,
            "abstained": bool,
            "words": str,
        }
    )


def _best(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    text = dict.fromkeys(("placed", "code", "label", "isco", "isco_label", "reason", "words"), str)
    return pd.DataFrame(rows, columns=list(BEST)).astype(text | {"score": float, "abstained": bool})
