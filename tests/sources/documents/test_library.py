"""The library: what is taken in, what is known, what is refused, and that nothing is lost or changed."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almpo_kit.sources.documents.library import Library, library
from almpo_kit.sources.documents.library_tables import LibraryError
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, PASSAGE_COLUMNS, document_id
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.provenance import is_synthetic

NOTE = b"Training in Austria\n\nTraining raised employment by 2.4 points (s.e. 0.6). Costs rose."
LIST = b"""TY  - JOUR
TI  - Wage subsidies in Sweden
AU  - Larsson, Eva
AB  - Subsidies raised employment. They were costly.
PY  - 2019
DO  - 10.1000/sweden
ER  -
TY  - JOUR
TI  - Job search assistance in France
AU  - Petit, Anne
PY  - 2020
ER  -
"""


@pytest.fixture
def held(tmp_path: Path) -> Library:
    return library(tmp_path / "library")


def test_a_publication_and_a_list(held: Library) -> None:
    taken = held.take_in([("note.txt", NOTE), ("list.ris", LIST)])
    assert taken.counts == {"new": 3, "known": 0, "degraded": 0, "refused": 0}
    assert taken.sentence == "3 documents taken in, 0 held already, 0 refused."
    documents = held.documents()
    assert tuple(documents.columns) == DOCUMENT_COLUMNS
    assert documents["document_id"].iloc[0] == document_id(NOTE)
    assert documents["title"].tolist()[1:] == ["Wage subsidies in Sweden", "Job search assistance in France"]
    assert documents["doi"].tolist() == ["", "10.1000/sweden", ""]
    assert len(held) == 3 and document_id(NOTE) in held and "nothing" not in held


def test_passages_are_what_stands_in_the_text(held: Library) -> None:
    held.take_in([("note.txt", NOTE), ("list.ris", LIST)])
    passages, texts = held.passages(), held.documents().set_index("document_id")["text"]
    assert tuple(passages.columns) == PASSAGE_COLUMNS
    assert len(passages) > 5
    for row in passages.itertuples():
        assert texts[row.document_id][row.start : row.end] == row.text
    one = held.passages([document_id(NOTE)])
    assert one["passage"].tolist() == list(range(len(one)))


def test_the_same_bytes_under_another_name_are_known(held: Library) -> None:
    first = held.take_in(("a.txt", NOTE))
    again = held.take_in(("b.txt", NOTE))
    assert first.table["document_id"].tolist() == again.table["document_id"].tolist()
    assert again.counts["known"] == 1 and len(held) == 1
    told = held.provenance(document_id(NOTE))
    assert told["name"].tolist() == ["a.txt", "b.txt"]
    assert told["outcome"].tolist() == ["new", "known"]
    # A third time under a name that is on record adds no row.
    held.take_in(("b.txt", NOTE))
    assert len(held.provenance(document_id(NOTE))) == 2


def test_the_same_reference_in_a_list_and_from_a_catalogue_is_one(held: Library) -> None:
    held.take_in(("list.ris", LIST))
    row = {
        "title": "Wage subsidies in Sweden",
        "abstract": "Subsidies raised employment. They were costly.",
        "authors": "Larsson, Eva",
        "year": 2019,
        "doi": "10.1000/SWEDEN",
    }
    assert held.take_in(pd.DataFrame([row])).counts["known"] == 1


def test_bytes_come_back(held: Library) -> None:
    held.take_in([("note.txt", NOTE), ("list.ris", LIST)])
    assert held.file(document_id(NOTE)) == NOTE
    assert held.file(document_id(NOTE)[:8]) == NOTE
    reference = held.documents()["document_id"].iloc[1]
    assert held.file(reference) == LIST
    held.take_in(pd.DataFrame({"title": ["A row of its own"]}))
    with pytest.raises(ParameterError, match="no bytes of its own"):
        held.file(held.documents()["document_id"].iloc[-1])


def test_damaged_bytes_are_seen_and_put_right(held: Library) -> None:
    held.take_in(("note.txt", NOTE))
    digest = hashlib.sha256(NOTE).hexdigest()
    place = held.folder / "files" / digest[:2] / digest
    place.chmod(0o644)
    place.write_bytes(NOTE[::-1])
    with pytest.raises(LibraryError, match="changed since it was kept"):
        held.file(digest)
    held.take_in(("note.txt", NOTE))
    assert held.file(digest) == NOTE


def test_refused_files_are_rows_with_a_reason(held: Library, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "deeper").mkdir(parents=True)
    (inbox / "deeper" / "note.txt").write_bytes(NOTE)
    (inbox / "empty.pdf").write_bytes(b"")
    (inbox / "letter.docx").write_bytes(b"PK\x03\x04rest")
    (inbox / ".hidden.txt").write_bytes(b"A hidden note.")
    (inbox / "half.txt.part").write_bytes(b"Half a note.")
    (inbox / "link.txt").symlink_to(inbox / "deeper" / "note.txt")
    taken = held.take_in(inbox)
    assert taken.counts == {"new": 1, "known": 0, "degraded": 0, "refused": 2}
    refused = taken.table[taken.table["outcome"] == "refused"]
    assert refused["name"].tolist() == ["empty.pdf", "letter.docx"]
    assert all(len(why) > 20 for why in refused["why"])
    assert taken.failed and "empty.pdf" in taken.failed[0].sentence
    # Kept once, however often the folder is taken in.
    held.take_in(inbox)
    assert (held.provenance()["outcome"] == "refused").sum() == 2


def test_broken_entries_cost_no_other(held: Library) -> None:
    broken = LIST + b"TY  - JOUR\nTI  - Never closed\n"
    taken = held.take_in(("list.ris", broken))
    assert taken.counts["new"] == 2 and taken.counts["refused"] == 1
    assert taken.table["name"].iloc[-1].startswith("list.ris, line ")


def test_labels_of_a_list_are_kept_apart(held: Library) -> None:
    table = "title,abstract,included\nTraining for youth,It helps.,1\nGrowth and trade,It is theory.,0\n"
    held.take_in(("screened.csv", table.encode()))
    labels = held.given_labels()
    assert labels["label"].tolist() == ["yes", "no"]
    assert labels["document_id"].tolist() == held.documents()["document_id"].tolist()


def test_left_out_documents_stay_held(held: Library) -> None:
    held.take_in([("note.txt", NOTE), ("list.ris", LIST)])
    name = held.leave_out(document_id(NOTE)[:10], "a press release")
    assert name not in set(held.documents()["document_id"])
    assert name not in set(held.passages()["document_id"])
    assert name in set(held.documents(left_out=True)["document_id"])
    assert held.document(name)["title"] == "Training in Austria"
    assert held.left_out()["reason"].tolist() == ["a press release"]
    held.put_back(name, "it is a study after all")
    assert len(held.documents()) == 3 and held.left_out().empty
    with pytest.raises(ParameterError, match="say why"):
        held.leave_out(name, " ")


def test_nothing_is_changed_or_deleted_behind_the_back(held: Library) -> None:
    held.take_in(("note.txt", NOTE))
    held.leave_out(document_id(NOTE), "a press release")
    db = sqlite3.connect(held.folder / "library.db")
    for table in ("documents", "contents", "takings", "marks"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET document_id = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
    db.close()


def test_invented_documents_say_so_everywhere(held: Library) -> None:
    rows = pd.DataFrame(
        {
            "title": ["An invented study"],
            "abstract": ["Nothing of it is so."],
            "source": ["SYNTHETIC: a test"],
        }
    )
    taken = held.take_in(rows)
    assert taken.provenance.synthetic and taken.sentence.startswith("SYNTHETIC")
    assert is_synthetic(held.documents()) and is_synthetic(held.passages())
    real = library(held.folder.parent / "real")
    real.take_in(("note.txt", NOTE))
    assert not is_synthetic(real.documents(), real.passages())


def test_named_documents_come_in_the_order_asked(held: Library) -> None:
    held.take_in([("note.txt", NOTE), ("list.ris", LIST)])
    ids = held.documents()["document_id"].tolist()[::-1]
    assert held.documents(ids)["document_id"].tolist() == ids
    assert list(dict.fromkeys(held.passages(ids)["document_id"])) == ids
    with pytest.raises(ParameterError, match="holds no document"):
        held.documents(["0" * 64])
    with pytest.raises(ParameterError, match="names no document"):
        held.document("not hex")


def test_what_cannot_be_taken_in_is_told(held: Library, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no file or folder"):
        held.take_in(tmp_path / "absent.pdf")
    with pytest.raises(ParameterError, match="takes files, folders and frames"):
        held.take_in(3)  # type: ignore[arg-type]
    with pytest.raises(FrameError, match="neither title nor text"):
        held.take_in(pd.DataFrame({"title": ["  "]}))
    wrong = pd.DataFrame({"document_id": ["a" * 64], "text": ["Some text."]})
    passages = pd.DataFrame(
        [("a" * 64, 0, 0, 0, 4, "Other", *[float("nan")] * 4)], columns=list(PASSAGE_COLUMNS)
    )
    with pytest.raises(FrameError, match="not what stands at"):
        held.take_in(wrong, passages=passages)
    assert len(held) == 0


def test_addresses_are_addresses(held: Library) -> None:
    held.take_in(
        pd.DataFrame({"title": ["One", "Two"], "url": ["javascript:alert(1)", "https://example.org/2"]})
    )
    assert held.documents()["url"].tolist() == ["", "https://example.org/2"]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), min_size=1, max_size=60), st.text(max_size=60))
def test_any_text_survives(held: Library, title: str, abstract: str) -> None:
    frame = pd.DataFrame({"title": [title], "abstract": [abstract]})
    if not f"{title}{abstract}".replace("\0", " ").strip():
        return
    (name,) = held.take_in(frame).table["document_id"]
    row = held.document(name)
    assert row["title"] == title.replace("\0", " ").encode("utf-8", "replace").decode()
    assert held.take_in(frame).counts["known"] == 1
    passages = held.passages([name])
    assert all(
        row["text"][a:b] == t for a, b, t in passages[["start", "end", "text"]].itertuples(index=False)
    )


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.delenv("ALMPO_LIBRARY", raising=False)
    assert library().folder == home / "data" / "cache" / "library"
    monkeypatch.setenv("ALMPO_LIBRARY", str(tmp_path / "elsewhere"))
    assert library().folder == tmp_path / "elsewhere"


def test_files_that_are_no_library(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"not a database, only text that is long enough to look at" * 20)
    with pytest.raises(LibraryError, match="no library"):
        library(tmp_path)
    newer = library(tmp_path / "newer")
    db = sqlite3.connect(newer.folder / "library.db")
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(LibraryError, match="newer version"):
        library(tmp_path / "newer")
    (tmp_path / "file").write_text("a file where a folder should be")
    with pytest.raises(LibraryError, match="cannot be opened"):
        library(tmp_path / "file" / "library")


def references(n: int) -> bytes:
    entry = (
        "TY  - JOUR\nTI  - Training of kind {0} and later wages in region {1}\nAU  - Author{0}, Ann\nPY  - {2}\n"
        "AB  - We study training of kind {0}. Wages rose by {1} per cent after two years. Costs are not known.\nER  - \n"
    )
    return "".join(entry.format(i, i % 97, 1990 + i % 30) for i in range(n)).encode()


@pytest.mark.slow
def test_three_thousand_references_in_ten_seconds(held: Library) -> None:
    import time

    begun = time.process_time()
    assert held.take_in(("list.ris", references(3_000))).counts["new"] == 3_000
    assert time.process_time() - begun < 10


@pytest.mark.slow
def test_a_hundred_thousand_references_stay_usable(held: Library) -> None:
    import time

    n = 100_000
    rows = pd.DataFrame(
        {"title": [f"Training of kind {i} and wages" for i in range(n)], "abstract": "It helps. It costs."}
    )
    held.take_in(rows)
    begun = time.process_time()
    listed = held.documents(text=False)
    assert len(listed) == n and time.process_time() - begun < 6
    begun = time.process_time()
    held.documents(listed["document_id"].iloc[50_000:50_050])
    held.document(listed["document_id"].iloc[-1][:12])
    assert time.process_time() - begun < 0.5
