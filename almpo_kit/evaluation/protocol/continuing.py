"""What a step inherits from the one before: the data it rests on, and whether any of it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almpo_kit.evaluation.protocol.steps import Override, Step, recorded
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import Provenance


def continued(
    step: Step,
    *,
    method: str,
    options: Mapping[str, Any] | None = None,
    seed: int | None = None,
    overrides: tuple[Override, ...] = (),
) -> Provenance:
    """Provenance of a result computed from an earlier step and nothing else.

    Parameters
    ----------
    step : Step
        The step before; its data versions and its label SYNTHETIC are carried on.
    method : str
        E.g. ``"evaluation.estimate.doubly_robust"``.
    options : mapping, optional
        Arguments that could have been otherwise.
    seed : int, optional
        None where nothing was drawn at random.
    overrides : tuple of Override
        What :func:`go_on` gave; it is written among the options.

    Returns
    -------
    Provenance
    """
    before = step.provenance
    return Provenance(
        data=before.data,
        method=method,
        options={**dict(options or {}), **recorded(overrides)},
        seed=seed,
        synthetic=before.synthetic,
    )


def overridden_first(overrides: tuple[Override, ...], checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """The checks of a step, with everything that was overridden on the way put in front of them."""
    return (*(o.as_check() for o in overrides), *checks)
