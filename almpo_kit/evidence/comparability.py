"""Which estimates may be averaged with which: what :func:`pool` and :func:`multilevel` refuse.

A frame needs ``effect``, ``se`` and ``sample_id`` or ``study_id``; that alone can be pooled. Where the
columns that say *what* was estimated are there, they must say one thing: ``unit``, ``outcome``,
``comparator``, ``estimand``, the horizon band (from ``horizon_months`` and ``horizon_from``), and whether
the subsidised job itself is counted. Programme type, group, country and design may differ: whether their
average is of interest is the person's question, not an error.

A frame without a ``comparator`` column compares with no programme, which is the frame's default; an empty
cell in such a column is not stated, which is not the same: averaged only among its like, and said. So it
is with ``estimand``: "not_stated" is a value of its own; a frame without the column does not speak of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.kernels.blocks import Floats, Ints
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.estimands import ESTIMANDS, NOT_STATED
from almpo_kit.vocabulary.horizons import NOT_COMPARABLE, horizon_band

#: A standard error this much smaller than the others, or than the spread of the effects, is a slip of units.
IMPLAUSIBLE = 1e-8
_SAME = ("unit", "outcome", "comparator")
#: Columns of :mod:`plain_frames`, where these are worked out once and cut with their rows.
WORKED_OUT_SAMPLE = "(sample)"
WORKED_OUT_BAND = "(band)"
WORKED_OUT_ESTIMAND = "(estimand)"


def samples_of(effects: pd.DataFrame) -> pd.Series:
    """The sample of each estimate: ``sample_id``, or ``study_id`` where that is absent or blank; NaN where
    neither says."""
    if WORKED_OUT_SAMPLE in effects:
        return effects[WORKED_OUT_SAMPLE]
    columns = [effects[c] for c in ("sample_id", "study_id") if c in effects]
    if not columns:
        raise DesignError(
            "the estimates have neither sample_id nor study_id, so nobody can tell which are independent; "
            "add a study_id column (one name per independent sample)"
        )
    sample = _labels(columns[0])
    known = sample.notna()
    return sample if known.all() else sample.where(known, _labels(columns[-1]))


def n_samples(effects: pd.DataFrame) -> int:
    """Independent samples, without those that nobody knows."""
    return n_known(samples_of(effects))


def n_known(values: pd.Series) -> int:
    """How many different values there are, without missing ones."""
    # A set: pandas takes twenty times as long over the handful of rows of an answer.
    return len(known_values(values))


def known_values(values: pd.Series) -> set[object]:
    """The different values there are, without missing ones."""
    return {x for x in values.tolist() if x is not None and x is not pd.NA and x == x}


def _labels(column: pd.Series) -> pd.Series:
    """Names as objects, stripped; a blank one is missing."""
    # Objects, because categories and float columns of NaN would refuse the other column's names; one pass,
    # because every verb asks for this several times.
    stripped = (x.strip() if isinstance(x, str) else x for x in column.tolist())
    names = [np.nan if x is None or x is pd.NA or x != x or x == "" else x for x in stripped]
    return pd.Series(names, index=column.index, dtype=object, name=column.name)


def labels_of(effects: pd.DataFrame, cluster: str, verb: str) -> pd.Series:
    """The sample of each estimate by any column; refuses estimates of which nobody knows it.

    Raises
    ------
    DesignError
        Names the estimates and the way out.
    """
    if cluster != "sample_id" and cluster not in effects:
        raise DesignError(f"{verb}() has no column {cluster!r}; choose from {', '.join(map(str, effects))}")
    labels = samples_of(effects) if cluster == "sample_id" else _labels(effects[cluster])
    unknown = np.flatnonzero(labels.isna().to_numpy())
    if unknown.size:
        what = "sample (neither sample_id nor study_id)" if cluster == "sample_id" else cluster
        raise DesignError(
            f"{verb}() does not know the {what} of {_who(effects, unknown)}, so nobody can tell whether they "
            "are independent; fill it in or leave them out"
        )
    if cluster != "sample_id":
        _whole_samples(effects, labels, cluster, verb)
    return labels


def _whole_samples(effects: pd.DataFrame, labels: pd.Series, cluster: str, verb: str) -> None:
    """Refuse clusters that split a sample, whose estimates would then pass as independent."""
    if "sample_id" not in effects:
        return
    samples = _labels(effects["sample_id"])
    parts = labels.groupby(samples, sort=False).nunique()
    split = parts[parts > 1]
    if len(split):
        raise DesignError(
            f"{verb}() got cluster={cluster!r}, which splits {len(split)} sample(s) ({split.index[0]} into "
            f"{split.iloc[0]}), and estimates of one sample are not independent; cluster by sample_id or by "
            "something that holds whole samples, e.g. country, or correct sample_id"
        )


def bands_of(effects: pd.DataFrame) -> pd.Series | None:
    """The horizon band of each estimate; None when the frame does not speak of horizons."""
    if WORKED_OUT_BAND in effects:
        return effects[WORKED_OUT_BAND]
    if "horizon_months" in effects and "horizon_from" in effects:
        return horizon_band(effects)
    return None


def estimands_of(effects: pd.DataFrame) -> pd.Series | None:
    """The estimand of each estimate, ``not_stated`` where blank; None when the frame does not speak of it.

    Raises
    ------
    DesignError
        A word that the vocabulary does not know: nobody can tell which estimates are its like.
    """
    if WORKED_OUT_ESTIMAND in effects:
        return effects[WORKED_OUT_ESTIMAND]
    if "estimand" not in effects:
        return None
    said = _labels(effects["estimand"]).fillna(NOT_STATED)
    keys = {word: str(word).lower().replace(" ", "_") for word in said.unique()}
    unknown = sorted(str(word) for word, key in keys.items() if key not in ESTIMANDS)
    if unknown:
        raise DesignError(
            f"the column estimand holds {_some(unknown)}, which nobody knows; choose from {', '.join(ESTIMANDS)}, "
            "or leave the cells empty"
        )
    return said if all(word == key for word, key in keys.items()) else said.map(keys)


def estimand_label(key: str) -> str:
    """``ITT``; "" for a frame that does not speak of it."""
    return ESTIMANDS[key].label if key else ""


def _some(words: list[str]) -> str:
    """The first five, and how many more."""
    return ", ".join(words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")


def comparable(
    effects: pd.DataFrame, verb: str, modelled: frozenset[str] = frozenset()
) -> tuple[Floats, Floats]:
    """Refuse what cannot be averaged; otherwise effects (k,) and sampling variances (k,).

    ``modelled``: columns that a formula explains the effects by, so that they may differ (a unit and an
    outcome may not).

    Raises
    ------
    DesignError
        Names the way out.
    """
    if len(effects) < 2:
        raise DesignError(
            f"{verb}() got {len(effects)} estimate(s) and an average needs at least two; "
            "widen the selection, or read the estimate itself"
        )
    y, se = _numbers(effects, verb)
    _one_question(effects, verb, modelled - {"unit", "outcome"})
    smallest, largest = int(se.argmin()), max(float(se.max()), float(np.ptp(y)))
    # Squares of numbers this far apart leave nothing of the smaller one, or of the others' weights.
    if se[smallest] < IMPLAUSIBLE * largest or not 1e-150 < se[smallest] < 1e150 or largest > 1e150:
        raise DesignError(
            f"{verb}() got a standard error of {se[smallest]:g} ({name(effects, smallest)}) beside values of "
            f"{largest:g}; no study is that precise: check its unit, or drop the row"
        )
    return y, se**2


def name(effects: pd.DataFrame, position: int) -> str:
    """How a message calls the estimate at a position."""
    if "estimate_id" in effects:
        return str(effects["estimate_id"].iloc[position])
    return f"row {position + 1}"


def _who(effects: pd.DataFrame, positions: Ints) -> str:
    """The first five estimates at these positions, and how many more."""
    who = ", ".join(name(effects, int(i)) for i in positions[:5])
    return who + (f" and {len(positions) - 5} more" if len(positions) > 5 else "")


def _numbers(effects: pd.DataFrame, verb: str) -> tuple[Floats, Floats]:
    y, se = (effects[c].to_numpy(dtype=float) for c in ("effect", "se"))
    unusable = {
        "no effect": ~np.isfinite(y),
        "no standard error": np.isnan(se),
        "a standard error that is zero, negative or infinite": ~np.isnan(se) & ~((se > 0) & np.isfinite(se)),
    }
    for what, bad in unusable.items():
        if bad.any():
            raise DesignError(
                f"{verb}() got {bad.sum()} estimate(s) with {what} ({_who(effects, np.flatnonzero(bad))}); "
                'leave them out, e.g. effects[effects["se"] > 0], and list them beside the average'
            )
    return y, se


def _one_question(effects: pd.DataFrame, verb: str, modelled: frozenset[str]) -> None:
    for column in _SAME:
        if column in modelled:
            continue
        if column in effects and effects[column].nunique(dropna=False) > 1:
            values = effects[column].astype(object).where(effects[column].notna(), "not stated").astype(str)
            raise DesignError(
                f"{verb}() got {values.nunique()} {column}s ({_some(sorted(values.unique()))}); "
                f"choose one, e.g. effects.query(\"{column} == '{values.mode().iloc[0]}'\")"
            )
    if "includes_subsidised_job" in effects and "includes_subsidised_job" not in modelled:
        counted = effects["includes_subsidised_job"].eq("included")
        if counted.any() and not counted.all():
            raise DesignError(
                f"{verb}() got {counted.sum()} estimate(s) that count the subsidised job itself among "
                f"{len(effects)}; leave them out: effects.query(\"includes_subsidised_job != 'included'\")"
            )
    if "estimand" not in modelled:
        _one_estimand(effects, verb)
    if not modelled & {"band", "horizon_months"}:
        _one_band(effects, verb)


def _one_estimand(effects: pd.DataFrame, verb: str) -> None:
    estimands = estimands_of(effects)
    if estimands is None or estimands.nunique() == 1:
        return
    counts = estimands.value_counts()
    told = ", ".join(f"{estimand_label(str(e))}: {n}" for e, n in counts.items())
    raise DesignError(
        f"{verb}() got {len(counts)} estimands ({told}), effects on different people; choose one, e.g. "
        f"select(effects, estimand='{counts.index[0]}'), or convert those with a stated take-up: "
        "convert(effects, to='itt')"
    )


def _one_band(effects: pd.DataFrame, verb: str) -> None:
    band = bands_of(effects)
    if band is None or (band.nunique() == 1 and band.iloc[0] != NOT_COMPARABLE):
        return
    if effects["horizon_months"].isna().all():
        return  # nobody coded horizons: averaged, with a failed check (see telling.scope_checks)
    raise DesignError(
        f"{verb}() got horizons that answer different questions ({', '.join(sorted(band.unique()))}); choose "
        f"a band with select(effects, band='{_usual(band)}'), or drop the column horizon_months to average "
        "across horizons on purpose"
    )


def _usual(band: pd.Series) -> str:
    known = band[band != NOT_COMPARABLE]
    return str(known.mode().iloc[0]) if len(known) else "medium"
