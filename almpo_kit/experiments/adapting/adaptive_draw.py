"""Whom the lot puts where in one batch, by the shares of that batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.experiments.adapting.kernels.arms_by_lot import arms_by_lot
from almpo_kit.experiments.adapting.next_shares import Shares
from almpo_kit.experiments.adapting.seen_batches import EVERYBODY, with_stratum
from almpo_kit.vocabulary.adaptive_rules import AdaptiveRule
from almpo_kit.vocabulary.draws import list_digest, lots, seed_text
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.plain_values import whole_number
from almpo_kit.vocabulary.provenance import SYNTHETIC, Provenance, data_versions, is_synthetic

Array = np.ndarray[Any, np.dtype[Any]]
_MILLION: Final = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AdaptiveDraw(Finding):
    """A batch's draw.

    ``table``, one row a stratum and arm: ``stratum, arm, share, people``. No person is in it.

    Parameters
    ----------
    assignments : DataFrame
        An ``assignments`` frame (``block`` holds the stratum) with a further column ``batch``; one row a unit, not rendered.
    batch : int
    seed, stage : str
        With the list and the shares, all that is needed to draw again.
    list_digest, draw_digest : str
        SHA-256 of names with strata, and of names with arms.
    """

    assignments: pd.DataFrame
    batch: int
    seed: str
    stage: str
    list_digest: str
    draw_digest: str

    def metrics(self) -> Mapping[str, float]:
        """People drawn."""
        return {"batch": float(self.batch), "people": float(len(self.assignments))}


def adaptive_draw(
    rule: AdaptiveRule,
    shares: Shares | pd.DataFrame,
    units: pd.DataFrame,
    *,
    seed: int | str,
    batch: int,
    id: str = "id",
) -> AdaptiveDraw:
    """Draw one batch: each unit by its own lot, with exactly the share of its stratum as chance.

    A stranger draws again like this:

    1. A unit's lot is the first 16 hexadecimal digits of the SHA-256 of seed, "batch 3" (the stage) and the unit's name, joined
       by line feeds.
    2. Multiply it by a million and divide by 2 to the power of 64, rounding down: a number from 0 to 999,999.
    3. Write the shares of the unit's stratum, in millionths, one after another in the order of the arms.
    4. The unit's arm is the one on whose stretch its number falls.

    A unit's arm rests on its own name only: units that come later, or that are struck off, change nobody else's. Numbers of
    people in each arm therefore vary around the shares.

    Parameters
    ----------
    rule : AdaptiveRule
    shares : Shares or DataFrame with columns (stratum), arm, share
    units : DataFrame, one row a unit
        With the rule's strata (or ``stratum``).
    seed : int or str
        One for the whole trial.
    batch : int
        From 1.
    id : str
        Column with the unit's name.

    Returns
    -------
    AdaptiveDraw

    Raises
    ------
    ParameterError
        Shares that do not add up to 1, or of another batch.
    FrameError
        Units that are missing, twice, or of a stratum without shares.
    """
    text = seed_text(seed)
    batch = int(batch) if isinstance(batch, np.integer) else batch
    whole_number("adaptive_draw(): batch", batch, 1, rule.batches)
    if isinstance(shares, Shares) and shares.batch != batch:
        raise ParameterError(
            f"adaptive_draw(): these are the shares of batch {shares.batch}, not of batch {batch}; ask next_shares() for them."
        )
    names = _names(units, id)
    strata = with_stratum(units, rule, "adaptive_draw").astype(str)
    table = shares.table if isinstance(shares, Shares) else _shares(shares)
    millionths, arms, known = _millionths(table)
    if odd := sorted(set(strata) - set(known)):
        raise FrameError(
            f"adaptive_draw(): there are no shares for strata {', '.join(odd[:5])}; give next_shares() all strata there can be."
        )
    row = pd.Index(known).get_indexer(pd.Index(strata))
    stage = f"batch {batch}"
    arm = arms_by_lot(lots(text, stage, names), millionths[row])
    synthetic = is_synthetic(units) or (isinstance(shares, Shares) and shares.provenance.synthetic)
    drawn = _assignments(
        names, np.array(arms)[arm], millionths[row, arm] / _MILLION, strata, batch, synthetic
    )
    counts = np.zeros(millionths.shape, dtype=int)
    np.add.at(counts, (row, arm), 1)
    return AdaptiveDraw(
        question=f"Batch {batch}: who is drawn into which arm?",
        sentence=_sentence(counts.sum(axis=0), arms, batch),
        table=pd.DataFrame(
            {
                "stratum": np.repeat(known, len(arms)),
                "arm": np.tile(arms, len(known)),
                "share": (millionths / _MILLION).ravel(),
                "people": counts.ravel(),
            }
        ),
        checks=_checks(millionths),
        provenance=Provenance(
            data=data_versions(units),
            method="experiments.adaptive_draw",
            options={"rule": rule.to_plain(), "batch": batch, "seed": text, "stage": stage},
            synthetic=synthetic,
        ),
        rests_on=f"{len(names):,} units on the list".replace(",", "\u202f"),
        assignments=drawn,
        batch=batch,
        seed=text,
        stage=stage,
        list_digest=list_digest(zip(names, strata, strict=True)),
        draw_digest=list_digest(zip(names, drawn["arm"], strict=True)),
    )


def _names(units: pd.DataFrame, name: str) -> list[str]:
    if name not in units:
        raise FrameError(
            f"adaptive_draw() finds no column {name!r} in the list; say which one names the units, e.g. id='code'."
        )
    if units.empty:
        raise FrameError("adaptive_draw() got an empty list; there is nobody to draw.")
    if units[name].isna().any():
        raise FrameError(
            f"adaptive_draw(): {int(units[name].isna().sum())} units have no name in column {name!r}."
        )
    names = units[name].astype(str).to_list()
    twice = units[name].astype(str).duplicated()
    if twice.any():
        raise FrameError(
            f"adaptive_draw(): {int(twice.sum())} units stand on the list twice (the first in row {int(np.argmax(twice)) + 1}); "
            "keep each once."
        )
    if any("\n" in n or "\t" in n for n in names):
        raise FrameError("adaptive_draw(): a unit's name holds a tab or a line break; clean the list first.")
    return names


def _shares(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [c for c in ("arm", "share") if c not in frame]
    if missing:
        raise FrameError(f"adaptive_draw(): the table of shares lacks {', '.join(missing)}.")
    return frame if "stratum" in frame else frame.assign(stratum=EVERYBODY)


def _millionths(table: pd.DataFrame) -> tuple[Array, list[str], list[str]]:
    """Shares in millionths, shape (n_strata, n_arms), arms and strata in the order of the table."""
    strata, arms = (
        list(dict.fromkeys(table["stratum"].astype(str))),
        list(dict.fromkeys(table["arm"].astype(str))),
    )
    if len(table) != len(strata) * len(arms) or table.duplicated(["stratum", "arm"]).any():
        raise ParameterError("adaptive_draw(): give one share for each stratum and arm.")
    at = (pd.Index(strata).get_indexer(pd.Index(table["stratum"].astype(str))),)
    raw = np.zeros((len(strata), len(arms)))
    raw[*at, pd.Index(arms).get_indexer(pd.Index(table["arm"].astype(str)))] = table["share"].to_numpy(float)
    whole = np.rint(raw * _MILLION)
    if not np.isfinite(raw).all() or (raw < 0).any() or (np.abs(raw * _MILLION - whole) > 1e-3).any():
        raise ParameterError(
            "adaptive_draw(): shares must be whole millionths (0.333334), so that a stranger can draw again."
        )
    if (whole.sum(axis=1) != _MILLION).any():
        raise ParameterError("adaptive_draw(): the shares of a stratum do not add up to 1.")
    return whole.astype(np.int64), arms, strata


def _assignments(
    names: list[str], arm: Array, chance: Array, strata: pd.Series[Any], batch: int, synthetic: bool
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": names,
            "arm": arm,
            "chance": chance,
            "block": strata.to_list(),
            "cluster": "",
            "pair": "",
            "step": -1,
            "saturation": np.nan,
            "entered": "list",
            "source": SYNTHETIC if synthetic else "",
            "batch": batch,
        }
    )


def _sentence(counts: Array, arms: list[str], batch: int) -> str:
    parts = [f"{n} to {arm}" for n, arm in zip(counts, arms, strict=True)]
    return f"In batch {batch}, {int(counts.sum())} people are drawn: {', '.join(parts[:-1])} and {parts[-1]}."


def _checks(millionths: Array) -> tuple[Check, ...]:
    told = "Each unit has its own lot: its chance of each arm is exactly the share, and numbers of people vary around the shares."
    out = [Check("own lots", "informational", told)]
    certain = (millionths == _MILLION).any()
    if certain:
        told = "In some stratum one arm has everybody: nothing can be learned there by comparing arms."
        out.insert(0, Check("no comparison", "failed", told))
    return tuple(out)
