"""How far experts agree, beyond what chance would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.agreeing.agreement_words import checks, sentence
from almpo_kit.learning.agreeing.answers_given import given_answers
from almpo_kit.learning.agreeing.estimating import FEWEST, coder_rows, field_row, pair_rows
from almpo_kit.learning.agreeing.units import arranged, level_of
from almpo_kit.vocabulary.documents import FIELDS
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.finding import Certainty, Finding, Headline
from almpo_kit.vocabulary.provenance import provenance

_PAIR_COLUMNS = (
    *("field", "coder_a", "coder_b", "units", "kappa", "low", "high", "se", "wald_low", "wald_high"),
    *("agreement", "pabak", "prevalence", "bias"),
)
_CODER_COLUMNS = ("field", "coder", "answers", "shared_units", "agreement")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Agreement(Finding):
    """How far experts agree, field by field.

    ``table``, one row a field: ``field, level, coders, units, units_twice, answers, alpha, low, high, se, agreement,
    agreement_low, agreement_high, says, reason``. ``alpha`` is Krippendorff's, with the bootstrap interval over units or
    the exact one of disagreement where that is wider; ``agreement`` is the share of pairs of answers that are alike, with
    its Clopper–Pearson interval. ``says``: "reliable" (the interval begins at 0.8 or above), "tentative" (0.667), "not
    shown to be reliable", "too little to say".

    Parameters
    ----------
    pairs : DataFrame
        Cohen's kappa of every two experts: ``field, coder_a, coder_b, units, kappa, low, high, se, wald_low, wald_high,
        agreement, pabak, prevalence, bias``; weighted where the field has a scale or sets.
    coders : DataFrame
        ``field, coder, answers, shared_units, agreement``: how often an expert says what the others say.
    confidence : float
    """

    pairs: pd.DataFrame
    coders: pd.DataFrame
    confidence: float

    def metrics(self) -> dict[str, float]:
        """Alpha of every field where it can be told, with its interval."""
        told = self.table[self.table["says"] != "too little to say"]
        out: dict[str, float] = {}
        rows: list[Any] = list(told.itertuples(index=False))
        for row in rows:
            out |= {
                f"alpha_{row.field}": float(row.alpha),
                f"alpha_{row.field}_low": float(row.low),
                f"alpha_{row.field}_high": float(row.high),
            }
        return out


def agreement(
    labels: pd.DataFrame,
    *,
    field: str | None = None,
    unit: Sequence[str] = ("document_id", "item"),
    level: str | None = None,
    confidence: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Say how far experts agree: Krippendorff's alpha, Cohen's kappa of every two, and the plain share.

    The label that holds of each expert counts, once; units that only one expert coded say nothing about agreement and
    are left out of it. Kappa falls where almost all answers are the same although experts hardly differ; that is why
    the share, the prevalence and the adjusted kappa (PABAK) stand beside it.

    Parameters
    ----------
    labels : DataFrame
        ``LABEL_COLUMNS``.
    field : str, optional
        One field; all of them when left out.
    unit : sequence of str
        What is coded: columns of ``labels``; the review is always one of them.
    level : {"nominal", "ordinal", "interval", "set"}, optional
        How answers are compared; "set" gives partly equal sets part of the agreement (MASI). By default sets for fields
        that may have several answers, nominal for others.
    confidence : float
        Of intervals, 0.5 to 0.999.
    repeats : int
        Bootstrap draws.
    seed : int

    Returns
    -------
    Agreement

    Raises
    ------
    FrameError
        Columns are missing.
    DesignError
        No unit was coded by two experts, in any field; or a field with a scale holds words.
    ParameterError

    References
    ----------
    Krippendorff (2011) Computing Krippendorff's alpha-reliability. Cohen (1960) Educ. Psychol. Meas. 20, 37-46. Fleiss,
    Cohen & Everitt (1969) Psychol. Bull. 72, 323-327. Passonneau (2006) LREC. Byrt, Bishop & Carlin (1993) J. Clin.
    Epidemiol. 46, 423-429.
    """
    _check_options(field, level, confidence, repeats)
    held = given_answers(labels, "agreement")
    by = tuple(dict.fromkeys(("review", *([unit] if isinstance(unit, str) else unit))))
    if absent := [c for c in by if c not in held]:
        raise FrameError(
            f"agreement() found no column {absent[0]!r}; unit names columns of labels, e.g. 'document_id'."
        )
    fields = _fields(held, field)
    # Each field draws from its own stream: another field more does not change the numbers of the rest.
    streams = [np.random.SeedSequence([seed, *name.encode()]).spawn(2) for name in fields]
    every = [arranged(held, name, by, level) for name in fields]
    rows: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    for units, (first, second) in zip(every, streams, strict=True):
        rows.append(field_row(units, np.random.default_rng(first), repeats, confidence))
        pairs += pair_rows(units, np.random.default_rng(second), repeats, confidence)
    table = pd.DataFrame(rows)
    if table.empty or not table["units_twice"].any():
        raise DesignError(
            "agreement() found no document that two experts coded; let a second expert code some, e.g. every tenth."
        )
    return Agreement(
        question="How far do the experts agree?"
        if field is None
        else f"How far do the experts agree on {field}?",
        sentence=sentence(table, confidence),
        table=table,
        checks=checks(table, pairs),
        provenance=provenance(
            labels,
            method="learning.agreement",
            options={"unit": list(by), "level": level, "confidence": confidence, "repeats": repeats},
            seed=seed,
        ),
        certainty=_certainty(table),
        headline=_headline(table, confidence),
        rests_on=_rests(table),
        pairs=pd.DataFrame(pairs, columns=list(_PAIR_COLUMNS)),
        coders=pd.DataFrame([r for u in every for r in coder_rows(u)], columns=list(_CODER_COLUMNS)),
        confidence=confidence,
    )


