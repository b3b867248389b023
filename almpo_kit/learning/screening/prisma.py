"""How many records were found, screened, assessed and included."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.screening.document_texts import checked_documents
from almpo_kit.learning.screening.prisma_flow import (
    DUPLICATE,
    EXCLUDED,
    IDENTIFIED,
    INCLUDED,
    LABELS,
    NOT_ASSESSED,
    NOT_RETRIEVED,
    OPEN,
    REJECTED,
    SOUGHT,
    UNREAD,
    WAITING,
    PrismaFlow,
)
from almpo_kit.learning.screening.prisma_words import flow_checks, flow_sentence
from almpo_kit.learning.screening.read_labels import Read, label_checks, read_labels
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.provenance import provenance


def prisma(
    documents: pd.DataFrame,
    labels: pd.DataFrame | None = None,
    *,
    review: str | None = None,
    duplicates: pd.Series | None = None,
    identified: Mapping[str, int] | None = None,
    finished: bool = False,
    not_retrieved: Collection[str] = (),
    full_text: Mapping[str, str] | pd.DataFrame | None = None,
    studies: pd.Series | None = None,
) -> PrismaFlow:
    """Count records from finding them to including them, so that every step adds up (PRISMA 2020).

    Parameters
    ----------
    documents : DataFrame, shape (n_records, ...)
        Records as taken in; counted by ``origin`` where there is one.
    labels : DataFrame, optional
        ``LABEL_COLUMNS`` or ``SETTLED_COLUMNS``; the field ``relevant`` is the decision on title and abstract.
    review : str, optional
        Whose labels, where they are of several.
    duplicates : Series of str, optional
        By ``document_id``, which publication it is, e.g. ``learning.duplicates(documents).groups``. One record of each is
        kept, one that was read where there is one.
    identified : mapping of str to int, optional
        Records each source gave, with those that the library knew already; these count as duplicates.
    finished : bool
        Screening has ended: what is unread was left so under the stopping rule. Else it is still waiting.
    not_retrieved : collection of str
        Relevant records whose full text could not be had.
    full_text : mapping or DataFrame, optional
        Decision on the full text, by ``document_id``: the ``reason`` for exclusion, blank where it is included.
    studies : Series of str, optional
        By ``document_id``, which study it reports; else each report is taken for a study of its own.

    Returns
    -------
    PrismaFlow

    Raises
    ------
    FrameError
        A column is missing; a decision on a record that is not among the documents or was not found relevant; one that was
        not retrieved and yet assessed.
    ParameterError
        Fewer records identified than documents are held.

    References
    ----------
    Page et al. (2021) BMJ 372, n71.
    """
    names = pd.Index(checked_documents(documents))
    read = read_labels(labels, names, review)
    records = _screened(names, read, finished)
    twins, unlike = _twins(names, duplicates, read)
    records.loc[twins, "step"] = DUPLICATE
    _assessed(records, _reasons(full_text), set(map(str, not_retrieved)), names)
    known = _known_before(identified, len(names))
    table = _table(records, documents, identified, known, studies)
    whole = table[table["of"] == ""].set_index("step")["n"]
    n = {k: int(whole[k]) for k in (IDENTIFIED, "screened", INCLUDED, "studies")}
    waiting = {k: int(whole[k]) for k in (WAITING, OPEN, NOT_ASSESSED)}
    return PrismaFlow(
        question="How many records were found, screened and included?",
        sentence=flow_sentence(whole.to_dict(), waiting),
        table=table,
        checks=(*flow_checks(whole.to_dict(), waiting, unlike), *label_checks(read)),
        provenance=provenance(
            documents,
            labels,
            method="learning.prisma",
            options={"review": review or "", "finished": finished},
        ),
        rests_on=f"{n[IDENTIFIED]:,} records",
        records=records.rename_axis("document_id").reset_index(),
        complete=not any(waiting.values()),
        n_identified=n[IDENTIFIED],
        n_screened=n["screened"],
        n_included=n[INCLUDED],
        n_studies=n["studies"],
    )


def _screened(names: pd.Index, read: Read, finished: bool) -> pd.DataFrame:
    records = pd.DataFrame({"step": UNREAD if finished else WAITING, "reason": ""}, index=names).astype("str")
    records.loc[read.open, "step"] = OPEN
    records.loc[read.relevant.index[~read.relevant], "step"] = EXCLUDED
    records.loc[read.relevant.index[read.relevant], "step"] = NOT_ASSESSED
    return records


def _twins(names: pd.Index, duplicates: pd.Series | None, read: Read) -> tuple[pd.Index, int]:
    """Records that repeat another one, and publications whose records were judged differently."""
    if duplicates is None:
        return names[:0], 0
    group = pd.Series(duplicates.to_numpy(), index=duplicates.index.astype(str)).reindex(names)
    group = group[group.notna()].astype(str)
    # What was read comes first, then what is open, then the rest; within these the order of the documents.
    order = np.where(group.index.isin(read.relevant.index), 0, np.where(group.index.isin(read.open), 1, 2))
    held = group.iloc[np.argsort(order, kind="stable")]
    said = read.relevant.reindex(group.index).dropna().astype(bool)
    unlike = int((said.groupby(group[said.index]).nunique() > 1).sum())
    return held.index[held.duplicated()], unlike


def _reasons(full_text: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    if full_text is None:
        return {}
    if isinstance(full_text, pd.DataFrame):
        if missing := {"document_id", "reason"} - set(full_text.columns):
            raise FrameError(f"full_text lacks {', '.join(sorted(missing))}; give document_id and reason.")
        if full_text["document_id"].duplicated().any():
            raise FrameError("full_text decides on a document twice; keep one row a document.")
        full_text = dict(zip(full_text["document_id"].astype(str), full_text["reason"], strict=True))
    return {str(k): "" if pd.isna(v) else str(v).strip() for k, v in full_text.items()}


def _assessed(records: pd.DataFrame, reasons: dict[str, str], missing: set[str], names: pd.Index) -> None:
    """Write decisions on full texts into the records, or refuse what contradicts the screening."""
    decided = {"full_text decides on": set(reasons), "not_retrieved names": missing}
    for what, documents in decided.items():
        if unknown := sorted(documents - set(names)):
            raise FrameError(f"{what} {_some(unknown)} not among the documents; leave out or add them.")
        sought = set(records.index[records["step"].isin([NOT_ASSESSED, DUPLICATE])])
        if early := sorted(documents - sought):
            raise FrameError(f"{what} {_some(early)} not found relevant in screening; label them first.")
    if both := sorted(set(reasons) & missing):
        raise FrameError(f"{_some(both)} named as not retrieved and yet assessed; choose one.")
    twins = sorted(i for i in {*reasons, *missing} if records.at[i, "step"] == DUPLICATE)
    if twins:
        raise FrameError(
            f"full_text or not_retrieved names {_some(twins)} a duplicate of another record; name that one."
        )
    assessed = records.index.isin(list(reasons))
    reason = records.index[assessed].map(reasons)
    records.loc[records.index.isin(list(missing)), "step"] = NOT_RETRIEVED
    records.loc[assessed, "step"] = np.where(reason != "", REJECTED, INCLUDED)
    records.loc[assessed, "reason"] = reason.to_numpy(dtype=object)


def _some(names: list[str]) -> str:
    shown = ", ".join(n[:12] for n in names[:3])
    return f"{len(names):,} documents ({shown}{', …' if len(names) > 3 else ''}) that are"


def _known_before(identified: Mapping[str, int] | None, held: int) -> int:
    if identified is None:
        return 0
    total = sum(int(n) for n in identified.values())
    if any(int(n) < 0 for n in identified.values()) or total < held:
        raise ParameterError(
            f"identified counts {total:,} records, but {held:,} documents are held; count every record each source gave."
        )
    return total - held


def _table(
    records: pd.DataFrame,
    documents: pd.DataFrame,
    identified: Mapping[str, int] | None,
    known: int,
    studies: pd.Series | None,
) -> pd.DataFrame:
    n = records["step"].value_counts()
    at = {step: int(n.get(step, 0)) for step in LABELS}
    screened = [OPEN, EXCLUDED, NOT_RETRIEVED, NOT_ASSESSED, REJECTED, INCLUDED]
    counts: dict[str, Any] = at | {
        IDENTIFIED: len(records) + known,
        DUPLICATE: at[DUPLICATE] + known,
        "screened": sum(at[s] for s in screened),
        SOUGHT: sum(at[s] for s in screened[2:]),
        "assessed": at[REJECTED] + at[INCLUDED],
        "studies": _n_studies(records.index[records["step"] == INCLUDED], studies),
    }
    rows: list[tuple[str, str, str, int]] = []
    for step, label in LABELS.items():
        rows.append((step, label, "", counts[step]))
        if step == IDENTIFIED:
            rows += [(step, label, name, k) for name, k in _origins(documents, identified).items()]
        if step == REJECTED:
            reasons = records.loc[records["step"] == REJECTED, "reason"].value_counts()
            rows += [(step, label, str(name), int(k)) for name, k in reasons.items()]
    table = pd.DataFrame(rows, columns=["step", "label", "of", "n"])
    return table.astype({"step": "str", "label": "str", "of": "str", "n": "int64"})


def _origins(documents: pd.DataFrame, identified: Mapping[str, int] | None) -> dict[str, int]:
    if identified is not None:
        return {str(k): int(v) for k, v in identified.items()}
    if "origin" not in documents:
        return {}
    origin = documents["origin"].astype("string").fillna("").replace("", "origin not known")
    return {str(k): int(v) for k, v in origin.value_counts().items()}


def _n_studies(included: pd.Index, studies: pd.Series | None) -> int:
    if studies is None:
        return len(included)
    of = pd.Series(studies.to_numpy(), index=studies.index.astype(str)).reindex(included)
    # A report without a study is a study of its own.
    return int(of.nunique() + of.isna().sum())
