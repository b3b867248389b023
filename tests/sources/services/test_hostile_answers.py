"""Answers and settings that no service and no person would send on purpose: one plain message each, nothing shown."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from almpo_kit.sources.services import addresses, opening, partials, updates
from almpo_kit.sources.services.faults import BadBodyError, BusyError, RefusedError, UnreachableError
from almpo_kit.sources.services.manners import Manners, retry_after
from almpo_kit.sources.services.series import named
from almpo_kit.sources.services.transport import Payload, fetch
from almpo_kit.vocabulary.errors import ParameterError

from . import fake_service as at
from .fake_service import Answer, Fake, Handler

DATA = "/estat/sdmx/2.1/data/x"
BODY = b"DATAFLOW,geo,TIME_PERIOD,OBS_VALUE\r\n" + b"ESTAT:X(1.0),EL30,2020,1\r\n" * 40_000


def raw(data: bytes) -> at.Fault:
    """Bytes as they are, then the end."""

    def fault(handler: Handler, answer: Answer) -> None:
        handler.wfile.write(data)
        handler.wfile.flush()
        handler.close_connection = True

    return fault


def get(fake: Fake, manners: Manners, **options: Path) -> Payload:
    payload = fetch(f"{fake.url}{DATA}", manners=manners, **options)  # type: ignore[arg-type]
    assert payload is not None
    return payload


@pytest.mark.parametrize(
    "there",
    [
        "http://[bad/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:abc/",
        "http://127.0.0.1:8%00/",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "http://name:S3CRET@127.0.0.1:1/",
        "//192.0.2.1/x",
    ],
)
def test_a_redirect_is_never_followed_away(fake: Fake, manners: Manners, there: str) -> None:
    fake.fail(DATA, at.status(302, Location=there))
    with pytest.raises(RefusedError) as caught:
        get(fake, manners)
    assert "S3CRET" not in str(caught.value)
    assert len(fake.asked) == 1


def test_a_redirect_to_nowhere_is_no_data(fake: Fake, manners: Manners) -> None:
    fake.fail(DATA, at.status(301, "geo,time,value\nEL30,2020,1\n", "text/csv"))
    with pytest.raises(RefusedError, match=r"does not say where \(HTTP 301\)"):
        get(fake, manners)


@pytest.mark.parametrize("wait", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_service_that_wants_for_ever(fake: Fake, manners: Manners, wait: str) -> None:
    fake.fail(DATA, at.status(429, Retry_After=wait))
    with pytest.raises(BusyError, match="asks to be left alone for 525600 min"):
        get(fake, manners)
    assert retry_after("Mon, 01 Jan 2030 00:00:00 +99999999999") is None


def test_a_length_that_is_none_is_not_believed(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, b"unused")
    fake.fail(DATA, raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\na,b"))
    assert get(fake, manners).data == b"a,b"


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n"]
)
def test_another_protocol(fake: Fake, manners: Manners, answer: bytes) -> None:
    fake.fail(DATA, raw(answer), times=9)
    with pytest.raises(UnreachableError, match="cannot be reached"):
        get(fake, manners)


def test_a_document_type_behind_a_long_comment(fake: Fake, manners: Manners) -> None:
    body = (
        b'<?xml version="1.0"?><!--'
        + b"x" * 9000
        + b'--><!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]><a>&b;</a>'
    )
    fake.route(DATA, Answer(body, media="application/xml"))
    with pytest.raises(RefusedError, match="document type"):
        get(fake, manners)


def test_a_refusal_does_not_cost_what_is_half_received(fake: Fake, manners: Manners) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": '"a"'}))
    fake.fail(DATA, at.reset_after(600_000))
    fake.fail(DATA, at.status(503, "busy"))
    assert get(fake, manners).data == BODY
    assert [("range" in r.headers) for r in fake.asked] == [False, True, True]


def test_what_is_too_large_leaves_no_half(fake: Fake, tmp_path: Path) -> None:
    fake.route(DATA, Answer(BODY, headers={"ETag": '"a"'}))
    with pytest.raises(BadBodyError, match="larger than"):
        get(fake, Manners(largest=700_000, read=10.0), resume=tmp_path)
    assert not list(tmp_path.iterdir())
    assert partials.path(tmp_path, "x").parent == tmp_path


@pytest.mark.parametrize(
    "proxy",
    [
        "http://name:S3CRET@127.0.0.1:port",
        "http://name:S3#CRET@127.0.0.1:1",
        "http://name:S3/CRET@127.0.0.1:1",
        "http://name:S3CRET@[bad",
        "http://name:S3CRET@",
        "name:S3CRET@127.0.0.1:1",
        "socks5://name:S3CRET@127.0.0.1:1",
        "ftp://name:S3CRET@127.0.0.1:1",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_of_no_form_is_named_and_its_password_is_not(
    proxy: str, scheme: str, monkeypatch: pytest.MonkeyPatch, manners: Manners
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    said: list[str] = []
    with pytest.raises(UnreachableError, match="HTTPS_PROXY") as caught:
        fetch(f"{scheme}://192.0.2.1/x", manners=manners, say=said.append)
    assert "CRET" not in f"{caught.value}{said}{caught.value.__cause__}"


def test_certificates_that_are_not_there(manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(UnreachableError, match="Point REQUESTS_CA_BUNDLE at one that is there"):
        fetch("https://127.0.0.1:1/x", manners=manners)


def test_a_certificate_that_is_not_trusted(manners: Manners) -> None:
    error = requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    told = opening._unsent(error, "https://example.org/x", manners)
    assert "never switch the check off" in str(told)


@pytest.mark.parametrize(
    ("base", "says"),
    [
        ("http://[bad", "no web address"),
        ("http://host:abc", "no web address"),
        ("http://host:99999", "no web address"),
        ("http://host/x?key=1", "no web address"),
        ("https://name:S3CRET@host/x", "put them into ~/.netrc"),
        ("name:S3CRET@host", "put them into ~/.netrc"),
    ],
)
def test_a_base_that_cannot_be_asked(base: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMPO_SERVICE_ESTAT", base)
    with pytest.raises(ParameterError, match=says) as caught:
        addresses.base("ESTAT")
    assert "S3CRET" not in str(caught.value)


def test_structures_are_asked_for_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALMPO_SERVICE_ESTAT", raising=False)
    there = addresses.structure_url("ESTAT", "hrst_st_rcat")
    assert "/datastructure/ESTAT/HRST_ST_RCAT/latest" in there


def test_a_date_of_update_is_one_plain_line() -> None:
    body = (
        b'{"extension":{"annotation":[{"type":"UPDATE_DATA","date":"\\u001b[31m2026\\n'
        + b"x" * 900
        + b'"}]}}'
    )
    said = updates.updated(named("unemployment_rate_nuts2"), lambda url, accept: Payload(body, "", url))
    assert said.startswith("[31m2026 xxx") and said.isprintable() and len(said) == 300