def _check_options(field: str | None, level: str | None, confidence: float, repeats: int) -> None:
    level_of(field or "", level)
    if not isinstance(confidence, (int, float)) or not 0.5 <= confidence <= 0.999:
        raise ParameterError(
            f"agreement() got confidence={confidence!r}; give a share from 0.5 to 0.999, e.g. 0.95."
        )
    if isinstance(repeats, bool) or not isinstance(repeats, int) or not 100 <= repeats <= 100_000:
        raise ParameterError(f"agreement() got repeats={repeats!r}; give 100 to 100000, e.g. 1000.")


def _fields(held: pd.DataFrame, field: str | None) -> list[str]:
    there = set(held["field"])
    if field is not None:
        if field not in there:
            told = ", ".join(sorted(there)) or "none"
            raise DesignError(f"nobody labelled the field {field!r}; labelled fields: {told}.")
        return [field]
    return [f for f in FIELDS if f in there] + sorted(there - set(FIELDS))


def _certainty(table: pd.DataFrame) -> Certainty:
    if (table["says"] == "too little to say").all():
        return "too little to say"
    words: dict[str, Certainty] = {"reliable": "high", "tentative": "moderate"}
    ranks = ["high", "moderate", "low"]
    told = [words.get(s, "low") for s in table["says"] if s != "too little to say"]
    return max(told, key=ranks.index)


def _headline(table: pd.DataFrame, confidence: float) -> Headline | None:
    if len(table) != 1 or table["says"].iloc[0] == "too little to say":
        return None
    row = table.iloc[0]
    return Headline(
        value=float(row["alpha"]),
        low=float(row["low"]),
        high=float(row["high"]),
        unit="(alpha)",
        scale=(-1.0, 1.0),
        level=confidence,
    )


def _rests(table: pd.DataFrame) -> str:
    twice = int(table["units_twice"].max())
    return f"up to {twice} units a field coded by two experts or more (at least {FEWEST} are needed)"
