"""What a store can do with trials: the registry, from the plan to the result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.records import trial_words, trials
from almpo_kit.records.free_text import clean, impersonal, reason_in_words
from almpo_kit.records.transactions import Transactions, whole
from almpo_kit.records.trial_records import KeptPlan, KeptResult, KeptTrial, TrialDraw, TrialLook
from almpo_kit.vocabulary.draws import seed_text
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.trial_plans import TrialPlan

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    *("name", "question", "state", "at", "registered", "design", "country", "arms", "primary"),
    *("people", "looks", "amendments", "deviations", "result", "edition", "synthetic"),
)


class TrialMethods(Transactions):
    """The registry of trials. It holds plans, digests, counts and effects; nothing about a person."""

    def keep_trial_plan(
        self,
        name: str,
        plan: TrialPlan,
        *,
        author_role: str = "",
        reason: str = "",
        expected_version: int | None = None,
    ) -> KeptPlan:
        """Keep the next version of a plan; the same plan again keeps its version.

        Parameters
        ----------
        name : str
            1 to 120 characters, as the plan has it; capitals count.
        plan : TrialPlan
        author_role : str
            What the author is, not who.
        reason : str
            Why it is amended; needed once it was registered.
        expected_version : int, optional
            The version that the author began from, 0 for a new one.

        Raises
        ------
        StateError
            It was registered and no reason is given, or it is closed. Nothing is written.
        ConflictError
            Somebody kept a newer version meanwhile. Nothing is written.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        asked = trial_words.trial_name(name)
        text, role = trial_words.plan_of(asked, plan), impersonal(author_role, "author_role", most=120)
        why = reason_in_words(reason) if reason else ""
        expected = whole(expected_version, "expected_version", 0)
        return self._write(lambda db: trials.keep_plan(db, asked, text, role, why, expected))

    def trial_plan(self, name: str, version: int | None = None) -> KeptPlan:
        """One version of a plan, the latest where none is named.

        Raises
        ------
        ParameterError
            There is no such trial, or no such version.
        """
        number = whole(version, "version", 1)
        plans = self.trial(name).plans
        if number is not None and number > len(plans):
            raise ParameterError(f"the plan of {name!r} has versions 1 to {len(plans)}, not {number}.")
        return plans[-1 if number is None else number - 1]

    def trial(self, name: str) -> KeptTrial:
        """One trial, whole.

        Raises
        ------
        ParameterError
            There is none of that name.
        RecordsError
            The store cannot be read, or was changed from outside.
        """
        asked = trial_words.trial_name(name)
        with self._reading_trials() as db:
            return trials.read(db, asked)

    def trials(self) -> pd.DataFrame:
        """The registry.

        Returns
        -------
        DataFrame
            ``name, question, state, at, registered`` (UTC; missing where it is not)``, design, country, arms, primary``
            (outcome)``, people`` (drawn from the list)``, looks, amendments, deviations, result`` (its sentence)``, edition``
            (in which it was published)``, synthetic``, by name.
        """
        import pandas as pd

        with self._reading_trials() as db:
            rows = [_row(trials.read(db, name)) for name in trials.names(db)]
        found = pd.DataFrame(rows, columns=list(_COLUMNS))
        for column in ("at", "registered"):
            found[column] = pd.to_datetime(found[column], utc=True)
        return found

    def advance_trial(
        self, name: str, state: str, *, reason: str = "", detail: Mapping[str, Any] | None = None
    ) -> KeptTrial:
        """Bring a trial to its next state; the state where it is changes nothing.

        Registering fixes the plan: its digest and the time are kept, and later versions are amendments with a reason.

        Parameters
        ----------
        name : str
        state : str
            A key of ``vocabulary.trial_plans.STATES`` that may follow.
        reason : str
            In words; needed where a trial is abandoned.
        detail : mapping
            A few plain values, e.g. ``{"edition": "ministry-2027-1"}``; nothing about a person.

        Raises
        ------
        StateError
            It does not follow, or what it needs (a draw, an analysis) was not kept. Nothing is written.
        """
        asked = trial_words.trial_name(name)
        needed = reason or state == "abandoned"
        why = reason_in_words(reason) if needed else ""
        text = trial_words.few_values(detail or {}, "detail")
        return self._write(lambda db: trials.advance(db, asked, state, why, text))

    def keep_trial_draw(
        self,
        name: str,
        *,
        seed: str | int,
        list_digest: str,
        draw_digest: str,
        counts: Mapping[str, Any],
        stage: str = "list",
        plan_digest: str = "",
    ) -> TrialDraw:
        """Keep a draw: how it can be checked, and in which numbers it ended; never who.

        Parameters
        ----------
        name : str
        seed : str or int
            As published.
        list_digest, draw_digest : str
            SHA-256 of the list that was drawn from, and of who came where.
        counts : mapping
            Arm -> number, or block -> arm -> number.
        stage : str
            "list" for the list, another name for each later one, e.g. "late 1". A stage is drawn once.
        plan_digest : str
            Of the plan by which was drawn; with it, a plan that was amended meanwhile is no plan of this draw.

        Raises
        ------
        StateError
            The trial is not registered, or is closed. Nothing is written.
        ConflictError
            The stage was drawn from another list or seed, or the plan was amended meanwhile. Nothing is written.
        """
        asked, what = trial_words.trial_name(name), trial_words.stage_name(stage)
        row = {
            "seed": seed_text(seed),
            "list_digest": trial_words.digest(list_digest, "list_digest"),
            "draw_digest": trial_words.digest(draw_digest, "draw_digest"),
            "counts": trial_words.counts(counts),
        }
        by = trial_words.digest(plan_digest, "plan_digest") if plan_digest else ""
        return self._write(lambda db: trials.keep_draw(db, asked, what, row, by))

    def keep_trial_look(self, name: str, content: Mapping[str, Any]) -> TrialLook:
        """Keep that somebody looked at a running trial, and what was seen, in a few plain values.

        Raises
        ------
        StateError
            The trial does not run. Nothing is written.
        """
        asked, text = trial_words.trial_name(name), trial_words.few_values(content, "content")
        return self._write(lambda db: trials.keep_look(db, asked, text))

    def keep_trial_result(
        self,
        name: str,
        *,
        plan_digest: str,
        rows: pd.DataFrame | Sequence[Mapping[str, Any]] = (),
        deviations: Sequence[Mapping[str, Any]] = (),
        digest: str,
        sentence: str = "",
    ) -> KeptResult:
        """Keep an analysis; the same again keeps its number, another one is kept beside it.

        Parameters
        ----------
        name : str
        plan_digest : str
            Of the plan by which it was analysed: the one that stood when units were drawn.
        rows : DataFrame or sequence of mappings
            Rows of an ``effects`` frame; none where the trial gives no evidence.
        deviations : sequence of mappings
            ``what, planned, done, reason, serious``.
        digest : str
            SHA-256 of the data that were analysed.
        sentence : str
            The result in words.

        Raises
        ------
        StateError
            The trial is not closed, or was analysed by another plan. Nothing is written.
        """
        asked = trial_words.trial_name(name)
        digests = trial_words.digest(plan_digest, "plan_digest"), trial_words.digest(digest, "digest")
        content = {
            "sentence": clean(sentence, "sentence", most=2000),
            "rows": trial_words.evidence_rows(rows),
            "deviations": trial_words.deviations(deviations),
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, allow_nan=False)
        return self._write(lambda db: trials.keep_result(db, asked, *digests, text))


def _row(one: KeptTrial) -> tuple[Any, ...]:
    plan, result = one.held.plan, one.result
    edition = next((s.detail.get("edition", "") for s in one.steps if s.state == "published"), "")
    return (
        *(one.name, plan.question, one.state, one.at, one.registered),
        *(plan.design.kind, plan.country, " | ".join(plan.design.arms), plan.primary.name),
        *(sum(_people(d.counts) for d in one.draws), len(one.looks), len(one.amendments)),
        *(len(result.deviations) if result else 0, result.sentence if result else "", edition),
        plan.synthetic,
    )


def _people(counts: Mapping[str, Any]) -> int:
    return sum(_people(v) if isinstance(v, Mapping) else v for v in counts.values())
