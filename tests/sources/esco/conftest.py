"""The real download, read once."""

from __future__ import annotations

import pytest

from almpo_kit import sources
from almpo_kit.sources.esco.taxonomies import Esco
from tests.sources.esco.downloads import REAL


@pytest.fixture(scope="session")
def real_esco() -> Esco:
    return sources.read_esco(REAL)
