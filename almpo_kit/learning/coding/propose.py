"""Proposing codes, each with the sentence it rests on, and keeping quiet where unsure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from almpo_kit.learning.coding.coding_model import CodingModel
from almpo_kit.learning.coding.field_model import FieldModel
from almpo_kit.learning.coding.fit_codes import encoded
from almpo_kit.learning.coding.lexicon.fields import WITH_RULES
from almpo_kit.learning.coding.pairs import Pair
from almpo_kit.learning.coding.speaking import quote
from almpo_kit.learning.coding.texts import Text, known_fields, read_texts
from almpo_kit.vocabulary.documents import NOT_STATED, PROPOSAL_COLUMNS, PROPOSED, UNSURE
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance, provenance

if TYPE_CHECKING:
    from almpo_kit.vocabulary.encoders import Encoder

#: Unsure answers below this are not shown, unless there is no other.
_WORTH_SHOWING: Final = 0.1
_TYPES: Final = {"probability": "float64", "passage": "Int64", "start": "Int64", "end": "Int64"}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Proposals(Finding):
    """What a model says of documents.

    Parameters
    ----------
    table : DataFrame
        ``PROPOSAL_COLUMNS``: ``says`` is "proposed" (probability above the threshold of the field, and named in the text), "unsure" (shown, for the
        expert to judge) or "not stated" (no sentence speaks for any value; ``value`` is ""). ``start`` and ``end`` are of the
        words in ``documents.text``, ``sentence`` is the whole sentence.
    model_version : str
        Digest of the model.
    promised : float
        Precision that "proposed" was chosen for.
    """

    model_version: str
    promised: float

    def metrics(self) -> Mapping[str, float]:
        """How many rows say what."""
        counts = self.table["says"].value_counts()
        return {says.replace(" ", "_"): float(counts.get(says, 0)) for says in (PROPOSED, UNSURE, NOT_STATED)}


def propose(
    model: CodingModel,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    fields: Sequence[str] | None = None,
    *,
    encoder: Encoder | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Proposals:
    """Codes of documents, each with its sentence.

    Parameters
    ----------
    model : CodingModel
        Of ``fit_codes``.
    documents, passages : DataFrame
        ``DOCUMENT_COLUMNS``, ``PASSAGE_COLUMNS``.
    fields : sequence of str, optional
        All of the model when left out.
    encoder : Encoder, optional
        The one that the model was fitted with, if any.

    Returns
    -------
    Proposals

    Raises
    ------
    DesignError
        The model was fitted with embeddings and this encoder is not given.
    """
    chosen = known_fields(fields, model.fields)
    texts = read_texts(documents, passages, chosen, progress=progress)
    vectors = _vectors(model, texts, encoder)
    table = proposal_table(model, texts, chosen, vectors)
    made = provenance(documents, passages, method="learning.propose", options={"fields": list(chosen)})
    return _finding(model, table, len(texts), _with_model(made, model))


def proposal_table(
    model: CodingModel, texts: Sequence[Text], fields: Sequence[str], vectors: Any
) -> pd.DataFrame:
    """The table of :class:`Proposals` from texts that were read before."""
    needed = any(model.models[field].words is not None for field in fields)
    x = model.space.vectors(texts) if needed and len(texts) else None
    place, version = model.space.place(), model.digest
    rows: list[tuple[Any, ...]] = []
    for field in fields:
        one = model.models[field]
        for text, pairs in zip(texts, one.pairs(texts, x, vectors), strict=True):
            rows += [
                (text.document_id, field, "", *r, version) for r in _said(one, text, pairs, model, place)
            ]
    table = pd.DataFrame(rows, columns=list(PROPOSAL_COLUMNS))
    order = {t.document_id: k for k, t in enumerate(texts)}
    table = table.sort_values("document_id", key=lambda c: c.map(order), kind="stable", ignore_index=True)
    return table.astype(_TYPES)


def _vectors(model: CodingModel, texts: Sequence[Text], encoder: Encoder | None) -> Any:
    if not model.encoder_name:
        return None
    if encoder is None or (encoder.name, encoder.version) != (model.encoder_name, model.encoder_version):
        raise DesignError(
            f"This model was fitted with the encoder {model.encoder_name} {model.encoder_version}; pass it as encoder=, e.g. "
            "sources.encoder(), or fit again."
        )
    return encoded(texts, encoder)


def _said(
    one: FieldModel, text: Text, pairs: Sequence[Pair], model: CodingModel, place: Mapping[str, int]
) -> list[tuple[Any, ...]]:
    """Rows of one field of one document, without what is the same in all."""
    scores = one.log_odds(pairs)
    chances = one.probabilities(scores)
    rows: list[tuple[Any, ...]] = []
    for k in np.argsort(-scores, kind="stable"):
        found = quote(one, text, pairs[k], model.space, place)
        if found is None:
            continue
        # Where a field has rules, words that only keep company with a value are a reason to look, not to propose it.
        named = pairs[k].mention is not None or not one.rules or one.field not in WITH_RULES
        says = PROPOSED if named and scores[k] >= one.threshold else UNSURE
        if says == PROPOSED or chances[k] >= _WORTH_SHOWING or not rows:
            rows.append((pairs[k].value, float(chances[k]), says, *found))
    return rows or [("", math.nan, NOT_STATED, pd.NA, pd.NA, pd.NA, "", "no sentence speaks for any value")]


def _with_model(made: Provenance, model: CodingModel) -> Provenance:
    """What was said rests on the documents and on what the model was fitted on."""
    return Provenance(
        data=tuple(sorted({*made.data, *model.provenance.data})),
        method=made.method,
        options={**made.options, "model": model.digest, "precision": model.promised},
        seed=model.provenance.seed,
        synthetic=made.synthetic or model.provenance.synthetic,
    )


def _finding(model: CodingModel, table: pd.DataFrame, n: int, made: Provenance) -> Proposals:
    counts = table["says"].value_counts()
    proposed, unsure = int(counts.get(PROPOSED, 0)), int(counts.get(UNSURE, 0))
    checks = [
        Check(
            "the expert decides",
            "informational",
            "A proposal is no code. Accept, change or refuse it; the model learns from what two experts settle only.",
        )
    ]
    quiet = [f.replace("_", " ") for f, m in model.models.items() if m.why_quiet]
    if quiet:
        checks.append(Check("quiet fields", "informational", f"It proposes nothing on {', '.join(quiet)}."))
    if model.provenance.synthetic:
        checks.append(
            Check("fitted on invented documents", "failed", "The model learned from SYNTHETIC documents.")
        )
    return Proposals(
        question="What does the model say of these documents?",
        sentence=f"Of {n} documents {proposed} codes are proposed, {unsure} further ones are shown as unsure. The expert decides.",
        table=table,
        checks=tuple(checks),
        provenance=made,
        rests_on=model.rests_on,
        model_version=model.digest,
        promised=model.promised,
    )
