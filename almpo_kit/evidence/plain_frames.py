"""What an answer reads of its estimates again and again, in a frame that is cheap to cut.

An answer cuts its estimates a few dozen times and asks as often for their samples, bands and estimands.
pandas cuts text column by column and copies attributes deeply at every operation; here text is objects in one
block, without attributes, and those three are worked out once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import (
    WORKED_OUT_BAND,
    WORKED_OUT_ESTIMAND,
    WORKED_OUT_SAMPLE,
    bands_of,
    estimands_of,
    samples_of,
)

#: What is read to count, to leave out and to average; words about an estimate are read of the given frame.
_READ = (
    "effect",
    "se",
    "start_year",
    "end_year",
    "horizon_months",
    "horizon_from",
    "sample_id",
    "study_id",
    "programme_type",
    "comparator",
    "country",
    "outcome",
    "unit",
    "significance",
    "includes_subsidised_job",
    "design",
    "estimand",
    "converted_from",
    "se_source",
)


def plain(effects: pd.DataFrame) -> pd.DataFrame:
    """The columns that are read to count and to average, with samples, bands and estimands worked out.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        Is left as it is.

    Returns
    -------
    DataFrame, shape (k, ...)
        The same rows with the same index.

    Raises
    ------
    DesignError
        No column says which estimates are independent, a horizon that is no number, or an estimand that
        nobody knows.
    """
    texts: dict[str, list[object]] = {}
    others: dict[str, pd.Series] = {}
    for column in (c for c in _READ if c in effects):
        values = effects[column]
        if isinstance(values.dtype, pd.StringDtype) or values.dtype == object:
            texts[column] = [np.nan if x is pd.NA else x for x in values.to_numpy(dtype=object)]
        else:
            others[column] = values
    texts[WORKED_OUT_SAMPLE] = samples_of(effects).tolist()
    for column, worked_out in (
        (WORKED_OUT_BAND, bands_of(effects)),
        (WORKED_OUT_ESTIMAND, estimands_of(effects)),
    ):
        if worked_out is not None:
            texts[column] = worked_out.tolist()
    block = np.empty((len(effects), len(texts)), dtype=object)
    for j, said in enumerate(texts.values()):
        block[:, j] = said
    read = pd.DataFrame(block, index=effects.index, columns=list(texts), dtype=object)
    return pd.concat([pd.DataFrame(others, index=effects.index), read], axis=1)


def free(rows: pd.DataFrame, why: pd.Series) -> pd.DataFrame:
    """The rows against which nothing stands."""
    usable = np.array([w == "" for w in why.tolist()], dtype=bool)
    return rows if usable.all() else rows[usable]
