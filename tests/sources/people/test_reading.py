"""Registers of seekers, vacancies and stocks: what is read, what is set aside and why, what is never kept."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.sources.intake.problems import IntakeError
from almpo_kit.sources.people import given_tables
from almpo_kit.sources.people.personal_data import is_personal, masked
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError
from almpo_kit.vocabulary.provenance import is_synthetic

REGISTER = """Kundennummer;Vorname;E-Mail;Region;Beruf;ISCO;Kenntnisse;Anzahl;Kommentar;Lohn
1;Anna;a@b.de;DE21;Köchin;5120;kochen, backen;1;=cmd|' /C calc'!A0;1.234,5
2;Bert;b@b.de;GR30;Maurer;;mauern;1;bitte +49 30 1234567 anrufen;2
2;Bert;b@b.de;GR30;Maurer;;mauern;1;x;2
4;Carl;c@b.de;XX99;Lehrer;0110;;1;;3
5;Dora;d@b.de;;Lehrer;110;;1;;3
6;Eva;e@b.de;Attiki;Lehrer;2341.1;;-3;;3
7;Fritz;f@b.de;AT13;Lehrer;2341.0;;;;3
8;Gerd;g@b.de;AT13;a;b;c;d;2;;3
9;Hans;h@b.de;Attiki;Soldat;0110;;4;;3
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_german_register_in_any_encoding(encoding: str, separator: str) -> None:
    found = sources.read_people(REGISTER.replace(";", separator).encode(encoding), name="kunden.csv")
    assert found.frame["id"].tolist() == ["1", "2", "9"]
    assert found.frame["occupation"].tolist()[0] == "5120" and found.frame["occupation"].isna().tolist()[1]
    assert found.frame["occupation"].tolist()[2] == "0110"
    assert found.frame["text"].tolist() == ["Köchin", "Maurer", "Soldat"]
    assert found.frame["skills"].tolist()[0] == "kochen | backen"
    assert found.frame["geo"].tolist() == ["DE21", "EL30", "EL30"]
    assert found.frame["wage"].tolist()[0] == 1234.5


def test_every_row_is_in_the_frame_or_set_aside_with_its_reason() -> None:
    found = sources.read_people(REGISTER.encode(), name="kunden.csv")
    assert len(found.frame) + len(found.rejected) == REGISTER.count("\n") - 1
    reasons = dict(zip(found.rejected["row"], found.rejected["reason"], strict=True))
    assert set(reasons) == {4, 5, 6, 7, 8, 9}
    assert "row 3 already" in reasons[4] and "no NUTS edition" in reasons[5]
    assert "leading zero" in reasons[6] and "negative" in reasons[7]
    assert "no number stands" in reasons[8] and "11 cells, the header 10" in reasons[9]
    assert found.checks[0].status == "failed" and "6 rows cannot be used" in found.checks[0].sentence


def test_nothing_of_a_person_is_kept_anywhere() -> None:
    found = sources.read_people(REGISTER.encode(), name="kunden.csv")
    assert found.dropped == ("Vorname", "E-Mail")
    kept = " ".join(t.to_csv() for t in (found.frame, found.rejected, found.problems))
    kept += found.sentence + " ".join(c.sentence for c in found.checks)
    for private in ("Anna", "Bert", "Gerd", "@b.de", "1234567"):
        assert private not in kept
    assert "[phone removed]" in found.frame["Kommentar"].tolist()[1]


@pytest.mark.parametrize(
    ("heading", "personal"),
    [
        ("Name", True), ("date_of_birth", True), ("Téléphone portable", True), ("ΑΦΜ", True), ("codice fiscale", True),
        ("nome", True), ("Naam", True), ("Imię i nazwisko", True), ("όνομα", True), ("Α.Μ.Κ.Α.", True), ("rodné číslo", True),
        ("CodiceFiscale", True), ("dateOfBirth", True), ("фамилия", True), ("fødselsnummer", True), ("hetu", True),
        ("Wohnanschrift", True), ("Name1", True), ("Name und Ort", True), ("nombre", True), ("N.I.F.", True),
        ("nuts_name", False), ("nom du métier", False), ("nome da região", False), ("isco name", False),
        ("region name", False), ("occupation", False), ("Beruf", False), ("hotel", False), ("count", False),
    ],
)  # fmt: skip
def test_headings_that_name_people(heading: str, personal: bool) -> None:
    assert is_personal(heading) is personal


def test_addresses_under_an_innocent_heading_are_left_out_too() -> None:
    found = sources.read_people(b"id,x,text\n1,a@b.org,cook\n2,c@d.org,baker\n")
    assert found.dropped == ("x",) and "x" not in found.frame


