"""What became of files that were taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, provenance, stamp
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

NEW, KNOWN, DEGRADED, REFUSED = "new", "known", "degraded", "refused"
#: ``name`` of the file, and the place in it; ``outcome`` one of the four; ``why`` where it is not simply new.
TAKEN_COLUMNS: Final = ("name", "document_id", "title", "outcome", "why")
_NAMED = 5


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TakenIn(Finding):
    """What became of files; ``table`` has one row a document, and one a file or entry that was refused.

    Parameters
    ----------
    counts : Mapping
        Rows by ``new``, ``known`` (held already), ``degraded`` (taken in, though not all could be read) and ``refused``.
    """

    counts: Mapping[str, int]

    @property
    def new(self) -> pd.DataFrame:
        """The rows of documents that were not held before, degraded ones with them."""
        return self.table[self.table["outcome"].isin([NEW, DEGRADED])]

    def metrics(self) -> Mapping[str, float]:
        """The counts."""
        return {name: float(n) for name, n in self.counts.items()}


def taken_in(rows: Sequence[tuple[str, ...]], place: str, synthetic: bool) -> TakenIn:
    """The Finding.

    Parameters
    ----------
    rows : sequence of tuple
        ``TAKEN_COLUMNS``.
    place : str
        What was looked at, for the question.
    synthetic : bool
        Whether any document says that it was invented.
    """
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(TAKEN_COLUMNS)).astype("str")
    kind = "synthetic" if synthetic else "file"
    stamp(table, DataVersion("library", f"{len(table)} rows taken in", kind=kind))
    found = table["outcome"].value_counts()
    counts = {name: int(found.get(name, 0)) for name in (NEW, KNOWN, DEGRADED, REFUSED)}
    return TakenIn(
        question=f"What of {place} is now in the library?",
        sentence=_sentence(counts),
        table=table,
        checks=tuple(_checks(table, counts)),
        provenance=provenance(table, method="sources.library.take_in"),
        counts=counts,
    )


def _sentence(counts: Mapping[str, int]) -> str:
    if not sum(counts.values()):
        return "There was nothing to take in."
    new = counts[NEW] + counts[DEGRADED]
    known, refused = number(counts[KNOWN], 0), number(counts[REFUSED], 0)
    said = f"{_many(new, 'document')} taken in, {known} held already, {refused} refused."
    if counts[DEGRADED]:
        said = f"{said} Of the {number(new, 0)}, {number(counts[DEGRADED], 0)} could be read only in part."
    return said


def _many(count: int, word: str) -> str:
    return f"{number(count, 0)} {word}{'' if count == 1 else 's'}"


def _checks(table: pd.DataFrame, counts: Mapping[str, int]) -> list[Check]:
    told = []
    for outcome, what in ((REFUSED, "refused"), (DEGRADED, "read only in part")):
        if counts[outcome]:
            rows = table[table["outcome"] == outcome]
            named = " ".join(
                _ended(_named(r["name"], r["why"])) for r in rows.head(_NAMED).to_dict("records")
            )
            rest = f" And {number(len(rows) - _NAMED, 0)} more; see the table." if len(rows) > _NAMED else ""
            told.append(Check(outcome, "failed", f"{number(counts[outcome], 0)} {what}. {named}{rest}"))
    return told


def _named(name: str, why: str) -> str:
    return why if why.startswith(name) else f"{name}: {why}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def as_row(name: Any, document: Any, title: Any, outcome: str, why: str = "") -> tuple[str, ...]:
    """A row of ``TAKEN_COLUMNS``."""
    return str(name), str(document), str(title), outcome, why
