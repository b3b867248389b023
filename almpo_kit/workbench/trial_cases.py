"""A trial from its plan to the evidence base: each act checks what was kept, does it, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit import experiments
from almpo_kit.experiments.assigning.assigned_frame import draw_digest
from almpo_kit.workbench import trial_publishing
from almpo_kit.workbench.trial_held import Table, Tables, TrialHeld, draw_columns, together

if TYPE_CHECKING:
    from almpo_kit.experiments import Assignment, Monitoring, TrialResult, Verification
    from almpo_kit.records import KeptPlan, KeptTrial
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.vocabulary.trial_plans import TrialPlan

LIST: Final = "list"
#: Instead of the digest of a list that is not the one that was drawn.
_OTHER: Final = "another list"
Progress = Callable[[int, int], None]


class TrialCase(TrialHeld):
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

    # ---- draw ------------------------------------------------------------------------------------------

    def draw(
        self,
        units: Table,
        seed: Any,
        *,
        out: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Assignment:
        """Draw the list; digests and counts are kept, who was drawn where goes into the file.

        Parameters
        ----------
        units : table or file
            The list, or its file: a column ``id``, and those that the plan draws by.
        seed : int or str
            As published.
        out : str or Path, optional
            A new file for the published draw. It is written before the draw is kept, so that no kept draw lacks it.
        progress : callable, optional

        Raises
        ------
        StateError
            The plan is not registered. Nobody is drawn.
        ConflictError
            Another list or seed was drawn before.
        FrameError, DesignError
            The list cannot be drawn so.
        """
        self._must_be("registered", "drawn", why="a draw follows the registered plan")
        found = experiments.assign(
            self._units(units), self.plan.design, seed=seed, progress=progress, **draw_columns(self.plan)
        )
        self._keep_draw(found, LIST, out)
        self.assignments = found.assignments
        self._advance("drawn")
        return found

    def verify(self, units: Table, published: Tables | None = None) -> Verification:
        """Draw the list again from the published seed: is it the same draw, and the same list?

        Parameters
        ----------
        units : table or file
        published : table, file or list of them, optional
            The published draw; the one that was drawn here where left out.
        """
        held, drawn = self._drawn(published, whole=False), self._first_draw()
        found = experiments.verify(
            held,
            self._units(units),
            self.plan.design,
            seed=drawn.seed,
            list_digest=drawn.list_digest,
            draw_digest=drawn.draw_digest,
            **draw_columns(self.plan),
        )
        self._list_now = drawn.list_digest if found.list_same else _OTHER
        self.assignments = held
        return found

    def late(
        self,
        units: Table,
        published: Tables | None = None,
        *,
        seed: Any = None,
        out: str | Path | None = None,
    ) -> Assignment:
        """Draw people who came after the draw; nobody who was drawn before moves.

        Parameters
        ----------
        units : table or file
            The late entrants alone.
        published : table, file or list of them, optional
            The published draw, with earlier late entrants; the one that was drawn here where left out.
        seed : int or str, optional
            Of this draw, best one that nobody knew when these people were entered. With the seed of the list, which is taken
            where none is given, a check fails: their arm could be told beforehand.
        out : str or Path, optional
            A new file for their part of the published draw.

        Raises
        ------
        StateError
            Nobody was drawn yet, or the trial is closed.
        """
        self._must_be("drawn", "running", why="people come later than a draw")
        held, drawn = self._drawn(published), self._first_draw()
        columns = {k: v for k, v in draw_columns(self.plan).items() if k != "pair"}
        asked = self._units(units)
        waves = [d for d in self.kept.draws if d.stage != LIST]

        def drawn_at(stage: str) -> Assignment:
            text = drawn.seed if seed is None else seed
            return experiments.late(held, asked, self.plan.design, seed=text, stage=stage, **columns)

        # The same people again, after a kill or a lost answer, are the same wave.
        again = (f for d in waves if (f := drawn_at(d.stage)).list_digest == d.list_digest)
        found = next(again, None) or drawn_at(f"late {len(waves) + 1}")
        self._keep_draw(found, found.stage, out)
        self.assignments = together([held, found.assignments])
        self._look_again()
        return found

    # ---- outcomes --------------------------------------------------------------------------------------

    def monitor(self, data: Table, published: Tables | None = None) -> Monitoring:
        """Look at the primary outcome while the trial runs, by intervals that hold however often one looks; the look is kept."""
        from almpo_kit.workbench.trial_looks import look

        self._must_be("drawn", "running", why="a running trial is looked at")
        found = look(self.plan, self._drawn(published), self._data(data), planned=self.plan.looks)
        if self.state == "drawn":
            self._advance("running")
        self.store.keep_trial_look(self.name, {k: v for k, v in found.metrics().items() if v == v})
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
        first = held[held["entered"] == "list"]
        found = experiments.analyse(
            self.plan,
            held,
            rows,
            deviations=deviations or {},
            plan_digest=self.kept.held.digest,
            list_digest=drawn.list_digest,
            list_now=self._list_now,
            draw_digest=drawn.draw_digest,
            draw_now=draw_digest(first),
            seed=seed,
            progress=progress,
            **asked,
        )
        if self.state in ("drawn", "running"):
            self.close()
        trial_publishing.keep_result(self.kept, self.store, found, rows, study_id, includes_subsidised_job)
        if self.kept.state == "closed":
            self._advance("analysed")
        self._look_again()
        self.result = found
        return found

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
