"""What a document, a passage, a label and a proposal are: the tables that pass between intake, experts and models.

One row of ``documents`` is one publication as it was taken in; one row of ``passages`` is one sentence (heading, line
of a table) of it, with the page on which it stands. Labels are what experts say, settled codes what they agreed on or
adjudicated; proposals are what a model says. A document is known by what is in it, so that the same file under two
names is one document, and a changed file another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

#: One publication a row. ``text`` is the whole text (title and abstract where nothing more is held); ``origin`` says
#: where it came from, ``source`` starts with SYNTHETIC where it was invented.
DOCUMENT_COLUMNS: Final = (
    *("document_id", "title", "abstract", "text", "authors", "year", "doi", "url", "language"),
    *("kind", "pages", "origin", "source"),
)
#: One sentence a row, ``start`` and ``end`` in ``documents.text``; ``page`` 0 where there are no pages, ``x0`` … ``y1``
#: in points from the top left of the page, missing where it has no place on one.
PASSAGE_COLUMNS: Final = ("document_id", "passage", "page", "start", "end", "text", "x0", "y0", "x1", "y1")
#: One decision of one expert a row, as ``records`` keeps it.
LABEL_COLUMNS: Final = (
    *("label_id", "review", "document_id", "field", "item", "value", "coder", "start", "end"),
    *("model_version", "at", "replaces", "undone"),
)
#: One decision on what experts see differently, as ``records`` keeps it; ``labels`` are the numbers, with ``|`` between
#: them, of the labels that held when it was decided.
DECISION_COLUMNS: Final = (
    *("decision_id", "review", "document_id", "field", "item", "value", "decided_by", "reason"),
    *("labels", "at", "replaces", "reopened"),
)
#: One code that holds: two experts agreed, or somebody adjudicated.
SETTLED_COLUMNS: Final = (
    *("review", "document_id", "field", "item", "value", "how", "coders", "decided_by", "at"),
)
#: One answer of a model a row, with the sentence it rests on.
PROPOSAL_COLUMNS: Final = (
    *("document_id", "field", "item", "value", "probability", "says", "passage", "start", "end"),
    *("sentence", "why", "model_version"),
)

#: Whether a document belongs into the review; coded before all else.
RELEVANT: Final = "relevant"
YES, NO = "yes", "no"
#: What is coded once a document, and whether several answers may hold at once (written ``"men|youth"``).
FIELDS: Final = {
    RELEVANT: False,
    "programme_type": True,
    "target_group": True,
    "country": True,
    "design": True,
    "outcome": True,
    "horizon_months": True,
}
#: What is coded once an estimate: ``item`` names it, ``value`` is JSON with the columns of ``effects``.
ESTIMATE: Final = "estimate"
#: Between the answers of a field that may have several.
AND: Final = "|"
#: What a model says of a field.
PROPOSED, UNSURE, NOT_STATED = "proposed", "unsure", "not stated"
AGREED, ADJUDICATED = "agreed", "adjudicated"


def answers(value: str) -> tuple[str, ...]:
    """The answers in one value, sorted, each once.

    Examples
    --------
    >>> answers("youth|men|youth")
    ('men', 'youth')
    """
    return tuple(sorted({part.strip() for part in value.split(AND) if part.strip()}))


def one_value(parts: Iterable[str]) -> str:
    """Several answers as one value; the same set gives the same text."""
    return AND.join(sorted({p.strip() for p in parts if p.strip()}))


def document_id(data: bytes | str) -> str:
    """What a document is known by: SHA-256 of its bytes (text: UTF-8)."""
    return hashlib.sha256(data.encode("utf-8", "replace") if isinstance(data, str) else data).hexdigest()


def is_frozen(group: str, *, share: float = 0.25, review: str = "") -> bool:
    """Whether a study is kept away from training, to test models on.

    By a hash of its name and not by lot, so that nobody has to remember the lot: the same study is on the same side in
    every round, on every machine, also when a second paper on it arrives (pass the group of alike documents).

    Parameters
    ----------
    group : str
        The study, or the ``document_id`` of the first document on it.
    share : float
        Of all studies, that are kept away.
    review : str
        Different reviews keep different studies away.
    """
    number = int.from_bytes(hashlib.sha256(f"{review}\n{group}".encode()).digest()[:8])
    return number < share * 2.0**64


#: Words with a full stop that ends no sentence; the second set only where a number follows.
_SHORT = frozenset(
    [
        "al",
        "approx",
        "ca",
        "cf",
        "dr",
        "e.g",
        "esp",
        "et",
        "etc",
        "i.e",
        "incl",
        "inter",
        "jr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "resp",
        "s.e",
        "st",
        "std",
        "u.s",
        "u.k",
        "vs",
        "z.b",
        "bzw",
        "d.h",
        "ggf",
        "usw",
    ]
)
_SHORT_BEFORE_NUMBER = frozenset(
    ["ch", "eq", "fig", "figs", "no", "nos", "nr", "p", "pp", "ref", "sec", "tab", "vol"]
)
#: Marks are taken as a whole and only from their first one on: a million dots cost a million steps.
_END = re.compile(r"(?<![.!?;…])[.!?;…]++[\"'”’)\]]*+(?=\s)|\n\s*\n|\n(?=\s*[•▪–-]\s)")
#: A sentence longer than this is a table that lost its lines; it is cut.
LONGEST_SENTENCE: Final = 1_200


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text begin and end, without the spaces around them.

    A full stop after an abbreviation, an initial or within a number ends nothing; an empty line always does.

    Yields
    ------
    tuple of int
        ``start, end``, so that ``text[start:end]`` is the sentence.

    Examples
    --------
    >>> t = "Effects fell by 2.4 points (s.e. 0.6). Costs rose."
    >>> [t[a:b] for a, b in sentences(t)]
    ['Effects fell by 2.4 points (s.e. 0.6).', 'Costs rose.']
    """
    begin = 0
    for found in _END.finditer(text):
        if not _ends(text, found):
            continue
        yield from _trimmed(text, begin, found.end())
        begin = found.end()
    yield from _trimmed(text, begin, len(text))


