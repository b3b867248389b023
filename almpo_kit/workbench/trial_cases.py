"""A trial from its plan to the evidence base: each act checks what was kept, does it, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit import experiments
from almpo_kit.experiments.assigning.assigned_frame import draw_digest
from almpo_kit.workbench import trial_publishing
from almpo_kit.workbench.trial_batches import BatchedTrial
from almpo_kit.workbench.trial_digests import draw_digests
from almpo_kit.workbench.trial_draws import Progress
from almpo_kit.workbench.trial_looks import look, look_content

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import Assignment, Monitoring, TrialResult
    from almpo_kit.records import KeptPlan, KeptTrial
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.vocabulary.trial_plans import TrialPlan
    from almpo_kit.workbench.trial_held import Table, Tables


class TrialCase(BatchedTrial):
    """What can be done with a kept trial, in its order: register, draw, verify, late, monitor, close, analyse, publish."""

    # ---- plan ------------------------------------------------------------------------------------------

    def amend(self, plan: TrialPlan, *, reason: str = "", author_role: str = "") -> KeptPlan:
        """The next version of the plan; after it was registered with a reason, which is shown for ever."""
        now = self.kept.latest.version
        made = self.store.keep_trial_plan(
            self.name, plan, author_role=author_role, reason=reason, expected_version=now
        )
        self._look_again()
        return made

    def register(self, *, reason: str = "") -> KeptTrial:
        """Fix the plan: its digest and the time are kept, and every later change is seen."""
        return self._advance("registered", reason=reason)

    def abandon(self, reason: str) -> KeptTrial:
        """End it; it stays in the registry with the reason."""
        return self._advance("abandoned", reason=reason)

    def document(self, version: int | None = None) -> str:
        """The plan as a document with its time and digest, and what became of it, in Markdown."""
        from almpo_kit.workbench.trial_documents import document

        return document(self.kept, version)

    def pdf(self, version: int | None = None) -> bytes:
        """The same as a PDF.

        Raises
        ------
        ReportError
            No browser that could print it.
        """
        from almpo_kit.workbench.trial_documents import pdf

        return pdf(self.document(version), self.title)

    # ---- outcomes --------------------------------------------------------------------------------------

    def monitor(
        self, data: Table, published: Tables | None = None, *, shares: pd.DataFrame | None = None
    ) -> Monitoring:
        """Look at the primary outcome while the trial runs, by intervals that hold however often one looks; the look is kept.

        Parameters
        ----------
        data : table or file
            ``id``, the primary outcome, and ``look`` (at which it was first known; may be left out at the first look).
        published : table, file or list of them, optional
            The published draw; the one that was drawn here where left out.
        shares : DataFrame, optional
            Of an adaptive trial: ``batch, arm, share``.
        """
        self._must_be("drawn", "running", why="a running trial is looked at")
        held, rows = self._drawn(published), self._data(data)
        self._as_kept(held)
        found = look(self.plan, held, rows, earlier=len(self.kept.looks), shares=shares)
        if self.state == "drawn":
            self._advance("running")
        self.store.keep_trial_look(self.name, look_content(found))
        self._look_again()
        return found

    def close(self) -> KeptTrial:
        """All outcomes are in; from now on the plan cannot be amended."""
        if self.state == "drawn":
            self._advance("running")
        return self._advance("closed")

    def analyse(
        self,
        data: Table,
        deviations: Mapping[str, str] | None = None,
        *,
        published: Tables | None = None,
        units: Table | None = None,
        closing: bool = True,
        study_id: str = "",
        includes_subsidised_job: str = "",
        seed: int = 0,
        progress: Progress | None = None,
        **asked: Any,
    ) -> TrialResult:
        """Analyse as planned; the result is kept with its deviations and its rows of evidence.

        Parameters
        ----------
        data : table or file
            Outcomes, one row a person.
        deviations : mapping of str to str
            What was done otherwise -> reason.
        published : table, file or list of them, optional
            The published draw; the one that was drawn or verified here where left out.
        units : table or file, optional
            The list that was drawn; with it the draw is verified first, and repeated for the randomisation test. Not needed
            where it was drawn here.
        closing : bool
            Whether a trial that still runs is closed by it; refused otherwise.
        study_id : str
            In the evidence base; made of the name where left out.
        includes_subsidised_job : str
            Whether the outcome counts a job that the programme itself pays, as in the evidence base; "" where the programme
            is none, or nobody says.
        seed : int
            Of the randomisation test.
        **asked
            What is asked otherwise than planned; each needs its reason in ``deviations``.

        Raises
        ------
        DesignError
            Something was changed without a reason. Nothing is kept.
        """
        if self.state not in ("closed", "analysed", "published"):
            self._must_be(
                *(("drawn", "running") if closing else ()), why="a trial is closed before it is analysed"
            )
        held, drawn, rows = self._drawn(published), self._first_draw(), self._data(data)
        list_now = self._list_now if units is None else self._draw_again(units, held)
        asked = self._asked(asked)
        kept_draw, draw_now = draw_digests(self.kept, held)
        found = experiments.analyse(
            self.plan,
            self._as_drawn(held),
            rows,
            deviations=deviations or {},
            plan_digest=self.kept.held.digest,
            list_digest=drawn.list_digest,
            list_now=list_now,
            draw_digest=kept_draw,
            draw_now=draw_now,
            seed=seed,
            progress=progress,
            **asked,
        )
        # Closing cannot be taken back: what is kept is checked before.
        content = trial_publishing.to_keep(self.kept, found, rows, study_id, includes_subsidised_job)
        if self.state in ("drawn", "running"):
            self.close()
        self.store.keep_trial_result(self.name, **content)
        if self.kept.state == "closed":
            self._advance("analysed")
        self._look_again()
        self.result = found
        return found

    def _as_drawn(self, held: pd.DataFrame) -> Assignment | pd.DataFrame:
        """With how it was drawn, where that is known and nobody came later: it can then be drawn again for the test."""
        made = self.assignment
        if made is None or len(made.assignments) != len(held) or draw_digest(held) != made.draw_digest:
            return held
        return made

    def _asked(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Looks that were kept count, whoever analyses and whatever is asked: they cost certainty."""
        done, counted = len(self.kept.looks), asked.get("looks", self.plan.looks)
        return {**asked, "looks": done} if done and counted == 0 else asked

    def publish(self, edition: str, *, base: str = "") -> Finding:
        """Bring the result into an edition of the evidence base, where recommendations pick it up.

        Parameters
        ----------
        edition : str
            A new name. Of a SYNTHETIC trial it begins with SYNTHETIC, and so does all that rests on it.
        base : str
            The edition to which it is added, as ``sources.effects`` takes it; today's published evidence where left out. A
            SYNTHETIC trial goes beside SYNTHETIC studies, never beside published evidence.

        Raises
        ------
        StateError
            It was not analysed.
        DesignError
            It gives no evidence (nothing planned, or outcomes that the evidence base does not know).
        """
        self._must_be("analysed", "published", why="what was analysed is published")
        found = trial_publishing.into_edition(self.kept, edition, base)
        self._advance("published", detail={"edition": edition, "base": base or "default"})
        return found
