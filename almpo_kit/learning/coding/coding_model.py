"""A coding model: one model a field, what it was fitted on, and how it is written down without running code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from almpo_kit.learning.coding.field_model import FieldModel
from almpo_kit.learning.coding.plain import digest_of, from_plain, to_plain
from almpo_kit.learning.coding.word_space import WordSpace
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CodingModel(Finding):
    """What proposes codes.

    Parameters
    ----------
    models : Mapping
        Field -> its model.
    space : WordSpace
        Terms of all fields.
    encoder_name, encoder_version : str
        Of the embeddings it was fitted with; "" where there were none.
    promised : float
        Precision that thresholds were chosen for.
    table : DataFrame
        A row a field: ``field, documents, studies, answers, says_something, precision, low, high, proposed, right, brier, ece,
        probability_from, calibration, evidence, why_quiet``; precision in study-wise cross-fitting, with 95% bounds.
    """

    models: Mapping[str, FieldModel] = field(default_factory=dict)
    space: WordSpace
    encoder_name: str = ""
    encoder_version: str = ""
    promised: float = 0.9

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that it codes."""
        return tuple(self.models)

    @property
    def digest(self) -> str:
        """Version: a hash of everything that decides about its answers."""
        return digest_of(self.models, self.space, self.encoder_name, self.encoder_version, self.promised)

    def to_plain(self) -> dict[str, Any]:
        """Numbers, texts, lists and mappings only, ready for JSON."""
        return to_plain(
            self.models, self.space, self.encoder_name, self.encoder_version, self.promised, self.provenance
        )

    @classmethod
    def from_plain(cls, plain: object) -> CodingModel:
        """The model that :meth:`to_plain` wrote.

        Raises
        ------
        DataError
            Not such a mapping, of another version, damaged or of an absurd size. Nothing in it is ever run.
        """
        return coding_model(*from_plain(plain))

    def metrics(self) -> Mapping[str, float]:
        """Precision, its lower bound and Brier score of each field."""
        return {
            f"{name}_{what}": float(value)
            for name, m in self.models.items()
            for what, value in (("precision", m.precision), ("low", m.low), ("brier", m.brier))
            if value == value
        }


def coding_model(
    models: Mapping[str, FieldModel],
    space: WordSpace,
    encoder_name: str,
    encoder_version: str,
    promised: float,
    provenance: Provenance,
) -> CodingModel:
    """A model with its sentence, table and checks."""
    quiet = [name for name, m in models.items() if m.why_quiet]
    return CodingModel(
        question="Which codes can be proposed?",
        sentence=_sentence(models, quiet, promised),
        table=pd.DataFrame([_row(m) for m in models.values()]),
        checks=tuple(_checks(models, promised)),
        provenance=provenance,
        rests_on=f"{max((m.studies for m in models.values()), default=0)} studies with settled codes",
        models=models,
        space=space,
        encoder_name=encoder_name,
        encoder_version=encoder_version,
        promised=promised,
    )


def _words(names: list[str]) -> str:
    return ", ".join(n.replace("_", " ") for n in names)


def _sentence(models: Mapping[str, FieldModel], quiet: list[str], promised: float) -> str:
    speaks = [name for name in models if name not in quiet]
    if not speaks:
        return (
            f"No field can be proposed with a precision of {promised:.0%}: everything is left to the expert."
        )
    kept = f" It keeps quiet on {_words(quiet)}." if quiet else ""
    return (
        f"Codes of {_words(speaks)} are proposed where {promised:.0%} of proposals were right on studies not learned from.{kept} "
        "The expert decides."
    )


def _row(m: FieldModel) -> dict[str, Any]:
    p = float(m.probabilities(pd.Series([m.threshold]).to_numpy())[0]) if not m.why_quiet else float("nan")
    known = bool(m.proposed)
    return {
        "field": m.field,
        "documents": m.documents,
        "studies": m.studies,
        "answers": m.answers,
        "says_something": not m.why_quiet,
        "precision": m.precision,
        "low": m.low if known else float("nan"),
        "high": m.high if known else float("nan"),
        "proposed": m.proposed,
        "right": m.right,
        "brier": m.brier,
        "ece": m.ece,
        "probability_from": p,
        "calibration": m.calibrator.kind,
        "evidence": m.evidence,
        "why_quiet": m.why_quiet,
    }


def _checks(models: Mapping[str, FieldModel], promised: float) -> list[Check]:
    checks = []
    for name, m in models.items():
        word = name.replace("_", " ")
        if m.why_quiet:
            checks.append(Check(name, "failed", f"Nothing is proposed on {word}: {m.why_quiet}."))
            continue
        sure = m.low >= promised
        more = "" if sure else "; with so few studies it may be lower than promised"
        checks.append(
            Check(
                name,
                "passed" if sure else "informational",
                f"On {word}, {m.right} of {m.proposed} cross-fitted proposals were right "
                f"(95%: {100 * m.low:.0f} to {100 * m.high:.0f}%){more}. The threshold was chosen on the same cases.",
            )
        )
    return checks
