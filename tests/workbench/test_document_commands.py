"""``almpo documents``: taking in, listing, watching, searching, comparing, leaving out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.services import transport
from almpo_kit.sources.services.faults import UnreachableError
from almpo_kit.workbench import cli

LIST = "".join(
    f"TY  - JOUR\nTI  - {title}\nAU  - Larsson, Eva\nPY  - {year}\nER  - \n"
    for title, year in (
        ("Wage subsidies in Sweden and the long-term unemployed", 2019),
        ("Wage Subsidies in Sweden and the Long-Term Unemployed.", 2019),
        ("Training vouchers in Germany", 2011),
    )
)


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALMPO_LIBRARY", str(tmp_path / "library"))
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "list.ris").write_text(LIST)
    return tmp_path / "inbox"


def test_from_a_folder_to_a_document_left_out(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["documents", "add", str(inbox), "--origin", "a test"]) == 0
    assert capsys.readouterr().out == "3 documents taken in, 0 held already, 0 refused.\n"
    assert cli.main(["documents", "add", str(inbox / "list.ris")]) == 0
    assert "0 documents taken in, 3 held already" in capsys.readouterr().out
    assert cli.main(["documents", "list", "training", "germany"]) == 0
    line, count = capsys.readouterr().out.splitlines()
    assert count == "1 documents." and "Training vouchers" in line and "2011" in line
    name = line.split()[0]
    assert cli.main(["documents", "leave-out", name, "--reason", "no effects in it"]) == 0
    capsys.readouterr()
    assert cli.main(["documents", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 documents."
    assert cli.main(["documents", "list", "--left-out"]) == 0
    assert "no effects in it" in capsys.readouterr().out
    assert cli.main(["documents", "leave-out", name, "--reason", "it has, in a table", "--back"]) == 0
    assert len(sources.library().documents()) == 3


def test_duplicates_are_shown_and_written(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["documents", "add", str(inbox)])
    capsys.readouterr()
    assert cli.main(["documents", "duplicates"]) == 0
    told = capsys.readouterr().out
    assert "same publication" in told and "3 documents are 2 publications on 2 studies" in told
    out = tmp_path / "twins.csv"
    assert cli.main(["documents", "duplicates", "--out", str(out)]) == 0
    assert out.read_text().startswith("group,publication,document_id,title")
    # Nobody's file is replaced.
    assert cli.main(["documents", "duplicates", "--out", str(out)]) == 2


def test_names_and_titles_steer_neither_terminal_nor_spreadsheet(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steering = "\x1b]0;owned\x07\x1b[2J\u202e"
    for number in (1, 2):
        title = f"=HYPERLINK(0){steering} training in Sweden"
        (inbox / f"{number}{steering}.txt").write_text(f"{title}\n\nIt helped {number} of many.")
    rows = [{"title": f"=cmd{steering} vouchers in Germany", "year": y} for y in (2011, 2012)]
    sources.library().take_in(pd.DataFrame(rows))
    (inbox / f"{steering}.zip").write_bytes(b"PK\x03\x04")
    assert cli.main(["documents", "add", str(inbox)]) == 1
    cli.main(["documents", "list"])
    cli.main(["documents", "duplicates"])
    first = sources.library().documents(text=False)["document_id"][0]
    cli.main(["documents", "leave-out", first, "--reason", f"no study {steering}"])
    cli.main(["documents", "list", "--left-out"])
    told = "".join(capsys.readouterr())
    assert "vouchers" in told
    assert all(c.isprintable() or c == "\n" for c in told)
    out = tmp_path / "twins.csv"
    cli.main(["documents", "duplicates", "--out", str(out)])
    cells = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert cells["title"].str.contains("HYPERLINK").any()
    assert not cells["title"].str.startswith("=").any()


def test_what_is_refused_is_said_and_the_code_says_so(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inbox / "empty.pdf").write_bytes(b"")
    assert cli.main(["documents", "add", str(inbox)]) == 1
    told = capsys.readouterr()
    assert "refused  empty.pdf" in told.err and "1 refused" in told.out
    assert cli.main(["documents", "add", str(inbox / "absent.pdf")]) == 2
    assert "no file or folder" in capsys.readouterr().err
    assert cli.main(["documents", "leave-out", "abc", "--reason", "why not"]) == 2


def test_a_watch_folder_once(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    watch = ["documents", "watch", str(inbox), "--once", "--seconds", "0.02"]
    assert cli.main(watch) == 0
    assert "3 documents taken in" in capsys.readouterr().out
    assert cli.main(watch) == 0
    assert capsys.readouterr().out == ""


class Catalogue(BaseHTTPRequestHandler):
    """Two works of Crossref."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        works = [
            {"title": [f"Work tests, kind {i}"], "DOI": f"10.1000/{i}", "issued": {"date-parts": [[2024]]}}
            for i in (1, 2)
        ]
        body = json.dumps({"message": {"items": works, "next-cursor": "end"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def crossref(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Catalogue)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    monkeypatch.setenv("ALMPO_SERVICE_CROSSREF", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("ALMPO_CONTACT", raising=False)
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("crossref")
def test_searching_a_catalogue(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    search = ["documents", "search", "work tests", "--from", "crossref"]
    assert cli.main([*search, "--dry-run"]) == 0
    assert "2 references; nothing was taken in." in capsys.readouterr().out
    assert cli.main(search) == 0
    assert capsys.readouterr().out == "2 references taken in, 0 held already.\n"
    assert cli.main([*search, "--since", "2024"]) == 0
    assert capsys.readouterr().out == "0 references taken in, 2 held already.\n"
    held = sources.library().documents()
    assert (
        held["origin"].tolist() == ["Crossref: work tests"] * 2
        and held["source"].tolist() == ["Crossref"] * 2
    )


def test_searching_without_a_network(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object, **__: object) -> None:
        raise UnreachableError("The catalogue cannot be reached.")

    monkeypatch.setattr(transport, "fetch", away)
    assert cli.main(["documents", "search", "x", "--from", "openalex"]) == 1
    told = capsys.readouterr().err
    assert "cannot be reached" in told and "almpo documents add" in told
