"""Which documents are one publication, and which are on one study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.learning.doubles import told
from almpo_kit.learning.doubles.candidates import candidates, spread
from almpo_kit.learning.doubles.cards import Card, cards
from almpo_kit.learning.doubles.grouping import ONE_STUDY, TOGETHER, Judged, grouped
from almpo_kit.learning.doubles.judging import APART, judge
from almpo_kit.learning.doubles.likely import likely
from almpo_kit.learning.doubles.title_match import DIFFERENT, match
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = ("document_id", "title")
_FILLED = ("abstract", "text", "authors", "doi", "url", "kind", "origin", "source")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Duplicates(Finding):
    """Groups of documents; ``table`` has one row a document that is not alone in its group.

    ``table``: ``group`` (the study)``, publication, document_id, title, authors, year, doi, relation`` ("kept", "same
    publication" or "same study, another document")``, why``.

    Parameters
    ----------
    groups : Series, shape (n_documents,)
        ``document_id`` → study, named by its first document: every split keeps a study on one side.
    publications : Series, shape (n_documents,)
        ``document_id`` → publication, named by the document that is kept: the one that holds most.
    pairs : DataFrame
        ``first, second, relation, why``: what joins the groups.
    doubtful : DataFrame
        ``first, second, first_title, second_title, why``: pairs that no rule settles; nothing was joined.
    n_documents, n_publications, n_studies : int
    """

    groups: pd.Series
    publications: pd.Series
    pairs: pd.DataFrame
    doubtful: pd.DataFrame
    n_documents: int
    n_publications: int
    n_studies: int

    @property
    def kept(self) -> list[str]:
        """One document a publication, in the order of the documents."""
        return list(dict.fromkeys(self.publications))

    @property
    def removed(self) -> int:
        """Documents that are another copy, as PRISMA counts them."""
        return self.n_documents - self.n_publications

    def metrics(self) -> Mapping[str, float]:
        """Documents, publications, studies, and pairs to look at."""
        counts = {
            "documents": self.n_documents,
            "publications": self.n_publications,
            "studies": self.n_studies,
        }
        return {k: float(v) for k, v in counts.items()} | {"doubtful": float(len(self.doubtful))}


def duplicates(
    documents: pd.DataFrame,
    *,
    together: Iterable[tuple[str, str]] = (),
    one_study: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    progress: Progress | None = None,
) -> Duplicates:
    """Find documents that are one publication, and documents that are on one study.

    One publication: one DOI; or one title, one first author and years at most one apart, where a title may have slips of the
    pen, another spelling or no subtitle. One study, another document: a working paper and its article (two DOIs, two to eight
    years apart, or one abstract under two titles), versions of a preprint, an erratum and its article. Never joined: parts
    ("Part I", "Part II"), titles that differ in a number, editions of a report by year, comments and replies. What no rule
    settles is listed and not joined. Pairs are compared only where they share something rare, so that the work grows with
    the number of documents and not with its square.

    Parameters
    ----------
    documents : DataFrame, shape (n_documents, …)
        ``DOCUMENT_COLUMNS``; ``document_id`` and ``title`` at least.
    together, one_study, apart : iterable of (str, str), optional
        Pairs of document identifiers on which a person has decided; they hold against every rule.
    progress : Callable, optional
        Told (pairs compared, pairs in all).

    Returns
    -------
    Duplicates

    Raises
    ------
    FrameError
        A column is missing, or an identifier stands twice.
    ParameterError
        A decision names a document that is not there, or decisions contradict each other.

    References
    ----------
    Fellegi and Sunter (1969) J. Am. Stat. Assoc. 64, 1183-1210 (the three answers: link, possible link, no link);
    Rathbone et al. (2015) Syst. Rev. 4:6 (rules on title, author and year for references).
    """
    frame = _checked(documents)
    found = cards(frame)
    ids = list(frame["document_id"])
    number = {name: i for i, name in enumerate(ids)}
    given = [(i, j, TOGETHER) for i, j in _numbers(together, number, "together")]
    given += [(i, j, ONE_STUDY) for i, j in _numbers(one_study, number, "one_study")]
    parted = _numbers(apart, number, "apart")
    if contrary := {(i, j) for i, j, _ in given} & set(parted):
        i, j = min(contrary)
        raise ParameterError(
            f"decisions keep {ids[i]!r} and {ids[j]!r} apart and together; drop one of them."
        )
    counts = spread(found)
    judged = [*given, *_judged(found, counts, set(parted) | {(i, j) for i, j, _ in given}, progress)]
    publication, study, used, doubtful = grouped(
        found, judged, parted, lambda i, j: match(found[i], found[j], counts) == DIFFERENT
    )
    tables = told.Tables(frame, _richest(frame, publication), study, used, doubtful)
    n = len(frame), len(set(publication)), len(set(study))
    options = {"decided": len(given) + len(parted)}
    return Duplicates(
        question="Which documents are one publication, and which are on one study?",
        sentence=told.sentence(*n, len(doubtful)),
        table=tables.table(),
        checks=told.checks(len(doubtful), tables),
        provenance=provenance(documents, method="learning.duplicates", options=options),
        groups=tables.groups(),
        publications=tables.publications(),
        pairs=tables.pairs(),
        doubtful=tables.doubtful(),
        n_documents=n[0],
        n_publications=n[1],
        n_studies=n[2],
    )


def _checked(documents: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    if absent := [c for c in _NEEDED if c not in documents.columns]:
        raise FrameError(
            f"duplicates() needs the columns {', '.join(absent)}; pass documents as sources.library().documents() gives them."
        )
    names = documents["document_id"].astype("str")
    if names.duplicated().any():
        raise FrameError(
            f"the document {names[names.duplicated()].iloc[0]!r} stands twice; drop one: "
            "documents.drop_duplicates('document_id')."
        )
    texts = {
        c: documents[c].astype("string").fillna("") if c in documents else "" for c in ("title", *_FILLED)
    }
    year = pd.to_numeric(documents["year"], errors="coerce") if "year" in documents else float("nan")
    frame = pd.DataFrame({"document_id": names, **texts}).assign(year=year)
    return frame.astype(dict.fromkeys(texts, "object") | {"year": "float64"}).reset_index(drop=True)


def _numbers(pairs: Iterable[tuple[str, str]], number: Mapping[str, int], name: str) -> list[tuple[int, int]]:
    found = []
    for one, other in pairs:
        if one not in number or other not in number or one == other:
            raise ParameterError(
                f"{name} has the pair ({str(one)[:16]!r}, {str(other)[:16]!r}); name two documents that are in the table."
            )
        found.append((min(number[one], number[other]), max(number[one], number[other])))
    return found


def _judged(
    found: list[Card], counts: Mapping[str, int], settled: set[tuple[int, int]], progress: Progress | None
) -> list[Judged]:
    pairs = likely(found, candidates(found, counts)).tolist()
    out = list[Judged]()
    for done, (i, j) in enumerate(pairs):
        judgement = judge(found[i], found[j], counts)
        if judgement.relation != APART and (i, j) not in settled:
            out.append((i, j, judgement))
        if progress is not None and done % 10_000 == 0:
            progress(done, len(pairs))
    if progress is not None:
        progress(len(pairs), len(pairs))
    return out


def _richest(frame: pd.DataFrame, publication: list[int]) -> list[int]:
    """The document of each publication that holds most: full text, then DOI, abstract and the rest."""
    best: dict[int, tuple[Any, ...]] = {}
    rows = zip(frame["text"], frame["abstract"], frame["doi"], frame["authors"], strict=True)
    for i, (text, abstract, doi, authors) in enumerate(rows):
        holds = (len(text) > 5_000, bool(doi), bool(abstract), bool(authors), len(abstract), -i)
        top = publication[i]
        best[top] = max(best.get(top, ()), (*holds, i))
    return [best[top][-1] for top in publication]
