"""The draws of an adaptive trial: batch after batch, each by the shares that were worked out from those before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit import experiments
from almpo_kit.experiments.adapting.seen_batches import with_stratum
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.trial_digests import BATCH
from almpo_kit.workbench.trial_draws import DrawnTrial
from almpo_kit.workbench.trial_held import Table, together

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import AdaptiveDraw, Shares


class BatchedTrial(DrawnTrial):
    """A kept trial that can be drawn in batches."""

    def draw_batch(
        self,
        units: Table,
        shares: Shares | pd.DataFrame | None = None,
        *,
        seed: Any = None,
        out: str | Path | None = None,
    ) -> AdaptiveDraw:
        """Draw the next batch of an adaptive trial.

        Parameters
        ----------
        units : table or file
            Those of the batch, with the strata of the rule.
        shares : Shares or DataFrame of (stratum), arm, share, optional
            What ``experiments.next_shares`` gave; may be left out in the first batch, whose shares are equal.
        seed : int or str, optional
            As published; one for the whole trial, needed in the first batch.
        out : str or Path, optional
            A new file for this part of the published draw.

        Raises
        ------
        DesignError
            The plan has no adaptive rule.
        StateError
            The plan is not registered, or the trial is closed.
        ConflictError
            The seed is another than before.
        """
        rule = self.plan.rule
        if rule is None:
            raise DesignError(f"the plan of {self.name!r} has no adaptive rule; draw its list with draw().")
        self._must_be("registered", "drawn", "running", why="a batch follows the registered plan")
        number, asked = len(self.kept.draws) + 1, self._units(units)
        text = self._seed_of_all(seed)
        if shares is None and number > 1:
            raise ParameterError(
                f"give the shares of batch {number}: experiments.next_shares(rule, what was seen, arms)."
            )
        given = self._first_shares(asked) if shares is None else shares
        found = experiments.adaptive_draw(rule, given, asked, seed=text, batch=number)
        self._keep_draw(found, f"{BATCH} {number}", out)
        before = self.assignments
        self.assignments = found.assignments if before is None else together([before, found.assignments])
        if number == 1:
            self._advance("drawn")
        self._look_again()
        return found

    def _seed_of_all(self, seed: Any) -> Any:
        if self.kept.draws:
            first = self.kept.draws[0].seed
            if seed is not None and str(seed).strip() != first:
                raise ParameterError(
                    f"the batches of {self.name!r} are drawn with one seed, {first!r}; leave seed out from the second on."
                )
            return first
        if seed is None:
            raise ParameterError("give the seed of the trial with its first batch, as it is published.")
        return seed

    def _first_shares(self, units: pd.DataFrame) -> Shares:
        """Shares of the first batch, in every stratum that the list has."""
        import pandas as pd

        rule = self.plan.rule
        assert rule is not None
        nothing = pd.DataFrame(columns=["batch", "stratum", "arm", "n", "total"])
        strata = sorted(set(with_stratum(units, rule, "draw_batch").astype(str))) if rule.strata else ()
        arms = list(self.plan.design.arms)
        return experiments.next_shares(rule, nothing, arms=arms, strata=strata, synthetic=self.plan.synthetic)
