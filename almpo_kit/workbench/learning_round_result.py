"""What a round of learning did, in a Finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.workbench.learning_journal import STEPS

if TYPE_CHECKING:
    from almpo_kit.evidence import EditionDiff
    from almpo_kit.learning import Drift, ModelComparison, Proposals

Status = Literal["finished", "nothing new"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LearningRound(Finding):
    """A round: what was learned, whether it is better, what moved.

    ``table`` has a row a step in their order: ``step, done, said``.

    Parameters
    ----------
    review, round_id : str
    status : {"finished", "nothing new"}
    resumed : bool
        An earlier call had begun this round.
    action : {"promoted", "kept", "waiting", "no model", ""}
        What became of the challenger; "waiting" for a person to promote it.
    champion, challenger : str or None
        Versions after the round.
    alarms : tuple of str
        What raised a drift alarm.
    n_moved : int or None
        Conclusions that moved by newly accepted estimates; None where that was not looked at.
    comparison, drift, conclusions, proposals : Finding or None
        Those that this call worked out; None where an earlier call of the same round did, or there was nothing to do.
    """

    review: str
    round_id: str
    status: Status
    resumed: bool
    action: str
    champion: str | None
    challenger: str | None
    alarms: tuple[str, ...]
    n_moved: int | None
    comparison: ModelComparison | None = None
    drift: Drift | None = None
    conclusions: EditionDiff | None = None
    proposals: Proposals | None = None

    def metrics(self) -> Mapping[str, float]:
        """Promotions, alarms and conclusions that moved."""
        moved = {} if self.n_moved is None else {"moved": float(self.n_moved)}
        return {"promoted": float(self.action == "promoted"), "alarms": float(len(self.alarms))} | moved


def round_found(
    *,
    review: str,
    round_id: str,
    status: Status,
    resumed: bool,
    steps: Mapping[str, Mapping[str, Any]],
    champion: str | None,
    challenger: str | None,
    made: Provenance,
    **worked_out: Any,
) -> LearningRound:
    """The Finding of a round from its journal."""
    decided, watched = steps.get("decided", {}), steps.get("watched", {})
    concluded = steps.get("concluded", {})
    rows = [
        {"step": words, "done": name in steps, "said": str(steps.get(name, {}).get("said", ""))}
        for name, words in STEPS.items()
    ]
    alarms = tuple(watched.get("alarms", ()))
    return LearningRound(
        question=f"What did this round of learning change in the review “{review}”?",
        sentence=_sentence(status, steps, champion),
        table=pd.DataFrame(rows),
        checks=_checks(steps, alarms),
        provenance=made,
        rests_on=str(steps.get("stock", {}).get("said", "")).rstrip("."),
        review=review,
        round_id=round_id,
        status=status,
        resumed=resumed,
        action=str(decided.get("action", "")),
        champion=champion,
        challenger=challenger,
        alarms=alarms,
        n_moved=concluded.get("moved"),
        **worked_out,
    )


def _sentence(status: Status, steps: Mapping[str, Mapping[str, Any]], champion: str | None) -> str:
    if status == "nothing new":
        use = f"version {champion} proposes" if champion else "no model proposes"
        return f"Nothing new since the last round: no document and no settled code has been added or changed; {use} as before."
    said = [steps.get(name, {}).get("said", "") for name in ("decided", "concluded")]
    alarms = len(steps.get("watched", {}).get("alarms", ()))
    drift = f"{alarms} drift {'alarm' if alarms == 1 else 'alarms'}." if alarms else "No drift alarm."
    return " ".join([*(s for s in said if s), drift])


def _checks(steps: Mapping[str, Mapping[str, Any]], alarms: tuple[str, ...]) -> tuple[Check, ...]:
    found = [Check("drift", "failed", str(steps["watched"]["said"]))] if alarms else []
    for name in ("trained", "compared", "concluded"):
        refused = steps.get(name, {}).get("refused")
        if refused:
            found.append(Check(STEPS[name], "failed", str(refused)))
    found.append(
        Check(
            "who decides",
            "informational",
            "The model proposes and is silent where it is unsure; a code holds when two experts agree on it or somebody "
            "adjudicates. A person can roll back any promotion, and no round promotes that version again.",
        )
    )
    return tuple(found)
