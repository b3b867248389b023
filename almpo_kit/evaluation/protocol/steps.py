"""A step of an evaluation: a Finding that may stop the next one, unless a person says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding

#: A reason that says something is a sentence, not a key pressed to get on.
SHORTEST_REASON = 12


@dataclass(frozen=True)
class Override:
    """A stop that a person went past: the step that stopped, the checks that failed, and the reason given."""

    step: str
    stops: tuple[str, ...]
    reason: str

    def as_check(self) -> Check:
        """The override as a failed check: it is shown first, on every later step."""
        return Check(
            f"overridden_{self.step}",
            "failed",
            f"The step “{self.step}” said stop ({', '.join(s.replace('_', ' ') for s in self.stops)}) and was "
            f"overridden. Reason given: “{self.reason}”",
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Step(Finding):
    """One step of the protocol.

    Parameters
    ----------
    stops : tuple of str
        Names of those failed checks because of which the next step refuses.
    overrides : tuple of Override
        What was overridden up to here, oldest first.
    """

    stops: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def stopped(self) -> bool:
        """True when the next step refuses without an override."""
        return bool(self.stops)


def go_on(step: Step, name: str, override: str = "") -> tuple[Override, ...]:
    """The overrides that hold after ``step``, or a refusal.

    Parameters
    ----------
    step : Step
        The step before.
    name : str
        What that step is called, e.g. ``"overlap"``.
    override : str
        Why the person goes on although the step said stop.

    Returns
    -------
    tuple of Override

    Raises
    ------
    DesignError
        The step said stop and no reason was given; the message repeats the failed checks.
    ParameterError
        The reason is too short to be one.
    """
    reason = override.strip() if isinstance(override, str) else ""
    if not step.stopped:
        return step.overrides
    if not reason:
        failed = {c.name: c.sentence for c in step.checks}
        said = " ".join(failed.get(s, s) for s in step.stops)
        raise DesignError(
            f"the step “{name}” said stop: {said} Change the design, or go on against it with "
            'override="the reason, which is recorded".'
        )
    if len(reason) < SHORTEST_REASON:
        raise ParameterError(
            f"override={override!r} is no reason; say in a sentence why you go on, it stands in every later result."
        )
    return (*step.overrides, Override(name, step.stops, reason))


def recorded(overrides: tuple[Override, ...]) -> dict[str, Any]:
    """The overrides as options of a provenance (empty where there are none)."""
    if not overrides:
        return {}
    return {"overrides": [{"step": o.step, "stops": list(o.stops), "reason": o.reason} for o in overrides]}
