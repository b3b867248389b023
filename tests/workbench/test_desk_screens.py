"""Screens of the evidence desk without a browser: what is told, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.workbench.apps.evidence_desk.bench import Bench

_DAY = datetime(2026, 1, 1, tzinfo=UTC)
REFERENCE = b"TY  - JOUR\nTI  - Hiring subsidies in Austria\nAB  - Subsidies for employers. Employment rose.\nPY  - 2020\nER  - \n"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbench of one's own, in which nothing is yet."""
    monkeypatch.setenv("ALMPO_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))
    return tmp_path


def dropped(bench: Bench, **files: bytes) -> str:
    """What the documents' screen says after files were dropped in and taken."""
    bench.tabs.selected_index = 5
    panel, _ = bench.tabs.children[5].children[0].children
    _, upload, press = panel.children
    upload.value = tuple(
        {"name": n, "type": "", "size": len(c), "content": c, "last_modified": _DAY} for n, c in files.items()
    )
    press.click()
    return str(bench.tabs.children[5].children[0].children[1].value)


def test_refused_files_are_told_also_when_others_were_taken_in(own: Path) -> None:
    sources.library().take_in(("held.ris", REFERENCE.replace(b"Austria", b"Malta")))
    bench = Bench()
    bench.coder.value = "coder C"  # as the example, which gives way now, would have it
    shown = dropped(bench, **{"a.ris": REFERENCE, "torn.pdf": b"%PDF-1.4\n1 0 obj\n<<"})
    assert "SYNTHETIC" not in bench.told.value and "2 documents" in bench.told.value
    assert "torn.pdf" in shown and "1 document" in shown
    assert shown.index("refused</td>") < shown.index("taken in</td>"), "what asks for a hand comes first"
    assert "torn.pdf" not in dropped(bench, **{"a.ris": REFERENCE}), "and is told once"

    # Nobody screens under a name that she did not give: two people under one pseudonym are one reading.
    assert bench.coder.value == "" and bench.who.selected_index == 0
    bench.tabs.selected_index = 0
    assert "Who is reading?" in bench.tabs.children[0].children[0].value
    bench.coder.value = "coder A"
    assert bench.tabs.children[0].children[0].state["document"]["title"].startswith("Hiring subsidies in")


def test_a_library_that_cannot_be_opened_is_told_beside_the_example(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "library").mkdir()
    (own / "library" / "library.db").write_bytes(b"no library at all" * 400)
    told = Bench().told.value
    assert "SYNTHETIC" in told and "no library" in told


def test_a_page_that_was_made_before_documents_came_shows_them_once_it_is_looked_at(own: Path) -> None:
    made = Bench()
    assert "SYNTHETIC" in made.told.value
    made.arrived()
    assert made.review.synthetic
    sources.library().take_in(("held.ris", REFERENCE))
    made.widget.children[0]._handle_custom_msg({"arrived": True}, [])
    assert "SYNTHETIC" not in made.told.value and not made.review.synthetic
