"""Lists of references: every entry is a row or a listed problem; none is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.vocabulary.errors import DataError

RIS = """TY  - JOUR
AU  - Böheim, René
AU  - Eppel, Rainer
AU  - Mahringer, Helmut
TI  - More caseworkers shorten unemployment
   durations
JO  - Empirica
PY  - 2023/05/01/
DO  - https://doi.org/10.1007/s10663-022-09552-5
UR  - https://link.example/paper
ER  -

TY  - RPRT
A1  - Hohmeyer, Katrin
A1  - Wolff, Joachim
T1  - Direct job creation revisited
Y1  - 2010
ER  -
"""
BIB = r"""
% a remark
@string{jle = "Journal of Labor Economics"}

@article{key1,
  author = {Sch{\"o}nberg, Uta and Łukasz Nowak},
  title = {{ALMP} effects in {Germany}},
  journal = jle,
  year = 2012,
  doi = {10.1086/123_4}
}

@techreport{key2, author = {Sch\"onberg, Uta and Nowak, Łukasz}, title = {A sequel}, institution = {IZA}, date = {2012-03-01}}

@comment{nothing}

@article{broken, title = {Never closed, author = {X, Y},

@misc{last, title = {No authors or year}, url = {https://doi.org/10.5/ab}}
"""


def read(folder: Path, text: str, name: str = "mine.bib", encoding: str = "utf-8") -> sources.ReferenceList:
    (folder / name).write_bytes(text.encode(encoding))
    return sources.read_references(folder / name)


def test_ris(tmp_path: Path) -> None:
    found = read(tmp_path, RIS, "mine.ris")
    first, second = (row for _, row in found.table.iterrows())
    assert list(found.table.columns) == ["study_id", "citation", "title", "year", "doi", "url", "line"]
    assert first["study_id"] == "boheim2023"
    assert first["title"].startswith("More caseworkers shorten unemployment")
    assert (first["year"], first["doi"]) == (2023, "10.1007/s10663-022-09552-5")
    assert first["citation"].startswith("Böheim, René, Eppel, Rainer & Mahringer, Helmut (2023), More")
    assert (second["study_id"], second["line"]) == ("hohmeyer_wolff2010", 13)
    assert not found.failed


def test_bibtex_with_abbreviations_accents_and_a_broken_entry(tmp_path: Path) -> None:
    found = read(tmp_path, BIB)
    assert found.table["study_id"].tolist() == ["schonberg_nowak2012", "schonberg_nowak2012b", "no"]
    first = found.table.iloc[0]
    assert first["title"] == "ALMP effects in Germany"
    assert "Schönberg, Uta & Łukasz Nowak (2012)" in first["citation"]
    assert "Journal of Labor Economics" in first["citation"]
    assert first["doi"] == "10.1086/123_4"
    assert first["line"] == 5
    assert found.table["line"].tolist() == [5, 13, 19]
    broken = found.problems[found.problems["severity"] == "fatal"]
    assert broken["row"].tolist() == [17]
    assert broken["value"].item().startswith("@article{broken")
    assert "1 entry could not be read" in found.sentence
    assert [c.name for c in found.failed] == ["entries"]
    lacking = found.problems[found.problems["row"] == 19]
    assert set(lacking["column"]) == {"year", "author"}


def test_broken_ris_entries_are_listed_with_their_line(tmp_path: Path) -> None:
    text = "stray words\n\nTY  - JOUR\nTI  - Open\n\n" + RIS + "TY  - JOUR\nER  -\n"
    found = read(tmp_path, text, "mine.ris")
    assert len(found.table) == 2
    broken = found.problems[found.problems["severity"] == "fatal"]
    assert broken["row"].tolist() == [1, 3, 24]
    assert broken["problem"].tolist() == [
        "text outside of an entry",
        "the entry is not closed by ER",
        "the entry has neither a title nor authors",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    found = read(tmp_path, RIS.replace("\n", newline), "mine.ris", encoding)
    assert found.table["study_id"].tolist() == ["boheim2023", "hohmeyer_wolff2010"]
    assert found.table["line"].tolist() == [1, 13]


@pytest.mark.parametrize(
    ("text", "says"), [("", "no reference"), ("hello\n", "no reference"), ("<html>", "no reference")]
)
def test_what_is_no_list(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        read(tmp_path, text)
    with pytest.raises(DataError, match="no file"):
        sources.read_references(tmp_path / "other.bib")


def test_entries_are_never_lost(tmp_path: Path) -> None:
    many = "\n".join(f"@article{{k{i}, title={{T{i}}}, author={{Doe, J}}, year={{2001}}}}" for i in range(60))
    found = read(tmp_path, many)
    assert len(found.table) == 60
    assert found.table["study_id"].is_unique
    assert found.table["study_id"].iloc[[0, 1, 26, 59]].tolist() == [
        "doe2001",
        "doe2001b",
        "doe2001_26",
        "doe2001_59",
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(0, len(BIB)), junk=st.text(alphabet='{}@",=\\ab\n', max_size=12))
def test_a_damaged_file_is_read_or_refused_in_words(tmp_path: Path, cut: int, junk: str) -> None:
    for text, name in ((BIB[:cut] + junk + BIB[cut:], "a.bib"), (RIS[:cut] + junk + RIS[cut:], "a.ris")):
        found = read(tmp_path, text, name)
        assert isinstance(found.table, pd.DataFrame)
        entries = len(re.findall(r"^TY  -", text, re.M)) if name == "a.ris" else 1
        assert len(found.table) + (found.problems["severity"] == "fatal").sum() >= entries


def test_one_publication_twice_is_shown(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "@article{a, title={T}, author={Doe, J}, year={2001}, doi={10.1000/ABC}}\n"
        "@article{b, title={T.}, author={Doe, J.}, year={2001}, doi={https://doi.org/10.1000/abc}}\n",
    )
    assert len(found.table) == 2
    (row,) = found.problems.to_dict("records")
    assert (row["column"], row["severity"]) == ("doi", "look at") and "line 1" in row["problem"]
