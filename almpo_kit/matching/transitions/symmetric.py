"""Cosine and Jaccard likeness of occupations, to set beside coverage. Pure arrays; nothing is validated here.

They answer another question, how alike two occupations are, and cannot tell a move up from a move down. Gathmann
and Schönberg (2010, Journal of Labor Economics 28, 1-49) measure the distance of jobs by one minus the cosine of
their task vectors; Poletaev and Robinson (2008, Journal of Labor Economics 26, 387-420) by differences of skill
portfolios; Alabdulkareem et al. (2018, Science Advances 4, eaao6030) from which skills go together; Nesta's
"Mapping career causeways" (Kanders et al. 2020) from ESCO's essential and optional skills, as here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.matching.transitions.coverage import weights
from almpo_kit.matching.transitions.skill_space import SkillSpace


def requirement_matrix(space: SkillSpace) -> Any:
    """Weighted requirements, scipy CSR of shape (n_occupations, n_skills)."""
    from scipy.sparse import csr_matrix

    shape = (len(space.occupations), len(space.skills))
    return csr_matrix((weights(space), space.needed, space.starts), shape=shape)


def cosine(matrix: Any, vector: np.ndarray) -> np.ndarray:
    """Cosine of each row with a vector; 0 where either has no length.

    Parameters
    ----------
    matrix : CSR, shape (n, m)
    vector : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (n,)
    """
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()) * np.linalg.norm(vector)
    dots = np.asarray(matrix @ vector).ravel()
    return np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)


def jaccard(matrix: Any, vector: np.ndarray) -> np.ndarray:
    """Weighted Jaccard (Ruzicka) likeness, Σ min / Σ max, of each row with a vector; 0 where both are empty.

    Parameters
    ----------
    matrix : CSR, shape (n, m)
    vector : ndarray, shape (m,), non-negative

    Returns
    -------
    ndarray, shape (n,)
    """
    both = matrix.copy()
    both.data = np.minimum(matrix.data, vector[matrix.indices])
    least = np.asarray(both.sum(axis=1)).ravel()
    most = np.asarray(matrix.sum(axis=1)).ravel() + vector.sum() - least
    return np.divide(least, most, out=np.zeros_like(least), where=most > 0)
