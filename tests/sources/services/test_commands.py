"""``almpo data pull | list``, on the local service (which lives here, and not with the other commands)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from almpo_kit.sources.services import store
from almpo_kit.sources.services.manners import DEFAULT
from almpo_kit.sources.services.pull import pull
from almpo_kit.workbench.cli import main

from . import fake_service as at
from .estat import EMPLOYMENT, UNEMPLOYMENT, Estat
from .fake_service import Fake


@pytest.fixture
def estat(home: Path, fake: Fake) -> Estat:
    return Estat(fake, regions=12, years=(2022, 2023, 2024))


def test_pull_and_list(estat: Estat, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "pull", UNEMPLOYMENT, EMPLOYMENT]) == 0
    out, err = capsys.readouterr()
    assert out == "All 2 series are up to date (2 new).\n"
    assert [line.strip() for line in err.splitlines()] == [
        f"1/2 {UNEMPLOYMENT}: new. 36 values.",
        f"2/2 {EMPLOYMENT}: new. 36 values.",
    ]
    assert main(["data", "list"]) == 0
    out, _ = capsys.readouterr()
    assert "gisco_nuts_2024" in out
    listed = out.partition("Pulled or added, in data/cache:")[2]
    kept = store.latest(UNEMPLOYMENT)
    assert kept is not None
    assert UNEMPLOYMENT in listed
    assert kept.version in listed


def test_what_fails_is_named_with_the_way_out(estat: Estat, capsys: pytest.CaptureFixture[str]) -> None:
    estat.fake.fail("/data/lfst_r_lfu3rt", at.status(404, at.FAULT.format(code=100, text="ERR_NOT_FOUND_4")))
    assert main(["data", "pull", UNEMPLOYMENT, EMPLOYMENT]) == 1
    out, err = capsys.readouterr()
    assert "1 of 2 series are not up to date" in out
    assert f"almpo: {UNEMPLOYMENT}: 127.0.0.1 has no such data (HTTP 404)" in err
    assert "reference tables in data/ stay in use" in err
    assert store.latest(EMPLOYMENT) is not None


def test_without_a_network_little_is_said(
    estat: Estat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        for name in ("ESTAT", "EMPL", "ILO", "OECD"):
            monkeypatch.setenv(f"ALMPO_SERVICE_{name}", f"http://127.0.0.1:{free.getsockname()[1]}")
    # The pauses of the command itself: two before each of four services is given up.
    impatient = replace(DEFAULT, sleep=lambda seconds: None)
    monkeypatch.setitem(pull.__kwdefaults__, "manners", impatient)
    assert main(["data", "pull"]) == 1
    _, err = capsys.readouterr()
    told = [line for line in err.splitlines() if line.startswith("almpo:")]
    assert sum("cannot be reached" in line for line in told) == 4
    assert sum("not asked for, because of that" in line for line in told) == 1
    assert len(told) == 5


def test_a_dry_run_prints_the_plan(estat: Estat, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "pull", "--dry-run", "--since", "2020"]) == 0
    out, _ = capsys.readouterr()
    assert f"{UNEMPLOYMENT}: Eurostat, lfst_r_lfu3rt, from 2020" in out
    assert "nothing was sent" in out
    assert not estat.fake.asked
    assert main(["data", "pull", "--dry-run", "--boundaries", "--vintage", "2016", "--scale", "60M"]) == 0
    assert "NUTS_RG_60M_2016_4326.geojson" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "There is no series 'nonsense'"),
        (["--since", "soon"], "give a year"),
        (["--boundaries", UNEMPLOYMENT], "leave the names out"),
    ],
)
def test_what_makes_no_sense(
    home: Path, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "pull", *words]) == 2
    assert says in capsys.readouterr().err


def test_a_base_that_is_none(
    estat: Estat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMPO_SERVICE_ESTAT", "ftp:/nowhere")
    assert main(["data", "pull", UNEMPLOYMENT]) == 1
    assert "ALMPO_SERVICE_ESTAT is 'ftp:/nowhere', which is no web address" in capsys.readouterr().err


def test_listing_is_light(estat: Estat) -> None:
    main(["data", "pull", UNEMPLOYMENT])
    code = (
        "import sys\nfrom almpo_kit.workbench.cli import main\nmain(['data', 'list'])\n"
        "heavy = {'sdmx', 'requests', 'geopandas', 'pandera', 'altair', 'lxml'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert UNEMPLOYMENT in done.stdout


def test_an_interrupt_keeps_what_is_done(estat: Estat) -> None:
    estat.fake.fail("/data/lfst_r_lfe2emprt", at.silent(20.0))
    running = subprocess.Popen(
        [sys.executable, "-m", "almpo_kit.workbench.cli", "data", "pull", UNEMPLOYMENT, EMPLOYMENT],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    end = time.monotonic() + 60
    while not estat.fake.paths("/data/lfst_r_lfe2emprt") and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "What was pulled so far is kept; run it again to continue." in err
    assert store.latest(UNEMPLOYMENT) is not None
    assert store.latest(EMPLOYMENT) is None
    # The lock went with the process.
    assert main(["data", "pull", UNEMPLOYMENT, EMPLOYMENT]) == 0
    assert len(estat.fake.paths("/data/lfst_r_lfu3rt")) == 1


def test_two_commands_at_once(estat: Estat, capsys: pytest.CaptureFixture[str]) -> None:
    from almpo_kit.sources.services.locks import alone

    with alone(store.folder()):
        assert main(["data", "pull", UNEMPLOYMENT]) == 1
        assert "Another pull is running" in capsys.readouterr().err
        assert main(["data", "pull", "--boundaries"]) == 1
        assert "Another pull is running" in capsys.readouterr().err
