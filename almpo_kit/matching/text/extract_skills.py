"""Which skills texts name, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.text.classify import SURE, Progress
from almpo_kit.matching.text.given import checked, cleaned_texts, named_texts, reading_checks, sure_enough
from almpo_kit.matching.text.justification import justify
from almpo_kit.matching.text.room import Room, room
from almpo_kit.matching.text.segments import Unit, sentence_units
from almpo_kit.matching.text.verdicts import Verdicts, judged, rightness
from almpo_kit.matching.text.wording import skills_sentence
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.text_index import TextIndex

_BATCH = 64
COLUMNS = ("id", "skill", "label", "score", "abstained", "words", "start", "end")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SkillsFound(Finding):
    """Skills of texts.

    Parameters
    ----------
    texts : Series
        The cleaned texts by id; ``start`` and ``end`` in the table count characters of these.
    sure : float
        Least probability of being right at which a skill counts as found.
    """

    texts: pd.Series
    sure: float

    @property
    def found(self) -> pd.DataFrame:
        """Rows of the table that are sure enough."""
        return self.table[~self.table["abstained"]].reset_index(drop=True)

    def metrics(self) -> dict[str, float]:
        """Numbers of texts and of skills found in them."""
        return {"texts": float(len(self.texts)), "skills found": float((~self.table["abstained"]).sum())}


def extract_skills(
    texts: Any,
    index: TextIndex,
    encoder: Encoder,
    *,
    top: int = 10,
    sure: float = SURE,
    progress: Progress | None = None,
) -> SkillsFound:
    """Find the skills that texts name, sentence by sentence.

    As :func:`classify` with the index of skills: candidates by words, letters and meaning of each sentence and
    of its clauses; a skill's score in a text is that of the sentence in which it stands out most.

    Parameters
    ----------
    texts : list of str, Series, or DataFrame with ``text`` (and ``id``)
    index : TextIndex
        ``sources.text_index("skills")``.
    encoder : Encoder
        The one that made the index.
    top : int
        Candidates a text, at most 100.
    sure : float
        Least probability of being right at which a skill counts as found; the others are marked ``abstained``.
    progress : callable, optional
        Called with (texts done, texts in all).

    Returns
    -------
    SkillsFound
        ``table``, the best candidates of each text, best first: ``id, skill, label, score`` (probability of being
        right)``, abstained, words, start, end`` (characters of the cleaned text, in ``texts``). ``found`` has
        the rows that are sure enough.

    Raises
    ------
    ParameterError, DesignError
        As :func:`classify`.
    """
    checked(index, encoder, "skills", top)
    sure_enough(sure)
    names, raw = named_texts(texts)
    rows: list[tuple[Any, ...]] = []
    cleaned: list[str] = []
    for start in range(0, len(raw), _BATCH):
        part = cleaned_texts(raw[start : start + _BATCH])
        found = _batch(part, index, encoder, top)
        rows += [(name, *row) for name, mine in zip(names[start:], found, strict=False) for row in mine]
        cleaned += part
        if progress:
            progress(len(cleaned), len(raw))
    table = _table(rows, sure)
    return SkillsFound(
        question=f"Which skills do {len(raw):,} texts name?",
        sentence=skills_sentence(table, len(raw), sure),
        table=table,
        checks=tuple(reading_checks(raw, cleaned)),
        provenance=provenance(
            index.taxonomy,
            texts if isinstance(texts, pd.DataFrame) else None,
            method="matching.extract_skills",
            options={"top": top, "sure": sure, "encoder": index.encoder_name, "index": index.digest},
        ),
        rests_on=f"{index.entries['concept'].nunique():,} skills by {len(index.entries):,} texts",
        texts=pd.Series(cleaned, index=pd.Index(names, name="id"), dtype="str"),
        sure=sure,
    )


def _batch(texts: list[str], index: TextIndex, encoder: Encoder, top: int) -> list[list[tuple[Any, ...]]]:
    held = room(index)
    different = list(dict.fromkeys(t for t in texts if t))
    units = [sentence_units(t) for t in different]
    # A sentence that stands in many adverts is judged once.
    flat: dict[tuple[str, ...], Unit] = {}
    for unit in (u for us in units for u in us):
        flat.setdefault(unit.parts, unit)
    place = {p: i for i, p in enumerate(flat)}
    verdicts = judged(list(flat.values()), held, encoder, "skills")
    answers = {
        text: _answer(text, us, [verdicts[place[u.parts]] for u in us], held, top)
        for text, us in zip(different, units, strict=True)
    }
    return [answers.get(t, []) for t in texts]


def _answer(
    text: str, units: list[Unit], verdicts: list[Verdicts], held: Room, top: int
) -> list[tuple[Any, ...]]:
    if not units:
        return []
    concept = np.concatenate([v.concept for v in verdicts])
    unit = np.repeat(np.arange(len(units)), [len(v.concept) for v in verdicts])
    share = np.concatenate([v.probability for v in verdicts])
    score = rightness(share, np.concatenate([v.evidence for v in verdicts]), "skill")
    order = np.lexsort((concept, -share, -score)) if len(units) > 1 else np.arange(len(score))
    _, first = np.unique(concept[order], return_index=True)
    chosen = order[np.sort(first)][:top]
    codes, labels = (held.concepts[c].to_numpy(object) for c in ("code", "label"))
    level = np.minimum.accumulate(score[chosen])
    rows = []
    for i, at in enumerate(chosen):
        why = justify(text, units[unit[at]], held.spelled(concept[at]))
        rows.append((codes[concept[at]], labels[concept[at]], float(level[i]), why.words, why.start, why.end))
    return rows


def _table(rows: list[tuple[Any, ...]], sure: float) -> pd.DataFrame:
    columns = [c for c in COLUMNS if c != "abstained"]
    types = {"skill": str, "label": str, "score": float, "words": str, "start": int, "end": int}
    table = pd.DataFrame(rows, columns=columns).astype(types)
    table.insert(4, "abstained", table["score"] < sure)
    return table