def test_texts_lose_addresses_and_keep_years_and_codes() -> None:
    assert (
        masked("2010-2015 and 2016 - 2020, ISCO 2512, +23.72")
        == "2010-2015 and 2016 - 2020, ISCO 2512, +23.72"
    )
    assert masked("call 0171 234 5678 or a@b.de") == "call [phone removed] or [e-mail removed]"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("appelez 06.12.34.56.78", "appelez [phone removed]"), ("tel 0612345678", "tel [phone removed]"),
        ("(030) 1234567 ab 9", "[phone removed] ab 9"), ("τηλ. 2101234567", "τηλ. [phone removed]"),
        ("a.b (at) c.org", "[e-mail removed]"), ("иван@пример.бг", "[e-mail removed]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [identity number removed]"),
        ("cuoco RSSMRA85T10A562S", "cuoco [identity number removed]"),
        ("PESEL 44051401359", "PESEL [identity number removed]"), ("DNI 12345678Z", "DNI [identity number removed]"),
        ("06 12 34 56 78", "[phone removed]"), ("+23.7275391", "+23.7275391"),
        ("from 01 01 2020, 02/03/2020 - 04/05/2021, 01/2020-05/2024", None), ("seit 01.02.2010, 08.00-16.30", None),
        ("EL30 2512 5223 9112 4411 and 44051401358, 12345678A", None), ("mobile 2010-2015", None),
    ],
)  # fmt: skip
def test_what_leads_to_people_leaves_a_text_and_dates_stay(text: str, left: str | None) -> None:
    assert masked(text) == (text if left is None else left)


def test_identity_numbers_under_an_innocent_heading_are_left_out_too() -> None:
    found = sources.read_people(b"id,geo\n44051401359,EL30\n02070803628,EL30\n")
    assert found.dropped == ("id",) and found.frame["id"].tolist() == ["seeker 2", "seeker 3"]
    assert sources.read_people(b"id,geo\n44051401358,EL30\n02070803620,EL30\n").dropped == ()


def test_a_french_number_is_no_spanish_name() -> None:
    french = sources.read_people("métier,nombre de postes\n2512,3\n5120,:\n5223,4\n".encode(), "vacancies")
    assert french.dropped == () and french.frame["count"].tolist() == [3, 4]
    assert sources.read_people(b"ocupacion,nombre\n2512,Ana\n5120,Eva\n").dropped == ("nombre",)


def test_a_long_cell_where_a_code_could_stand_takes_no_time() -> None:
    cells = "isco" + "-_ :" * 25_000 + "x"
    before = time.process_time()
    found = sources.read_people(f"id,geo,occupation\n1,EL30,{cells}\n2,{'E' * 100_000},2512\n".encode())
    assert time.process_time() - before < 10
    assert len(found.frame) == 1 and "too long for a region" in found.rejected["reason"].iloc[0]


def test_marks_that_nobody_sees_are_no_part_of_a_code() -> None:
    found = sources.read_people("id,geo,occupation\n1,\u200fEL30,\u200b2512\u200e\n".encode())
    assert found.frame[["geo", "occupation"]].iloc[0].tolist() == ["EL30", "2512"]


def test_a_small_file_that_unpacks_to_gigabytes_of_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_tables, "MOST_SIGNS", 1_000_000)
    file = io.BytesIO()
    pd.DataFrame({"geo": "EL30", "text": ["b " * 1_000] * 2_000}).to_parquet(file)
    assert len(file.getvalue()) < 50_000
    with pytest.raises(DataError, match="characters of text; nothing was read"):
        sources.read_people(file.getvalue())


def test_formulas_are_text_and_reported() -> None:
    found = sources.read_people(REGISTER.encode(), name="kunden.csv")
    assert found.frame["Kommentar"].tolist()[0].startswith("=cmd|")
    said = found.problems[found.problems["problem"].str.contains("like a formula")]
    assert said["row"].tolist() == [2] and said["column"].tolist() == ["Kommentar"]


def test_codes_of_typed_files_stay_codes() -> None:
    table = pd.DataFrame(
        {"Region": ["EL30", None], "ISCO": [2512.0, None], "title": ["a", "b"], "name": ["X", "Y"]}
    )
    excel, parquet = io.BytesIO(), io.BytesIO()
    table.to_excel(excel, index=False)
    table.to_parquet(parquet, index=False)
    for file in (excel, parquet):
        found = sources.read_people(file.getvalue(), "vacancies")
        assert found.frame["occupation"].tolist()[0] == "2512" and found.dropped == ("name",)
        assert found.frame["id"].tolist() == ["vacancy 2", "vacancy 3"]


def test_titles_where_codes_could_stand_become_text() -> None:
    found = sources.read_people("id,profession,description\n1,Μάγειρας,night shifts\n2,7112,walls\n".encode())
    assert found.frame["text"].tolist() == ["Μάγειρας\nnight shifts", "walls"]
    assert found.frame["occupation"].isna().tolist() == [True, False]


