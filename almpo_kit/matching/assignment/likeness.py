"""How alike two occupations are: by the hierarchy of ISCO-08 and ESCO, or by a table the user brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.occupations import isco_code

#: Similarity of two occupations that share so many leading digits; the same occupation has 1.
SHARED = {0: 0.0, 1: 0.2, 2: 0.45, 3: 0.7, 4: 0.9}
#: What sharing so many digits is called.
SHARED_WORDS = {
    0: "another field",
    1: "same major group",
    2: "same sub-major group",
    3: "same minor group",
    4: "same unit group",
    5: "same occupation",
}


def codes_of(
    values: pd.Series, who: str, taxonomy: pd.DataFrame | None = None
) -> tuple[np.ndarray, list[str]]:
    """Position of each row's code, and the codes: ISCO digits, or an ESCO code as it is. Missing is the last.

    Parameters
    ----------
    values : Series
    who : str
    taxonomy : DataFrame, optional
        ``code, uri``: what addresses of ESCO occupations are looked up in.

    Raises
    ------
    ParameterError
        A code that is neither; it names the first ones.
    """
    position, unique = pd.factorize(values.astype("object"), use_na_sentinel=True)
    codes, wrong = [], []
    known = (
        {}
        if taxonomy is None or "uri" not in taxonomy
        else dict(zip(taxonomy["uri"], taxonomy["code"], strict=True))
    )
    for value in unique:
        try:
            codes.append(occupation_code(known.get(str(value).strip(), value)))
        except ParameterError as error:
            codes.append("")
            wrong.append((value, error))
    if wrong:
        shown = ", ".join(repr(v) for v, _ in wrong[:5])
        raise ParameterError(
            f"{who}: {len(wrong)} occupation code{'s' if len(wrong) > 1 else ''} not known ({shown}). {wrong[0][1]} "
            "Leave the code missing where it is not known; for addresses of ESCO pass occupations=sources.occupations()."
        )
    names = list(dict.fromkeys(codes))
    where = np.array([names.index(c) for c in codes] + [len(names)], dtype=np.int32)
    return where[position], names


def occupation_code(value: Any) -> str:
    """ISCO digits, or the ESCO code where it says more (``2512.4``)."""
    digits, text = isco_code(value), str(value).strip()
    tail = text[text.find(".") :] if "." in text and "/" not in text else ""
    return digits + tail if len(digits) == 4 and tail not in ("", ".0") else digits


def shared_digits(a: str, b: str) -> int:
    """Leading digits two codes share, up to 4; 5 where they name the same unit group or occupation exactly."""
    if a == b and len(a) >= 4:
        return 5
    digits = 0
    for x, y in zip(a[:4], b[:4], strict=False):
        if x != y:
            break
        digits += 1
    return digits


def by_hierarchy(sought: list[str], offered: list[str]) -> np.ndarray:
    """(n_sought, n_offered) similarity from shared leading digits."""
    out = np.zeros((len(sought), len(offered)))
    for digits in (1, 2, 3, 4):
        same = _equal([c[:digits] for c in sought], [c[:digits] for c in offered], digits)
        out[same] = SHARED[digits]
    exact = _equal(sought, offered, 4)
    out[exact] = 1.0
    return out


def _equal(a: list[str], b: list[str], least: int) -> np.ndarray:
    """Where two texts are the same and at least so long."""
    names = {n: k for k, n in enumerate(dict.fromkeys([*a, *b]))}
    left = np.array([names[n] if len(n) >= least else -1 for n in a], dtype=int)
    right = np.array([names[n] if len(n) >= least else -2 for n in b], dtype=int)
    same: np.ndarray = left[:, None] == right[None, :]
    return same


def by_table(similarity: pd.DataFrame, sought: list[str], offered: list[str]) -> np.ndarray:
    """(n_sought, n_offered) similarity from a user's table; an occupation is always 1 to itself.

    A code that the table does not list takes the table's row of its unit group where there is one. Pairs that are
    not listed have 0.

    Raises
    ------
    FrameError
        Neither long (``origin, destination`` or ``target, similarity``) nor square, or values outside 0 to 1.
    """
    target = next((c for c in ("target", "destination") if c in similarity), "")
    if {"origin", "similarity"} <= set(similarity) and target:
        table = similarity.groupby(["origin", target])["similarity"].max().unstack()
    elif not similarity.empty and all(pd.api.types.is_numeric_dtype(t) for t in similarity.dtypes):
        table = similarity
    else:
        raise FrameError(
            "similarity needs occupations as index and columns and numbers inside, or the columns origin, target "
            f"and similarity; it has {', '.join(map(str, similarity.columns[:6]))}."
        )
    values = table.to_numpy(dtype=float, na_value=np.nan)
    if (values < 0).any() or (values > 1 + 1e-9).any():
        raise FrameError("similarity must lie between 0 and 1; rescale it, e.g. table / table.max().max()")
    rows, columns = (_found(axis, codes) for axis, codes in ((table.index, sought), (table.columns, offered)))
    padded = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    padded[:-1, :-1] = np.nan_to_num(values)
    out: np.ndarray = padded[np.ix_(rows, columns)]
    out[_equal(sought, offered, 4)] = 1.0
    return out


def _found(axis: pd.Index, codes: list[str]) -> np.ndarray:
    names = [occupation_code(v) for v in axis]
    at = {n: k for k, n in reversed(list(enumerate(names)))}
    return np.array([at.get(c, at.get(c[:4], -1)) for c in codes], dtype=int)


Mask = Callable[[list[str], list[str]], np.ndarray]


def with_masks(matrix: np.ndarray, masks: list[Mask], sought: list[str], offered: list[str]) -> np.ndarray:
    """The table with -1 where a mask forbids the pair of occupations.

    Raises
    ------
    ParameterError
        A mask that does not return one truth value for each pair.
    """
    for mask in masks:
        allowed = np.asarray(mask(sought, offered))
        if allowed.shape != matrix.shape or allowed.dtype != bool:
            raise ParameterError(
                "an eligibility function takes the lists of codes sought and offered and returns a boolean array of "
                f"shape {matrix.shape}; it returned {allowed.dtype} of shape {allowed.shape}."
            )
        matrix = np.where(allowed, matrix, -1.0)
    return matrix
