"""What the store tells of a trial: plain values, nothing about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.trial_plans import STATES, TrialPlan

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class KeptPlan:
    """One version of the plan of a trial.

    Parameters
    ----------
    name : str
    version : int
    plan : TrialPlan
    digest : str
        Of the plan.
    author_role : str
    reason : str
        Why it was amended; "" before it was registered.
    at : datetime
        UTC.
    """

    name: str
    version: int
    plan: TrialPlan = field(repr=False)
    digest: str
    author_role: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class TrialStep:
    """A state that a trial came to.

    Parameters
    ----------
    state : str
        A key of ``STATES``.
    plan_version, plan_digest : int, str
        The plan as it stood then.
    reason : str
    detail : mapping
        Plain values, e.g. the edition in which the result was published.
    at : datetime
        UTC.
    """

    state: str
    plan_version: int
    plan_digest: str
    reason: str
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class TrialDraw:
    """A draw: what is needed to check it, and in which numbers it ended. Who was drawn is in the published file only."""

    stage: str
    seed: str
    list_digest: str
    draw_digest: str
    counts: Mapping[str, Any]
    plan_version: int
    at: datetime


@dataclass(frozen=True)
class TrialLook:
    """A look at a running trial, and what was seen."""

    number: int
    content: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class KeptResult:
    """An analysis.

    Parameters
    ----------
    number : int
        Counts up from 1; another analysis never replaces one.
    plan_digest, data_digest : str
        By which plan, of which data.
    sentence : str
    rows : tuple of mappings
        Rows of the evidence base; empty where the trial gives none.
    deviations : tuple of mappings
        ``what, planned, done, reason, serious``.
    at : datetime
        UTC.
    """

    number: int
    plan_digest: str
    data_digest: str
    sentence: str
    rows: tuple[Mapping[str, Any], ...] = field(repr=False)
    deviations: tuple[Mapping[str, Any], ...] = field(repr=False)
    at: datetime

    def frame(self) -> pd.DataFrame:
        """The rows as an ``effects`` frame; empty where there are none."""
        import pandas as pd

        from almpo_kit.vocabulary.frames import check

        return check(pd.DataFrame(list(self.rows)), "effects") if self.rows else pd.DataFrame()


@dataclass(frozen=True)
class KeptTrial:
    """A trial in the registry, whole.

    Parameters
    ----------
    name : str
    plans : tuple of KeptPlan
        All versions, the latest last.
    steps : tuple of TrialStep
        The first is "planned".
    draws : tuple of TrialDraw
    looks : tuple of TrialLook
    results : tuple of KeptResult
    """

    name: str
    plans: tuple[KeptPlan, ...] = field(repr=False)
    steps: tuple[TrialStep, ...] = field(repr=False)
    draws: tuple[TrialDraw, ...] = field(default=(), repr=False)
    looks: tuple[TrialLook, ...] = field(default=(), repr=False)
    results: tuple[KeptResult, ...] = field(default=(), repr=False)

    @property
    def state(self) -> str:
        """Where it is, a key of ``STATES``."""
        return self.steps[-1].state

    @property
    def may_become(self) -> tuple[str, ...]:
        """What may follow."""
        return STATES[self.state]

    @property
    def at(self) -> datetime:
        """Since when."""
        return self.steps[-1].at

    @property
    def latest(self) -> KeptPlan:
        """The latest version of the plan."""
        return self.plans[-1]

    @property
    def held(self) -> KeptPlan:
        """The version that the analysis is held to: the one that stood when units were drawn; before that, the latest."""
        if not self.draws:
            return self.latest
        return self.plans[self.draws[0].plan_version - 1]

    @property
    def registered(self) -> datetime | None:
        """When the plan was fixed; nothing where it is not yet."""
        return next((s.at for s in self.steps if s.state == "registered"), None)

    @property
    def amendments(self) -> tuple[KeptPlan, ...]:
        """Versions of the plan after it was registered, each with its reason."""
        return tuple(p for p in self.plans if p.reason)

    @property
    def result(self) -> KeptResult | None:
        """The latest analysis."""
        return self.results[-1] if self.results else None
