"""A skills path to an occupation as the training step of a sequence: its length and its name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.sequences.effect_paths import EffectPaths
from almpo_kit.vocabulary.errors import FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class TrainingStep:
    """What a skills path makes of the training step.

    Parameters
    ----------
    programme : str
    label : str
        ``training from cashier to welder``.
    months, low, high : float
        Of training.
    """

    programme: str
    label: str
    months: float
    low: float
    high: float


def training_step(
    path: pd.DataFrame, menu: Menu, *, programme: str | None = None, route: str | None = None
) -> TrainingStep:
    """Read the first training of a way to an occupation.

    Parameters
    ----------
    path : DataFrame
        ``route, step, start_label, label, months``, optionally ``months_low, months_high``: the table of
        ``matching.pathway``.
    programme : str, optional
        Which programme it is; the menu's only one of type training when left out.
    route : str, optional
        "direct" or "with stops"; the direct one when left out. On a way with stops the person works after the first
        training, so only that one is the step.

    Raises
    ------
    FrameError, ParameterError
    """
    if missing := [c for c in ("label", "months") if c not in path]:
        raise FrameError(
            f"skills_path lacks the column(s) {', '.join(missing)}; give the table of matching.pathway."
        )
    rows = path
    if "route" in path:
        wanted = route or ("direct" if (path["route"] == "direct").any() else str(path["route"].iloc[0]))
        rows = path[path["route"] == wanted]
        if not len(rows):
            raise ParameterError(
                f"route={route!r}: the skills path has {', '.join(map(str, path['route'].unique()))}."
            )
    row = (rows.sort_values("step", kind="stable") if "step" in rows else rows).iloc[0]
    months = [float(row.get(c, row["months"])) for c in ("months", "months_low", "months_high")]
    if not np.isfinite(months).all() or not 0 <= months[1] <= months[0] <= months[2] <= 120:
        raise FrameError(
            "months of the skills path must be numbers from 0 to 120, months_low ≤ months ≤ months_high."
        )
    start = str(row.get("start_label", "") or "")
    label = f"training{f' from {start}' if start else ''} to {row['label']}"
    return TrainingStep(_training(menu, programme), label, *months)


def _training(menu: Menu, programme: str | None) -> str:
    if programme is not None:
        menu.position(programme)
        return programme
    found = [n for n, t in zip(menu.names, menu.programme_types, strict=True) if t == "training"]
    if len(found) != 1:
        raise ParameterError(
            f"the menu has {len(found)} programmes of type training; say which one the skills path is, e.g. "
            "skills_programme='training'."
        )
    return found[0]


def stretched(paths: Array, usual: int, months: int) -> Array:
    """Effects of a programme that takes longer (or shorter) than the one that was measured.

    In the programme the path is stretched; after it, effects are those of the usual one counted from its end.

    Parameters
    ----------
    paths : Array, shape (d, m + 1)
    usual, months : int
        Length of the usual and of this one.

    Returns
    -------
    Array, shape (d, m + 1 + months − usual)
    """
    last = paths.shape[1] - 1 + months - usual
    at = np.arange(last + 1, dtype=float)
    source = np.where(at <= months, at * usual / max(months, 1), at - months + usual)
    below = np.clip(np.floor(source).astype(int), 0, paths.shape[1] - 1)
    above = np.minimum(below + 1, paths.shape[1] - 1)
    share = source - below
    return np.asarray(paths[:, below] * (1 - share) + paths[:, above] * share)


def with_training(
    known: EffectPaths, menu: Menu, step: TrainingStep, months: float
) -> tuple[EffectPaths, Menu]:
    """Paths and menu in which the training step takes so many months.

    Parameters
    ----------
    months : float
        One of the step's; whole months are used, at least one.

    Raises
    ------
    ParameterError
        Nobody said how long the usual programme takes.
    """
    k = menu.position(step.programme)
    if not np.isfinite(menu.duration[k]):
        raise ParameterError(
            f"how long {step.programme} usually takes is not known; give duration_months in the menu, so that its effects "
            "can be counted from its end."
        )
    usual, asked = int(np.ceil(menu.duration[k])), max(1, int(np.ceil(months)))
    duration = menu.duration.copy()
    duration[k] = asked
    table = menu.table.assign(duration_months=duration)
    new = replace(menu, duration=duration, table=table)
    if step.programme not in known.drawn:
        return known, new
    drawn, assumed = dict(known.drawn), dict(known.assumed)
    drawn[step.programme] = stretched(drawn[step.programme], usual, asked)
    if asked != usual:
        words = f"it takes {asked} months by the skills path, and after it works as the usual one of {usual} months does"
        assumed[step.programme] = "; ".join(filter(None, (assumed.get(step.programme, ""), words)))
    return replace(known, drawn=drawn, assumed=assumed), new
