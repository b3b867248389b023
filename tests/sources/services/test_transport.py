"""Every fault between us and a service: tried again, waited for, or told with the way out."""

from __future__ import annotations

import gzip
import socket
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from almpo_kit.sources.services import partials
from almpo_kit.sources.services.bodies import decode
from almpo_kit.sources.services.faults import (
    BadBodyError,
    BusyError,
    CutOffError,
    NothingThereError,
    RefusedError,
    ServiceError,
    TooLargeError,
    UnreachableError,
)
from almpo_kit.sources.services.manners import Manners, retry_after
from almpo_kit.sources.services.replies import understand
from almpo_kit.sources.services.transport import Known, fetch
from almpo_kit.vocabulary.errors import DataError

from . import fake_service as at
from .conftest import Watch
from .fake_service import Answer, Fake

BODY = b"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\r\n" + b"".join(
    b"ESTAT:X(1.0),EL%02d,2020,%d\r\n" % (i, i) for i in range(20_000)
)
DATA = "/estat/sdmx/2.1/data/x"


def _get(fake: Fake, manners: Manners, **options: object) -> bytes:
    payload = fetch(f"{fake.url}{DATA}", manners=manners, **options)  # type: ignore[arg-type]
    assert payload is not None
    return payload.data


def test_a_plain_answer(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": '"a1"', "Last-Modified": "Sat, 28 Nov 2026 10:00:00 GMT"}))
    payload = fetch(f"{fake.url}{DATA}", accept="text/csv", manners=manners)
    assert payload is not None
    assert (payload.data, payload.media_type) == (BODY, "application/vnd.sdmx.data+csv")
    assert (payload.etag, payload.last_modified) == ('"a1"', "Sat, 28 Nov 2026 10:00:00 GMT")
    assert datetime.fromisoformat(payload.retrieved).tzinfo is not None
    asked = fake.asked[0].headers
    assert (asked["accept"], asked["accept-encoding"]) == ("text/csv", "gzip")
    assert "almpo-kit" in asked["user-agent"]


def test_what_is_held_is_not_sent_again(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": '"a1"', "Last-Modified": "Sat, 28 Nov 2026 10:00:00 GMT"}))
    url = f"{fake.url}{DATA}"
    assert fetch(url, known=Known('"a1"'), manners=manners) is None
    assert fetch(url, known=Known("", "Sat, 28 Nov 2026 10:00:00 GMT"), manners=manners) is None
    assert fetch(url, known=Known('"old"'), manners=manners) is not None


@pytest.mark.parametrize(
    "fault",
    [
        at.reset_after(0),
        at.reset_after(5_000),
        at.short(1),
        at.chunked(cut=True),
        at.gzipped(lambda b: b[:-9]),
        at.gzipped(lambda b: b[:-5] + bytes([b[-5] ^ 1]) + b[-4:]),
        at.gzipped(lambda b: b"not gzip at all"),
        at.status(500),
        at.status(502, "<html><title>Bad Gateway</title></html>", "text/html"),
        at.status(503),
        at.status(504),
        at.status(429),
        at.status(413, at.LATER, "application/json"),
        at.instead(at.LATER.encode(), "application/json"),
        at.instead(b""),
        at.silent(3.0),
    ],
)
def test_what_passes_is_tried_again(fake: Fake, manners: Manners, watch: Watch, fault: at.Fault) -> None:
    fake.route(DATA, BODY)
    fake.fail(DATA, fault, times=2)
    if fault is not None and "silent" in getattr(fault, "__qualname__", ""):
        manners = replace(manners, read=0.2)
    assert _get(fake, manners) == BODY
    assert watch.slept == [1.0, 2.0]


@pytest.mark.parametrize("coding", [at.gzipped(), at.chunked(cut=False)])
def test_whole_bodies_in_other_wrappings(
    fake: Fake, manners: Manners, watch: Watch, coding: at.Fault
) -> None:
    fake.route(DATA, BODY)
    fake.fail(DATA, coding)
    assert _get(fake, manners) == BODY
    assert not watch.slept


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (
            at.reset_after(5_000),
            BadBodyError,
            r"broke off after .* \(connection reset by peer\)\. Tried 5 times",
        ),
        (at.short(7), BadBodyError, r"broke off|ended after"),
        (at.status(500), BusyError, r"error of its own \(HTTP 500\)"),
        (at.status(429), BusyError, "too many requests"),
        (
            at.instead(b"<!DOCTYPE html><title>Log  in\x07</title>"),
            BadBodyError,
            r"web page titled 'Log in'.*login",
        ),
        (at.instead(b"<html><title>Maintenance</title>"), BadBodyError, "Maintenance"),
        (at.status(413, at.TOO_BIG), TooLargeError, r"420709314 rows.*--since"),
        (at.status(404, at.FAULT.format(code=100, text="NO_RESULTS: none")), NothingThereError, "NO_RESULTS"),
        (at.status(404, "gone", "text/plain"), NothingThereError, "renamed or closed"),
        (
            at.status(400, at.FAULT.format(code=140, text="INVALID_QUERY_NB_FILTERS: x")),
            RefusedError,
            "structure",
        ),
        (at.status(401), RefusedError, "does not let us in"),
        (
            at.instead(b"<!DOCTYPE foo [<!ENTITY a 'b'>]><foo>&a;</foo>", "text/xml"),
            RefusedError,
            "document type",
        ),
        (at.instead(b"x", "text/csv", Content_Encoding="br"), BadBodyError, "'br'"),
    ],
)
def test_what_stays_is_told(
    fake: Fake, manners: Manners, fault: at.Fault, kind: type[ServiceError], says: str
) -> None:
    fake.route(DATA, BODY)
    fake.fail(DATA, fault, times=9)
    with pytest.raises(kind, match=says) as caught:
        _get(fake, manners)
    text = str(caught.value)
    assert isinstance(caught.value, DataError)
    assert "What was pulled before stays usable." in text
    assert "127.0.0.1" in text or kind is BadBodyError
    assert "\x07" not in text


