"""Every promise of the store is asked of SQLite, and in the slow tests of a real PostgreSQL server, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from almpo_kit.records import personal_codes
from tests.records.servers import Server, binaries, server

Places = Callable[[], str]
#: As the package has it; other tests of the same process may have made it cheap.
_REAL = dict(personal_codes._COST)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server that runs as long as the tests do."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with server() as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Each call names another place where nothing is kept yet."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").new_database
    return lambda: str(tmp_path_factory.mktemp("records") / "records.db")


@pytest.fixture(autouse=True)
def quick_codes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing personal codes takes its time on purpose; a test that is marked so waits for it."""
    cost = _REAL if "real_codes" in request.fixturenames else {**_REAL, "n": 16}
    monkeypatch.setattr(personal_codes, "_COST", cost)


@pytest.fixture
def real_codes() -> None:
    """Ask for it to hash codes as in earnest."""
