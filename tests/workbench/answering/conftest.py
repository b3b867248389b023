"""One server of the participant's page for all of its tests; each test has a consultation of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from answer_world import Browser, answered, invited, served
from test_answer_pages import begin

from almpo_kit import records
from almpo_kit.records import Store, personal_codes

_NAMES = (f"consultation {k}" for k in itertools.count())


@pytest.fixture(scope="session", autouse=True)
def cheap_codes() -> Iterator[None]:
    """Codes are hashed cheaply here; what a hash costs is tested beside the store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(personal_codes, "_COST", {**personal_codes._COST, "n": 2})
        yield


@pytest.fixture(scope="session")
def people_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of records."""
    return records.open_store(tmp_path_factory.mktemp("answers") / "records.db")


@pytest.fixture(scope="session")
def base(people_store: Store) -> Iterator[str]:
    """Where the page is."""
    with served(people_store) as url:
        yield url


@pytest.fixture
def browser(base: str) -> Browser:
    """A visitor without scripts."""
    return Browser(base)


@pytest.fixture
def invite(people_store: Store) -> Callable[..., tuple[str, list[str]]]:
    """Makes a consultation; its name and the secret parts of its links."""

    def make(people: int = 2, **changed: Any) -> tuple[str, list[str]]:
        name = next(_NAMES)
        return name, invited(people_store, name, people, **changed)

    return make


@pytest.fixture(scope="session")
def second_round(people_store: Store) -> tuple[str, list[str]]:
    """A consultation whose first round was answered by five people and whose second one is open; one more was invited."""
    tokens = invited(people_store, "second round", 6)
    answered(people_store, tokens[:5])
    people_store.close_round("second round", 1)
    people_store.open_round("second round", 2)
    return "second round", tokens


@pytest.fixture
def two_tabs(browser: Browser, invite: Callable[..., tuple[str, list[str]]]) -> tuple[str, str, str]:
    """The link, and one form that was loaded twice."""
    _, (token, _) = invite()
    begin(browser, token)
    return token, browser.get(token).text, browser.get(token).text