def test_retry_after_is_honoured(fake: Fake, manners: Manners, watch: Watch) -> None:
    fake.route(DATA, BODY)
    fake.fail(DATA, at.status(429, Retry_After="17"))
    fake.fail(DATA, at.status(503, Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"))
    assert _get(fake, manners) == BODY
    assert watch.slept == [17.0, 0.0]


def test_a_service_that_wants_an_hour_is_left_alone(fake: Fake, manners: Manners, watch: Watch) -> None:
    fake.fail(DATA, at.status(503, Retry_After="3600"))
    with pytest.raises(BusyError, match="left alone for 60 min"):
        _get(fake, manners)
    assert not watch.slept


def test_pauses_grow_and_stay_below_their_bound() -> None:
    manners = Manners(chance=lambda: 0.0)
    assert [manners.pause(n) for n in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert Manners(chance=lambda: 1.0).pause(40) == 120.0


@settings(deadline=None)
@given(st.one_of(st.none(), st.text(max_size=40)))
def test_any_retry_after_is_seconds_or_nothing(value: str | None) -> None:
    found = retry_after(value)
    assert found is None or found >= 0.0


def test_retry_after_as_a_date() -> None:
    now = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
    assert retry_after("Sat, 28 Nov 2026 10:02:00 GMT", now) == 120.0
    assert retry_after("soon", now) is None


@pytest.mark.parametrize(("tag", "asks"), [('"v1"', True), ('W/"v1"', False), ("", False)])
def test_an_interrupted_download_continues(fake: Fake, manners: Manners, tag: str, asks: bool) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": tag} if tag else {}))
    fake.fail(DATA, at.reset_after(200_000))
    assert _get(fake, manners) == BODY
    second = fake.asked[1].headers
    assert ("range" in second) is asks
    if asks:
        assert second["if-range"] == tag
        assert 0 < int(second["range"].removeprefix("bytes=").rstrip("-")) <= 200_000


def test_a_body_that_changed_meanwhile_is_not_spliced(fake: Fake, manners: Manners) -> None:
    new = BODY.replace(b"2020", b"2021")
    bodies = [Answer(BODY, headers={"ETag": '"v1"'}), Answer(new, headers={"ETag": '"v2"'})]
    fake.route(DATA, lambda _: bodies[min(len(fake.asked) - 1, 1)])
    fake.fail(DATA, at.reset_after(200_000))
    assert _get(fake, manners) == new


def test_a_rest_of_another_state_is_not_believed(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": '"v1"'}))
    fake.fail(DATA, at.reset_after(200_000))

    def careless(handler: at.Handler, _: Answer) -> None:
        first = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        more = {"Content-Range": f"bytes {first}-{len(BODY) - 1}/{len(BODY)}", "ETag": '"v2"'}
        handler.send(Answer(BODY[first:].replace(b"2020", b"2021"), 206, headers=more))

    fake.fail(DATA, careless)
    assert _get(fake, manners) == BODY


def test_a_wrong_part_is_not_believed(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": '"v1"'}))
    fake.fail(DATA, at.reset_after(200_000))
    fake.fail(
        DATA, at.status(206, BODY[7:], "text/csv", Content_Range=f"bytes 7-{len(BODY) - 1}/{len(BODY)}")
    )
    assert _get(fake, manners) == BODY


def test_the_rest_is_fetched_by_the_next_run(fake: Fake, manners: Manners, tmp_path: Path) -> None:
    big = BODY * 3
    fake.route(DATA, Answer(big, headers={"ETag": '"v1"'}))
    once = replace(manners, attempts=1)
    fake.fail(DATA, at.reset_after(len(big) - 1_000))
    with pytest.raises(BadBodyError):
        _get(fake, once, resume=tmp_path)
    (half,) = tmp_path.iterdir()
    assert half.stat().st_size > 262_144
    assert _get(fake, once, resume=tmp_path) == big
    assert int(fake.asked[1].headers["range"].removeprefix("bytes=").rstrip("-")) >= 262_144
    assert not list(tmp_path.iterdir())


def test_a_damaged_half_is_thrown_away(fake: Fake, manners: Manners, tmp_path: Path) -> None:
    big = BODY * 3
    fake.route(DATA, Answer(big, headers={"ETag": '"v1"'}))
    once = replace(manners, attempts=1)
    for at_byte in (3, 40, 100_000, -5):
        fake.fail(DATA, at.reset_after(len(big) - 1_000))
        with pytest.raises(BadBodyError):
            _get(fake, once, resume=tmp_path)
        (half,) = tmp_path.iterdir()
        data = bytearray(half.read_bytes())
        data[at_byte] ^= 0x40
        half.write_bytes(data)
        assert _get(fake, once, resume=tmp_path) == big


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_may_stand_in_a_half(data: bytes) -> None:
    assert not any(len(b) > 300 for b in partials._records(data))


def test_redirects_stay_within_the_host(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, BODY)
    fake.route("/moved", Answer(b"", 302, headers={"Location": DATA}))
    assert fetch(f"{fake.url}/moved", manners=manners).data == BODY  # type: ignore[union-attr]
    fake.route("/away", Answer(b"", 302, headers={"Location": "https://login.example.test/?next=data"}))
    with pytest.raises(RefusedError, match=r"sends us on to https://login\.example\.test, .*ALMPO_SERVICE_"):
        fetch(f"{fake.url}/away", manners=manners)
    fake.route("/circle", Answer(b"", 301, headers={"Location": "/circle"}))
    with pytest.raises(RefusedError, match="circles"):
        fetch(f"{fake.url}/circle", manners=manners)
    fake.route("/file", Answer(b"", 302, headers={"Location": "file:///etc/hostname"}))
    with pytest.raises(RefusedError, match="not the service"):
        fetch(f"{fake.url}/file", manners=manners)


def test_what_is_too_large_is_not_read(fake: Fake, manners: Manners) -> None:
    small = replace(manners, largest=100_000)
    fake.route(DATA, BODY)
    with pytest.raises(BadBodyError, match="larger than 100,000 bytes"):
        _get(fake, small)
    bomb = gzip.compress(bytes(20_000_000))
    assert len(bomb) < 100_000
    fake.fail(DATA, at.instead(bomb, "text/csv", Content_Encoding="gzip"))
    with pytest.raises(BadBodyError, match="decompressed"):
        _get(fake, small)


def test_a_dripping_body_ends(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, BODY)
    ticks = iter(range(100_000))
    slow = replace(manners, clock=lambda: float(next(ticks)), body=20.0, attempts=1)
    fake.fail(DATA, at.dripping(0.001))
    with pytest.raises(BadBodyError, match="longer than 20 seconds"):
        _get(fake, slow)


def test_nobody_listens(fake: Fake, manners: Manners) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError, match=r"cannot be reached \(connection refused\).*Tried 3 times"):
        fetch(f"http://127.0.0.1:{port}/x", manners=manners)


def test_no_such_host(manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(UnreachableError, match="no network, or no DNS"):
        fetch("https://ec.europa.invalid/x", manners=manners)


def test_no_encryption_where_it_should_be(fake: Fake, manners: Manners) -> None:
    with pytest.raises(UnreachableError, match=r"does not agree on a secure connection"):
        fetch(fake.url.replace("http://", "https://"), manners=manners)


def test_a_proxy_that_does_not_answer(fake: Fake, manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(UnreachableError, match="HTTPS_PROXY"):
        fetch("https://ec.europa.invalid/x", manners=manners)


def test_a_proxy_that_wants_a_password(fake: Fake, manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    import requests

    def refuse(*_: object, **__: object) -> None:
        raise requests.exceptions.ProxyError("Tunnel connection failed: 407 Proxy Authentication Required")

    monkeypatch.setattr(requests.Session, "get", refuse)
    with pytest.raises(UnreachableError, match=r"wants a name and a password.*HTTPS_PROXY"):
        fetch("https://ec.europa.invalid/x", manners=manners)


KEY = "98de05ea-540a-43d3-903b-7c9e14faf808"


def _queue(fake: Fake, states: list[str]) -> None:
    fake.route(DATA, at.QUEUED.format(key=KEY, status="SUBMITTED"))
    fake.route(
        f"/estat/1.0/async/status/{KEY}",
        lambda _: Answer(at.STATUS.format(key=KEY, status=states.pop(0)).encode()),
    )
    fake.route(f"/estat/1.0/async/data/{KEY}", BODY)


def test_a_queued_answer_is_waited_for(fake: Fake, manners: Manners, watch: Watch) -> None:
    _queue(fake, ["SUBMITTED", "PROCESSING", "AVAILABLE"])
    payload = fetch(f"{fake.url}{DATA}?startPeriod=2018&format=SDMX-CSV", manners=manners)
    assert payload is not None
    assert payload.data == BODY
    assert fake.asked[-1].query == {"format": ["SDMX-CSV"]}
    assert watch.slept == [2.0, 3.0, 4.5]


def test_the_older_forms_of_not_yet(fake: Fake, manners: Manners) -> None:
    _queue(fake, [])
    not_yet = at.FAULT.format(code=100, text="DATA_NOT_YET_AVAILABLE: Requested data is not yet available.")
    answers = [not_yet, at.STATUS.format(key=KEY, status="AVAILABLE")]
    fake.route(f"/async/status/{KEY}", lambda _: Answer(answers.pop(0).encode()))
    assert _get(fake, manners) == BODY


def test_a_number_that_expires_is_asked_for_once_more(fake: Fake, manners: Manners) -> None:
    _queue(fake, ["EXPIRED", "AVAILABLE"])
    assert _get(fake, manners) == BODY
    assert len(fake.paths(DATA)) == 2


def test_a_queue_that_never_ends(fake: Fake, manners: Manners, watch: Watch) -> None:
    _queue(fake, ["PROCESSING"] * 200)
    with pytest.raises(BusyError, match=r"after 15 min \(number 98de05ea.*again in an hour"):
        _get(fake, manners)
    assert 900 <= watch.now < 960


def test_a_queue_that_fails(fake: Fake, manners: Manners) -> None:
    _queue(fake, ["ERROR"])
    with pytest.raises(ServiceError, match="could not prepare"):
        _get(fake, manners)


@pytest.mark.parametrize("key", ["../../etc", "", "a b", "x" * 101, "https://elsewhere.test/"])
def test_a_number_that_is_none_is_not_followed(fake: Fake, manners: Manners, key: str) -> None:
    fake.route(DATA, at.QUEUED.format(key=key, status="SUBMITTED"))
    with pytest.raises(ServiceError):
        _get(fake, manners)
    assert len(fake.asked) == 1


def test_a_footer_says_that_a_large_message_is_not_all() -> None:
    footer = (
        '<footer:Footer><footer:Message code="510" severity="Error"><common:Text>Response size exceeds limit'
        "</common:Text></footer:Message></footer:Footer></mes:GenericData>"
    )
    message = b"<?xml version='1.0'?><mes:GenericData>" + b"<x/>" * 40_000 + footer.encode()
    assert understand(message).kind == "too large"
    assert understand(message[:-200]).kind == "data"


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_be_judged(body: bytes) -> None:
    assert understand(body).kind
    assert understand(b"<" + body).kind
    assert understand(b"{" + body).kind


@settings(deadline=None)
@given(st.binary(max_size=2_000), st.integers(1, 3))
def test_what_was_compressed_comes_back(data: bytes, members: int) -> None:
    assume(not data.startswith(b"\x1f\x8b"))
    assert decode(gzip.compress(data) * members + bytes(3), "gzip", 10_000) == data * members
    assert decode(zlib.compress(data), "deflate", 10_000) == data
    assert decode(gzip.compress(data), "", 10_000) == data


@settings(deadline=None)
@given(st.binary(min_size=30, max_size=500), st.data())
def test_a_cut_is_always_seen(data: bytes, draw: st.DataObject) -> None:
    packed = gzip.compress(data)
    cut = draw.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(CutOffError):
        decode(packed[:cut], "gzip", 10_000)
