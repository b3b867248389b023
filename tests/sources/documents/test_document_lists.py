"""Lists of references with abstracts: RIS, BibTeX and CSV of several programs; nothing is lost without a word."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS
from almpo_kit.vocabulary.errors import DataError

RIS = """TY  - JOUR
AU  - Meier, Anna
AU  - Rossi, Bruno
TI  - Training and work
T2  - Journal of Invented Results
AB  - Training raised employment by 2.4 points. The effect was
      larger for women.
KW  - training
KW  - employment
LA  - English
PY  - 2018
DO  - 10.1234/a.1
N1  - ASReview_relevant
ER  -

TY  - RPRT
A1  - Schmidt, Carla
T1  - Wirkung der Förderung
N2  - Die Förderung wirkt auf die Beschäftigung der Männer und nicht auf die der Frauen.
Y1  - 2011///
N1  - ASReview_irrelevant
ER  -

TY  - JOUR
AU  - Meier, Anna
TI  - Never closed
"""
BIB = r"""@article{a, author = {Meier, Anna and Rossi, Bruno}, title = {Training and {W}ork}, year = 2018, doi = {10.1234/a.1},
 abstract = {Training raised employment by 2.4\,points.}, keywords = {training, employment}, language = {english}}
@misc{b, title = {A second one}, note = {SYNTHETIC, invented for tests}}
"""


def read(text: str, name: str = "list.ris") -> sources.DocumentList:
    return sources.read_document_list((name, text.encode()))


def test_ris() -> None:
    found = read(RIS)
    first, second = found.table.to_dict("records")
    assert list(found.documents.columns) == list(DOCUMENT_COLUMNS)
    assert first["abstract"] == "Training raised employment by 2.4 points. The effect was larger for women."
    assert first["text"] == f"Training and work\n\n{first['abstract']}"
    assert (first["authors"], first["year"], first["doi"]) == (
        "Meier, Anna; Rossi, Bruno",
        2018,
        "10.1234/a.1",
    )
    assert (first["language"], first["keywords"], first["label"]) == ("en", "training; employment", "yes")
    assert (second["language"], second["label"], second["kind"]) == ("de", "no", "reference")
    assert second["abstract"].startswith("Die Förderung wirkt")
    assert "1 entry could not be read" in found.sentence and found.failed[0].name == "entries"
    assert found.problems["problem"].str.contains("not closed").any()
    assert all(
        found.table.set_index("document_id")["text"][r.document_id][r.start : r.end] == r.text
        for r in found.passages.itertuples()
    )


def test_bibtex_and_an_invented_entry() -> None:
    found = read(BIB, "list.bib")
    assert found.table["abstract"][0] == "Training raised employment by 2.4 points."
    assert found.table["keywords"][0] == "training; employment"
    assert found.table["source"].str.startswith("SYNTHETIC").tolist() == [False, True]
    assert found.provenance.synthetic and found.sentence.startswith("SYNTHETIC")


def test_csv_of_openalex() -> None:
    places = json.dumps({"Training": [0, 3], "helps": [1], "people.": [2]}).replace('"', '""')
    text = (
        "id,doi,display_name,publication_year,language,authorships.author.display_name,abstract_inverted_index\n"
        f'https://openalex.org/W1,https://doi.org/10.1234/b.2,Job search,2015,en,Anna Meier|Bruno Rossi,"{places}"\n'
    )
    (row,) = read(text, "works.csv").table.to_dict("records")
    assert row["abstract"] == "Training helps people. Training"
    assert (row["doi"], row["url"], row["year"]) == ("10.1234/b.2", "https://openalex.org/W1", 2015)
    assert (row["authors"], row["language"]) == ("Anna Meier; Bruno Rossi", "en")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_with_labels(separator: str) -> None:
    rows = [
        ["Title", "Abstract", "Year", "DOI", "included", "source"],
        ["A first one", "We find no effect.", "2012", "10.1/a", "1", ""],
        ["A second one", "", "2013.0", "", "0", "SYNTHETIC register"],
        ["A third one", "Text", "", "", "-1", ""],
        ["A fourth one", "Text", "", "", "perhaps", ""],
        ["", "", "2011", "", "1", ""],
    ]
    found = read("\n".join(separator.join(r) for r in rows), "screened.csv")
    assert found.table["label"].tolist() == ["yes", "no", "", ""]
    assert found.table["line"].tolist() == [2, 3, 4, 5]
    assert found.table["source"][1] == "SYNTHETIC register" and found.provenance.synthetic
    assert found.problems["value"].eq("perhaps").any()
    assert any("without an abstract" in c.sentence for c in found.checks)


def test_word_by_word_doubles_are_kept_once_and_told() -> None:
    whole = RIS.split("TY  - RPRT")[0]
    found = read(whole + whole)
    assert len(found.table) == 1 and found.repeated == 1
    assert any("stood in the file twice" in c.sentence for c in found.checks)
    again = sources.read_document_list(("other.ris", whole.encode()))
    assert again.table["document_id"].tolist() == found.table["document_id"].tolist()


def test_other_letters_and_what_is_no_list() -> None:
    greek = RIS.replace("Training and work", "Η επίδραση του προγράμματος στην απασχόληση και των ανέργων")
    found = sources.read_document_list(("a.ris", greek.replace("ö", "o").replace("ä", "a").encode("cp1253")))
    assert found.table["title"][0].startswith("Η επίδραση") and any(
        "guess" in c.sentence for c in found.checks
    )
    with pytest.raises(
        DataError, match=r"one publication, not a list of references; read it with `sources\.read_document`"
    ):
        read("Only a text about something.", "a.csv")
    with pytest.raises(DataError, match="no column of titles or abstracts"):
        read("doi;year;authors\n10.1/a;2000;B\n", "a.csv")
    with pytest.raises(DataError, match="no reference that can be read"):
        read("TY  - JOUR\nER  - \n")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40)] * 2),
        min_size=1,
        max_size=8,
    )
)
def test_every_row_is_a_document_a_double_or_a_problem(rows: list[tuple[str, str]]) -> None:
    cells = ["\t".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows]
    try:
        found = read("title\tabstract\n" + "\n".join(cells), "a.csv")
    except DataError:
        return
    filled = [r for r in rows if any(c.strip() for c in r)]
    fatal = found.problems.loc[found.problems["severity"] == "fatal", "row"].nunique()
    assert len(found.table) + found.repeated + fatal == len(filled)


def test_three_thousand_references_take_seconds() -> None:
    one = RIS.split("TY  - RPRT")[0]
    text = "".join(one.replace("Training and work", f"Training and work {i}") for i in range(3_000))
    start = time.process_time()
    found = read(text)
    assert len(found.table) == 3_000
    assert time.process_time() - start < 8


def test_abbreviations_of_bibtex_hold_and_do_not_grow_without_bound() -> None:
    proper = b'@string{AER = "American Economic Review"}\n@string(jole = {Journal of {L}abor})\n'
    entries = b'@article{a, title=aer # " (old)"}\n@article{b, title=jole}\n'
    bomb = b"".join(b"@string{s%d = %s}\n" % (i, b" # ".join([b"s%d" % (i - 1)] * 8)) for i in range(1, 12))
    found = sources.read_document_list(
        ("a.bib", proper + entries + b'@string{s0="xxxxxxxxxx"}\n' + bomb + b"@article{c, title=s11}\n")
    )
    assert found.table["title"].tolist() == ["American Economic Review (old)", "Journal of Labor"]
    assert found.problems["problem"].str.contains("UndefinedString").any()


def test_a_file_of_broken_bibtex_entries_costs_no_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    from almpo_kit.sources.intake import bibtex

    monkeypatch.setattr(bibtex, "_MOST_BROKEN", 5)
    built = []
    real = bibtex._parser
    monkeypatch.setattr(bibtex, "_parser", lambda strings: built.append(1) or real(strings))
    data = b"@article{a, title={A title}}\n" + b"@article{b, title=nothing}\n" * 30
    found = sources.read_document_list(("a.bib", b'@string{x="y"}\n' * 2_000 + data))
    assert len(built) == 5
    assert len(found.table) == 1
    assert (found.problems["severity"] == "fatal").sum() == 30
