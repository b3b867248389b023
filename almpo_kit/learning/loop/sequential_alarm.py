"""An alarm that may be looked at after every case: betting that errors have become more than was promised. Kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Shares of the largest bet that cannot lose more than everything; small ones find slow changes, large ones sudden ones.
_BETS = (0.05, 0.1, 0.2, 0.4)
#: A promise of no error at all would make one error infinite evidence.
_LEAST = 0.01


def evidence_of_change(wrong: Floats, promised: Floats) -> Floats:
    """Evidence, after each study, that its errors have exceeded what was promised since some study before.

    One study is one bet, however many codes it has: ``wrong`` is the share of its proposals that were wrong, ``promised`` the
    share that was promised at most, known before. A bet ``1 + λ (wrong − promised)`` has an expectation of at most 1 while the
    promise holds, whatever happened before. Bets begun at every study are added up (the e-detector of Shiryaev and Roberts),
    so that years of good work do not hide a change: while the promise holds, the expected number of studies until the
    evidence reaches ``c`` is at least ``c``.

    Parameters
    ----------
    wrong, promised : array, shape (n_studies,)
        0 to 1, in the order in which they were settled.

    Returns
    -------
    array, shape (n_studies,)

    References
    ----------
    Shin, Ramdas & Rinaldo (2024) E-detectors, New Engl. J. Stat. Data Sci. 2, 229-260; Ville (1939); Page (1954).
    """
    limit = np.maximum(promised, _LEAST)
    held = np.zeros(len(_BETS))
    found = np.zeros(len(wrong))
    for at, (x, q) in enumerate(zip(wrong, limit, strict=True)):
        # At λ = 1/q a study without an error would lose the whole stake; all bets stay below that.
        factors = 1 + np.array(_BETS) / q * (x - q)
        held = (held + 1) * factors
        found[at] = held.mean()
    return found


def first_alarm(evidence: Floats, threshold: float) -> int | None:
    """Position of the first study at which the evidence reaches the threshold."""
    over = np.flatnonzero(evidence >= threshold)
    return int(over[0]) if len(over) else None
