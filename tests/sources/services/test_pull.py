"""Pulling: what is new is kept, what is current is left, what fails leaves the last good version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit.sources.services import store
from almpo_kit.sources.services.faults import PullRunningError
from almpo_kit.sources.services.locks import alone
from almpo_kit.sources.services.manners import Manners
from almpo_kit.sources.services.pull import pull
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Finding

from . import fake_service as at
from .estat import EMPLOYMENT, LONG_TERM, UNEMPLOYMENT, Estat
from .fake_service import Fake

ALL = (UNEMPLOYMENT, EMPLOYMENT, LONG_TERM)


@pytest.fixture
def estat(home: Path, fake: Fake) -> Estat:
    return Estat(fake)


def _statuses(finding: Finding) -> list[str]:
    return list(finding.table["status"])


def test_a_first_pull_keeps_every_series(estat: Estat, manners: Manners) -> None:
    told: list[str] = []
    finding = pull(ALL, manners=manners, progress=told.append)
    assert _statuses(finding) == ["new"] * 3, finding.table["note"].tolist()
    assert finding.sentence == "All 3 series are up to date (3 new)."
    assert list(finding.table.columns) == ["series", "service", "status", "rows", "bytes", "version", "note"]
    assert (finding.table["rows"] == 400).all()
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    assert kept.frame["value"].sum() == pytest.approx(
        estat.table("lfst_r_lfu3rt", 0, 3000)["OBS_VALUE"].sum()
    )
    assert set(kept.frame["nuts_version"]) <= {"2013", "2016", "2021", "2024"}
    assert kept.raw[0].startswith(b"DATAFLOW,LAST UPDATE,freq")
    assert "startPeriod=1999" in kept.url
    assert [t.split(":")[0] for t in told] == [f"{i}/3 {name}" for i, name in enumerate(ALL, start=1)]
    assert {v.kind for v in finding.provenance.data} == {"api"}


def test_the_key_is_the_service_s(estat: Estat, manners: Manners) -> None:
    pull(ALL, manners=manners)
    paths = estat.fake.paths("/data/")
    assert paths == [
        "/estat/sdmx/2.1/data/lfst_r_lfu3rt/A.TOTAL.T.Y15-74.PC.",
        "/estat/sdmx/2.1/data/lfst_r_lfe2emprt/A.PC.T.Y20-64.",
        # Nobody confirmed the order of the third: it was asked for.
        "/estat/sdmx/2.1/data/lfst_r_lfu2ltu/A.TOTAL.T.Y15-74.PC_ACT.",
    ]
    assert len(estat.fake.paths("/datastructure/")) == 1


def test_a_dry_run_sends_and_writes_nothing(estat: Estat, home: Path, manners: Manners) -> None:
    finding = pull(ALL, since=2018, dry_run=True, manners=manners)
    assert _statuses(finding) == ["planned"] * 3
    assert "from 2018" in finding.table["note"][0]
    assert not estat.fake.asked
    assert not (home / "data/cache/services").exists()


def test_what_was_not_updated_is_not_fetched(estat: Estat, manners: Manners) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    estat.fake.asked.clear()
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding) == ["current"]
    assert not estat.fake.paths("/data/")
    estat.updated = "2026-12-01T11:00:00+0100"
    estat.base["lfst_r_lfu3rt"] = 6.0
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding) == ["updated"]
    assert "400 revised" in finding.table["note"][0]
    assert len(store.versions(UNEMPLOYMENT)) == 2


def test_not_modified_and_no_difference(estat: Estat, manners: Manners) -> None:
    estat.updated, estat.etag = "", True
    pull([UNEMPLOYMENT], manners=manners)
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert (_statuses(finding), finding.table["note"][0]) == (["current"], "the service says: not modified.")
    finding = pull([UNEMPLOYMENT], again=True, manners=manners)
    assert (_statuses(finding), finding.table["note"][0]) == (["unchanged"], "fetched; no value differs.")
    assert len(store.versions(UNEMPLOYMENT)) == 1


def test_since_joins_the_history_and_counts_revisions(estat: Estat, manners: Manners) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    before = store.latest(UNEMPLOYMENT)
    assert before is not None
    first = estat.codes[0]
    estat.updated = "later"
    # Two recent values are revised and one is withdrawn; one before 2020 is revised, too, and not asked for.
    estat.revised = {(first, "2023"): 99.0, (first, "2024"): 98.0, (first, "2016"): 97.0}
    real = estat.table
    estat.table = lambda *a: real(*a).query(
        "not (geo == @gone and TIME_PERIOD == '2022')", local_dict={"gone": first}
    )  # type: ignore[method-assign]
    finding = pull([UNEMPLOYMENT], since="2020", manners=manners)
    assert finding.table["note"][0] == "2 revised, 1 withdrawn."
    after = store.latest(UNEMPLOYMENT)
    assert after is not None
    values = after.frame.set_index(["geo", "period"])["value"]
    assert values[first, "2023"] == 99.0
    assert values[first, "2016"] == before.frame.set_index(["geo", "period"])["value"][first, "2016"] != 97.0
    assert (first, "2022") not in values.index
    assert len(after.frame) == 399
    assert not after.frame.duplicated(["geo", "period"]).any()
    assert "startPeriod=2020" in after.url
    assert after.manifest["since"] is None


def test_nothing_is_published_yet(estat: Estat, manners: Manners) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    estat.updated = "later"
    finding = pull([UNEMPLOYMENT], since=2026, manners=manners)
    assert (_statuses(finding), finding.table["note"][0]) == (
        ["current"],
        "nothing is published from 2026 on.",
    )
    # But what was there and is gone is no such thing.
    estat.years = tuple(range(2015, 2023))
    assert _statuses(pull([UNEMPLOYMENT], since=2023, manners=manners)) == ["failed"]


def test_a_first_pull_since_a_year_is_completed_later(estat: Estat, manners: Manners) -> None:
    finding = pull([UNEMPLOYMENT], since=2023, manners=manners)
    assert "what lies before 2023 is not held" in finding.table["note"][0]
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert (_statuses(finding), finding.table["rows"][0]) == (["updated"], 400)
    assert _statuses(pull([UNEMPLOYMENT], since=2023, manners=manners)) == ["current"]


@pytest.mark.parametrize("since", ["now", "1800", 3000, "2018-Q1", ""])
def test_since_is_a_year(home: Path, since: object) -> None:
    with pytest.raises(ParameterError, match="give a year"):
        pull(since=since)  # type: ignore[arg-type]


def test_an_unknown_series(home: Path) -> None:
    with pytest.raises(ParameterError, match="unemployment_rate_nuts2"):
        pull(["unemployment"])


def test_no_series_at_all(home: Path) -> None:
    with pytest.raises(ParameterError, match="leave it out for all"):
        pull([])


@pytest.mark.parametrize("base", ["ftp://x", "nowhere", "http://", "https://me:secret@mirror.example/x"])
def test_a_base_must_be_an_address(
    estat: Estat, manners: Manners, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALMPO_SERVICE_ESTAT", base)
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding) == ["refused"]
    assert "ALMPO_SERVICE_ESTAT" in finding.table["note"][0]
    assert "secret" not in finding.table["note"][0]
    assert not estat.fake.asked


def test_too_large_is_asked_for_in_parts(estat: Estat, manners: Manners) -> None:
    estat.largest = 100
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding) == ["new"]
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    assert kept.rows == 400
    assert len(kept.raw) == len(kept.manifest["urls"]) > 3
    assert not kept.frame.duplicated(["geo", "period"]).any()


def test_too_large_for_any_part(estat: Estat, manners: Manners) -> None:
    estat.largest = 1
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding) == ["failed"]
    assert "refuses a request of this size" in finding.table["note"][0]


def test_one_failure_does_not_stop_the_others(estat: Estat, manners: Manners) -> None:
    pull(ALL, manners=manners)
    estat.updated = "later"
    estat.fake.fail("lfst_r_lfe2emprt/A", at.status(500), times=5)
    finding = pull(ALL, manners=manners)
    assert _statuses(finding) == ["unchanged", "failed", "unchanged"]
    (check,) = finding.failed
    assert check.name == EMPLOYMENT
    assert "stays in use" in check.sentence
    assert "1 of 3 series are not up to date" in finding.sentence
    assert "of 1 of them the version before stays in use" in finding.sentence
    # The next run asks only for what is missing.
    estat.fake.asked.clear()
    finding = pull(ALL, manners=manners)
    assert _statuses(finding) == ["done", "unchanged", "done"]
    assert len(estat.fake.paths("/data/")) == 1
    # And the one after that is a new run.
    assert _statuses(pull(ALL, again=True, manners=manners)) == ["unchanged"] * 3


def test_a_service_that_is_away_is_asked_once(
    estat: Estat, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    pull([UNEMPLOYMENT], manners=manners)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ALMPO_SERVICE_ESTAT", f"http://127.0.0.1:{free.getsockname()[1]}")
    finding = pull([*ALL, "unemployment_rate_ilo"], manners=manners)
    assert _statuses(finding) == ["failed", "not tried", "not tried", "failed"]
    assert "version of" in finding.table["note"][0]
    assert "Nothing of it was held before" in finding.table["note"][1]
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    assert kept.rows == 400


def _other_unit(estat: Estat) -> None:
    from .estat import CODES

    estat.fake.route("/data/", lambda r: at.Answer(_body(estat, {**CODES["lfst_r_lfu3rt"], "unit": "THS"})))


def _body(estat: Estat, codes: dict[str, str]) -> bytes:
    from . import official_formats as formats

    table = estat.table("lfst_r_lfu3rt", 0, 3000)
    return formats.sdmx_csv(table.assign(**{d: c for d, c in codes.items() if d in table}), "lfst_r_lfu3rt")


def _dimension_gone(estat: Estat) -> None:
    from . import official_formats as formats

    table = estat.table("lfst_r_lfu3rt", 0, 3000).drop(columns="age")
    estat.fake.route("/data/", formats.sdmx_csv(table, "lfst_r_lfu3rt"))


def _cut(estat: Estat) -> None:
    whole = _body(estat, {})
    estat.fake.route("/data/", whole[: len(whole) // 2 - 8])


def _shrunk(estat: Estat) -> None:
    estat.codes = estat.codes[:10]


def _key_refused(estat: Estat) -> None:
    estat.fake.fail(
        "/data/", at.status(400, at.FAULT.format(code=150, text="INVALID_QUERY_DIMENSION_VALUE: UNIT=PC"))
    )


def _page(estat: Estat) -> None:
    estat.fake.fail("/data/", at.instead(b"<!DOCTYPE html><html><title>Sign in</title></html>"))


@pytest.mark.parametrize("spoil", [_other_unit, _dimension_gone, _cut, _shrunk, _key_refused, _page])
def test_a_changed_structure_is_refused(estat: Estat, manners: Manners, spoil: object) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    before = store.latest(UNEMPLOYMENT)
    estat.updated = "later"
    spoil(estat)  # type: ignore[operator]
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding)[0] in ("refused", "failed")
    assert "stays in use" in finding.table["note"][0], finding.table["note"][0]
    after = store.latest(UNEMPLOYMENT)
    assert before is not None
    assert after is not None
    assert after.version == before.version


def test_shrinking_can_be_accepted(estat: Estat, manners: Manners) -> None:
    pull([UNEMPLOYMENT], manners=manners)
    estat.updated = "later"
    _shrunk(estat)
    finding = pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(finding) == ["refused"]
    assert "100 rows instead of 400" in finding.table["note"][0]
    assert "--accept-shrinking" in finding.table["note"][0]
    finding = pull([UNEMPLOYMENT], accept_shrinking=True, manners=manners)
    assert (_statuses(finding), finding.table["note"][0]) == (["updated"], "300 withdrawn.")


def test_the_structure_of_an_unconfirmed_key_changed(
    estat: Estat, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    from . import estat as paths

    monkeypatch.setitem(paths.ORDERS, "lfst_r_lfu2ltu", ("freq", "isced11", "sex", "unit", "geo"))
    finding = pull([LONG_TERM], manners=manners)
    assert _statuses(finding) == ["refused"]
    assert "age is no dimension any more" in finding.table["note"][0]
    estat.fake.route("/datastructure/", b"<m:Structure")
    assert "cannot be read" in pull([LONG_TERM], manners=manners).table["note"][0]


def test_two_pulls_at_once(estat: Estat, manners: Manners) -> None:
    import os

    with (
        alone(store.folder()),
        pytest.raises(PullRunningError, match=rf"process {os.getpid()}, since .*Wait until"),
    ):
        pull([UNEMPLOYMENT], manners=manners)
    assert _statuses(pull([UNEMPLOYMENT], manners=manners)) == ["new"]


def test_a_day_without_an_update_date(estat: Estat, manners: Manners) -> None:
    estat.fake.route("/dataflow/", at.Answer(b"{", 200, "application/json"))
    assert _statuses(pull([UNEMPLOYMENT], manners=manners)) == ["new"]
    estat.fake.route("/dataflow/", at.Answer(b"[]", 200, "application/json"))
    assert _statuses(pull([UNEMPLOYMENT], manners=manners)) == ["unchanged"]


def test_a_long_wait_is_told(estat: Estat, manners: Manners) -> None:
    told: list[str] = []
    estat.fake.fail("/data/", at.status(429, Retry_After="30"))
    pull([UNEMPLOYMENT], manners=replace(manners), progress=told.append)
    assert any("too many requests" in t and "in 30 s" in t for t in told)


def test_the_frame_is_an_indicators_frame(estat: Estat, manners: Manners) -> None:
    from almpo_kit.vocabulary.frames import check

    pull([UNEMPLOYMENT], manners=manners)
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    pd.testing.assert_frame_equal(check(kept.frame, "indicators"), kept.frame, check_dtype=False)
