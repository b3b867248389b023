"""What a person decides about models: promote, roll back; and how a review's learning stands."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.workbench import tracking_models
from almpo_kit.workbench.learning_journal import STEPS, Journal
from almpo_kit.workbench.learning_stock import model_name
from almpo_kit.workbench.tracking_champions import PROMOTED, ROLLED_BACK, change_champion, history
from almpo_kit.workbench.tracking_registry import CHALLENGER, ModelVersion

if TYPE_CHECKING:
    from almpo_kit.records import Store


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LearningStatus(Finding):
    """How a review's learning stands; ``table`` has a row a version of its model, the newest first.

    Parameters
    ----------
    review : str
    champion, challenger : str or None
    history : DataFrame
        Changes of the champion: ``number, action, version, before, by, reason, at, token``.
    rounds : DataFrame
        ``round_id, began, state`` ("finished", "given up", or the step it is at)``, said``.
    """

    review: str
    champion: str | None
    challenger: str | None
    history: pd.DataFrame
    rounds: pd.DataFrame


def promote(
    review: str, version: str, *, reason: str, decided_by: str, store: Store | None = None
) -> dict[str, Any]:
    """Put a version in use because a person says so.

    Parameters
    ----------
    review, version : str
    reason : str
        In words, 12 characters or more.
    decided_by : str
        A role, e.g. "evidence officer"; not who.
    store : Store, optional

    Returns
    -------
    dict
        ``number, action, version, before, by, reason, at, token``.

    Raises
    ------
    ParameterError
        No such version, it is in use already, no reason in words, or a person's name.
    """
    name, by, why = model_name(review), *_said(decided_by, reason)
    wanted = tracking_models.version_of(name, version)
    tracking_models.read_model(wanted)  # what is damaged is not put in use
    now = tracking_models.in_use(name)
    if now is not None and now.version == wanted.version:
        raise ParameterError(f"version {version} of {review!r} is in use already.")
    return _changed(review, name, wanted.version, now, PROMOTED, by, why, store)


def roll_back(review: str, *, reason: str, decided_by: str, store: Store | None = None) -> dict[str, Any]:
    """Take the champion out of use; the one before it is in use again, or none.

    No round promotes by itself what was rolled back. Parameters, result and errors as :func:`promote`.
    """
    name, by, why = model_name(review), *_said(decided_by, reason)
    now = tracking_models.in_use(name)
    if now is None:
        raise ParameterError(f"no model of {review!r} is in use, so there is nothing to roll back.")
    return _changed(review, name, _before(name, now.version), now, ROLLED_BACK, by, why, store)


def _before(name: str, version: str) -> str | None:
    """What was in use before a version, leaving out what was rolled back."""
    withdrawn = {v.version for v in _versions(name) if v.withdrawn} | {version}
    entries = history(name).to_dict("records")
    for entry in reversed(entries):
        if entry["version"] is not None and entry["version"] not in withdrawn:
            return str(entry["version"])
    return None


def _versions(name: str) -> list[ModelVersion]:
    return [tracking_models.version_of(name, v) for v in tracking_models.versions(name)["version"]]


def _said(decided_by: str, reason: str) -> tuple[str, str]:
    from almpo_kit.records.free_text import impersonal, reason_in_words

    return impersonal(decided_by, "decided_by", least=2, most=120), reason_in_words(reason)


def _changed(
    review: str,
    name: str,
    version: str | None,
    now: ModelVersion | None,
    action: str,
    by: str,
    why: str,
    store: Store | None,
) -> dict[str, Any]:
    entry = change_champion(
        name,
        version,
        expected=None if now is None else now.version,
        action=action,
        by=by,
        reason=why,
        token=f"person-{secrets.token_hex(8)}",
    )
    keep_history(review, _opened(store))
    return entry


def keep_history(review: str, store: Store) -> None:
    """Keep the history of champions in the records, too; what is there already stays once."""
    for entry in history(model_name(review)).to_dict("records"):
        kept = {str(k): v for k, v in entry.items()}
        store.log_step(
            review, "champions", f"change_{entry['number']:06d}", kept, decided_by=str(entry["by"])
        )


def _opened(store: Store | None) -> Store:
    from almpo_kit.workbench import record_keeping

    return record_keeping.store() if store is None else store


def learning_status(review: str, *, store: Store | None = None) -> LearningStatus:
    """Which model is in use, who put it there, and where the rounds are."""
    name, journal = model_name(review), Journal(_opened(store), review)
    table, changes = tracking_models.versions(name), history(name)
    champion, challenger = tracking_models.in_use(name), tracking_models.in_use(name, CHALLENGER)
    rounds = _rounds(journal)
    waiting = [r for r in rounds["state"] if r not in ("finished", "given up")]
    use = f"Version {champion.version} of the model proposes codes" if champion else "No model is in use"
    said = (
        f"{use} in the review “{review}”; {len(table)} {'version' if len(table) == 1 else 'versions'} and "
        f"{len(rounds)} {'round' if len(rounds) == 1 else 'rounds'} so far."
    )
    cut = tuple(
        Check(
            "a round was cut off",
            "failed",
            f"A round stopped while {state}; the next `almpo learn run` goes on there.",
        )
        for state in waiting
    )
    return LearningStatus(
        question=f"How does learning stand in the review “{review}”?",
        sentence=said,
        table=table,
        checks=cut,
        provenance=Provenance(
            method="workbench.learning_status",
            synthetic=bool(len(table)) and "synthetic" in table and bool(table["synthetic"].eq("true").any()),
        ),
        review=review,
        champion=None if champion is None else champion.version,
        challenger=None if challenger is None else challenger.version,
        history=changes,
        rounds=rounds,
    )


def _rounds(journal: Journal) -> pd.DataFrame:
    rows = []
    for name in journal.rounds():
        held = journal.of(name)
        left = next((words for step, words in STEPS.items() if step not in held), "")
        state = "finished" if "finished" in held else "given up" if "superseded" in held else left
        rows.append(
            {
                "round_id": name,
                "began": journal.began(name),
                "state": state,
                "said": held.get("decided", {}).get("said", ""),
            }
        )
    return pd.DataFrame(rows, columns=["round_id", "began", "state", "said"])
