"""What a round of learning begins with: documents, labels, what is settled, and which studies are kept away to test on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from almpo_kit.vocabulary.documents import ESTIMATE, NO, RELEVANT, is_frozen
from almpo_kit.vocabulary.provenance import data_versions, stamp

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import Store

#: Documents whose whole texts are held at once.
_TEXTS_AT_ONCE = 1_000


class Shelf(Protocol):
    """Where documents are; ``sources.library()`` is one."""

    def documents(
        self, ids: Iterable[str] | None = None, *, text: bool = True, left_out: bool = False
    ) -> pd.DataFrame:
        """``DOCUMENT_COLUMNS``; with those that were left out, too, where asked for."""

    def passages(self, ids: Iterable[str] | None = None) -> pd.DataFrame:
        """``PASSAGE_COLUMNS``."""


@dataclass(frozen=True)
class Stock:
    """What a round rests on.

    Parameters
    ----------
    review : str
    shelf : Shelf
    documents : DataFrame
        All documents, without their texts.
    labels : DataFrame
        Labels that hold.
    settled : DataFrame
        Codes that hold.
    groups : Series
        ``document_id`` → study, also of documents that were left out.
    frozen : frozenset of str
        Documents of studies that are kept away from training.
    """

    review: str
    shelf: Shelf
    documents: pd.DataFrame
    labels: pd.DataFrame
    settled: pd.DataFrame
    groups: pd.Series
    frozen: frozenset[str]

    @property
    def codes(self) -> pd.DataFrame:
        """What a coding model learns: not relevance, which screening learns, and not estimates, which are read by rule."""
        held = set(self.documents["document_id"])
        wanted = ~self.settled["field"].isin((RELEVANT, ESTIMATE)) & self.settled["document_id"].isin(held)
        return self.settled[wanted]

    def side(self, *, frozen: bool) -> pd.DataFrame:
        """The codes of one side."""
        codes = self.codes
        return codes[codes["document_id"].isin(self.frozen) == frozen]

    @property
    def uncoded(self) -> list[str]:
        """Documents without a settled code that nobody has settled to be irrelevant."""
        coded = set(self.codes["document_id"])
        no = self.settled[(self.settled["field"] == RELEVANT) & (self.settled["value"] == NO)]
        gone = coded | set(no["document_id"])
        return [d for d in self.documents["document_id"] if d not in gone]

    def texts(self, ids: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Documents with their texts, and their sentences."""
        return self.shelf.documents(ids), self.shelf.passages(ids)

    def content(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {
            "settled": settled_digest(self.settled),
            "documents": _digest(sorted(self.documents["document_id"])),
            "n_documents": len(self.documents),
            "n_settled": len(self.settled),
            "n_training_studies": self._studies(frozen=False),
            "n_frozen_studies": self._studies(frozen=True),
            "label_to": int(self.labels["label_id"].max()) if len(self.labels) else 0,
        }

    def _studies(self, *, frozen: bool) -> int:
        ids = self.side(frozen=frozen)["document_id"]
        return int(ids.map(self.groups).fillna(ids).nunique())


def take_stock(
    review: str, shelf: Shelf, store: Store, *, groups: pd.Series | None = None, coders: int = 2
) -> Stock:
    """Look at what there is.

    Parameters
    ----------
    review : str
    shelf : Shelf
    store : Store
    groups : Series, optional
        ``document_id`` → study; found by ``learning.duplicates`` when left out.
    coders : int
        How many experts have to agree.
    """
    from almpo_kit import learning

    documents = shelf.documents(text=False)
    labels, decisions = store.labels(review), store.decisions(review)
    settled = learning.settled(labels, decisions, coders=coders)
    stamp(settled, *data_versions(documents, labels))
    # The first document names a study. Were it forgotten once it is left out, the study could change sides.
    every = shelf.documents(text=False, left_out=True)
    found = _groups(every, shelf) if groups is None else groups.astype(str)
    named = every["document_id"].map(found).fillna(every["document_id"])
    named.index = every["document_id"].to_numpy()
    # A document of another review's library may have been settled, too.
    frozen = frozenset(d for d in documents["document_id"] if is_frozen(str(named[d]), review=review))
    return Stock(review, shelf, documents, labels, settled, named, frozen)


def _groups(every: pd.DataFrame, shelf: Shelf) -> pd.Series:
    """Studies, told by abstracts too: one abstract under two titles is one study on one side."""
    from almpo_kit import learning

    if len(every) < 2:
        return every["document_id"].set_axis(every["document_id"])
    return learning.duplicates(every.assign(abstract=_abstracts(every["document_id"].tolist(), shelf))).groups


def _abstracts(ids: list[str], shelf: Shelf) -> list[str]:
    """In the order of ``ids``; whole texts are held a few at a time."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _TEXTS_AT_ONCE):
        part = shelf.documents(ids[start : start + _TEXTS_AT_ONCE])
        found |= dict(zip(part["document_id"], part["abstract"], strict=True))
    return [found[d] for d in ids]


def settled_digest(settled: pd.DataFrame) -> str:
    """The same for the same codes, whoever settled them and when."""
    rows = settled[["document_id", "field", "item", "value"]].astype(str)
    return _digest(sorted("\x1f".join(r) for r in rows.itertuples(index=False)))


def round_name(content: dict[str, Any], options: dict[str, Any]) -> str:
    """The same for the same documents, codes and options: a round that was cut off is found again by its name."""
    parts = [content["settled"], content["documents"], *(f"{k}={options[k]}" for k in sorted(options))]
    return f"round-{_digest(parts)[:20]}"


def model_name(review: str) -> str:
    """Under which name the models of a review are registered."""
    slug = re.sub(r"[^a-z0-9]+", "_", review.lower()).strip("_")[:40]
    return f"coding_{slug or 'review'}_{_digest([review])[:6]}"


def short(document_id: str) -> str:
    """Eight signs that tell a document from others; enough to know whether it is new."""
    return hashlib.sha256(document_id.encode()).hexdigest()[:8]


def _digest(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode("utf-8", "replace") + b"\n")
    return total.hexdigest()
