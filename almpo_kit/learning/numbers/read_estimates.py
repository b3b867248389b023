"""Reading estimates out of documents, each with its sentence, its figures and why it may be wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.learning.numbers.brackets import bracket_meaning
from almpo_kit.learning.numbers.candidates import Candidate
from almpo_kit.learning.numbers.judging import judge
from almpo_kit.learning.numbers.numerals import mark_of
from almpo_kit.learning.numbers.sentence_reading import read_sentence, sample_sizes
from almpo_kit.learning.numbers.statements import Statement, add_late_error, late_error, whole_statements
from almpo_kit.vocabulary.documents import ESTIMATE, NOT_STATED, PROPOSAL_COLUMNS, PROPOSED
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.provenance import data_versions, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

#: What reads; a change of the rules changes it.
VERSION: Final = "numbers-2"
ESTIMATE_COLUMNS: Final = (
    *("document_id", "item", "outcome", "effect", "unit", "se", "se_source", "se_route", "significance"),
    *("ci_low", "ci_high", "ci_level", "t", "p", "p_sense", "stars", "n", "horizon_months", "horizon_from"),
    *("says", "agrees", "why", "passage", "start", "end", "printed", "sentence", "source"),
)
_NUMBERS: Final = frozenset(
    {"effect", "se", "ci_low", "ci_high", "ci_level", "t", "p", "n", "horizon_months"}
)
_IN_VALUE: Final = (
    "outcome",
    "unit",
    "horizon_months",
    "horizon_from",
    "effect",
    "se",
    "se_source",
    "significance",
    "n",
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReadEstimates(Finding):
    """Estimates read out of documents.

    Parameters
    ----------
    table : DataFrame
        ``ESTIMATE_COLUMNS``: one estimate a row. Ratios are logarithms, shares are points; ``ci_low`` and ``ci_high``
        are in the unit of the effect. ``start`` and ``end`` are the effect's place in ``documents.text``; ``says`` is
        proposed, unsure, or not stated (no effect, and no number); ``agrees`` which figures fit each other; ``why``
        every doubt.
    proposals : DataFrame
        ``PROPOSAL_COLUMNS`` with field ``estimate``; ``value`` is JSON with the columns of ``effects``. The
        probability is missing: rules give none.
    proposed, unsure, contradictory : int
        Rows of each; contradictory ones are among the unsure.
    """

    proposals: pd.DataFrame
    proposed: int
    unsure: int
    contradictory: int

    def metrics(self) -> dict[str, float]:
        """Counts of what was read."""
        return {
            "proposed": float(self.proposed),
            "unsure": float(self.unsure),
            "contradictory": float(self.contradictory),
        }


def read_estimates(
    documents: pd.DataFrame, passages: pd.DataFrame, *, progress: Progress | None = None
) -> ReadEstimates:
    """Read the effects that documents print, with whatever stands beside them, and check the arithmetic.

    Rules, not a model: units, standard errors, intervals, t, p, stars, sample sizes and months are recognised in six
    languages, tied to the number that they follow, and compared with each other. A candidate whose figures contradict
    each other, whose unit, outcome or direction is in doubt, or beside which nothing says how sure it is, is shown and
    never proposed.

    Parameters
    ----------
    documents, passages : DataFrame
        As in ``vocabulary.documents``; passages of documents that are not given are left alone.
    progress : callable, optional
        Called with documents done and in all.

    Returns
    -------
    ReadEstimates

    Raises
    ------
    FrameError
        A column is missing, or a document appears twice.
    """
    _checked(documents, passages)
    rows: list[dict[str, Any]] = []
    by_document = dict(tuple(passages.groupby("document_id", sort=False)))
    meta = documents.set_index("document_id")
    for done, name in enumerate(meta.index, start=1):
        sentences = by_document.get(name)
        if sentences is not None:
            rows += _of_document(str(name), meta.loc[name], sentences.sort_values("passage"))
        if progress is not None:
            progress(done, len(meta))
    return _finding(documents, passages, rows)


def _checked(documents: pd.DataFrame, passages: pd.DataFrame) -> None:
    for frame, called, needed in (
        (documents, "documents", ("document_id", "language", "source")),
        (passages, "passages", ("document_id", "passage", "start", "end", "text")),
    ):
        missing = [c for c in needed if c not in frame]
        if missing:
            raise FrameError(
                f"{called} has no column {', '.join(missing)}; take it from library.{called}(), or make passages with "
                "vocabulary.documents.passages_of(ids, texts)."
            )
    if documents["document_id"].duplicated().any():
        raise FrameError('a document appears twice; use documents.drop_duplicates("document_id").')


def _of_document(name: str, meta: pd.Series, sentences: pd.DataFrame) -> list[dict[str, Any]]:
    pieces = whole_statements(
        [str(t) for t in sentences["text"]],
        [int(s) for s in sentences["start"]],
        [int(p) for p in sentences["passage"]],
    )
    mark = mark_of([p.text for p in pieces], str(meta["language"]))
    brackets = next((m for m in (bracket_meaning(p.text) for p in pieces) if m), "")
    found: list[tuple[Candidate, Statement]] = []
    before: list[Candidate] = []
    for piece in pieces:
        late = late_error(piece.text, mark) if len(before) == 1 else None
        if late is not None and add_late_error(before[0], late):
            continue
        before = read_sentence(
            piece.text, mark, brackets=brackets, outcome=before[-1].outcome if before else ""
        )
        found += [(one, piece) for one in before]
    _one_sample([one for one, _ in found], pieces, mark)
    return [
        _row(one, judge(one), name, piece, item) | {"source": str(meta["source"])}
        for item, (one, piece) in enumerate(found, start=1)
    ]


def _one_sample(found: list[Candidate], pieces: list[Statement], mark: str) -> None:
    """A document that states one sample size, and one only, states it for all its estimates."""
    without = [one for one in found if math.isnan(one.n) and one.amount is not None]
    if not without:
        return
    sizes = {n for piece in pieces for n in sample_sizes(piece.text, mark)}
    if len(sizes) == 1:
        for one in without:
            one.n = next(iter(sizes))
            one.notes.append("the sample size stands elsewhere in the text")


def _row(one: Candidate, says: str, name: str, piece: Statement, item: int) -> dict[str, Any]:
    f, crossed = one.figures, one.crossed

    def scaled(value: float) -> float:
        return (math.log(value) if value > 0 else math.nan) if f.ratio else value

    outcome = OUTCOMES.get(one.outcome)
    return {
        "document_id": name,
        "item": str(item),
        "outcome": one.outcome,
        "effect": round(scaled(f.effect), 6),
        "unit": one.unit if one.unit != "share" else "",
        "se": round(crossed.se, 6),
        "se_source": crossed.route,
        "se_route": crossed.words,
        "significance": _word(one, outcome.favourable if outcome else 0, scaled(f.effect)),
        "ci_low": round(scaled(f.low), 6),
        "ci_high": round(scaled(f.high), 6),
        "ci_level": f.level,
        "t": f.t,
        "p": f.p,
        "p_sense": "" if math.isnan(f.p) else f.p_sense,
        "stars": "*" * f.stars,
        "n": one.n,
        "horizon_months": one.months,
        "horizon_from": one.origin,
        "says": says,
        "agrees": "; ".join(crossed.agree),
        "why": "; ".join((*one.doubts, *one.notes)),
        "passage": piece.passage_at(one.start),
        "start": piece.start + one.start,
        "end": piece.start + one.end,
        "printed": piece.text[one.start : one.end],
        "sentence": piece.text,
    }


def _word(one: Candidate, favourable: int, effect: float) -> str:
    """Positive and negative mean favourable or not for the person, as in an ``effects`` frame."""
    if one.significant is None or (one.significant and (not favourable or math.isnan(effect))):
        return ""
    return "none" if not one.significant else "positive" if favourable * effect > 0 else "negative"


def _finding(documents: pd.DataFrame, passages: pd.DataFrame, rows: list[dict[str, Any]]) -> ReadEstimates:
    import pandas as pd

    table = pd.DataFrame(rows, columns=list(ESTIMATE_COLUMNS))
    table = table.astype({c: "float64" if c in _NUMBERS else table[c].dtype for c in ESTIMATE_COLUMNS})
    table = stamp(table, *data_versions(documents, passages))
    says = table["says"].value_counts()
    against = int(table["why"].str.contains("contradict each other", regex=False).sum()) if len(table) else 0
    proposed, unsure = int(says.get(PROPOSED, 0)), len(table) - int(says.get(PROPOSED, 0))
    return ReadEstimates(
        question="Which effects do these documents print?",
        sentence=_sentence(table, proposed, against, len(documents)),
        table=table,
        checks=_checks(table, against),
        provenance=provenance(
            documents, passages, method="learning.read_estimates", options={"rules": VERSION}
        ),
        rests_on=f"{len(documents):,} documents, {len(passages):,} sentences",
        proposals=_proposals(table),
        proposed=proposed,
        unsure=unsure - int(says.get(NOT_STATED, 0)),
        contradictory=against,
    )


def _sentence(table: pd.DataFrame, proposed: int, against: int, documents: int) -> str:
    if not len(table):
        return f"No effect with a number was found in {documents:,} documents."
    texts = table["document_id"].nunique()
    said = f"{len(table):,} statements on effects in {texts:,} of {documents:,} documents: {proposed:,} are proposed for coding"
    return f"{said}, {len(table) - proposed:,} are shown with the doubt that keeps them back ({against:,} contradict themselves)."


def _checks(table: pd.DataFrame, against: int) -> tuple[Check, ...]:
    checked = int((table["agrees"] != "").sum()) if len(table) else 0
    rules = Check(
        "rules",
        "informational",
        "Rules read the numbers. They see sentences and single lines of tables, not figures and not the columns of "
        "a table, and read no statement with more than 60 numbers: an expert confirms each estimate beside its sentence.",
    )
    crossed = Check(
        "arithmetic",
        "failed" if against else "passed",
        f"{checked:,} estimates print two figures or more that fit each other; {against:,} print figures that contradict "
        "each other, and none of these is proposed.",
    )
    return crossed, rules


def _proposals(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            **{
                c: row[c]
                for c in ("document_id", "item", "says", "passage", "start", "end", "sentence", "why")
            },
            "field": ESTIMATE,
            "value": _value(row),
            "probability": math.nan,
            "model_version": VERSION,
        }
        for row in table.to_dict("records")
    ]
    return stamp(pd.DataFrame(rows, columns=list(PROPOSAL_COLUMNS)), *data_versions(table))


def _value(row: dict[Any, Any]) -> str:
    """JSON with the columns of ``effects`` that are known."""
    known = {
        c: row[c]
        for c in _IN_VALUE
        if row[c] != "" and not (isinstance(row[c], float) and math.isnan(row[c]))
    }
    return json.dumps(known, sort_keys=True, ensure_ascii=False)
