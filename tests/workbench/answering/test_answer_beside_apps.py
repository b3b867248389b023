"""The page within the app server, and its commands."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from answer_world import Browser, answered, invited, plan
from app_visits import ROOT, free_port

from almpo_kit import records
from almpo_kit.workbench import cli


def test_beside_the_apps(address: str, kept: Path) -> None:
    """The same page, behind a link and not behind the apps' token; no kernel is asked for."""
    store = records.open_store(kept)
    token = invited(store, "beside the apps")[0]
    browser = Browser(f"{address}codesign_answer/")
    page = browser.get(token)
    assert page.status == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Before you begin" in page.text
    for asset in set(re.findall(r'/codesign_answer/(assets/[^"]+)', page.text)):
        assert browser.get(asset).status == 200
    nothing = browser.get("nothing")
    assert (nothing.status, "opens nothing" in nothing.text) == (404, True)
    # Apps take whole files; this page does not.
    assert browser.post(f"{token}/answer", b"a=" + b"x" * 300_000).status == 413


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """The command, on a store of its own: exit code, what it said, what it complained about."""
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))

    def command(*words: str) -> tuple[int, str, str]:
        code = cli.main(["codesign", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_commands(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import json

    (tmp_path / "plan.json").write_text(json.dumps(plan().to_plain()), encoding="utf-8")
    (tmp_path / "rows.csv").write_text("role;geo;language\n" + "employers;EL42;el\n" * 3, encoding="utf-8")
    links = tmp_path / "links.csv"
    assert run("plan", "tourism", str(tmp_path / "plan.json"))[0] == 0
    assert (
        run(
            "invite",
            "tourism",
            str(tmp_path / "rows.csv"),
            "--out",
            str(links),
            "--address",
            "https://a.org/",
        )[0]
        == 0
    )
    assert links.stat().st_mode & 0o077 == 0
    with links.open(encoding="utf-8") as held:
        rows = list(csv.DictReader(held))
    assert [r["number"] for r in rows] == ["P-001", "P-002", "P-003"]
    tokens = [urlsplit(r["link"]).path.rsplit("/", 1)[1] for r in rows]
    assert rows[0]["link"] == f"https://a.org/codesign_answer/{tokens[0]}?lang=el"
    # A file is never replaced, and then nobody is invited.
    code, _, complaint = run("invite", "tourism", str(tmp_path / "rows.csv"), "--out", str(links))
    assert (code, "never replaced" in complaint) == (2, True)
    store = records.open_store(os.environ["ALMPO_RECORDS"])
    assert len(store.participation("tourism")) == 3
    assert run("open", "tourism", "1")[0] == 0
    answered(store, tokens)
    assert run("close", "tourism", "1")[0] == 0
    assert run("export", "tourism", "--out", str(tmp_path / "out"))[0] == 0
    judged = (tmp_path / "out" / "judgements.csv").read_text()
    assert "SYNTHETIC" in judged
    assert not any(word in judged for word in (*tokens, "P-001"))
    assert run("renew", "tourism", "P-002", "--out", str(tmp_path / "new.csv"))[0] == 0
    with pytest.raises(records.RecordsError):
        store.enter(tokens[1])
    # Of one who answered an anonymous consultation, what would be missing afterwards could be told.
    code, _, complaint = run("withdraw", "tourism", "P-001")
    assert code == 2 and "has answered this anonymous consultation" in complaint
    assert run("erase", "tourism", "P-003", "--reason", "asked for it by letter")[0] == 0
    assert "tourism" in run("list")[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("role,geo,name\nemployers,EL42,Anna\n", "names and addresses of people stay with you"),
        ("role,geo\nemployers,XX99\n", "XX99"),
        ("role,geo\nkings,EL42\n", "kings"),
        ("", "columns role and geo"),
        ("role,geo\n", "1 to 2000"),
        ("role,geo\nemployers,EL42,I\n", "more cells than"),
    ],
)
def test_rows_that_do_not_fit_invite_nobody(run, tmp_path: Path, text: str, words: str) -> None:  # type: ignore[no-untyped-def]
    store = records.open_store(os.environ["ALMPO_RECORDS"])
    store.keep_consultation("tourism", plan())
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    code, _, complaint = run(
        "invite", "tourism", str(tmp_path / "rows.csv"), "--out", str(tmp_path / "links.csv")
    )
    assert code != 0
    assert words in complaint
    assert not (tmp_path / "links.csv").exists()
    assert len(store.participation("tourism")) == 0


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ask.example.org", "https://", ""])
def test_links_to_nowhere_are_not_made(run, tmp_path: Path, address: str) -> None:  # type: ignore[no-untyped-def]
    store = records.open_store(os.environ["ALMPO_RECORDS"])
    store.keep_consultation("tourism", plan())
    (tmp_path / "rows.csv").write_text("role,geo\nemployers,EL42\n", encoding="utf-8")
    links = tmp_path / "links.csv"
    _, _, complaint = run(
        "invite", "tourism", str(tmp_path / "rows.csv"), "--out", str(links), "--address", address
    )
    assert "Nobody was invited" in complaint
    assert not links.exists() and len(store.participation("tourism")) == 0


@pytest.mark.slow
def test_served_by_itself_and_stopped(tmp_path: Path) -> None:
    """`almpo codesign serve`: first page within two seconds, nothing else served, links in no log."""
    import time
    import urllib.request

    store = records.open_store(tmp_path / "records.db")
    token = invited(store, "alone")[0]
    port = free_port()
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "codesign", "serve", "--port", str(port)]
    told = (tmp_path / "told").open("w+")
    environment = {**os.environ, "ALMPO_RECORDS": str(tmp_path / "records.db")}
    running = subprocess.Popen(command, cwd=ROOT, stderr=told, env=environment)
    browser = Browser(f"http://127.0.0.1:{port}/codesign_answer/")
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
        except urllib.error.HTTPError as error:
            assert error.code == 404
            break
        except OSError:
            assert running.poll() is None
            time.sleep(0.1)
    began = time.perf_counter()
    assert browser.get(token).status == 200
    assert time.perf_counter() - began < 2
    assert browser.get(f"{token}/thanks").status == 200
    running.terminate()
    assert running.wait(timeout=20) == 0
    told.seek(0)
    assert token not in told.read()
