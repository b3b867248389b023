"""Invented documents on a shelf, and simulated experts who err in one case of ten, double-code and adjudicate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit import learning, records
from almpo_kit.sources.synthetic.invented_documents import synthetic_documents
from almpo_kit.vocabulary.documents import is_frozen, one_value
from almpo_kit.vocabulary.provenance import data_versions, stamp

REVIEW = "almp"
FIELDS = ("programme_type", "country", "design")


class Shelf:
    """Documents in memory, as a library lists them."""

    def __init__(
        self, documents: pd.DataFrame, passages: pd.DataFrame, left_out: frozenset[str] = frozenset()
    ) -> None:
        self._documents, self._passages, self._left_out = documents, passages, left_out

    def documents(
        self, ids: Iterable[str] | None = None, *, text: bool = True, left_out: bool = False
    ) -> pd.DataFrame:
        held = (
            self._documents[left_out | ~self._documents["document_id"].isin(self._left_out)]
            if ids is None
            else self._documents[self._documents["document_id"].isin(list(ids))]
        )
        held = held if text else held.assign(text="", abstract="")
        return stamp(held.copy(), *data_versions(self._documents))

    def passages(self, ids: Iterable[str] | None = None) -> pd.DataFrame:
        return (
            self._passages if ids is None else self._passages[self._passages["document_id"].isin(list(ids))]
        )


class World:
    """Invented evaluations, of which more arrive and are coded from round to round."""

    def __init__(self, n: int = 200, seed: int = 3) -> None:
        made = synthetic_documents(n, seed=seed, relevant_share=0.95, full_text_share=0.0)
        self.made, self.groups = made, made.groups
        truth = made.truth[made.truth["field"].isin(FIELDS)]
        self.truth = truth
        self.order = list(dict.fromkeys(truth["document_id"]))

    def shelf(self, n: int) -> Shelf:
        """The first ``n`` documents."""
        ids = set(self.order[:n])
        documents, passages = self.made.documents, self.made.passages
        here = documents[documents["document_id"].isin(ids)]
        return Shelf(
            stamp(here.copy(), *data_versions(documents)), passages[passages["document_id"].isin(ids)]
        )

    def codes(self, first: int, last: int, fields: Sequence[str] = FIELDS) -> list[dict[str, Any]]:
        """What is true of documents ``first`` to ``last``."""
        here = self.truth["document_id"].isin(self.order[first:last]) & self.truth["field"].isin(fields)
        rows = self.truth[here]
        return [
            {"review": REVIEW, "document_id": d, "field": f, "value": v}
            for d, f, v in rows[["document_id", "field", "value"]].itertuples(index=False)
        ]

    def code(
        self,
        store: records.Store,
        first: int,
        last: int,
        *,
        fields: Sequence[str] = FIELDS,
        error: float = 0.1,
    ) -> None:
        """Two experts label; where they differ, a third person decides rightly. Carried out again, it adds nothing."""
        rows = self.codes(first, last, fields)
        for coder in ("coder A", "coder B"):
            rng = np.random.default_rng([first, last, len(fields), ord(coder[-1])])
            said = [r | {"value": _told(r, rows, error, rng)} for r in rows]
            token = f"{coder[-1]}-{first:05d}-{last:05d}-{'-'.join(fields)}"
            store.label_many(said, coder=coder, token=token[:64])
        right = {(r["document_id"], r["field"]): r["value"] for r in rows}
        open_ones = learning.disagreements(store.labels(REVIEW), store.decisions(REVIEW)).table
        for case in open_ones.to_dict("records"):
            key = (case["document_id"], case["field"])
            if key in right:
                store.adjudicate(
                    REVIEW, *key, right[key], decided_by="senior coder", reason="read the whole paper again"
                )

    def misunderstand(self, store: records.Store, first: int, last: int) -> None:
        """Both experts change their labels on studies of the training side to those of other documents."""
        held = store.labels(REVIEW)
        held = held[held["document_id"].isin(self.order[first:last])]
        frozen = held["document_id"].map(lambda d: is_frozen(self.groups[d], review=REVIEW))
        held = held[~frozen & ~held["document_id"].isin(store.decisions(REVIEW)["document_id"])]
        rng = np.random.default_rng(1)
        for _, part in held.groupby("field"):
            dealt = dict(zip(ids := part["document_id"].unique(), rng.permutation(ids), strict=True))
            truth = {r["document_id"]: r["value"] for r in self.codes(first, last, part["field"].unique())}
            for coder, mine in part.groupby("coder"):
                rows = [
                    {
                        "review": REVIEW,
                        "document_id": r["document_id"],
                        "field": r["field"],
                        "value": truth[dealt[r["document_id"]]],
                        "expected": int(r["label_id"]),
                    }
                    for r in mine.to_dict("records")
                ]
                store.label_many(rows, coder=str(coder))


def _told(row: dict[str, Any], rows: list[dict[str, Any]], error: float, rng: np.random.Generator) -> str:
    if rng.random() >= error:
        return str(row["value"])
    others = [r["value"] for r in rows if r["field"] == row["field"] and r["value"] != row["value"]]
    return str(rng.choice(others)) if others else one_value([str(row["value"])])
