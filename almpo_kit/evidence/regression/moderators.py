"""Moderators: from a formula and a table to the columns of a regression, and to words for each of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of
from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.regression.formulas import Formula, read
from almpo_kit.evidence.regression.levels import coded, levels_of, numeric
from almpo_kit.evidence.regression.moderator_words import column_label, column_name, notes_of, term_label
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE

#: Columns that are made when a formula asks for them and the table has no such column -> what they need.
VIRTUAL = {"band": "horizon_months and horizon_from", "log_n": "n"}
#: A moderator of which the others leave less than this share is a copy of them.
_COPY = 1e-6
#: Cells of the matrix of moderators, so that no formula can fill the memory.
_MOST_CELLS = 60_000_000


@dataclass(frozen=True)
class Moderators:
    """The columns of a regression.

    ``x`` (k, p): one column per coefficient. ``names`` (p,): as a formula would call them, e.g.
    ``programme_type[T.training]``. ``labels`` (p,): in words. ``terms``: term of the formula -> its columns.
    ``term_labels``: term -> words. ``variables``: columns of the table that it reads. ``levels``: categories
    of each, the reference first. ``notes``: references and knots, in words.
    """

    formula: str
    x: Floats
    names: tuple[str, ...]
    labels: tuple[str, ...]
    terms: Mapping[str, slice]
    term_labels: Mapping[str, str]
    variables: tuple[str, ...]
    levels: Mapping[str, tuple[Any, ...]]
    notes: tuple[str, ...]
    spec: Any = None

    @property
    def intercept(self) -> int | None:
        """Which column is the constant; None where there is none."""
        return self.names.index("Intercept") if "Intercept" in self.names else None

    @property
    def tested(self) -> tuple[int, ...]:
        """The columns other than the constant."""
        return tuple(i for i, name in enumerate(self.names) if name != "Intercept")

    def rows(self, frame: pd.DataFrame) -> Floats:
        """The same columns for other rows, shape (n, p), with the knots, means and references found here.

        Parameters
        ----------
        frame : DataFrame, shape (n, ...)
            Has the moderators, none missing.

        Raises
        ------
        DesignError
            A moderator that is missing, a category that was not there, or a value beyond the range on which
            a spline was laid.
        """
        if self.spec is None:
            return np.ones((len(frame), 1))
        values = {v: moderator(frame, v, "predict") for v in self.variables}
        for name, column in values.items():
            if column.isna().any():
                raise DesignError(f"predict() misses a value of {name}; give one for every row")
        data = coded(values, self.levels, "predict")
        from formulaic.errors import FormulaicError

        try:
            return np.asarray(self.spec.get_model_matrix(data, context={}), dtype=float)
        except (FormulaicError, ValueError):
            raise DesignError(
                f"predict() cannot place these values of {', '.join(self.variables)} on {self.formula!r}; stay "
                "inside the range of the estimates behind it"
            ) from None


def moderator(effects: pd.DataFrame, name: str, verb: str) -> pd.Series:
    """A column of the table, or one that follows from others (:data:`VIRTUAL`).

    Raises
    ------
    DesignError
        No such column; suggests the nearest.
    """
    if name == "effect":
        raise DesignError(
            f"{verb}() explains the effects, so 'effect' cannot stand in its formula; take it out"
        )
    if name in effects:
        return effects[name]
    if name == "band" and (bands := bands_of(effects)) is not None:
        return bands.where(bands != NOT_COMPARABLE, np.nan)
    if name == "log_n" and "n" in effects:
        n = numeric(effects["n"])
        if n is not None:
            return np.log(n.where(n > 0))
    if name in VIRTUAL:
        raise DesignError(
            f"{verb}() makes the moderator {name!r} from {VIRTUAL[name]}, which the frame lacks; add them"
        )
    near = difflib.get_close_matches(name, [*map(str, effects), *VIRTUAL], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(map(str, effects))}"
    raise DesignError(f"{verb}() has no column {name!r} for its formula; {hint}")


def known(effects: pd.DataFrame, formula: Formula, verb: str) -> pd.Series:
    """Which rows have every moderator, shape (k,); horizons that are not counted from entry are missing."""
    there = pd.Series(True, index=effects.index)
    for name in formula.variables:
        column = moderator(effects, name, verb)
        if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
            column = column.where(column.astype(str).str.strip() != "", np.nan)
        there &= column.notna()
    if "horizon_months" in formula.variables and (bands := bands_of(effects)) is not None:
        there &= bands != NOT_COMPARABLE
    return there


def moderators(effects: pd.DataFrame, formula: Formula, verb: str, n_samples: int) -> Moderators:
    """Build the columns, or refuse moderators that cannot be told apart.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        Rows that have every moderator (see :func:`known`).
    n_samples : int
        Independent samples behind the rows.

    Raises
    ------
    DesignError
        A moderator that never varies, one that others give away, more coefficients than samples allow, or
        a table too large for its moderators; names the columns and the way out.
    """
    if formula.empty:
        return plain(len(effects))
    values = {v: moderator(effects, v, verb) for v in formula.variables}
    levels = {v: levels_of(v, c, v in formula.categories, n_samples, verb) for v, c in values.items()}
    levels = {v: found for v, found in levels.items() if found}
    data = coded(values, levels, verb)
    _vary(data, formula, verb)
    matrix, spec = _matrix(data, formula, levels, n_samples, verb)
    known_levels = {f"v{i}": levels.get(v, ()) for i, v in enumerate(formula.variables)}
    raw = [str(c) for c in spec.column_names]
    names = tuple(column_name(c, formula.variables, known_levels) for c in raw)
    _enough_samples(names, n_samples, verb)
    _distinct(matrix, names, verb)
    slices = {str(t): s for t, s in spec.term_slices.items() if str(t) != "1"}
    terms = {column_name(t, formula.variables, known_levels): s for t, s in slices.items()}
    return Moderators(
        formula=formula.text,
        x=matrix,
        names=names,
        labels=tuple(column_label(c, formula.variables, known_levels) for c in raw),
        terms=terms,
        term_labels={n: term_label(t, formula.variables) for n, t in zip(terms, slices, strict=True)},
        variables=formula.variables,
        levels=levels,
        notes=notes_of(spec, formula.variables, levels),
        spec=spec,
    )


def plain(k: int) -> Moderators:
    """No moderators: a constant."""
    return Moderators("~ 1", np.ones((k, 1)), ("Intercept",), ("average",), {}, {}, (), {}, ())


def formula_of(formula: object, verb: str) -> Formula:
    """Read a formula; see :mod:`almpo_kit.evidence.regression.formulas`."""
    return read(formula, verb)


def _vary(data: pd.DataFrame, formula: Formula, verb: str) -> None:
    for name, code in zip(formula.variables, data, strict=True):
        if data[code].nunique() < 2:
            raise DesignError(
                f"{verb}() got the moderator {name!r}, which is the same for every estimate that has a value of "
                "every moderator, so nothing can be learned from it; take it out of the formula"
            )


def _matrix(
    data: pd.DataFrame, formula: Formula, levels: Mapping[str, tuple[Any, ...]], n_samples: int, verb: str
) -> tuple[Floats, Any]:
    from formulaic import Formula as Parsed
    from formulaic.errors import FormulaicError

    parsed = Parsed(formula.safe)
    sizes = {f"v{i}": max(len(levels.get(v, ())) - 1, 1) for i, v in enumerate(formula.variables)}
    least = sum(int(np.prod([sizes.get(str(f), 1) for f in term.factors])) for term in parsed)
    _affordable(least, n_samples, len(data), verb)
    try:
        with np.errstate(all="ignore"):
            matrix = parsed.get_model_matrix(data, context={}, na_action="raise")
    except (FormulaicError, ValueError, TypeError, ZeroDivisionError):
        raise DesignError(
            f"{verb}() cannot compute {formula.text!r} from these values; transforms need numbers, log() positive "
            "ones, a spline or power more distinct values than pieces, and knots belong inside the range"
        ) from None
    x = np.asarray(matrix, dtype=float)
    if not np.isfinite(x).all():
        raise DesignError(
            f"{verb}() gets numbers that are not finite from {formula.text!r}; log() needs positive numbers, and a "
            "spline needs knots inside the range of its column"
        )
    return x, matrix.model_spec


def _affordable(columns: int, n_samples: int, k: int, verb: str) -> None:
    if columns >= n_samples:
        raise DesignError(_too_many(f"at least {columns}", n_samples, verb))
    if 2 * columns * k > _MOST_CELLS:
        raise DesignError(
            f"{verb}() would need a table of {k} rows and {columns} columns for these moderators; name fewer, or "
            "merge categories"
        )


def _too_many(columns: str, n_samples: int, verb: str) -> str:
    return (
        f"{verb}() got {n_samples} independent samples that have every moderator, for {columns} coefficients, and "
        "each coefficient needs samples of its own; name fewer moderators, merge categories, or widen the selection"
    )


def _enough_samples(names: tuple[str, ...], n_samples: int, verb: str) -> None:
    if len(names) >= n_samples:
        raise DesignError(_too_many(str(len(names)), n_samples, verb))


def _distinct(x: Floats, names: tuple[str, ...], verb: str) -> None:
    """Refuse a column that the others give away, and name them."""
    z = x / np.maximum(np.abs(x).max(axis=0), np.finfo(float).tiny)
    # The triangle tells for each column what the ones before it leave of it.
    triangle = np.linalg.qr(z, mode="r")
    left = np.abs(np.diag(triangle))
    copies = np.flatnonzero(left <= _COPY * np.sqrt((z**2).sum(axis=0)))
    if not copies.size:
        return
    j = int(copies[0])
    share = np.linalg.lstsq(z[:, :j], z[:, j], rcond=None)[0] if j else np.empty(0)
    others = [names[i] for i in np.flatnonzero(np.abs(share) > 1e-6)]
    said = " and ".join(f"{n!r}" for n in others[:4]) + (" and others" if len(others) > 4 else "")
    why = f"follows from {said}" if others else "is zero for every estimate"
    spline = "choose a spline of fewer pieces, " if "(" in names[j] else ""
    raise DesignError(
        f"{verb}() cannot tell the moderators apart: {names[j]!r} {why} in these estimates; take one of them "
        f"out of the formula, {spline}or merge categories"
    )
