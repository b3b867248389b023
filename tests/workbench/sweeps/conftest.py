"""One warm process for all series: importing takes longer than making them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_series import notebook

from almpo_kit.workbench.warm import addresses, starting


@pytest.fixture(scope="session")
def warm_kernels() -> Iterator[str]:
    """Address of a warm process with what the small notebook needs; empty where there can be none."""
    if not addresses.is_possible():
        yield ""
        return
    with starting.start(("ipykernel.kernelapp", "pandas", "almpo_kit.workbench.session")) as warm:
        yield warm.address


@pytest.fixture
def small(stored: Path, warm_kernels: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbench with the small notebook."""
    if warm_kernels:
        monkeypatch.setenv(addresses.VARIABLE, warm_kernels)
    notebook(stored, ["data"])
    return stored
