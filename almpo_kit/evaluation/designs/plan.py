"""The plan of an evaluation: what is compared with what, written down without any data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from almpo_kit.evaluation.designs.measured import Measured


@dataclass(frozen=True)
class Plan:
    """What was decided before anything was estimated.

    Parameters
    ----------
    assignment : str
        A key of ``ASSIGNMENTS``.
    arms : tuple of str
        The comparison first.
    outcomes : tuple of Measured
    covariates : tuple of (str, str)
        Column and role, in the order given.
    estimand : {"itt", "att", "ate", "late"}
    modifiers : tuple of str
        Covariates by which effects may differ; named beforehand.
    graph : tuple of (str, str)
        Arrows of the causal graph, empty where none was drawn.
    cluster, block, offer, took_part, running, treated_from, period, started, weight, left, left_to_job, entered : str or None
        Columns; what each means stands with :func:`design`.
    cutoff : float or None
    rows : {"persons", "moments", "units"}
        What one row is: a person, a person at one moment of waiting (the cluster is then the person), or a unit in one
        period.
    question : str
    """

    assignment: str
    arms: tuple[str, ...]
    outcomes: tuple[Measured, ...]
    covariates: tuple[tuple[str, str], ...] = ()
    estimand: str = "att"
    modifiers: tuple[str, ...] = ()
    graph: tuple[tuple[str, str], ...] = ()
    treatment: str = "treatment"
    cluster: str | None = None
    block: str | None = None
    offer: str | None = None
    took_part: str | None = None
    running: str | None = None
    cutoff: float | None = None
    treated_from: str | None = None
    period: str | None = None
    started: str | None = None
    weight: str | None = None
    left: str | None = None
    left_to_job: str | None = None
    entered: str | None = None
    rows: str = "persons"
    question: str = ""

    @property
    def comparison(self) -> str:
        """The arm that the others are compared with."""
        return self.arms[0]

    def with_role(self, *roles: str) -> tuple[str, ...]:
        """The covariates that have one of these roles."""
        return tuple(c for c, r in self.covariates if r in roles)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON (NaN months become None)."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)).replace("NaN", "null"))
        return plain

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change when anything in the plan does."""
        text = json.dumps(self.as_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
