"""One app server for all tests of apps: starting it takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from app_visits import serving


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A running app server."""
    with serving() as url:
        yield url
