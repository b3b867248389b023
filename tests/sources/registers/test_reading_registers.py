"""Persons, months and entries: the same from every kind of file, nothing mended in silence, nobody's name kept."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.sources.intake.problems import IntakeError
from almpo_kit.sources.registers import opening_registers
from almpo_kit.sources.registers.calendar_months import month_rule
from almpo_kit.sources.registers.register_headings import our_columns, register_headings
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError
from almpo_kit.vocabulary.provenance import data_versions

REGISTER = sources.synthetic_register(120, seed=2, months=12)
PERSONS = """Kundennummer;Vorname;E-Mail;treatment;Region;Zugang;Alter;Lohn vorher;Beruf;Kommentar
a1;Anna;a@b.de;Kurs;DE21;03.2024;34;1.234,50;0110;bitte +49 30 1234567 anrufen
a2;Bert;b@b.de;keins;GR30;17.04.2024;51;0,00;2512;
a3;Carl;c@b.de;keins;XX99;2024-04;28;12,30;2512;
a4;Dora;d@b.de;Kurs;;2024M05;;;2512;
a2;Bert;b@b.de;keins;GR30;17.04.2024;52;0,00;2512;
;Eva;e@b.de;keins;DE21;2024-04;30;1,00;2512;
a5;Fritz;f@b.de;;DE21;2024-04;30;1,00;2512;
a6;Gerd;g@b.de;Kurs;DE21;2024-13;30;1,00;2512;
a7;Hans;h@b.de;Kurs;DE21;2024-01;30;1,00;2512;
a7;Hans;h@b.de;Kurs;DE21;2024-01;30;1,00;2512;
"""


def saved(frame: pd.DataFrame, kind: str, folder: Path) -> Path:
    path = folder / f"table.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "xlsx":
        frame.to_excel(path, index=False)
    elif kind == "dta":
        frame.to_stata(path, write_index=False, version=118)
    else:
        frame.to_parquet(path, index=False)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx", "dta", "parquet"])
def test_every_kind_of_file_gives_the_same_frames(kind: str, tmp_path: Path) -> None:
    for read, frame in (
        (sources.read_persons, REGISTER.persons),
        (sources.read_programme_entries, REGISTER.entries),
        (sources.read_person_months, REGISTER.months.head(150)),
    ):
        found = read(saved(frame, kind, tmp_path))  # type: ignore[operator]
        pd.testing.assert_frame_equal(found.frame, frame, check_dtype=True, rtol=1e-12)
        assert found.set_aside == 0 and found.provenance.synthetic and found.sentence.startswith("SYNTHETIC")
        assert data_versions(found.frame)[0].sha256


def test_a_german_register_with_everything_wrong_in_it() -> None:
    found = sources.read_persons(
        PERSONS.encode(), name="kunden.csv", arms={"Kurs": "training", "keins": "no programme"}
    )
    frame = found.frame
    assert frame["id"].tolist() == ["a1", "a4", "a7"]
    assert frame["treatment"].unique().tolist() == ["training"]
    assert frame["entry_date"].tolist() == ["2024-03", "2024-05", "2024-01"]
    assert frame["geo"].tolist()[0] == "DE21" and frame["geo"].isna().tolist()[1]
    assert frame["Lohn vorher"].tolist()[0] == 1234.5 and np.isnan(frame["Alter"].tolist()[1])
    # A code that begins with a zero makes its column words.
    assert frame["Beruf"].tolist() == ["0110", "2512", "2512"]
    # a2 twice and different, a3's region, no id, no treatment, no month: each with its reason.
    assert found.set_aside == 6
    told = " ".join(found.table["problem"])
    for reason in (
        "several rows have the same id",
        "in no NUTS edition",
        "no id stands",
        "no treatment stands",
        "no month of a calendar",
        "taken once",
    ):
        assert reason in told
    assert found.checks[0].status == "failed" and "6 rows" in found.checks[0].sentence


def test_nothing_of_a_person_is_kept_anywhere() -> None:
    found = sources.read_persons(PERSONS.encode(), arms={"Kurs": "training", "keins": "no programme"})
    assert found.dropped == ("Vorname", "E-Mail")
    kept = found.frame.to_csv() + found.table.to_csv() + found.sentence + found._repr_html_()
    kept += " ".join(c.sentence for c in found.checks)
    for private in ("Anna", "Bert", "@b.de", "1234567"):
        assert private not in kept


def test_ids_that_are_numbers_of_identity_need_a_secret(tmp_path: Path) -> None:
    numbers = ["44051401359", "02070803628", "90010112349"]
    frame = pd.DataFrame({"id": numbers, "age": [30, 40, 50]})
    for table in (frame.to_csv(index=False).encode(), saved(frame, "parquet", tmp_path)):
        found = sources.read_persons(table, secret="a long secret")
        assert not set(found.frame["id"]) & set(numbers) and found.frame["id"].is_unique
        again = sources.read_persons(table, secret="a long secret").frame
        assert again["id"].equals(found.frame["id"])
        assert not set(sources.read_persons(table, secret="another secret").frame["id"]) & set(again["id"])
        assert "a long secret" not in str(found.provenance.as_dict())
    pesel = pd.DataFrame({"PESEL": numbers[:2], "age": [1, 2]})
    with pytest.raises(DataError, match="lead to people") as refused:
        sources.read_persons(pesel.to_csv(index=False).encode(), mapping={"PESEL": "id"})
    assert numbers[0] not in str(refused.value)
    spanish = pd.DataFrame({"id": ["12345678Z", "87654321X"], "age": [1, 2]})
    with pytest.raises(DataError, match="secret="):
        sources.read_persons(spanish.to_csv(index=False).encode())
    assert len(sources.read_persons(spanish.to_csv(index=False).encode(), secret="12345678").frame) == 2
    with pytest.raises(ParameterError, match="at least 8"):
        sources.read_persons(spanish.to_csv(index=False).encode(), secret="short")


def test_a_second_column_of_identity_numbers_is_dropped(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": ["x1", "x2"], "client_id": ["12345678Z", "87654321X"], "ref": [44051401359, 2070803628]}
    )
    for table in (frame.to_csv(index=False).encode(), saved(frame, "parquet", tmp_path)):
        found = sources.read_persons(table)
        assert "client_id" in found.dropped and "12345678Z" not in found.frame.to_csv()


def test_arms_called_0_and_1_are_refused() -> None:
    table = b"id,treatment\n1,0\n2,1\n"
    with pytest.raises(ParameterError, match=r"arms=\{'1'"):
        sources.read_persons(table)
    named = sources.read_persons(table, arms={"1": "training", "0": "no programme"})
    assert named.frame["treatment"].tolist() == ["no programme", "training"]
    half = sources.read_persons(table, arms={"1": "training"})
    assert len(half.frame) == 1 and half.set_aside == 1


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2024-05", "2024-05"), ("202405", "2024-05"), ("20240517", "2024-05"), ("2024M5", "2024-05"), ("2024/5", "2024-05"),
        ("2024-05-17 00:00:00", "2024-05"), ("05/2024", "2024-05"), ("17.05.2024", "2024-05"), ("03.04.2024", "2024-04"),
        ("04/04/2024", "2024-04"), ("17/05/2024", "2024-05"), ("05/17/2024", "2024-05"),
    ],
)  # fmt: skip
def test_months_as_people_write_them(cell: str, month: str) -> None:
    assert month_rule([cell])(cell).value == month


@pytest.mark.parametrize("cell", ["2024", "2024-00", "2024-13", "13", "Mai 2024", "03/04/2024", "0024-05", "2024-05-32", "x" * 9999, "2024-Q1"])  # fmt: skip
def test_what_may_be_two_months_or_none_is_not_guessed(cell: str) -> None:
    said = month_rule([cell])(cell)
    assert said.fault and said.remedy and said.value is None


def test_other_dates_of_the_column_tell_what_stands_first() -> None:
    assert month_rule(["25/03/2024", "03/04/2024"])("03/04/2024").value == "2024-04"
    assert month_rule(["03/25/2024", "03/04/2024"])("03/04/2024").value == "2024-03"
    # Where they contradict each other nothing is told.
    assert month_rule(["25/03/2024", "03/25/2024"])("03/04/2024").fault
    assert month_rule(["03/04/2024"], day_first=True)("03/04/2024").value == "2024-04"
    assert month_rule(["03/04/2024"], day_first=False)("03/04/2024").value == "2024-03"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_cell_is_a_month_or_a_fault(cell: str) -> None:
    said = month_rule([cell])(cell)
    assert (
        said.fault
        or said.value is None
        or pd.Series([said.value]).str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])").all()
    )


def test_entries_that_end_before_they_start_or_were_told_afterwards() -> None:
    table = b"id,programme,start,end,announced\n1,A,2024-03,2024-02,2024-01\n2,A,2024-03,2024-05,2024-04\n3,A,2024-03,,\n3,B,2024-04,,\n"
    found = sources.read_programme_entries(table)
    assert found.frame["id"].tolist() == ["2", "3", "3"] and found.set_aside == 1
    assert found.frame["announced"].isna().all()
    assert "ends before" in " ".join(found.table["problem"]) and "announced after" in " ".join(
        found.table["problem"]
    )


def test_months_with_words_for_yes_and_values_that_cannot_be() -> None:
    table = "id;period;employed;earnings;registered\n1;2024-01;ja;1.200,5;nein\n1;2024-02;2;;0\n1;2024-03;;-5;1\n1;2024-04;0;inf;1\n1;2024-05;0;NA;.\n"
    found = sources.read_person_months(table.encode())
    assert found.frame["period"].tolist() == ["2024-01", "2024-05"] and found.set_aside == 3
    assert found.frame["employed"].tolist() == [1.0, 0.0] and found.frame["earnings"].tolist()[0] == 1200.5
    assert found.frame[["earnings", "registered"]].iloc[1].isna().all()


def test_leaving_the_register_is_not_turned_into_a_job() -> None:
    found = sources.read_person_months(b"id,period,registered\n1,2024-01,1\n1,2024-02,0\n")
    assert "employed" not in found.frame


def test_infinite_covariates_are_left_out_and_said(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "wealth": [np.inf, 2.0], "flag": [True, False]})
    found = sources.read_persons(saved(frame, "parquet", tmp_path))
    assert found.frame["wealth"].isna().tolist() == [True, False] and found.frame["flag"].tolist() == [
        1.0,
        0.0,
    ]
    assert "not finite" in found.table["problem"].iloc[0]


def test_ids_meet_whatever_the_format_makes_of_them(tmp_path: Path) -> None:
    for ids in ([1.0, 2.0], [1, 2], ["1", "2"], [" 1", "2 "]):
        frame = pd.DataFrame({"id": ids, "age": [3, 4]})
        assert sources.read_persons(saved(frame, "parquet", tmp_path)).frame["id"].tolist() == ["1", "2"]
        assert sources.read_persons(frame.to_csv(index=False).encode()).frame["id"].tolist() == ["1", "2"]


def test_columns_codes_conditions_and_shares(tmp_path: Path) -> None:
    path = saved(REGISTER.persons.assign(isco=2512, day=pd.Timestamp("2024-05-17")), "parquet", tmp_path)
    chosen = sources.read_persons(
        path, columns=["age", "isco"], codes=["isco"], where={"age": (30, 39.0), "female": [1.0]}
    )
    assert set(chosen.frame) == {"id", "geo", "entry_date", "age", "isco", "source"}
    assert chosen.frame["isco"].unique().tolist() == ["2512"] and chosen.frame["age"].between(30, 39).all()
    expected = REGISTER.persons.query("age >= 30 and age <= 39 and female == 1")
    assert set(chosen.frame["id"]) == set(expected["id"])
    dated = sources.read_persons(path, where={"entry_date": ("2018-03", "2018-05")}).frame
    assert (
        dated["entry_date"].between("2018-03", "2018-05").all()
        and len(dated) == REGISTER.persons["entry_date"].between("2018-03", "2018-05").sum()
    )
    assert len(sources.read_persons(path, where={"day": ("2024-05", "2024-05")}).frame) == 120
    some = sources.read_persons(path, share=0.4, seed=7).frame
    assert 20 < len(some) < 80
    months = sources.read_person_months(REGISTER.months.to_csv(index=False).encode(), share=0.4, seed=7).frame
    assert set(months["id"]) == set(some["id"])
    assert set(sources.read_persons(path, share=0.4, seed=8).frame["id"]) != set(some["id"])


@pytest.mark.parametrize(
    ("argument", "value", "said"),
    [
        ("columns", ["agee"], "Did you mean 'age'"), ("where", {"x": 1}, "no column 'x'"), ("where", {"age": (1, 2, 3)}, "lowest"),
        ("where", {"age": (float("nan"), 2)}, "lowest"), ("where", {"age": []}, "empty list"), ("share", 0, "above 0"), ("share", 2, "above 0"),
        ("share", "half", "above 0"), ("mapping", {"agee": "id"}, "Did you mean"), ("mapping", {"age": "agge"}, "no column of ours"),
        ("mapping", {"id": "id", "age": "id"}, "one column only"),
    ],
)  # fmt: skip
def test_arguments_that_name_nothing_are_refused(argument: str, value: object, said: str) -> None:
    table = b"id,age\n1,2\n2,3\n"
    with pytest.raises(ParameterError, match=said):
        sources.read_persons(table, **{argument: value})  # type: ignore[arg-type]


def test_headings_and_values_are_no_commands(tmp_path: Path) -> None:
    nasty = 'x"; DROP TABLE raw; --'
    frame = pd.DataFrame({"id": ["1", "2"], nasty: ["a' OR '1'='1", "b"], "=cmd()": ["=1+1", "x"]})
    path = saved(frame, "parquet", tmp_path)
    found = sources.read_persons(path, where={nasty: ["a' OR '1'='1"]})
    assert found.frame["id"].tolist() == ["1"] and nasty in found.frame
    with pytest.raises(IntakeError, match="no row is left"):
        sources.read_persons(path, where={nasty: "' OR 1=1 --"})


def test_duckdb_opens_no_file_by_itself() -> None:
    import duckdb

    from almpo_kit.sources.registers.opening_registers import OpenedRegister
    from almpo_kit.sources.registers.selecting import connected

    connection = connected(OpenedRegister("x", pd.DataFrame({"id": [1]}), ["id"], "", typed=True))
    for query in ("SELECT * FROM read_csv('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/never.csv'", "SET enable_external_access=true", "INSTALL httpfs", "ATTACH '/tmp/never.db'"):  # fmt: skip
        with pytest.raises(duckdb.Error):
            connection.execute(query)


def test_folders_of_parquet_with_years_in_their_names(tmp_path: Path) -> None:
    for year in (2018, 2019):
        part = REGISTER.months[REGISTER.months["period"].str.startswith(str(year))]
        (tmp_path / f"year={year}").mkdir()
        part.to_parquet(tmp_path / f"year={year}" / "part[1].parquet", index=False)
    (tmp_path / "README.txt").write_text("not a table")
    found = sources.read_person_months(tmp_path)
    expected = REGISTER.months[REGISTER.months["period"].str[:4].isin(["2018", "2019"])].reset_index(
        drop=True
    )
    pd.testing.assert_frame_equal(found.frame, expected)
    assert len(sources.read_person_months(tmp_path, where={"year": 2018}).frame) < len(expected)


def test_files_of_a_folder_that_do_not_fit_together(tmp_path: Path) -> None:
    pd.DataFrame({"id": ["1"], "period": ["2024-01"], "employed": [1.0]}).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame({"id": ["2"], "period": ["2024-01"]}).to_parquet(tmp_path / "b.parquet")
    assert sources.read_person_months(tmp_path).frame["employed"].isna().tolist() == [False, True]
    pd.DataFrame({"id": [["3"]], "period": ["2024-01"]}).to_parquet(tmp_path / "c.parquet")
    with pytest.raises(DataError, match="do not fit together"):
        sources.read_person_months(tmp_path)
    (tmp_path / "c.parquet").write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(DataError, match=r"c\.parquet is a damaged Parquet file"):
        sources.read_person_months(tmp_path)


def test_damage_inside_a_file_is_said_and_nothing_is_taken(tmp_path: Path) -> None:
    path = saved(REGISTER.months, "parquet", tmp_path)
    data = bytearray(path.read_bytes())
    data[4 : len(data) // 2] = bytes(len(data) // 2 - 4)
    path.write_bytes(data)
    with pytest.raises(DataError):
        sources.read_person_months(path)


@pytest.mark.parametrize(
    "given",
    [b"", b"\x00" * 50, b"id\n", b"%PDF-1.4", b"<html>", b"nothing,here\n1,2\n", b"id,id\n1,2\n", b"PAR1xxxxPAR1", b"PK\x03\x04broken", b"id,age\n,\n"],
)  # fmt: skip
def test_hostile_bytes_are_refused_in_words(given: bytes) -> None:
    with pytest.raises((DataError, IntakeError)) as refused:
        sources.read_persons(given, name="x.csv")
    assert len(str(refused.value)) > 20 and "Traceback" not in str(refused.value)


def test_no_such_file_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file"):
        sources.read_persons(tmp_path / "none.csv")
    with pytest.raises(DataError, match="without Parquet"):
        sources.read_persons(tmp_path)
    with pytest.raises(ParameterError, match="neither a path nor bytes"):
        sources.read_persons(7)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: ("id,employed,period\n" + t).encode()))
def test_any_bytes_are_read_or_refused(given: bytes) -> None:
    try:
        found = sources.read_person_months(given)
    except AlmpoError:
        return
    assert found.frame["id"].notna().all() and not found.frame.duplicated(["id", "period"]).any()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_large_text_is_scanned_and_reads_as_small_text_does(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = REGISTER.months.head(300).rename(columns={"employed": "beschäftigt"})
    path = tmp_path / "monate.csv"
    path.write_bytes((frame.to_csv(index=False, sep=";", decimal=",")).encode(encoding))
    small = sources.read_person_months(path)
    monkeypatch.setattr(opening_registers, "SMALL", 100)
    large = sources.read_person_months(path)
    assert "scanned" in large.checks[0].sentence
    pd.testing.assert_frame_equal(large.frame, small.frame)
    assert data_versions(large.frame)[0].sha256 == data_versions(small.frame)[0].sha256


def test_ragged_rows_of_large_text_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening_registers, "SMALL", 10)
    path = tmp_path / "m.csv"
    path.write_text("id,period,employed\n1,2024-01,1\n2,2024-01\n3,2024-01,1,7\n4,2024-01,0\n")
    found = sources.read_person_months(path)
    assert found.frame["id"].tolist() == ["1", "4"] and found.set_aside == 2


def test_a_folder_of_names_only_is_not_read(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Name": ["Anna", "Bert"], "e-mail": ["a@b.de", "c@d.de"]})
    with pytest.raises(IntakeError, match="no column of id"):
        sources.read_persons(saved(frame, "parquet", tmp_path))


def test_headings_are_of_one_column_each() -> None:
    for kind in ("persons", "person_months", "programme_entries"):
        assert set(register_headings(kind).values()) == set(our_columns(kind))


def test_many_rows_are_read_in_seconds() -> None:
    n = 10_000
    frame = pd.DataFrame(
        {"id": np.arange(n), "period": "2024-01", "employed": np.arange(n) % 2, "earnings": np.arange(n) / 7}
    )
    buffer = io.BytesIO()
    frame.to_csv(buffer, index=False)
    started = time.perf_counter()
    assert len(sources.read_person_months(buffer.getvalue()).frame) == n
    assert time.perf_counter() - started < 20
