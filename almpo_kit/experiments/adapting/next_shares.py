"""The shares of the next batch, by a rule that was fixed before the trial began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments.adapting.kernels.beliefs import believed
from almpo_kit.experiments.adapting.kernels.chances_of_best import chances_of_best, chances_of_worse
from almpo_kit.experiments.adapting.kernels.drift import Drift, level_of_look
from almpo_kit.experiments.adapting.kernels.posterior_grid import Posterior
from almpo_kit.experiments.adapting.kernels.shares_of_rule import in_millionths, shares_of_rule
from almpo_kit.experiments.adapting.next_shares_words import checks_of, sentence_of
from almpo_kit.experiments.adapting.seen_batches import SeenBatches, named_arms, seen_batches
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.plain_values import whole_number
from almpo_kit.vocabulary.provenance import Provenance, data_versions, is_synthetic

Array = np.ndarray[Any, np.dtype[Any]]
#: Counts of people below this are not shown.
_FEWEST = 10


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Shares(Finding):
    """Shares of the next batch.

    ``table``, one row a stratum and arm: ``stratum, arm, share`` (in whole millionths, adding up to 1), ``chance_best``,
    ``chance_worse`` (than the comparison), ``mean, sd`` (of what is believed), ``n`` (people it rests on), ``open``. Means and
    numbers of fewer than 10 people are left empty.

    Parameters
    ----------
    batch : int
        The batch the shares are for, from 1.
    arms : tuple of str
    comparison : str
    strata : tuple of str
        "all" where the rule has none.
    stop : bool
        Whether the rule ends the trial now.
    reason : str
        Why, or "".
    closed : tuple of (str, str)
        Stratum and arm of those closed for harm, now or before; give them to the next call.
    drift : {"none", "levels", "effects"}
        What the guard found.
    """

    batch: int
    arms: tuple[str, ...]
    comparison: str
    strata: tuple[str, ...]
    stop: bool
    reason: str
    closed: tuple[tuple[str, str], ...]
    drift: str

    def metrics(self) -> Mapping[str, float]:
        """Largest and smallest share, and the largest chance of being best."""
        open_rows = self.table[self.table["open"]]
        return {
            "batch": float(self.batch),
            "largest_share": float(open_rows["share"].max()),
            "smallest_share": float(open_rows["share"].min()),
            "chance_best": float(open_rows["chance_best"].max()),
        }


def next_shares(
    rule: AdaptiveRule,
    seen: pd.DataFrame,
    *,
    arms: Sequence[str],
    comparison: str | None = None,
    kind: str = "binary",
    strata: Sequence[str] = (),
    batch: int | None = None,
    closed: Sequence[tuple[str, str]] = (),
    synthetic: bool = False,
) -> Shares:
    """Shares of each arm in the next batch, and whether the trial ends.

    Parameters
    ----------
    rule : AdaptiveRule
    seen : DataFrame, one row a batch (stratum) and arm
        ``batch`` (from 1), the rule's strata or ``stratum``, ``arm``, ``n`` (people whose outcome is known), ``total`` (sum of
        their outcomes; binary: how many had it) and, for a continuous outcome, ``sum_sq`` (sum of squares). An empty one before
        the first batch.
    arms : sequence of str
    comparison : str, optional
        The first arm when left out.
    kind : {"binary", "continuous"}
    strata : sequence of str
        All strata there can be; those seen when left out.
    batch : int, optional
        The batch to be drawn; the first one whose shares may use all that was seen when left out.
    closed : sequence of (stratum, arm)
        Arms closed before; they stay closed.
    synthetic : bool

    Returns
    -------
    Shares

    Raises
    ------
    ParameterError, FrameError
    DesignError
        All batches are drawn, or the outcome is a duration.

    Notes
    -----
    Binary outcomes have Beta, continuous ones normal posteriors; the chance of being best is integrated, not simulated, so
    that anybody finds the same shares. Strata borrow from each other by how alike arms do in them (``kernels/pooling.py``).
    Only batches that have had ``rule.delay`` batches to ripen count: early outcomes of a batch are not those of all its people.

    References
    ----------
    Thompson (1933) Biometrika 25, 285-294. Kasy, Sautmann (2021) Econometrica 89, 113-132. Caria et al. (2024) J. Eur. Econ.
    Assoc. 22, 781-836 (tempered Thompson sampling).
    """
    names, compared = named_arms(arms, comparison, "next_shares")
    rule.fits(len(names))
    if kind not in ("binary", "continuous"):
        raise DesignError(
            f"next_shares() got kind={kind!r}; shares are learned from 'binary' or 'continuous' outcomes. Of a duration take "
            "what is known soon for everybody, e.g. whether the person has left unemployment within six months."
        )
    table = seen_batches(seen, rule, names, kind=kind, strata=strata, verb="next_shares")
    number = _batch(batch, table.last, rule)
    known = table.until(number - rule.delay)
    is_open = _open(closed, table.strata, names)
    alpha = level_of_look(rule.batches, len(table.strata)) if rule.guard_drift else 0.0
    held, drift = believed(known.n, known.total, known.squares, drift_alpha=alpha)
    worse = chances_of_worse(held, compared, least=2048)
    is_open &= ~(
        (worse >= rule.stop_for_harm) & (rule.stop_for_harm < 1) & (np.arange(len(names)) != compared)
    )
    chance = np.where(is_open, chances_of_best(held, least=2048), 0.0)
    chance = chance / chance.sum(axis=-1, keepdims=True)
    people = int(known.n.sum())
    kind_now = rule.kind if people else "uniform"
    shares = in_millionths(shares_of_rule(kind_now, chance, is_open, rule.floor, rule.tempering))
    reason = _reason(rule, chance, is_open)
    rows = _table(table.strata, names, shares, chance, worse, held, known, is_open)
    found = _drift(drift, alpha)
    return Shares(
        question=f"Batch {number}: what share of people goes to each arm?",
        sentence=sentence_of(rows, rule, number, reason, not people),
        table=rows,
        checks=checks_of(rows, rule, found, table, known, number, names[compared], drift),
        provenance=Provenance(
            data=data_versions(seen),
            method="experiments.next_shares",
            options={"rule": rule.to_plain(), "arms": list(names), "kind": kind, "batch": number},
            synthetic=synthetic or is_synthetic(seen),
        ),
        figure="adaptive_shares",
        rests_on=f"{people:,} people in {known.last} batches".replace(",", "\u202f")
        if people
        else "nobody yet",
        batch=number,
        arms=names,
        comparison=names[compared],
        strata=table.strata,
        stop=bool(reason),
        reason=reason,
        closed=tuple(zip(*(rows.loc[~rows["open"], c] for c in ("stratum", "arm")), strict=True)),
        drift=found,
    )


def _batch(batch: int | None, last: int, rule: AdaptiveRule) -> int:
    if last >= rule.batches:
        raise DesignError(
            f"next_shares(): all {rule.batches} batches of the rule are drawn; analyse the trial (experiments.adaptive_effects)."
        )
    batch = int(batch) if isinstance(batch, np.integer) else batch
    number = batch if batch is not None else min(last + rule.delay, rule.batches) if last else 1
    whole_number("next_shares(): batch", number, 1, rule.batches)
    return number


def _open(closed: Sequence[tuple[str, str]], strata: tuple[str, ...], arms: tuple[str, ...]) -> Array:
    out = np.ones((len(strata), len(arms)), dtype=bool)
    for stratum, arm in closed:
        if stratum not in strata or arm not in arms:
            raise ParameterError(
                f"next_shares(): closed names {stratum!r}, {arm!r}; give pairs of a stratum and an arm."
            )
        out[strata.index(stratum), arms.index(arm)] = False
    if not out.any(axis=1).all():
        raise ParameterError("next_shares(): all arms of a stratum are closed; the trial has ended there.")
    return out


def _reason(rule: AdaptiveRule, chance: Array, is_open: Array) -> str:
    if (is_open.sum(axis=1) == 1).all():
        return "every other arm is closed for harm"
    if rule.stop_at < 1 and (chance.max(axis=1) >= rule.stop_at).all():
        return f"an arm is the best with a chance of at least {100 * rule.stop_at:.4g}%"
    return ""


def _drift(drift: Drift, alpha: float) -> str:
    if (drift.p_effects < alpha).any():
        return "effects"
    return "levels" if (drift.p_level < alpha).any() else "none"


def _table(
    strata: tuple[str, ...],
    arms: tuple[str, ...],
    shares: Array,
    chance: Array,
    worse: Array,
    held: Posterior,
    known: SeenBatches,
    is_open: Array,
) -> pd.DataFrame:
    people = known.n.sum(axis=0)
    few = people < _FEWEST
    return pd.DataFrame(
        {
            "stratum": np.repeat(strata, len(arms)),
            "arm": np.tile(arms, len(strata)),
            "share": shares.ravel(),
            "chance_best": chance.ravel(),
            "chance_worse": worse.ravel(),
            "mean": np.where(few, np.nan, held.mean).ravel(),
            "sd": np.where(few, np.nan, held.sd).ravel(),
            "n": np.where(few, np.nan, people).ravel(),
            "open": is_open.ravel(),
        }
    )
