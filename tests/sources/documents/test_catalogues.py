"""OpenAlex and Crossref against a server that speaks their formats, and every fault of theirs."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.fake_service import Answer, Fake, instead, reset_after, running, short, status

from almpo_kit.sources.documents.catalogues import crossref, markup, openalex
from almpo_kit.sources.documents.catalogues.catalogue import Answers, Catalogue
from almpo_kit.sources.documents.catalogues.crossref import Crossref
from almpo_kit.sources.documents.catalogues.literature import literature
from almpo_kit.sources.documents.catalogues.openalex import OpenAlex
from almpo_kit.sources.documents.library import library
from almpo_kit.sources.services.faults import (
    BadBodyError,
    BusyError,
    RefusedError,
    ServiceError,
    UnreachableError,
)
from almpo_kit.sources.services.manners import Manners
from almpo_kit.vocabulary.errors import ParameterError

from .fake_catalogues import CrossrefServer, OpenAlexServer, crossref_work, openalex_work

QUICK = replace(Manners(), sleep=lambda seconds: None, chance=lambda: 1.0)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with running() as fake:
        monkeypatch.setenv("ALMPO_SERVICE_OPENALEX", f"{fake.url}/oa")
        monkeypatch.setenv("ALMPO_SERVICE_CROSSREF", f"{fake.url}/cr")
        for name in (
            "ALMPO_OPENALEX_KEY",
            "ALMPO_CONTACT",
            "HTTP_PROXY",
            "http_proxy",
            "ALL_PROXY",
            "all_proxy",
        ):
            monkeypatch.delenv(name, raising=False)
        fake.route("/oa/works", OpenAlexServer([openalex_work(i) for i in range(250)]))
        fake.route("/cr/works", CrossrefServer([crossref_work(i) for i in range(450)]))
        yield fake


def quick(name: str) -> Catalogue:
    made = literature(name)
    assert isinstance(made, OpenAlex | Crossref)
    return replace(made, answers=replace(made.answers, manners=QUICK))


def test_a_work_of_openalex() -> None:
    found = openalex.reference(openalex_work(3))
    assert found is not None
    assert found["title"] == "Wage subsidies, kind 3"
    assert found["abstract"] == "Subsidies of kind 3 helped the unemployed, and the employed."
    assert found["authors"] == "Eva Larsson; Novak, P."
    assert (found["year"], found["doi"], found["language"]) == (2023, "10.1000/oa.3", "en")
    assert found["url"] == "https://journal.example/3"


def test_a_work_of_crossref() -> None:
    found = crossref.reference(crossref_work(3, subtitle=["A randomised trial"]))
    assert found is not None
    assert found["title"] == "Does training of kind 3 pay & last?: A randomised trial"
    assert found["abstract"] == "Training of kind 3 helped (p < 0.05)."
    assert found["authors"] == "Petit, Anne; Institute of Tests"
    assert (found["year"], found["doi"]) == (2021, "10.1000/CR.3")


@pytest.mark.parametrize("name", ["openalex", "crossref"])
def test_all_pages_each_once(server: Fake, name: str) -> None:
    found = list(quick(name).search("training"))
    assert len(found) == len({f["doi"] for f in found}) == (250 if name == "openalex" else 450)
    assert len(server.paths("works")) == 3


@pytest.mark.parametrize("name", ["openalex", "crossref"])
def test_pages_are_asked_for_when_they_are_needed(server: Fake, name: str) -> None:
    search = quick(name).search("training", limit=240)
    assert server.paths() == []
    assert len(list(itertools.islice(search, 3))) == 3
    assert len(server.paths()) == 1
    assert len(list(search)) == 237


def test_openalex_with_a_key_goes_by_cursor_and_tells_nobody(
    server: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALMPO_OPENALEX_KEY", "se/cret")
    assert len(list(quick("openalex").search("training"))) == 250
    asked = server.asked[-1].query
    assert asked["api_key"] == ["se/cret"] and asked["cursor"] == ["Ilsx/=+200"] and "page" not in asked
    server.fail("/oa", status(403, '{"error": "se/cret and se%2Fcret are refused"}', "application/json"))
    with pytest.raises(ServiceError) as told:
        list(quick("openalex").search("training"))
    assert "cret" not in str(told.value)


def test_what_is_asked(server: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    list(quick("openalex").search("  wage   subsidies ", since="2026-03", limit=5))
    first = server.asked[-1].query
    assert first["search"] == ["wage subsidies"] and first["per_page"] == ["5"]
    assert first["filter"] == ["from_publication_date:2026-03-01"]
    assert "mailto" not in first
    monkeypatch.setenv("ALMPO_CONTACT", "desk@example.org")
    list(quick("crossref").search("wage subsidies", since=date(2025, 2, 3), limit=5))
    second = server.asked[-1].query
    assert second["filter"] == ["from-pub-date:2025-02-03"] and second["mailto"] == ["desk@example.org"]


@pytest.mark.parametrize("name", ["openalex", "crossref"])
@pytest.mark.parametrize(
    "fault",
    [status(429, "slow down", "text/plain", Retry_After="7"), status(503), short(40), reset_after(500)],
    ids=["429", "503", "short", "reset"],
)
def test_faults_that_pass_are_waited_for(server: Fake, name: str, fault: object) -> None:
    pauses: list[float] = []
    made = quick(name)
    made = replace(made, answers=replace(made.answers, manners=replace(QUICK, sleep=pauses.append)))  # type: ignore[type-var]
    server.fail("works", fault, 2)  # type: ignore[arg-type]
    assert len(list(made.search("training", limit=20))) == 20
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (status(429, "no", "text/plain", Retry_After="9000"), BusyError, "left alone"),
        (status(500), BusyError, "Search again later"),
        (
            status(400, '{"error": "bad", "message": "no such field"}', "application/json"),
            RefusedError,
            "no such field",
        ),
        (instead(b"<html><title>Log in</title></html>"), BadBodyError, "Log in"),
        (instead(b"[1, 2]", "application/json"), BadBodyError, "no answer of it"),
        (instead(b"[" * 100_000, "application/json"), BadBodyError, "no answer of it"),
        (
            instead(b'{"meta": {}, "results": 3, "message": {"items": null}}', "application/json"),
            BadBodyError,
            "another form",
        ),
    ],
)
@pytest.mark.parametrize("name", ["openalex", "crossref"])
def test_faults_that_stay_are_told(
    server: Fake, name: str, fault: object, kind: type[Exception], says: str
) -> None:
    server.fail("works", fault, 10)  # type: ignore[arg-type]
    with pytest.raises(kind, match=says) as told:
        list(quick(name).search("training"))
    text = str(told.value)
    assert "stays usable" in text and "almpo documents add" in text and "data pull" not in text


def test_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMPO_SERVICE_CROSSREF", "http://127.0.0.1:9")
    with pytest.raises(UnreachableError, match="Check the network"):
        list(quick("crossref").search("training"))


def test_a_fault_in_the_middle_loses_nothing_that_came(server: Fake, tmp_path: Path) -> None:
    search = quick("openalex").search("training")
    kept = list(itertools.islice(search, 100))
    server.fail("works", status(500), QUICK.attempts)
    with pytest.raises(BusyError):
        next(search)
    held = library(tmp_path / "library")
    assert held.take_in(pd.DataFrame(kept), origin="OpenAlex: training").counts["new"] == 100
    again = held.take_in(pd.DataFrame(list(quick("openalex").search("training"))))
    assert (again.counts["known"], again.counts["new"]) == (100, 150)


def test_odd_works_cost_no_other(server: Fake) -> None:
    odd = [
        None,
        3,
        {},
        openalex_work(1, display_name=None),
        openalex_work(2, authorships=None, primary_location=None, abstract_inverted_index=None, doi=None),
        openalex_work(
            3,
            publication_year="?",
            authorships=[1, {"author": 3}],
            abstract_inverted_index={"a": 3, "b": [None, 0]},
        ),
    ]
    server.route("/oa/works", OpenAlexServer(odd))  # type: ignore[arg-type]
    assert [f["doi"] for f in quick("openalex").search("x")] == ["", "10.1000/oa.3"]
    strange = [
        crossref_work(1, title=[]),
        crossref_work(2, author=4, issued={"date-parts": [[None]]}, abstract=None),
    ]
    server.route("/cr/works", CrossrefServer(strange))
    (found,) = quick("crossref").search("x")
    assert found["authors"] == "" and found["year"] is None and found["abstract"] == ""


def test_a_catalogue_that_never_ends_does(server: Fake) -> None:
    works = [crossref_work(i) for i in range(200)]
    body = {"status": "ok", "message": {"items": works, "next-cursor": "again"}}
    server.route("/cr/works", Answer(json.dumps(body).encode(), media="application/json"))
    assert len(list(quick("crossref").search("x", limit=1_000))) == 1_000


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"query": "  "}, "search for words"),
        ({"query": "x", "limit": 0}, "limit"),
        ({"query": "x", "limit": 10**9}, "limit"),
        ({"query": "x", "since": "last week"}, "since"),
    ],
)
def test_what_cannot_be_asked(given: dict[str, object], says: str) -> None:
    for name in ("openalex", "crossref"):
        with pytest.raises(ParameterError, match=says):
            literature(name).search(**given)  # type: ignore[arg-type]


def test_addresses_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match="openalex, crossref"):
        literature("scholar")
    monkeypatch.setenv("ALMPO_SERVICE_OPENALEX", "ftp://mirror")
    with pytest.raises(ParameterError, match="web address"):
        _ = Answers("OpenAlex", "ALMPO_SERVICE_OPENALEX", "https://api.example").base
    monkeypatch.setenv("ALMPO_CONTACT", "not an address")
    with pytest.raises(ParameterError, match="ALMPO_CONTACT"):
        list(literature("crossref").search("x"))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text("abcdefgh.,<>&", min_size=1, max_size=6), min_size=1, max_size=30))
def test_an_index_gives_its_text_back(words: list[str]) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert markup.from_index(index) == markup.plain(" ".join(words))


@settings(max_examples=25, deadline=None)
@given(st.text("<>/ap =\"'!-&;lt. 0", max_size=200))
def test_markup_goes_and_comparisons_stay(text: str) -> None:
    markup.plain(text)
    assert markup.plain(f"{'<' * 50}p < 0.05 and n > 100").endswith("p < 0.05 and n > 100")


def test_long_markup_takes_no_time() -> None:
    import time

    begun = time.process_time()
    for text in (
        "<a " * 100_000,
        "<" * 200_000,
        "<title>" * 30_000,
        "<title>abstract" * 20_000,
        "&amp;" * 50_000,
    ):
        markup.plain(text)
    assert time.process_time() - begun < 3
