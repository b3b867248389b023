"""Each figure in turn."""

from __future__ import annotations

import pytest

from .stand_ins import MAKERS


@pytest.fixture(params=sorted(MAKERS))
def kind(request: pytest.FixtureRequest) -> str:
    """Name of a figure."""
    return str(request.param)
