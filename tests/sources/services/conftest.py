"""A service on loopback in place of the official ones, and manners that do not wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from almpo_kit.sources.services.manners import Manners

from .fake_service import Fake, running


@dataclass
class Watch:
    """A clock that only sleeping moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def manners(watch: Watch) -> Manners:
    """As patient as the real ones, without the waiting; no chance in it."""
    return replace(
        Manners(), sleep=watch.sleep, clock=lambda: watch.now, chance=lambda: 1.0, connect=30.0, read=30.0
    )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with running() as server:
        for name in ("ESTAT", "EMPL", "ILO", "OECD", "GISCO"):
            monkeypatch.setenv(f"ALMPO_SERVICE_{name}", f"{server.url}/{name.lower()}")
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        yield server
