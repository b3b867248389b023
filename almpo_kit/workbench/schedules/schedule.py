"""One schedule: which report, for whom, when, and who is told when it fails."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from almpo_kit.workbench.schedules.times import When

#: A timer looks every ten minutes and may wait for a machine that is busy: nothing within an hour is late.
_PUNCTUAL = timedelta(hours=1)
_LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Notify:
    """Who is told: e-mail addresses and a webhook, as written, with ``${NAME}`` for what is secret."""

    email: tuple[str, ...] = ()
    webhook: str = ""


@dataclass(frozen=True)
class Schedule:
    """What a file of ``reports/schedules/`` says.

    ``each`` and ``parameters`` are kept as written (``EU27``, not 27 codes): they say which work this is, also when
    the Union grows. ``retry_wait`` is in minutes and doubles with every try; ``time_limit`` in
    minutes for each report; ``catch_up`` is in hours.
    """

    name: str
    report: str
    when: When
    each: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    jobs: int = 1
    time_limit: int = 60
    cluster: str = ""
    pdf: bool = False
    retries: int = 2
    retry_wait: int = 5
    keep: int = 8
    catch_up: int = 168
    notify: Notify = Notify()

    @property
    def work(self) -> str:
        """The parameters as one text: with report and slot, the key under which work is claimed."""
        return json.dumps(
            {"each": dict(self.each), "parameters": dict(self.parameters)}, sort_keys=True, ensure_ascii=False
        )

    @property
    def signature(self) -> str:
        """Changes with the work and its times, not with how it is carried out."""
        told = json.dumps([self.report, self.work, self.when.line, self.when.zone])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def tolerance(self) -> timedelta:
        """How late a slot may start."""
        return max(timedelta(hours=self.catch_up), _PUNCTUAL)

    def wait(self, tries: int) -> timedelta:
        """How long to wait after so many tries (1 or more) before the next."""
        return min(timedelta(minutes=self.retry_wait) * 2 ** min(tries - 1, 16), _LONGEST_WAIT)
