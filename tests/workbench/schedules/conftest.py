"""A scratch workbench for schedules: catalogue and notebooks of ours, reports and history of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from schedule_worlds import HandClock

from almpo_kit.workbench.schedules.store import Store

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "reports" / "schedules").mkdir(parents=True)
    monkeypatch.setenv("ALMPO_HOME", str(tmp_path))
    monkeypatch.delenv("ALMPO_SCHEDULES_DB", raising=False)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Store:
    return Store()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
