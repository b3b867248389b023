"""A SYNTHETIC review to try the desk on: invented papers, two invented experts who sometimes err, in a folder that goes
when the session does."""

from __future__ import annotations

import json
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit import learning
from almpo_kit.vocabulary.documents import ESTIMATE, FIELDS, NO, PROPOSED, RELEVANT, YES
from almpo_kit.workbench.reviews import Review

if TYPE_CHECKING:
    from almpo_kit.records import Store
    from almpo_kit.sources.synthetic.invented_documents import SyntheticDocuments

NAME = "SYNTHETIC example"
#: The invented experts, and whom a visitor can be.
EXPERTS = ("coder A", "coder B")
#: Who settles what they see differently, where the example is to be settled.
_SETTLES = "senior reviewer"
_ERROR = 0.1
_GROUPS = ("youth", "women", "long_term_unemployed", "older", "men")


def example_review(
    *,
    n: int = 240,
    seed: int = 20260101,
    screened: int = 70,
    coded: int = 8,
    settled: bool = False,
) -> Review:
    """A review of invented papers that two invented experts have begun, each wrong once in ten answers.

    Parameters
    ----------
    n : int
        Documents.
    seed : int
    screened, coded : int
        Documents that both have screened, and of these that belong those that both have coded.
    settled : bool
        Whether what they see differently in codes was settled (rightly, by somebody else).

    Returns
    -------
    Review
        Its records are in a temporary folder.
    """
    from almpo_kit import records, sources

    made = sources.synthetic_documents(n, seed=seed, relevant_share=0.15, full_text_share=0.2)
    place = tempfile.TemporaryDirectory(prefix="almpo-review-")
    store = records.open_store(f"{place.name}/records.db")
    review = Review(
        NAME,
        store,
        held=(made.documents, made.passages),
        known_groups=made.groups,
        synthetic=True,
        place=place,
    )
    if screened:
        _label(store, made, np.random.default_rng(np.random.SeedSequence([seed, 1])), screened, coded)
    if settled:
        _settle(review, made)
    return review


def _label(
    store: Store, made: SyntheticDocuments, rng: np.random.Generator, screened: int, coded: int
) -> None:
    relevant = made.truth[made.truth["field"] == RELEVANT].set_index("document_id")["value"]
    # Read in an order in which relevant ones come early, as a ranking would bring them.
    weight = np.where(made.documents["document_id"].map(relevant).eq(YES), 6.0, 1.0)
    drawn = rng.choice(len(weight), size=min(screened, len(weight)), replace=False, p=weight / weight.sum())
    read = made.documents["document_id"].iloc[drawn].tolist()
    belong = [d for d in read if relevant[d] == YES][:coded]
    found = _estimates(made, belong)
    for expert in EXPERTS:
        rows = [_row(d, RELEVANT, "", _screened(str(relevant[d]), rng)) for d in read]
        rows += [row for d in belong for row in _codes(made, d, rng)]
        rows += [_row(d, ESTIMATE, item, _estimate(value, rng)) for d, item, value in found]
        store.label_many(rows, coder=expert)


def _settle(review: Review, made: SyntheticDocuments) -> None:
    """What the experts see differently in codes, settled as the truth has it."""
    truth = made.truth.set_index(["document_id", "field"])["value"].to_dict()
    open_cases = learning.disagreements(review.labels(), review.decisions()).table
    for case in open_cases.itertuples():
        if case.field in FIELDS:
            value = str(truth.get((case.document_id, case.field), "not stated"))
            review.store.adjudicate(
                review.name,
                str(case.document_id),
                str(case.field),
                value,
                decided_by=_SETTLES,
                reason="read again beside the text",
            )


def _row(document: str, field: str, item: str, value: str) -> dict[str, Any]:
    version = {"model_version": "ranked:example"} if field == RELEVANT else {}
    return {
        "review": NAME,
        "document_id": document,
        "field": field,
        "item": item,
        "value": value,
        **version,
    }


def _screened(value: str, rng: np.random.Generator) -> str:
    return {YES: NO, NO: YES}[value] if rng.random() < _ERROR else value


def _codes(made: SyntheticDocuments, document: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    truth = made.truth[made.truth["document_id"] == document].set_index("field")["value"]
    rows = []
    for field in FIELDS:
        if field == RELEVANT:
            continue
        value = str(truth.get(field, "not stated"))
        if field == "target_group" and rng.random() < 2 * _ERROR:
            value = str(rng.choice([g for g in _GROUPS if g != value]))
        rows.append(_row(document, field, "", value))
    return rows


def _estimates(made: SyntheticDocuments, documents: list[str]) -> list[tuple[str, str, str]]:
    """Estimates as the rules read them: document, item, value."""
    frames = (made.documents, made.passages)
    read = learning.read_estimates(*(f[f["document_id"].isin(documents)] for f in frames)).proposals
    read = read[read["says"] == PROPOSED]
    columns = (read["document_id"], read["item"], read["value"])
    return [(str(d), str(i), str(v)) for d, i, v in zip(*columns, strict=True)]


def _estimate(value: str, rng: np.random.Generator) -> str:
    found = json.loads(value)
    if rng.random() < _ERROR and found.get("se"):
        # A standard error that was read from the line below.
        found["se"] = round(2 * float(found["se"]), 3)
        found.pop("significance", None)
    return json.dumps(found, sort_keys=True)
