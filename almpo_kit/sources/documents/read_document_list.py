"""Reading many publications from one list: RIS, BibTeX or CSV with titles and abstracts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.sources.documents.cleaning import clean
from almpo_kit.sources.documents.content_kinds import LISTS, content_kind
from almpo_kit.sources.documents.document import documents_frame
from almpo_kit.sources.documents.encodings import decoded_text
from almpo_kit.sources.documents.languages import language_code, language_of
from almpo_kit.sources.documents.limits import Limits
from almpo_kit.sources.documents.listed_tables import Listed, label_in_notes, listed_rows
from almpo_kit.sources.documents.read_document import Given, given_bytes, says_synthetic
from almpo_kit.sources.intake.problems import Problem, counted, problem_table
from almpo_kit.sources.intake.reference_entries import Entry
from almpo_kit.sources.intake.references import parsed_references
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, document_id, passages_of
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, provenance, stamp

if TYPE_CHECKING:
    import pandas as pd

#: Columns of a list beside those of a document.
MORE_COLUMNS: Final = ("label", "keywords", "line")
_MOST = 200_000
#: A list may be larger than one publication.
_MEGABYTES = 400


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DocumentList(Finding):
    """References from a file as documents.

    Parameters
    ----------
    table : DataFrame
        ``DOCUMENT_COLUMNS`` and ``label`` (``"yes"``, ``"no"``, ``""``), ``keywords`` (``"; "`` between), ``line``.
    passages : DataFrame
        ``PASSAGE_COLUMNS`` of titles and abstracts.
    problems : DataFrame, shape (n_problems, 6)
        What could not be read, or is to be looked at; ``row`` is the line or row of the file.
    repeated : int
        References that stood in the file twice, word by word; each is kept once.
    """

    passages: pd.DataFrame
    problems: pd.DataFrame
    repeated: int

    @property
    def documents(self) -> pd.DataFrame:
        """The frame of documents: ``DOCUMENT_COLUMNS``, without the list's own columns."""
        return self.table[list(DOCUMENT_COLUMNS)]


def read_document_list(
    given: Given, *, origin: str = "", limits: Limits | None = None, encoding: str | None = None
) -> DocumentList:
    """Read a list of references with their abstracts.

    Parameters
    ----------
    given : str, Path or tuple of (str, bytes)
        RIS (Scopus, Web of Science, EndNote, Zotero, ASReview), BibTeX, or CSV with headings such as title, abstract,
        authors, year, doi, included (OpenAlex, Scopus, ASReview; also with semicolons or tabs).
    origin : str
        Where it came from; the file's name where nothing is said.
    limits : Limits, optional
        Only ``megabytes`` matters here, 400 by default.
    encoding : str, optional
        Where you know it.

    Returns
    -------
    DocumentList

    Raises
    ------
    DataError
        No list of references, none in it, or more than 200,000.
    """
    name, data = given_bytes(given, limits or Limits(megabytes=_MEGABYTES))
    kind = content_kind(data, name)
    if kind not in LISTS:
        raise DataError(
            f"{name} is one publication, not a list of references; read it with `sources.read_document`."
        )
    text, assumed = decoded_text(data, name, encoding)
    listed, problems, remarks = _listed(kind, clean(text), name)
    rows = [_row(item, origin or name, name) for item in listed]
    once = {row["document_id"]: row for row in reversed(rows)}
    kept = [row for row in rows if once.pop(row["document_id"], None) is not None]
    if not kept:
        raise DataError(f"{name} holds no reference that can be read: {_first(problems)}")
    return _finding(name, document_id(data), kept, len(rows) - len(kept), problems, [*remarks, assumed])


def _listed(kind: str, text: str, name: str) -> tuple[list[Listed], list[Problem], list[str]]:
    if kind == "separated":
        return listed_rows(text.encode("utf-8"), name, _MOST)
    entries, problems = parsed_references(text, name, _MOST)
    return [Listed(e, label_in_notes([*e.notes, *e.keywords])) for e in entries], problems, []


def _row(item: Listed, origin: str, name: str) -> dict[str, Any]:
    entry = replace(item.entry, title=clean(item.entry.title), abstract=clean(item.entry.abstract))
    text = "\n\n".join(filter(None, (entry.title, entry.abstract)))
    invented = item.source.startswith(SYNTHETIC) or says_synthetic(text, *entry.notes, *entry.keywords)
    marked = item.source if item.source.startswith(SYNTHETIC) else f"{SYNTHETIC}: {name} says so"
    return {
        "document_id": _identity(entry),
        "title": entry.title,
        "abstract": entry.abstract,
        "text": text,
        "authors": "; ".join(entry.authors),
        "year": float(entry.year) if entry.year else float("nan"),
        "doi": entry.doi,
        "url": entry.url,
        "language": language_code(entry.language) or language_of(text),
        "kind": "reference",
        "pages": 0,
        "origin": origin,
        "source": marked if invented else name,
        "label": item.label,
        "keywords": "; ".join(entry.keywords),
        "line": entry.line,
    }


def _identity(entry: Entry) -> str:
    """What a reference is known by: all that it says, wherever it stands."""
    said = [entry.title, entry.authors, entry.year, entry.doi.casefold(), entry.abstract]
    return document_id("reference\n" + json.dumps(said, ensure_ascii=False))


def _first(problems: Sequence[Problem]) -> str:
    return problems[0].problem if problems else "it is empty"


def _finding(
    name: str,
    digest: str,
    rows: list[dict[str, Any]],
    repeated: int,
    problems: Sequence[Problem],
    remarks: Sequence[str],
) -> DocumentList:
    table = documents_frame(rows)
    table["label"] = [r["label"] for r in rows]
    table["keywords"] = [r["keywords"] for r in rows]
    table["line"] = [r["line"] for r in rows]
    table = table.astype({"label": "str", "keywords": "str", "line": "int64"})
    synthetic = bool(table["source"].str.startswith(SYNTHETIC).any())
    version = DataVersion(name, digest[:12], kind="synthetic" if synthetic else "file", sha256=digest)
    passages = stamp(passages_of(table["document_id"].tolist(), table["text"].tolist()), version)
    broken = len({p.row for p in problems if p.severity == "fatal"})
    bare = int((table["abstract"] == "").sum())
    stamp(table, version)
    return DocumentList(
        question=f"Which publications does {name} list?",
        sentence=f"{counted(len(table), 'reference')} read from {name}, {len(table) - bare:,} with an abstract; "
        f"{counted(broken, 'entry', 'entries')} could not be read.",
        table=table,
        checks=_checks(broken, bare, repeated, remarks),
        provenance=provenance(table, method="sources.read_document_list"),
        passages=passages,
        problems=problem_table(problems),
        repeated=repeated,
    )


def _checks(broken: int, bare: int, repeated: int, remarks: Sequence[str]) -> tuple[Check, ...]:
    checks = [Check("file", "informational", r) for r in remarks if r]
    if bare:
        said = f"{counted(bare, 'reference')} without an abstract: they are ranked by their titles alone."
        checks.insert(0, Check("abstracts", "informational", said))
    if repeated:
        said = f"{counted(repeated, 'reference')} stood in the file twice, word by word, and {'is' if repeated == 1 else 'are'} kept once."
        checks.insert(0, Check("repeated", "informational", said))
    if broken:
        said = f"{counted(broken, 'entry', 'entries')} could not be read; problems lists where and why."
        checks.insert(0, Check("entries", "failed", said))
    return tuple(checks)
