"""What may be asked about differences in effects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from almpo_kit.evaluation.effect_differences.candidates import CANDIDATES
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.vocabulary.errors import ParameterError


def checked_estimate(estimate: Any, verb: str) -> None:
    """Refuse what is no estimate.

    Raises
    ------
    ParameterError
    """
    if not isinstance(estimate, Estimate):
        raise ParameterError(
            f"{verb}() takes the estimate, not {type(estimate).__name__}; write e.g. "
            f"evaluation.{verb}(evaluation.estimate(evaluation.overlap(plan)))."
        )


def arms_of(estimate: Estimate) -> dict[str, tuple[int, int]]:
    """Contrast in words -> positions of its arms."""
    arms = estimate.sample.arms
    return {f"{a} against {b}": (arms.index(a), arms.index(b)) for a, b in estimate.fit.contrasts}


def learners_asked(learners: str | Sequence[str]) -> tuple[str, ...]:
    """Keys of the candidates; the stacked learner always comes first, the others are held against it.

    Raises
    ------
    ParameterError
    """
    if isinstance(learners, str) and learners == "all":
        return tuple(CANDIDATES)
    keys = [learners] if isinstance(learners, str) else list(learners)
    unknown = [k for k in keys if k not in CANDIDATES]
    if unknown:
        raise ParameterError(
            f"learners: {', '.join(map(repr, unknown))} not known; choose among {', '.join(CANDIDATES)}, or 'all'."
        )
    return tuple(dict.fromkeys(["stacked", *keys]))


def positive_seconds(whole_seconds: Any) -> None:
    """Refuse a time that is none.

    Raises
    ------
    ParameterError
    """
    good = whole_seconds is None or (
        isinstance(whole_seconds, int | float) and not isinstance(whole_seconds, bool) and whole_seconds > 0
    )
    if not good:
        raise ParameterError(
            f"whole_seconds={whole_seconds!r} must be a number above 0, e.g. 60, or None for no limit."
        )


def counter(total: int, progress: Callable[[int, int], None] | None) -> Callable[[], None] | None:
    """A function that tells ``progress`` each time it is called."""
    if progress is None:
        return None
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(min(done, total), total)

    return tick
