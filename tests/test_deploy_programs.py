"""The small programs of deploy/, run for real."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DEPLOY = Path(__file__).parent.parent / "deploy"


def program(name: str) -> ModuleType:
    """A program of deploy/, which is no package."""
    found = importlib.util.spec_from_file_location(f"deploy_{Path(name).stem}", DEPLOY / name)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_secrets_reach_the_command_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    told = {
        "PGPASSWORD_FILE": str(tmp_path / "password"),
        "OTHER_FILE": "/nowhere",
        "HOME": str(tmp_path / "home"),
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, str(DEPLOY / "entry.py"), sys.executable, "-c"]
    shown = "import json, os; print(json.dumps(dict(os.environ)))"
    done = subprocess.run([*command, shown], env=told, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    assert seen["PGPASSWORD"] == "s3cret"
    assert "PGPASSWORD_FILE" not in seen
    assert seen["OTHER_FILE"] == "/nowhere"
    assert (tmp_path / "home").is_dir()
    ended = subprocess.run([*command, "raise SystemExit(7)"], env=told)
    assert ended.returncode == 7


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_missing_secret_stops_the_start_and_is_not_shown(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit, match="PGPASSWORD_FILE"):
        program("entry.py").with_secrets({"PGPASSWORD_FILE": str(path)})


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


def test_health_is_what_the_server_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy of the machine would answer for a server that is dead.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address, healthy = f"http://127.0.0.1:{server.server_port}", program("healthy.py").healthy
        assert healthy(f"{address}/healthz")
        assert not healthy(f"{address}/else")
        server.shutdown()
    assert not healthy(f"{address}/healthz")


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "Anna", "-a", "a\n", "a" * 32, "anna.", "änna", ".making-a"]
)
def test_a_name_that_is_no_plain_file_name_gets_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a name"):
        program("hub/accounts.py").folder_of(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_the_hub_did_not_make_is_no_folder_of_a_person(tmp_path: Path) -> None:
    folder_of = program("hub/accounts.py").folder_of
    (tmp_path / "anna").mkdir()
    (tmp_path / "ben").symlink_to(tmp_path / "anna")
    (tmp_path / "cleo").write_text("")
    for name in ("anna", "ben", "cleo"):
        with pytest.raises(ValueError, match="left alone"):
            folder_of(name, tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="giving folders away needs root")
def test_everybody_has_a_number_and_a_closed_folder(tmp_path: Path) -> None:
    accounts = program("hub/accounts.py")
    # As an interruption between making and naming leaves it.
    (tmp_path / ".making-ben").mkdir()
    os.chown(tmp_path / ".making-ben", accounts.FIRST_NUMBER, accounts.FIRST_NUMBER)
    folders = [accounts.folder_of(name, tmp_path) for name in ("anna", "ben", "anna")]
    assert folders[0] == folders[2] == tmp_path / "anna"
    numbers = [accounts.number_of(folder) for folder in folders]
    assert numbers[0] == numbers[2]
    assert len(set(numbers)) == 2
    assert all(accounts.FIRST_NUMBER <= number <= accounts.LAST_NUMBER for number in numbers)
    assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in folders)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anna", "ben"]


def test_a_persons_folder_keeps_what_the_person_changed(tmp_path: Path) -> None:
    start, home, project = program("hub/start_for_person.py"), tmp_path / "home", tmp_path / "project"
    for path, text in (
        ("notebooks/00_a.ipynb", "one"),
        ("notebooks/apps/b.ipynb", "two"),
        ("data/sources.csv", "x"),
    ):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    (project / "data" / "cache").mkdir()
    home.mkdir()
    start.lay_out(home, project)
    assert (home / "data" / "sources.csv").resolve() == project / "data" / "sources.csv"
    assert not (home / "data" / "cache").is_symlink()
    (home / "notebooks" / "00_a.ipynb").write_text("mine")
    (project / "notebooks" / "00_a.ipynb").write_text("one, newer")
    (project / "notebooks" / "apps" / "b.ipynb").write_text("two, newer")
    start.lay_out(home, project)
    assert (home / "notebooks" / "00_a.ipynb").read_text() == "mine"
    assert (home / "notebooks" / "apps" / "b.ipynb").read_text() == "two, newer"
    assert not list(home.rglob("*.new"))


def test_a_persons_server_is_never_roots() -> None:
    if os.geteuid():
        pytest.skip("only root can try")
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "hub" / "start_for_person.py")], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "never runs as root" in done.stderr
