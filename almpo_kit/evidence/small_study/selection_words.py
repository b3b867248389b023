"""What is said of a selection model, and what is checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evidence.kernels.step_selection import Selection
from almpo_kit.evidence.small_study.estimates import FEWEST_FOR_TESTS, Estimates
from almpo_kit.evidence.small_study.findings import Span, guarded, p_words, subject
from almpo_kit.evidence.words import count, only
from almpo_kit.vocabulary.finding import Check

#: Fewer estimates than this in an interval, and its relative likelihood is mostly chance.
_FEW = 4


def told(e: Estimates, mean: Span, s: Selection, lrt_p: float, thin: str, level: float) -> dict[str, Any]:
    """The sentence and the certainty; no number where there is no solution, or only an artefact."""
    nothing: dict[str, Any] = {"certainty": "too little to say"}
    if not s.converged:
        words = "The selection model found no solution, so it says nothing about selective publication."
        return nothing | {"sentence": words}
    if s.at_edge[2:].any():
        words = (
            "The selection model ran to its bound: the likelihood of being seen cannot be estimated from these "
            "p-values, and the average that goes with it is an artefact of the bound."
        )
        return nothing | guarded(words, thin)
    head = f"Corrected for selection by p-value, {subject(e)} is {mean.words(only(e.frame, 'unit'), level)}"
    if e.n_samples < FEWEST_FOR_TESTS or not e.alone:
        return guarded(f"{head}.", thin)
    if lrt_p < 1 - level:
        tail = f"results of different p-values were not equally likely to be seen ({p_words(lrt_p)})"
    else:
        tail = f"that nothing was selected cannot be ruled out ({p_words(lrt_p)})"
    return guarded(f"{head}; {tail}.", thin)


def checks_of(e: Estimates, s: Selection, held: np.ndarray) -> tuple[Check, ...]:
    """Convergence, bounds, intervals of few estimates, and what the likelihood takes for independent."""
    notes = [_convergence(s)]
    if s.at_edge[2:].any():
        words = (
            "A relative likelihood of being seen ran to its bound; it cannot be estimated, and the average that goes "
            "with it is an artefact."
        )
        notes.append(Check("likelihood at its bound", "failed", words))
    if held.min() < _FEW:
        words = f"An interval of p-values has only {count(int(held.min()), 'estimate')}; its likelihood is mostly chance."
        notes.append(Check("estimates by interval", "failed", words))
    if not e.alone:
        words = (
            f"The model takes {count(len(e.y), 'estimate')} of {count(e.n_samples, 'sample')} for independent; the "
            "standard errors allow for their dependence, the estimates themselves do not."
        )
        notes.append(Check("dependence", "failed", words))
    return tuple(notes)


def _convergence(s: Selection) -> Check:
    if s.converged:
        words = f"The search ended at a solution; {s.agreeing} of {s.starts} starts came to it."
        return Check("convergence", "passed", words)
    words = "The search found no solution that can be relied on; do not quote this number."
    return Check("convergence", "failed", words)
