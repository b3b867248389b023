"""Options and criteria: what a ranking starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.codesign.ranking.decision_rows import checked_rows, long_rows
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import provenance

_MOST_OPTIONS, _MOST_CRITERIA = 60, 40


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DecisionTable(Finding):
    """What each option brings by each criterion, with its standard error and its source.

    ``table``, one row an option and criterion: ``option, criterion, value, se, unit, direction, abstains, reason,
    certainty, source``. ``se`` is 0 where the value is known exactly and NaN where nobody knows how sure it is;
    ``abstains`` marks what must not be used, ``reason`` says why.

    Parameters
    ----------
    options, criteria : tuple of str
    directions : dict
        Criterion -> "more" or "less": which is better.
    units : dict
        Criterion -> unit, "" where nobody said.
    scales : dict
        Criterion -> (worst, best): fixed ends to which weights refer; only of criteria that have them.
    """

    options: tuple[str, ...]
    criteria: tuple[str, ...]
    directions: dict[str, str]
    units: dict[str, str]
    scales: dict[str, tuple[float, float]]

    def wide(self, column: str = "value") -> pd.DataFrame:
        """One column of the table, options in rows and criteria in columns."""
        # Rows are options times criteria, in that order.
        square = self.table[column].to_numpy().reshape(len(self.options), len(self.criteria))
        return pd.DataFrame(
            square,
            index=pd.Index(self.options, name="option"),
            columns=pd.Index(self.criteria, name="criterion"),
        )


def decision_table(
    values: pd.DataFrame,
    *,
    se: pd.DataFrame | None = None,
    directions: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    scales: Mapping[str, tuple[float, float]] | None = None,
    source: str = "",
) -> DecisionTable:
    """Put options and criteria together, and say what must not be used.

    Parameters
    ----------
    values : DataFrame
        One row an option and criterion (``option, criterion, value``; optional ``se, direction, unit, abstains, reason,
        certainty, source``), or options in rows and criteria in columns (options in a column ``option`` or the index).
        A value that is missing, that abstains, or of certainty "too little to say" is never filled in.
    se : DataFrame, optional
        Of values in the second form: standard errors in the same shape; 0 where a value is known exactly.
    directions : mapping, optional
        Criterion -> "more" (default) or "less" where less is better, e.g. ``{"cost": "less"}``.
    units : mapping, optional
        Criterion -> unit.
    scales : mapping, optional
        Criterion -> (worst, best): ends that do not depend on which options are compared. Weights given for a swing
        from a stated worst to a stated best need them.
    source : str
        Where values come from, where rows do not say.

    Returns
    -------
    DecisionTable

    Raises
    ------
    FrameError
        Columns are missing, a value is no number, an option and criterion come twice.
    DesignError
        Fewer than two options; mixed units in one criterion.
    ParameterError
        Directions or scales that mean nothing.
    """
    rows = checked_rows(long_rows(values, se, source), directions or {}, units or {})
    options = tuple(dict.fromkeys(rows["option"]))
    criteria = tuple(dict.fromkeys(rows["criterion"]))
    _enough(options, criteria)
    rows = _complete(rows, options, criteria)
    first = rows.drop_duplicates("criterion").set_index("criterion")
    way = {c: str(first.loc[c, "direction"]) for c in criteria}
    ends = _scales(scales or {}, way)
    named = {c: str(first.loc[c, "unit"]) for c in criteria}
    unusable = rows[rows["abstains"]]
    source_of = provenance(
        values,
        se,
        rows,
        method="codesign.decision_table",
        options={"directions": way, "scales": {c: list(e) for c, e in ends.items()}},
    )
    return DecisionTable(
        question=f"What do {len(options)} options bring by {len(criteria)} criteria?",
        sentence=_sentence(options, criteria, unusable),
        table=rows,
        checks=_checks(rows, ends),
        provenance=source_of,
        rests_on=f"{len(rows) - len(unusable)} of {len(rows)} values that can be used",
        options=options,
        criteria=criteria,
        directions=way,
        units=named,
        scales=ends,
    )


def _enough(options: tuple[str, ...], criteria: tuple[str, ...]) -> None:
    if not 2 <= len(options) <= _MOST_OPTIONS:
        raise DesignError(
            f"decision_table() got {len(options)} option{'' if len(options) == 1 else 's'}; give 2 to {_MOST_OPTIONS}."
        )
    if not 1 <= len(criteria) <= _MOST_CRITERIA:
        raise DesignError(f"decision_table() got {len(criteria)} criteria; give 1 to {_MOST_CRITERIA}.")


def _complete(rows: pd.DataFrame, options: tuple[str, ...], criteria: tuple[str, ...]) -> pd.DataFrame:
    """A row for every option and criterion; those that nobody gave abstain."""
    every = pd.MultiIndex.from_product([options, criteria], names=["option", "criterion"])
    out = rows.set_index(["option", "criterion"]).reindex(every).reset_index()
    for column in ("direction", "unit"):
        known = rows.drop_duplicates("criterion").set_index("criterion")[column]
        out[column] = out["criterion"].map(known)
    # A row that nobody gave has neither a flag nor words; what it lacks is the value.
    out["abstains"] = out["abstains"].eq(True) | out["value"].isna()
    for column in ("reason", "certainty", "source"):
        out[column] = out[column].fillna("").astype(str)
    silent = out["abstains"] & (out["reason"] == "")
    out["reason"] = out["reason"].mask(silent & out["value"].isna(), "no value is known")
    out["reason"] = out["reason"].mask(silent & out["value"].notna(), "too little to say")
    return out


def _scales(
    scales: Mapping[str, tuple[float, float]], way: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    out = {}
    for name, ends in scales.items():
        if name not in way:
            raise ParameterError(f"scales: there is no criterion {name!r}; there are {', '.join(way)}.")
        try:
            worst, best = (float(x) for x in ends)
        except (TypeError, ValueError):
            raise ParameterError(f"scales: {name} must be (worst, best), e.g. (0, 10).") from None
        rising = best > worst if way[name] == "more" else best < worst
        if not np.isfinite([worst, best]).all() or not rising:
            raise ParameterError(
                f"scales: of {name} {way[name]} is better, so its best must be {'above' if way[name] == 'more' else 'below'}"
                f" its worst; it got worst {worst:g} and best {best:g}."
            )
        out[name] = (worst, best)
    return out


def _sentence(options: tuple[str, ...], criteria: tuple[str, ...], unusable: pd.DataFrame) -> str:
    head = f"{len(options)} options are described by {len(criteria)} criteria"
    if unusable.empty:
        return f"{head}; every value can be used."
    hit = list(dict.fromkeys(unusable["option"]))
    return (
        f"{head}; {len(unusable)} value{'' if len(unusable) == 1 else 's'} cannot be used, so that "
        f"{', '.join(hit)} cannot be ranked where these criteria count."
    )


def _checks(rows: pd.DataFrame, scales: Mapping[str, tuple[float, float]]) -> tuple[Check, ...]:
    out = []
    rows_of = rows.to_dict("records")
    for r in [r for r in rows_of if r["abstains"]]:
        said = f"{r['option']} by {r['criterion']} is not used: {r['reason']}."
        out.append(Check("values that cannot be used", "failed", said))
    used = rows[~rows["abstains"]]
    if n := int(used["se"].isna().sum()):
        said = (
            f"Of {n} value{'' if n == 1 else 's'} nobody knows how sure they are; options with them have no chance of being "
            "best. Give standard errors, 0 where a value is known exactly."
        )
        out.append(Check("standard errors", "failed", said))
    if n := int((used["source"] == "").sum()):
        said = f"{n} value{' has' if n == 1 else 's have'} no source; nobody can trace them."
        out.append(Check("sources", "failed", said))
    for c, (worst, best) in scales.items():
        beyond = used[(used["criterion"] == c) & ~used["value"].between(min(worst, best), max(worst, best))]
        if len(beyond):
            said = f"{', '.join(beyond['option'])} lies beyond the ends of {c} ({worst:g} to {best:g}); weights were given for these ends."
            out.append(Check("ends of scales", "failed", said))
    return tuple(out)
