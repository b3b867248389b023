"""Which narrow group of ESCO each skill belongs to."""

from __future__ import annotations

import numpy as np
import pandas as pd


def narrow_groups(skills: np.ndarray, taxonomy: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The group right above each skill.

    Only the narrowest group counts: one step up ESCO's groups hold hundreds of skills, and on ESCO 1.1.1 credit for
    them separated occupations of one ISCO unit group no better from those of another (see the tests).

    Parameters
    ----------
    skills : ndarray of str, shape (n_skills,)
    taxonomy : DataFrame
        Indexed by code, with ``parent``.

    Returns
    -------
    group : ndarray of int, shape (n_skills,)
        -1 where the taxonomy names none.
    groups : ndarray of str, shape (n_groups,)
    """
    parents = taxonomy["parent"].reindex(skills) if len(taxonomy) else pd.Series(None, index=skills)
    named = parents.where(
        parents.notna() & parents.astype("string").str.len().gt(0).fillna(False).astype(bool)
    )
    codes, groups = pd.factorize(named.to_numpy(dtype=object), sort=True)
    return codes.astype(np.int64), np.asarray(groups, dtype=object)
