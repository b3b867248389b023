"""The studies behind the evidence base as documents with settled codes: what coding models are first trained on.

The texts are our own summaries, written by the hand that also coded the estimates. A model reads its codes in them more
easily than in papers: whatever is measured on them is optimistic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from almpo_kit.vocabulary.documents import (
    ADJUDICATED,
    DOCUMENT_COLUMNS,
    RELEVANT,
    SETTLED_COLUMNS,
    YES,
    document_id,
    one_value,
    passages_of,
)
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.provenance import data_versions, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

#: Said of every measurement on these texts.
OPTIMISTIC = (
    "The texts are summaries in our own words, written by the hand that coded the estimates, so these figures are optimistic: "
    "expect less on papers"
)
#: Codes of an effects frame that are coded once a document.
_CODED = ("programme_type", "target_group", "country", "design", "outcome", "horizon_months")


class HeldDocuments(NamedTuple):
    """Documents, their sentences, the codes that hold, and which documents are on one study."""

    documents: pd.DataFrame
    passages: pd.DataFrame
    settled: pd.DataFrame
    groups: pd.Series


def held_documents(
    studies: pd.DataFrame | None = None,
    effects: pd.DataFrame | None = None,
    *,
    citation: bool = True,
    review: str = "held",
) -> HeldDocuments:
    """Studies of the evidence base as documents (title, summary, citation), with the codes of their estimates.

    Parameters
    ----------
    studies : DataFrame, optional
        As ``sources.studies()`` gives.
    effects : DataFrame, optional
        As ``sources.effects()`` gives; studies without estimates are left out.
    citation : bool
        Whether the reference is part of the text; subtitles ("a randomised trial") stand there.
    review : str
        Named in ``settled``.

    Returns
    -------
    HeldDocuments
        ``documents`` (``DOCUMENT_COLUMNS`` and ``study_id``), ``passages``, ``settled`` (one row a document and field; no row
        where no estimate states the code) and ``groups`` (``document_id`` → study; papers that share a sample are one).

    Raises
    ------
    FrameError
        Columns are missing, or no study has an estimate.
    """
    import pandas as pd

    from almpo_kit.sources import reference

    studies = reference.studies() if studies is None else studies
    effects = reference.effects() if effects is None else effects
    _check(studies, effects)
    held = studies[studies["study_id"].isin(effects["study_id"])].reset_index(drop=True)
    if held.empty:
        raise FrameError("None of the studies has an estimate; pass sources.studies() and sources.effects().")
    documents = _documents(held, citation)
    passages = passages_of(list(documents["document_id"]), list(documents["text"]))
    named = dict(zip(documents["study_id"], documents["document_id"], strict=True))
    settled = pd.DataFrame(list(_settled(effects, named, review)), columns=list(SETTLED_COLUMNS))
    for frame in (documents, passages, settled):
        stamp(frame, *data_versions(studies, effects))
    return HeldDocuments(documents, passages, settled, _groups(effects, named))


def _check(studies: pd.DataFrame, effects: pd.DataFrame) -> None:
    for name, frame, needed in (
        ("studies", studies, {"study_id", "title", "summary", "citation", "year", "url"}),
        ("effects", effects, {"study_id", "sample_id", *_CODED}),
    ):
        if absent := needed - set(frame.columns):
            raise FrameError(f"{name} lacks {', '.join(sorted(absent))}; pass sources.{name}().")


def _documents(held: pd.DataFrame, citation: bool) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for study in held.fillna({"title": "", "summary": "", "citation": "", "url": ""}).itertuples():
        parts = [study.title, study.summary, *([study.citation] if citation else [])]
        text = "\n\n".join(str(p).strip() for p in parts if str(p).strip())
        number = float(cast("float", study.year))
        year = int(number) if number == number else pd.NA
        known = (document_id(f"{study.study_id}\n{text}"), study.title, study.summary, text, "", year, "")
        told = (study.url, "en", "summary", 0, "evidence base", "summary in our own words", study.study_id)
        rows.append((*known, *told))
    table = pd.DataFrame(rows, columns=[*DOCUMENT_COLUMNS, "study_id"])
    return table.astype({"year": "Int64"})


def _settled(effects: pd.DataFrame, named: dict[str, str], review: str) -> Iterator[tuple[str, ...]]:
    by = "evidence base, coded by one hand"
    for study, rows in effects[effects["study_id"].isin(named)].groupby("study_id", sort=False):
        document = named[str(study)]
        yield review, document, RELEVANT, "", YES, ADJUDICATED, "", by, ""
        for field in _CODED:
            known = rows[field].dropna()
            values = {f"{v:g}" for v in known} if field == "horizon_months" else {str(v) for v in known}
            if value := one_value(values):
                yield review, document, field, "", value, ADJUDICATED, "", by, ""


def _groups(effects: pd.DataFrame, named: dict[str, str]) -> pd.Series:
    """Studies joined by a shared sample, also by way of a third one."""
    import pandas as pd

    leader: dict[str, str] = {}

    def top(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    pairs = effects[["study_id", "sample_id"]].drop_duplicates()
    for study, sample in zip(pairs["study_id"], pairs["sample_id"].fillna(pairs["study_id"]), strict=True):
        first, second = sorted((top(f"study {study}"), top(f"sample {sample}")))
        leader[second] = first
    found = {document: top(f"study {study}").partition(" ")[2] for study, document in named.items()}
    return pd.Series(found, name="group", dtype="str").rename_axis("document_id")
