"""Jobseekers and vacancies counted by region and occupation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.matching.balance.small_cells import suppress
from almpo_kit.vocabulary.errors import DesignError, ParameterError, PlaceError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.occupations import isco_code
from almpo_kit.vocabulary.places import normalise
from almpo_kit.vocabulary.places import nuts_level as level_of
from almpo_kit.vocabulary.provenance import SYNTHETIC, data_versions, is_synthetic, stamp

_URI = "http"


def stocks(
    seekers: pd.DataFrame,
    vacancies: pd.DataFrame,
    *,
    nuts_level: int = 2,
    isco_digits: int = 2,
    period: str | None = None,
    occupations: pd.DataFrame | None = None,
    minimum: int | None = None,
) -> pd.DataFrame:
    """Count people and posts by NUTS region and ISCO-08 group.

    Parameters
    ----------
    seekers, vacancies : DataFrame
        Frames; ``count`` says how many persons or posts a row is.
    nuts_level : {0, 1, 2, 3}
        Codes are cut to this level; rows that only have a coarser one are left out and counted.
    isco_digits : {1, 2, 3, 4}
        The same for occupations; an ESCO code is its ISCO group.
    period : str, optional
        Where the frames hold several.
    occupations : DataFrame, optional
        A ``taxonomy`` frame with ``uri`` and ``isco``, for rows that hold the address of an ESCO occupation.
    minimum : int, optional
        Make the frame fit to leave the house: see :func:`suppress`. Nothing is kept back without it, because
        measures are computed on full counts.

    Returns
    -------
    DataFrame
        A ``stocks`` frame. ``attrs["left_out"]`` has the number of persons and posts without a usable region or
        occupation, by reason: they are in no cell, and whoever shows the table should say so.

    Raises
    ------
    DesignError
        Several periods and none chosen, or nothing left to count.
    ParameterError
        A level that does not exist.
    """
    if nuts_level not in (0, 1, 2, 3) or isco_digits not in (1, 2, 3, 4):
        raise ParameterError(
            "nuts_level is 0 to 3 and isco_digits is 1 to 4, e.g. nuts_level=2, isco_digits=2."
        )
    uris = _addresses(occupations)
    left_out: dict[str, float] = {}
    sides = {}
    frames = {"unemployed": check(seekers, "seekers"), "vacancies": check(vacancies, "vacancies")}
    for side, frame in frames.items():
        held = _of_period(frame, period, side)
        place = cut_places(held["geo"], nuts_level)
        group = cut_codes(held["occupation"], isco_digits, uris)
        left_out |= _left_out(held, place, group, side)
        sides[side] = held["count"].groupby([place, group]).sum()
    table = pd.DataFrame(sides).fillna(0.0).rename_axis(["geo", "occupation"]).reset_index()
    if table.empty:
        raise DesignError(
            "no row has both a region and an occupation of this level; code the texts first "
            "(matching.code_occupations), or choose a coarser level."
        )
    counted = stamp(table.assign(source=_source(*frames.values())), *data_versions(*frames.values()))
    counted.attrs["left_out"] = left_out
    return check(counted, "stocks") if minimum is None else suppress(counted, minimum=minimum)


def _addresses(occupations: pd.DataFrame | None) -> dict[str, str]:
    if occupations is None or "uri" not in occupations or "isco" not in occupations:
        return {}
    return dict(zip(occupations["uri"].astype(str), occupations["isco"].astype(str), strict=True))


def _of_period(frame: pd.DataFrame, period: str | None, side: str) -> pd.DataFrame:
    held = sorted(frame["period"].dropna().unique()) if "period" in frame else []
    if not held:
        # Without periods it is one moment, whatever is asked of the other side.
        return frame
    if period is not None:
        if period not in held:
            raise DesignError(f"the {side} hold no period {period!r}; they hold {', '.join(held)}.")
        return frame[frame["period"] == period]
    if len(held) > 1:
        raise DesignError(
            f"the {side} hold {len(held)} periods, and who stands in two would count twice; choose one, e.g. "
            f"period={held[-1]!r}."
        )
    return frame


def cut_places(codes: pd.Series, level: int) -> pd.Series:
    """Codes of the level; missing where there is none, "unknown" and "coarser" where the code is."""
    found = {}
    for code in codes.dropna().unique():
        text = normalise(code)
        try:
            found[code] = text[: level + 2] if level_of(text) >= level else "coarser"
        except PlaceError:
            found[code] = "unknown"
    return codes.map(found)


def cut_codes(codes: pd.Series, digits: int, uris: dict[str, str]) -> pd.Series:
    """ISCO groups; missing where there is none, "unknown" and "coarser" where the code is."""
    found = {}
    for code in codes.dropna().unique():
        try:
            isco = isco_code(uris.get(code, code))
        except ParameterError:
            found[code] = "unknown"
            continue
        found[code] = isco[:digits] if len(isco) >= digits else "coarser"
    return codes.map(found)


def _left_out(held: pd.DataFrame, place: pd.Series, group: pd.Series, side: str) -> dict[str, float]:
    """Empties what cannot be counted, in place; how many persons or posts that are, by reason."""
    reasons = {
        "without a region": place.isna(),
        "with a region of a coarser level": place.eq("coarser"),
        "with a region code that is no NUTS code": place.eq("unknown"),
        "without an occupation code": group.isna(),
        "with an occupation of a coarser level": group.eq("coarser"),
        "with an occupation code that is unknown": group.eq("unknown"),
    }
    taken = np.zeros(len(held), dtype=bool)
    out = {}
    for reason, flags in reasons.items():
        here = flags.to_numpy(dtype=bool) & ~taken
        taken |= here
        if here.any():
            out[f"{side} {reason}"] = float(held["count"].to_numpy()[here].sum())
    place.mask(taken, inplace=True)
    group.mask(taken, inplace=True)
    return out


def _source(seekers: pd.DataFrame, vacancies: pd.DataFrame) -> str:
    named = [", ".join(sorted(f["source"].dropna().astype(str).unique())[:3]) for f in (seekers, vacancies)]
    text = "; ".join(dict.fromkeys(named))
    return (
        f"{SYNTHETIC}: {text}"
        if is_synthetic(seekers, vacancies) and not text.startswith(SYNTHETIC)
        else text
    )
