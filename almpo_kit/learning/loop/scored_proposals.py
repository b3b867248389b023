"""What a model proposed beside what experts settled: right, wrong or silent, one row a code."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.documents import FIELDS, PROPOSED, SETTLED_COLUMNS, answers, one_value
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

RIGHT, WRONG, SILENT = "right", "wrong", "abstained"
#: What names one code.
KEY = ["document_id", "field", "item"]
#: One settled code a row, with what a model made of it.
SCORED_COLUMNS = (*KEY, "study", "truth", "answer", "outcome", "probability", "at")


def score(
    proposals: pd.DataFrame,
    settled: pd.DataFrame,
    *,
    groups: pd.Series | None = None,
    fields: Collection[str] | None = None,
) -> pd.DataFrame:
    """Each settled code with the outcome of a model's proposal for it.

    Right is only what was proposed and is the same set of answers; unsure, "not stated" and nothing at all are one thing: the
    model was silent, and a person codes it as before.

    Parameters
    ----------
    proposals : DataFrame
        ``PROPOSAL_COLUMNS``; several rows of one code are several answers.
    settled : DataFrame
        ``SETTLED_COLUMNS``.
    groups : Series, optional
        ``document_id`` → study; a document that is missing there is a study of its own.
    fields : collection of str, optional
        What is scored; by default what is coded once a document.

    Returns
    -------
    DataFrame, shape (n_codes, ...)
        ``SCORED_COLUMNS`` in the order of ``settled``; ``probability`` is the smallest of the proposed answers', missing
        where the model was silent.

    Raises
    ------
    FrameError
        Columns are missing, or a code was settled twice.
    """
    wanted = set(FIELDS if fields is None else fields)
    held = _columns(settled, ("document_id", "field", "item", "value", "at"), "settled")
    held = held[held["field"].isin(wanted)].reset_index(drop=True)
    _once(held)
    said = _said(_columns(proposals, (*KEY, "value", "probability", "says"), "proposals"))
    joined = held.merge(said, on=KEY, how="left")
    truth = [one_value(answers(str(v))) for v in joined["value"]]
    answer = joined["answer"].fillna("").astype(str)
    silent = joined["answer"].isna().to_numpy()
    outcome = np.where(silent, SILENT, np.where(answer.to_numpy() == np.array(truth, object), RIGHT, WRONG))
    return pd.DataFrame(
        {
            **{c: joined[c].astype(str) for c in KEY},
            "study": studies_of(joined["document_id"], groups),
            "truth": truth,
            "answer": answer,
            "outcome": outcome.astype(str),
            "probability": joined["probability"].astype(float),
            "at": joined["at"],
        },
        columns=list(SCORED_COLUMNS),
    )


def studies_of(documents: pd.Series, groups: pd.Series | None) -> pd.Series:
    """The study of each document; its own where none is known."""
    own = documents.astype(str)
    if groups is None:
        return own
    if groups.index.has_duplicates:
        again = groups.index[groups.index.duplicated()][0]
        raise DesignError(
            f"groups names the document {again!r} twice; give one study a document, e.g. groups[~groups.index.duplicated()]."
        )
    return own.map(groups.astype(str)).fillna(own)


def _columns(frame: pd.DataFrame, needed: tuple[str, ...], name: str) -> pd.DataFrame:
    table = getattr(frame, "table", frame)  # a Finding of proposals is as good as its table
    if not isinstance(table, pd.DataFrame):
        raise ParameterError(
            f"{name} is a table, not {type(frame).__name__}; e.g. learning.propose(…).table."
        )
    missing = [c for c in needed if c not in table]
    if missing and not set(missing) <= {"item", "at"}:
        of = ", ".join(SETTLED_COLUMNS) if name == "settled" else "PROPOSAL_COLUMNS"
        raise FrameError(f"{name} lacks {', '.join(missing)}; it needs the columns {of}.")
    table = table.assign(**dict.fromkeys(missing, ""))
    return table.assign(item=table["item"].fillna("").astype(str))


def _once(held: pd.DataFrame) -> None:
    again = held.duplicated(KEY)
    if again.any():
        row = held[again].iloc[0]
        raise FrameError(
            f"settled holds {row['field']!r} of the document {row['document_id']!r} twice; a code holds once. Take "
            "learning.settled(labels, decisions) of one review."
        )


def _said(table: pd.DataFrame) -> pd.DataFrame:
    """One row a code for which something was proposed."""
    proposed = table[table["says"] == PROPOSED]
    chance = pd.to_numeric(proposed["probability"], errors="coerce")
    if ((chance < 0) | (chance > 1)).any():
        raise FrameError("proposals hold a probability outside 0 to 1; take them from learning.propose(…).")
    parts = proposed.assign(probability=chance).groupby(KEY, sort=False)
    return parts.agg(
        answer=("value", lambda v: one_value(a for x in v for a in answers(str(x)))),
        probability=("probability", "min"),
    ).reset_index()
