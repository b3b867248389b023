"""One NUTS-2 region of the EU, named by its code in either spelling or by its name."""

from __future__ import annotations

import difflib

import pandas as pd

from almpo_kit.regions.panel import VINTAGE
from almpo_kit.regions.wording import country_name, listed
from almpo_kit.vocabulary.errors import PlaceError
from almpo_kit.vocabulary.places import EU27, is_extra_regio, normalise

#: Names of regions shown where a country was given instead.
SHOWN = 6


def region_code(region: object, regions: pd.DataFrame) -> str:
    """Code of the region that a person means.

    Parameters
    ----------
    region : str
        A NUTS-2 code (``GR`` and ``GB`` are read as ``EL`` and ``UK``, small letters as capitals), or a name.
    regions : DataFrame
        ``name, country``; index ``geo`` (:func:`almpo_kit.regions.panel.regions`).

    Raises
    ------
    PlaceError
        No such region; the message says which are near by code and by name, or why it cannot be one.
    """
    text = " ".join(str(region).split())
    code = normalise(text)
    if code in regions.index:
        return code
    names = regions["name"].str.casefold()
    same = regions.index[names == text.casefold()].tolist()
    if len(same) == 1:
        return str(same[0])
    if same:
        raise PlaceError(f"{text!r} is the name of {listed(same)}; give the code.")
    raise PlaceError(
        f"{text!r} is no NUTS-2 region of the EU in NUTS {VINTAGE}{_reason(code, regions)}.{_near(text, code, regions, names)}"
    )


def _reason(code: str, regions: pd.DataFrame) -> str:
    """Why a code cannot be a region, where that can be seen."""
    if code in EU27:
        return f": it is the country {country_name(code)}"
    if is_extra_regio(code) and len(code) <= 5:
        return ": it is an extra-regio code, which holds what belongs to no region"
    if len(code) == 5 and code[:4] in regions.index:
        return f": it is a part of {_named(code[:4], regions)}"
    if len(code) == 3 and regions.index.str.startswith(code).any():
        return ": it is a group of regions (NUTS 1)"
    return ""


def _near(text: str, code: str, regions: pd.DataFrame, names: pd.Series) -> str:
    """The nearest by code, and by name where any is near; else how to find one."""
    inside = [g for g in regions.index if len(code) in (2, 3) and g.startswith(code)]
    if inside:
        more = f" and {len(inside) - SHOWN} more" if len(inside) > SHOWN else ""
        return f" Its regions are {', '.join(_named(g, regions) for g in inside[:SHOWN])}{more}."
    by_name = [
        regions.index[names == n][0] for n in difflib.get_close_matches(text.casefold(), list(names), 2, 0.6)
    ]
    by_code = difflib.get_close_matches(code, list(regions.index), 2, 0.7) if len(code) <= 5 else []
    near = list(dict.fromkeys([*by_code[:2], *by_name]))
    if near:
        return f" Did you mean {' or '.join(_named(g, regions) for g in near)}? A code of an earlier NUTS must be converted first."
    own = [g for g in regions.index if g[:2] == code[:2] and len(code) <= 5]
    if own:
        return f" {country_name(own[0][:2])[:1].upper()}{country_name(own[0][:2])[1:]} has {', '.join(own)}."
    return " Give a code such as 'EL42' or a name such as 'Notio Aigaio'; sources.nuts() lists them."


def _named(geo: str, regions: pd.DataFrame) -> str:
    return f"{regions.at[geo, 'name']!s} ({geo})"