def test_the_mapping_goes_first_and_must_fit() -> None:
    data = b"id,my job,occupation\n1,2512,9999 x\n"
    found = sources.read_people(data, mapping={"My Job": "occupation"})
    assert found.frame["occupation"].tolist() == ["2512"]
    assert found.frame["occupation (as given)"].tolist() == ["9999 x"]
    with pytest.raises(ParameterError, match="Did you mean 'my job'"):
        sources.read_people(data, mapping={"my jab": "occupation"})
    with pytest.raises(ParameterError, match="is no column of ours"):
        sources.read_people(data, mapping={"my job": "job"})


def test_synthetic_stays_synthetic() -> None:
    found = sources.read_people(b"id,occupation,source\n1,2512,SYNTHETIC world\n")
    assert is_synthetic(found.frame) and found.sentence.startswith("SYNTHETIC")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"geo,occupation\n", "nothing below it"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 50, "NUL"),
        (b"a,b\n1,2\n", "no column is known"),
        (b"PK\x03\x04" + b"0" * 100, "no readable workbook"),
        (b"%PDF-1.4", "a PDF"),
        (b"<html><table>", "web page"),
        (b"id,id,text\n1,1,a\n", "2 columns are called"),
        (b"id,count,text\n1,-2,a\n2,x,b\n", "no row can be used"),
    ],
)
def test_what_cannot_be_read_is_one_clear_message(data: bytes, words: str) -> None:
    with pytest.raises(AlmpoError, match=words):
        sources.read_people(data, name="mine.csv")


def test_all_problems_come_at_once_with_row_and_column() -> None:
    with pytest.raises(IntakeError) as caught:
        sources.read_people(b"id,count,geo\n1,-2,EL30\n2,1,QQ\n")
    text = str(caught.value)
    assert "row 2, 'count' holds '-2'" in text and "row 3, 'geo' holds 'QQ'" in text


def test_bombs_and_giants_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/sharedStrings.xml", b"0" * 81_000_000)
    with pytest.raises(DataError, match="not a plain table"):
        sources.read_people(bomb.getvalue(), name="bomb.xlsx")
    monkeypatch.setattr("almpo_kit.sources.people.given_tables.LARGEST", 10)
    with pytest.raises(DataError, match="more than is read at once"):
        sources.read_people(b"id,text\n1,aaaaaaaa\n")
    monkeypatch.undo()
    monkeypatch.setattr("almpo_kit.sources.people.given_tables.MOST_ROWS", 3)
    with pytest.raises(DataError, match="more than 3 rows"):
        sources.read_people(b"id,text\n" + b"1,a\n" * 5)


def test_bytes_never_touch_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was written")

    sources.read_people(b"id,geo\n1,EL30\n")  # the NUTS lists are read, and kept, once
    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert len(sources.read_people(REGISTER.encode(), name="kunden.csv").frame) == 3


def test_stocks_with_kept_back_numbers_repeats_and_gaps() -> None:
    data = (
        b"NUTS,ISCO,arbeitslose,stellen\nDE21,25,100,20\nDE21,25,90,20\nDE21,51,<10,:\nDE22,25,-5,3\nXX,25,5,3\n"
        b"DE23,0110,1.000,3\nDE24,25,7,\n"
    )
    found = sources.read_stocks(data, "stocks.csv")
    assert found.frame[["geo", "occupation"]].to_numpy().tolist() == [["DE21", "51"], ["DE23", "0110"]]
    assert found.frame["suppressed"].tolist() == [True, False]
    assert found.frame["unemployed"].tolist()[1] == 1000
    assert found.rejected["row"].tolist() == [2, 3, 5, 6, 8]
    assert "stand in rows 2, 3" in found.rejected["reason"].tolist()[0]
    with pytest.raises(IntakeError, match="no column of vacancies"):
        sources.read_stocks(b"geo,occupation,unemployed\nEL30,25,3\n")


def test_a_path_and_its_bytes_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "kunden.csv"
    path.write_bytes(REGISTER.encode())
    one, other = sources.read_people(path), sources.read_people(REGISTER.encode(), name="kunden.csv")
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.provenance.data == other.provenance.data


@given(st.binary(max_size=400))
@settings(max_examples=40, deadline=None)
def test_no_bytes_break_it(junk: bytes) -> None:
    try:
        found = sources.read_people(b"id,text,geo\n" + junk)
    except AlmpoError as error:
        assert str(error)
    else:
        assert len(found.frame)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "count": st.sampled_from(["1", "-1", "x", "", "1e400", "2,5"]),
                "geo": st.sampled_from(["EL30", "GR30", "", "??", "DE", "Attiki"]),
                "text": st.text(max_size=20),
            }
        ),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_every_row_is_taken_in_or_set_aside(rows: list[dict[str, str]], alike: bool) -> None:
    table = pd.DataFrame([{"id": "one" if alike else f"r{i}"} | row for i, row in enumerate(rows)])
    try:
        found = sources.read_people(table.to_csv(index=False).encode("utf-8", "replace"))
    except AlmpoError:
        return
    assert len(found.frame) + len(found.rejected) == len(rows)
    assert found.frame["count"].gt(0).all() and found.rejected["reason"].str.len().gt(0).all()
