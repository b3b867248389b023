"""One app server for all tests of apps: starting it takes longer than most of them; and stores for runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_visits import serving


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where drafts and decisions of visitors go: not to the store of whoever runs the tests."""
    return tmp_path_factory.mktemp("records") / "records.db"


@pytest.fixture(scope="session")
def address(kept: Path) -> Iterator[str]:
    """A running app server."""
    with serving(ALMPO_RECORDS=str(kept)) as url:
        yield url


@pytest.fixture(scope="module")
def own_store(made_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs made in a module do not go to the store of whoever runs the tests."""
    store = tmp_path_factory.mktemp("runs") / "mlflow.db"
    shutil.copy(made_store, store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store}")
        yield
