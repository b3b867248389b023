"""The case library and a person's own cases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.consistency import _case_troubles
from almpo_kit.vocabulary.case_studies import CASE_COLUMNS, parts
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import data_versions, is_synthetic

GOOD = {c.name: c.example for c in CASE_COLUMNS.values()}


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    return sources.case_studies()


def test_every_case_can_be_traced(cases: pd.DataFrame) -> None:
    assert len(cases) == 59 and cases["case_id"].is_unique
    assert data_versions(cases)[0].dataset == "case_studies" and not is_synthetic(cases)
    assert cases["source"].str.len().min() > 15 and cases["checked"].ne("").all()
    # What is on no study of ours was read somewhere, and says where.
    own = cases[cases["study_ids"].eq("")]
    assert len(own) == 25 and own["url"].str.startswith("http").all()
    assert all(u.startswith(("http://", "https://")) for cell in cases["url"] for u in parts(cell))
    assert cases["country"].nunique() == 24 and (cases["country"] == "EL").sum() == 5
    # What was filled in from general knowledge is said; a key to a study alone is not a reading of it.
    assert cases["general"].ne("").sum() > 30


def test_cases_fit_the_evidence(cases: pd.DataFrame) -> None:
    effects = sources.effects()
    assert _case_troubles(cases, effects) == []
    by = effects.groupby("study_id")
    for row in cases.itertuples():
        for study in parts(row.study_ids):
            rows = by.get_group(study)
            assert row.country in set(rows["country"]), row.case_id
            assert ("rct" in set(rows["design"])) == (row.grounds == "randomised"), row.case_id
            assert row.programme_type in set(rows["programme_type"]) | {"services"}, row.case_id


def test_a_broken_link_is_found(cases: pd.DataFrame) -> None:
    effects = sources.effects()
    for column, value in (
        ("study_ids", "nobody2099"),
        ("estimate_ids", "kasy_lehner2022-99"),
        ("result", "fine"),
    ):
        broken = cases.head(3).assign(**{column: value})
        assert len(_case_troubles(broken, effects)) >= 3


def test_unemployment_is_the_rate_of_the_national_table(cases: pd.DataFrame) -> None:
    rates = pd.read_csv(sources.root() / "data/national_indicators.csv")
    rates = rates[rates["indicator"] == "unemployment_rate"].set_index(["geo", "period"])["value"]
    told = cases[cases["unemployment_basis"].str.contains("Eurostat")]
    assert len(told) > 5
    for row in told.itertuples():
        rate = rates[row.country, f"{row.start_year:.0f}"]
        assert f"{rate:g}%" in row.unemployment_basis
        assert row.unemployment == ("low" if rate < 7 else "middle" if rate < 10 else "high")
    assert (cases["unemployment_basis"].eq("") == cases["unemployment"].eq("not_stated")).all()


def sheet(tmp_path: Path, *rows: dict[str, str], drop: tuple[str, ...] = ()) -> Path:
    path = tmp_path / "cases.csv"
    pd.DataFrame([GOOD | r for r in rows]).drop(columns=list(drop)).to_csv(path, index=False)
    return path


def test_a_sheet_comes_back(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        {"country": "gr", "nuts": "gr43", "sector": "55", "result": "Not evaluated"},
        drop=("general", "url"),
    )
    read = sources.read_case_studies(path)
    row = read.iloc[0]
    assert (row["country"], row["nuts"], row["sector"], row["result"]) == (
        "EL",
        "EL43",
        "I55",
        "not_evaluated",
    )
    assert row["general"] == "" and row["start_year"] == 2019
    version = data_versions(read)[0]
    assert version.kind == "file" and "cases.csv" in version.dataset
    # Own cases stand beside ours.
    both = pd.concat([sources.case_studies(), read], ignore_index=True)
    assert len(both) == 60


def test_excel_bytes_mapping_and_own_columns(tmp_path: Path) -> None:
    book = tmp_path / "cases.xlsx"
    pd.DataFrame([GOOD | {"region_office": "Heraklion"}]).rename(columns={"title": "Heading"}).to_excel(
        book, index=False
    )
    read = sources.read_case_studies(book.read_bytes(), "mine.xlsx", mapping={"Heading": "title"})
    assert read["title"].iloc[0] == GOOD["title"] and read["region_office"].iloc[0] == "Heraklion"


def test_synthetic_cases_stay_so(tmp_path: Path) -> None:
    assert is_synthetic(sources.read_case_studies(sheet(tmp_path, {"source": "SYNTHETIC example"})))


def test_all_problems_by_row_and_column(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        {},
        {"case_id": "b", "mechanism": "luck", "mechanism_basis": "argued"},
        {"case_id": "c", "result": "better"},
    )
    with pytest.raises(sources.IntakeError, match="Nothing was taken in") as told:
        sources.read_case_studies(path)
    assert list(zip(told.value.problems["row"], told.value.problems["column"], strict=True)) == [
        (3, "mechanism"),
        (4, "result"),
    ]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(sources.IntakeError, match="no column source"):
        sources.read_case_studies(sheet(tmp_path, {}, drop=("source",)))
    with pytest.raises(ParameterError, match="no column"):
        sources.read_case_studies(sheet(tmp_path, {}), mapping={"Überschrift": "title"})
    with pytest.raises(DataError):
        sources.read_case_studies(tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match="empty"):
        sources.read_case_studies(b"", "nothing.csv")


def test_the_template_is_read_once_filled(tmp_path: Path) -> None:
    path = sources.write_case_template(tmp_path / "mine.csv")
    text = path.read_text(encoding="utf-8-sig")
    assert text.strip().split(",") == list(CASE_COLUMNS) == sources.case_codebook()["column"].to_list()
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join(f'"{GOOD[c]}"' for c in CASE_COLUMNS) + "\r\n")
    assert len(sources.read_case_studies(path)) == 1
    with pytest.raises(ParameterError, match="already"):
        sources.write_case_template(path)
    with pytest.raises(ParameterError, match=r"\.csv"):
        sources.write_case_template(tmp_path / "mine.docx")
    with pytest.raises(ParameterError, match="folder"):
        sources.write_case_template(tmp_path / "no" / "mine.csv")
