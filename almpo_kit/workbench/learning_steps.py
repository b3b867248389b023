"""The steps of a round: each takes what is there and gives what the journal keeps of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench import tracking_models
from almpo_kit.workbench.learning_journal import Journal
from almpo_kit.workbench.learning_models import load, register
from almpo_kit.workbench.learning_stock import Stock, model_name, short
from almpo_kit.workbench.tracking_champions import (
    PROMOTED,
    ChampionChangedError,
    change_champion,
)
from almpo_kit.workbench.tracking_registry import ModelVersion

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, int, int], None]
#: The loop's own name in the history of champions.
LOOP = "the loop, by its rule"


@dataclass
class Work:
    """A round in hand.

    Parameters
    ----------
    stock : Stock
    journal : Journal
    round_id : str
    precision : float
        That proposals shall have.
    promotion : {"automatic", "ask"}
    seed : int
    progress : callable, optional
        ``(step, done, total)``.
    made : dict
        Findings that this call worked out.
    """

    stock: Stock
    journal: Journal
    round_id: str
    precision: float
    promotion: str
    seed: int
    progress: Progress | None = None
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the registered model."""
        return model_name(self.stock.review)

    def bar(self, step: str) -> Callable[[int, int], None] | None:
        """A bar for one step."""
        if self.progress is None:
            return None
        tell = self.progress
        return lambda done, total: tell(step, done, total)


def _plain(finding: Finding) -> str:
    """Its sentence; that it is SYNTHETIC stands once on the round and not on every step."""
    return finding.sentence.removeprefix(f"{SYNTHETIC} data. ")


def train(work: Work) -> Mapping[str, Any]:
    """Fit on what is settled of studies that are not kept away, and register the model."""
    from almpo_kit import learning

    codes = work.stock.side(frozen=False)
    ids = sorted(set(codes["document_id"]))
    if not ids:
        why = "Nothing is settled of the studies to train on; nothing was trained."
        return {"version": "", "refused": why, "said": why}
    documents, passages = work.stock.texts(ids)
    try:
        model = learning.fit_codes(
            documents,
            passages,
            codes,
            groups=work.stock.groups,
            precision=work.precision,
            seed=work.seed,
            progress=work.bar("trained"),
        )
    except DesignError as error:
        return {"version": "", "refused": str(error), "said": f"No model could be trained: {error}"}
    kept = register(
        work.name,
        model,
        review=work.stock.review,
        trained_on=ids,
        parameters={"precision": work.precision, "seed": work.seed},
        tags={"round": work.round_id, "settled": work.stock.content()["settled"][:16]},
    )
    return {
        "version": kept.version,
        "digest": kept.digest,
        "fields": list(model.fields),
        "said": f"Version {kept.version} was trained on {number(len(codes), 0)} settled codes of {number(len(ids), 0)} documents.",
    }


def compare(work: Work, challenger: str, champion: str) -> Mapping[str, Any]:
    """Champion and challenger on frozen studies that neither has seen."""
    from almpo_kit import learning

    said: dict[str, Any] = {"against": champion, "challenger": challenger, "promote": False}
    if not challenger or challenger == champion:
        why = (
            "There is no challenger."
            if not challenger
            else "The challenger is the champion: nothing has changed."
        )
        return said | {"refused": "", "said": why, "skipped": True}
    models = [
        load(tracking_models.version_of(work.name, v)) if v else (None, frozenset())
        for v in (champion, challenger)
    ]
    codes, seen_before = _frozen_codes(work, models[0][1] | models[1][1])
    texts = work.stock.texts(sorted(set(codes["document_id"]))) if len(codes) else None
    fields = sorted({f for model, _ in models if model is not None for f in model.fields})
    round_number = 1 + work.journal.comparisons(champion, besides=work.round_id)
    try:
        if texts is None:
            raise DesignError(
                "Nothing is settled yet of the frozen studies: those that no model learns from, about one in four. Settle "
                "codes of more documents first."
            )
        before, after = (
            learning.no_model() if model is None else learning.propose(model, *texts).table
            for model, _ in models
        )
        found = learning.compare_models(
            before,
            after,
            codes,
            groups=work.stock.groups,
            fields=fields,
            round_number=round_number,
            documents=texts[0],
            seed=work.seed,
        )
    except DesignError as error:
        return said | {"refused": str(error), "said": f"Not compared: {error}"}
    work.made["comparison"] = found
    return said | {
        "promote": found.promote,
        "verdict": found.verdict,
        "round_number": round_number,
        "left_out_as_seen": seen_before,
        "metrics": {k: v for k, v in found.metrics().items() if v == v},
        "said": _plain(found),
    }


