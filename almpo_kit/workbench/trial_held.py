"""A trial as it is kept, and what every act on it looks at first: its state, its plan, its draw, whose data these are."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.records.problems import StateError
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import SYNTHETIC, DataVersion, data_versions, is_synthetic, stamp
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench import trial_files
from almpo_kit.workbench.trial_digests import draw_digests, part_of

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import AdaptiveDraw, Assignment, TrialResult
    from almpo_kit.records import KeptTrial, Store, TrialDraw
    from almpo_kit.vocabulary.trial_plans import TrialPlan
    from almpo_kit.workbench.example_trials import ExampleTrial


#: A table, its file, or the name and content of a file.
type Table = pd.DataFrame | trial_files.Given
#: One of them, or several parts.
type Tables = Table | list[Table]


class TrialHeld:
    """A trial as kept in a store of records. Who was drawn where is never in the store: it is in the published file.

    Parameters
    ----------
    store : Store
    name : str
        Of a trial that is kept.
    example : ExampleTrial, optional
        Invented people, where it is the SYNTHETIC example.
    place : TemporaryDirectory, optional
        Kept as long as the trial is in use.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        example: ExampleTrial | None = None,
        place: tempfile.TemporaryDirectory[str] | None = None,
    ) -> None:
        self.store, self.name, self.example, self.place = store, name, example, place
        self.kept: KeptTrial = store.trial(name)
        #: The published draw, once it was drawn here or given.
        self.assignments: pd.DataFrame | None = None
        #: The draw with how it was made, where it was made or repeated here.
        self.assignment: Assignment | None = None
        #: The analysis that was made here.
        self.result: TrialResult | None = None
        self._list_now = ""

    @property
    def plan(self) -> TrialPlan:
        """The plan that counts: the one that stood when units were drawn; before that, the latest."""
        return self.kept.held.plan

    @property
    def title(self) -> str:
        """Which trial."""
        marked = self.plan.synthetic and SYNTHETIC not in self.name
        return f"{SYNTHETIC}: {self.name}" if marked else self.name

    @property
    def state(self) -> str:
        """Where it is."""
        return self.kept.state

    @property
    def state_words(self) -> str:
        """Where it is and since when, in a sentence."""
        n, digest = len(self.kept.amendments), self.kept.held.digest[:12]
        amended = f", {n} amendment{'s' * (n > 1)}" if n else ""
        return f"{self.state.capitalize()} since {self.kept.at:%Y-%m-%d %H:%M} UTC; plan {digest}{amended}."

    @property
    def version(self) -> DataVersion:
        """This trial as data."""
        kind = "synthetic" if self.plan.synthetic else "file"
        held = self.kept.held
        return DataVersion(
            f"trial {self.name}", f"plan {held.version} ({held.digest[:12]})", kind=kind, sha256=held.digest
        )

    def _look_again(self) -> None:
        self.kept = self.store.trial(self.name)

    def _advance(self, state: str, *, reason: str = "", detail: Mapping[str, Any] | None = None) -> KeptTrial:
        self.kept = self.store.advance_trial(self.name, state, reason=reason, detail=detail)
        return self.kept

    def _must_be(self, *states: str, why: str) -> None:
        self._look_again()
        if self.state not in states:
            next_one = " or ".join(self.kept.may_become) or "nothing"
            raise StateError(
                f"{self.name!r} is {self.state}; {why}. Nothing was done; what may follow is: {next_one}."
            )

    def _units(self, units: Table) -> pd.DataFrame:
        return self._marked(_table(units, trial_files.read_units), "list")

    def _data(self, data: Table) -> pd.DataFrame:
        return self._marked(_table(data, trial_files.read_units), "data")

    def _marked(self, held: pd.DataFrame, what: str) -> pd.DataFrame:
        """Invented people belong to a plan that says so, and what follows from it says so too."""
        if is_synthetic(held) and not self.plan.synthetic:
            raise DesignError(
                f"the {what} is {SYNTHETIC} and the plan of {self.name!r} does not say so; keep a plan that says so (synthetic: true)."
            )
        return stamp(held.copy(deep=False), *data_versions(held), self.version)

    def _first_draw(self) -> TrialDraw:
        if not self.kept.draws:
            raise StateError(f"nobody was drawn in {self.name!r} yet; draw its list with a seed first.")
        return self.kept.draws[0]

    def _drawn(self, published: Tables | None, *, whole: bool = True) -> pd.DataFrame:
        """The published draw; all parts of it, where it is to be whole."""
        self._first_draw()
        if published is None and self.assignments is None:
            raise ParameterError(
                f"the store does not hold who was drawn where in {self.name!r}; give the published file, e.g. "
                "draw.csv (--published draw.csv on the command line)."
            )
        given: Any = self.assignments if published is None else published
        parts = [
            _table(p, trial_files.read_published) for p in (given if isinstance(given, list) else [given])
        ]
        frame = together(parts)
        drawn = sum(sum(d.counts.values()) for d in self.kept.draws)
        if whole and len(frame) < drawn:
            raise ParameterError(self._what_is_missing(frame, drawn))
        return self._marked(frame, "draw")

    def _what_is_missing(self, frame: pd.DataFrame, drawn: int) -> str:
        absent = [d.stage for d in self.kept.draws if not len(part_of(frame, d.stage))]
        lacking = f" Nothing is there of the draw called {', '.join(absent)}." if absent else ""
        n = len(self.kept.draws)
        return (
            f"{number(drawn, 0)} were drawn in {self.name!r} in {n} draw{'s' * (n > 1)}, and {number(len(frame), 0)} stand in what "
            "was given; give all parts of the published draw, also of every earlier wave, e.g. draw.csv and late_1.csv (on the command "
            f"line --published draw.csv --published late_1.csv).{lacking}"
        )

    def _as_kept(self, held: pd.DataFrame, *, whole: bool = True) -> None:
        """Nobody looks at, or adds to, a draw that is not the one in the registry."""
        then, now = draw_digests(self.kept, held, whole=whole)
        if then != now:
            raise DesignError(
                f"what was given is not the draw of {self.name!r}: its digest was {then[:12]}… and is {now[:12]}…. Take the published "
                "file as it was written; `almpo trial verify` says how many rows differ. Nothing was done."
            )

    def _keep_draw(self, found: Assignment | AdaptiveDraw, stage: str, out: str | Path | None) -> None:
        file = None if out is None else Path(out)
        there = file is not None and file.exists()
        if file is not None:
            trial_files.write_published(found.assignments, file)
        try:
            self.store.keep_trial_draw(
                self.name,
                seed=found.seed,
                list_digest=found.list_digest,
                draw_digest=found.draw_digest,
                counts=arm_counts(found.assignments),
                stage=stage,
                plan_digest=self.kept.held.digest,
            )
        except Exception:
            # A file of a draw that does not count would be taken for one that does.
            if file is not None and not there:
                with contextlib.suppress(OSError):
                    file.unlink()
            raise


def _table(given: Table, read: Callable[[trial_files.Given], pd.DataFrame]) -> pd.DataFrame:
    return read(given) if isinstance(given, str | Path | tuple) else given


def draw_columns(plan: TrialPlan) -> dict[str, Any]:
    """Columns of the list by which a plan is drawn."""
    design = plan.design
    found: dict[str, Any] = {"id": "id"}
    if design.kind not in ("individual", "matched_pair") and plan.blocks:
        found["blocks"] = list(plan.blocks)
    if design.of_clusters:
        found["cluster"] = plan.cluster
    if design.kind == "matched_pair":
        found["pair"] = "pair"
    return found


def arm_counts(assignments: pd.DataFrame) -> dict[str, int]:
    """People by arm."""
    return {str(k): int(v) for k, v in assignments["arm"].value_counts(sort=False).sort_index().items()}


def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Parts of a published draw as one.

    Raises
    ------
    FrameError
        Somebody stands in two of them.
    """
    import pandas as pd

    from almpo_kit.vocabulary.frames import check

    if len(frames) == 1:
        return frames[0]
    whole = check(pd.concat(frames, ignore_index=True), "assignments")
    return stamp(whole, *data_versions(*frames))