def _ends(text: str, found: re.Match[str]) -> bool:
    mark = found.group()
    if mark.startswith("\n") or mark[0] in "!?;…":
        return True
    before = re.search(r"([\w.]+)$", text[max(0, found.start() - 12) : found.start()])
    word = before[1].lower() if before else ""
    after = text[found.end() : found.end() + 40].lstrip()[:1]
    if word in _SHORT or (len(word) == 1 and word.isalpha()):
        return False
    # A small letter goes on with the sentence: "vs. those without".
    return not (after.islower() or (word in _SHORT_BEFORE_NUMBER and after.isdigit()))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = min(end, start + LONGEST_SENTENCE)
        if stop < end:
            gap = text.rfind(" ", start + LONGEST_SENTENCE // 2, stop)
            stop = gap if gap > 0 else stop
        piece = text[start:stop]
        left = len(piece) - len(piece.lstrip())
        kept = piece.strip()
        if kept:
            yield start + left, start + left + len(kept)
        start = stop


def passages_of(identifiers: Sequence[str], texts: Sequence[str]) -> pd.DataFrame:
    """The sentences of texts without pages.

    Parameters
    ----------
    identifiers : sequence of str, shape (n_documents,)
    texts : sequence of str, shape (n_documents,)

    Returns
    -------
    DataFrame
        ``PASSAGE_COLUMNS``; ``passage`` counts from 0 in each document.
    """
    import pandas as pd

    rows = [
        (name, number, 0, start, end, text[start:end])
        for name, text in zip(identifiers, texts, strict=True)
        for number, (start, end) in enumerate(sentences(text))
    ]
    table = pd.DataFrame(rows, columns=list(PASSAGE_COLUMNS[:6]))
    table = table.astype({"document_id": "str", "text": "str"} | dict.fromkeys(PASSAGE_COLUMNS[1:5], "int64"))
    return table.assign(**dict.fromkeys(PASSAGE_COLUMNS[6:], float("nan")))