def _frozen_codes(work: Work, seen: frozenset[str]) -> tuple[pd.DataFrame, int]:
    """Codes of frozen studies none of whose documents was trained on.

    A study can change sides when a paper arrives that joins two groups; it is then no test any more.
    """
    codes, groups = work.stock.side(frozen=True), work.stock.groups
    seen_studies = {groups.get(d, d) for d in seen}
    known = codes["document_id"].map(groups).isin(seen_studies)
    return codes[~known], int(codes.loc[known, "document_id"].nunique())


def decide(work: Work, compared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Promote by the rule, wait for a person, or leave the champion."""
    champion, challenger = str(compared["against"]), str(compared["challenger"])
    use = f"Version {champion} stays in use" if champion else "No model is in use yet"
    if not compared["promote"]:
        why = str(compared["said"])
        return {"action": "kept" if champion else "no model", "said": f"{use}. {why}"}
    withdrawn = tracking_models.version_of(work.name, challenger).withdrawn
    if withdrawn:
        return {
            "action": "kept",
            "said": f"{use}: version {challenger} was rolled back before ({withdrawn}).",
        }
    if work.promotion == "ask":
        words = f"{use}. Version {challenger} is better and waits for a person: `almpo learn promote`."
        return {"action": "waiting", "said": words}
    try:
        change_champion(
            work.name,
            challenger,
            expected=champion or None,
            action=PROMOTED,
            by=LOOP,
            reason=str(compared["said"]),
            token=work.round_id,
        )
    except ChampionChangedError as error:
        return {"action": "kept", "said": f"Not promoted: {error}"}
    return {"action": PROMOTED, "said": f"Version {challenger} was promoted. {compared['said']}"}


def watch(work: Work, champion: ModelVersion | None) -> Mapping[str, Any]:
    """Drift of documents and experts since the last round, and of the model since it was trained."""
    from almpo_kit import learning

    known = work.journal.known()
    names = work.stock.documents["document_id"]
    old = names.map(short).isin(known)
    if not known:
        return {"alarms": [], "said": "This is the first round; drift is looked at from the next one on."}
    label_to = int((work.journal.last("stock", besides=work.round_id) or {}).get("label_to", 0))
    labels, earlier = work.stock.labels, work.stock.labels["label_id"] <= label_to
    before, now = (work.stock.shelf.documents(names[part].tolist()) for part in (old, ~old))
    found = learning.drift(
        before,
        now,
        labels_before=labels[earlier],
        labels_now=labels[~earlier],
        **_fresh(work, champion),
        groups=work.stock.groups,
        promised=work.precision,
        seed=work.seed,
        progress=work.bar("watched"),
    )
    work.made["drift"] = found
    return {"alarms": list(found.alarms), "said": _plain(found)}


def _fresh(work: Work, champion: ModelVersion | None) -> dict[str, Any]:
    """What the champion says of codes that were settled after it was trained, on studies that it has not seen."""
    import pandas as pd

    from almpo_kit import learning

    if champion is None:
        return {}
    model, seen = load(champion)
    codes = work.stock.codes
    at = pd.to_datetime(codes["at"], utc=True, errors="coerce", format="mixed")
    studies = {work.stock.groups.get(d, d) for d in seen}
    new = (at > champion.at) & ~codes["document_id"].map(work.stock.groups).isin(studies)
    ids = sorted(set(codes.loc[new, "document_id"]))
    if not ids:
        return {}
    return {"proposals": learning.propose(model, *work.stock.texts(ids)).table, "settled": codes[new]}


def conclude(work: Work, base: pd.DataFrame) -> Mapping[str, Any]:
    """Which conclusions move by estimates that experts have accepted since the last round."""
    from almpo_kit.workbench.learning_conclusions import accepted_estimates, conclusions_moved, left_out

    rows = accepted_estimates(work.stock)
    before = list((work.journal.last("concluded", besides=work.round_id) or {}).get("keys", ()))
    keys = [] if rows.empty else sorted(rows["key"])
    if keys == sorted(before):
        return {"keys": keys, "moved": 0, "said": "No estimate was accepted since the last round."}
    found, refused = conclusions_moved(rows, base, before)
    work.made["conclusions"] = found
    if gone := left_out(work.stock):
        refused = [*refused, f"{len(gone)} documents are not in the library or do not belong into the review"]
    words = f"Accepted estimates that cannot be taken in yet: {'; '.join(refused[:5])}." if refused else ""
    return {"keys": keys, "moved": found.n_moved, "refused": words, "said": _plain(found)}


def propose(work: Work, champion: ModelVersion | None) -> Mapping[str, Any]:
    """Codes of documents that nobody has coded yet."""
    from almpo_kit import learning

    ids = work.stock.uncoded
    if champion is None or not ids:
        why = (
            "No document is without codes."
            if champion
            else "There is no model in use, so nothing is proposed."
        )
        return {"n_documents": 0, "said": why}
    found = learning.propose(load(champion)[0], *work.stock.texts(ids), progress=work.bar("proposed"))
    work.made["proposals"] = found
    return {"n_documents": len(ids), "version": champion.version, "said": _plain(found)}
