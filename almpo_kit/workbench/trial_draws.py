"""The draws of a trial: the list, who came later, and whether the published draw is what seed and list give."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit import experiments
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.workbench.trial_digests import LIST
from almpo_kit.workbench.trial_held import Table, Tables, TrialHeld, draw_columns, together

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import Assignment, Verification

#: Instead of the digest of a list that is not the one that was drawn.
_OTHER: Final = "another list"
Progress = Callable[[int, int], None]


class DrawnTrial(TrialHeld):
    """A kept trial that can be drawn."""

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
        self._not_in_batches("draw_batch(units, shares, seed=…)")
        found = experiments.assign(
            self._units(units), self.plan.design, seed=seed, progress=progress, **draw_columns(self.plan)
        )
        self._keep_draw(found, LIST, out)
        self.assignments, self.assignment = found.assignments, found
        self._advance("drawn")
        return found

    def _not_in_batches(self, instead: str) -> None:
        if self.plan.rule is not None:
            raise DesignError(f"{self.name!r} is adaptive and is drawn in batches, in Python: use {instead}.")

    def verify(self, units: Table, published: Tables | None = None) -> Verification:
        """Draw the list again from the published seed: is it the same draw, and the same list?

        Parameters
        ----------
        units : table or file
        published : table, file or list of them, optional
            The published draw; the one that was drawn here where left out.
        """
        held, drawn = self._drawn(published, whole=False), self._first_draw()
        self._not_in_batches(
            "experiments.adaptive_draw(rule, shares, units, seed=…, batch=…) with the published shares"
        )
        found = experiments.verify(
            held,
            self._units(units),
            self.plan.design,
            seed=drawn.seed,
            list_digest=drawn.list_digest,
            draw_digest=drawn.draw_digest,
            **draw_columns(self.plan),
        )
        # A mistaken file is told of, and is not what the case goes on with.
        if found.same:
            self._list_now = drawn.list_digest
            self.assignments = held if self.assignments is None else self.assignments
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
        self._not_in_batches("the next draw_batch(units, shares)")
        held, drawn = self._drawn(published, whole=False), self._first_draw()
        columns = {k: v for k, v in draw_columns(self.plan).items() if k != "pair"}
        asked = self._units(units)
        self._as_kept(held, whole=False)
        waves = [d for d in self.kept.draws if d.stage != LIST]

        def drawn_at(stage: str) -> Assignment:
            text = drawn.seed if seed is None else seed
            # The published draw has no seed in it; those of the registry were known when these people were entered.
            known = [d.seed for d in itertools.takewhile(lambda d: d.stage != stage, self.kept.draws)]
            return experiments.late(
                held, asked, self.plan.design, seed=text, stage=stage, known_seeds=known, **columns
            )

        # The same people again, after a kill or a lost answer, are the same wave.
        again = (f for d in waves if (f := drawn_at(d.stage)).list_digest == d.list_digest)
        found = next(again, None)
        if found is None:
            # Whoever was drawn in an earlier wave must not be drawn again.
            held = self._drawn(published)
            found = drawn_at(f"late {len(waves) + 1}")
        self._keep_draw(found, found.stage, out)
        self.assignments = together([held, found.assignments])
        self._look_again()
        return found

    def _draw_again(self, units: Table, held: pd.DataFrame) -> str:
        """Verify the draw, and know again how it was made; the digest of the list, or that it is another one."""
        asked, drawn = self._units(units), self._first_draw()
        found = self.verify(asked, held)
        if found.same:
            self.assignment = experiments.assign(
                asked, self.plan.design, seed=drawn.seed, **draw_columns(self.plan)
            )
        return drawn.list_digest if found.list_same else _OTHER
