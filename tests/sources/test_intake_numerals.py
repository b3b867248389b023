"""Numbers as people write them; a thousandfold error is never possible without a problem."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_sheets import csv_file, fatal, problems_of, workbook

from almpo_kit import sources
from almpo_kit.sources.intake.numerals import decimal_mark, decimals_of, read_cell, read_number
from almpo_kit.sources.intake.p_values import read_p


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("3.5", ".", 3.5),
        ("3,5", ",", 3.5),
        ("3,5", ".", 3.5),
        ("-0,125", "", -0.125),
        ("0.125", ",", 0.125),
        ("1.234,5", "", 1234.5),
        ("1,234.5", "", 1234.5),
        ("1.234.567", "", 1234567),
        ("12 345,6", ",", 12345.6),
        ("12\u00a0345", "", 12345),
        ("1'234.5", ".", 1234.5),
        ("\u22124,2", ",", -4.2),
        ("–4.2", ".", -4.2),
        ("1,234", ",", 1.234),
        ("1.234", ".", 1.234),
        ("1234,567", "", 1234.567),
        ("1e-3", ".", 0.001),
        ("1.234e2", "", 123.4),
        (".05", "", 0.05),
        ("5.", "", 5.0),
    ],
)
def test_what_can_only_be_meant_one_way(text: str, mark: str, value: float) -> None:
    assert read_number(text, mark).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "mark"), [("1.234", ""), ("1,234", ""), ("1.234", ","), ("1,234", "."), ("-12,345", ".")]
)
def test_what_can_be_meant_two_ways_is_no_number(text: str, mark: str) -> None:
    reading = read_number(text, mark)
    assert math.isnan(reading.value)
    assert reading.fault.startswith("it can mean")


def test_a_count_with_three_digits_after_a_separator_has_thousands() -> None:
    assert read_number("12.345", ",", whole=True).value == 12345
    assert read_number("1,840", ".", whole=True).value == 1840


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("14 to 20", "range"),
        ("14–20", "range"),
        ("7.5-12", "range"),
        ("5%", "percent"),
        ("3.2***", "stars"),
        ("(1.1)", "brackets"),
        ("<0.5", "bound"),
        ("#DIV/0!", "spreadsheet"),
        ("inf", "finite"),
        ("1e999", "large"),
        ("abc", "no number"),
        ("=1+1", "no number"),
        ("1,2,3", "separators"),
        ("1.2,3.4", "fit"),
        ("--5", "no number"),
        ("1 2", "no number"),
    ],
)
def test_what_is_no_number_says_why(text: str, fault: str) -> None:
    reading = read_number(text, ".")
    assert math.isnan(reading.value)
    assert fault in reading.fault
    assert reading.remedy


@pytest.mark.parametrize("cell", [True, float("inf"), __import__("datetime").date(2020, 4, 3)])
def test_cells_of_other_kinds_are_no_numbers(cell: object) -> None:
    assert read_cell(cell, ".").fault


def test_the_files_decimal_mark_is_proven_not_guessed() -> None:
    assert decimal_mark(["3,5", "1.234", "x"]) == (",", False)
    assert decimal_mark(["3.5", "1,234"]) == (".", False)
    assert decimal_mark(["3.5", "3,5"]) == ("", True)
    assert decimal_mark(["1.234"], "") == ("", False)
    assert decimal_mark(["1.234"], ".") == (".", False)


@given(st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 4)))
def test_a_number_survives_both_ways_of_writing(number: float) -> None:
    plain = f"{number:.4f}"
    assert read_number(plain, ".").value == number
    assert read_number(plain.replace(".", ","), ",").value == number
    grouped = f"{number:,.4f}"
    if "," in grouped:
        assert read_number(grouped, "").value == number
        assert read_number(grouped.translate(str.maketrans(",.", ".,")), "").value == number


@given(st.text(max_size=30), st.sampled_from([".", ",", ""]))
def test_any_text_is_a_number_or_has_a_reason(text: str, mark: str) -> None:
    reading = read_number(text, mark)
    assert math.isfinite(reading.value) != bool(reading.fault or reading.missing)


def test_decimals_are_those_of_the_shortest_writing() -> None:
    assert [decimals_of(x) for x in (5.0, 0.05, 0.1, 1e-7, 123456789.25)] == [0, 2, 1, 7, 2]


@pytest.mark.parametrize(
    ("cell", "sense", "value", "significant"),
    [
        ("0.031", "exact", 0.031, True),
        ("0,031", "exact", 0.031, True),
        (".2", "exact", 0.2, False),
        (0.031, "exact", 0.031, True),
        ("p = 0.04", "exact", 0.04, True),
        ("<0.05", "below", 0.05, True),
        ("p<.01", "below", 0.01, True),
        ("< 0,10", "below", 0.1, None),
        ("<0.5", "below", 0.5, None),
        (">0.1", "above", 0.1, False),
        (">0.01", "above", 0.01, None),
        ("***", "below", 0.05, True),
        ("**", "below", 0.05, True),
        ("*", "below", 0.1, None),
        ("n.s.", "above", 0.05, False),
        ("0.000", "below", 0.001, True),
        (0, "below", 0.1, None),
    ],
)
def test_p_values_as_papers_print_them(
    cell: object, sense: str, value: float, significant: bool | None
) -> None:
    p, fault = read_p(cell, ".")
    assert p is not None and not fault
    assert (p.sense, p.significant) == (sense, significant)
    assert p.value == pytest.approx(value)


@pytest.mark.parametrize("cell", ["1.5", "-0.2", "yes", "5%", True, float("inf")])
def test_what_is_no_p_value(cell: object) -> None:
    assert read_p(cell, ".")[0] is None


def test_a_german_file_with_points_and_commas(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"effect": "3,25", "se": "1,1", "n": "1.840", "source": "Müller (2019), S. 12"},
        {"effect": "1.234,5", "unit": "eur_per_year", "outcome": "earnings", "se": "200"},
        separator=";",
        encoding="cp1252",
    )
    taken = sources.read_effects(path)
    assert taken.effects["effect"].tolist() == [3.25, 1234.5]
    assert taken.effects["n"].tolist() == [1840, 1001]
    assert taken.effects["source"].iloc[0] == "Müller (2019), S. 12"
    (guess,) = taken.problems[taken.problems["problem"].str.contains("Windows-1252")].to_dict("records")
    assert guess["severity"] == "look at" and "Müller" in guess["problem"]


def test_an_ambiguous_cell_is_refused_where_it_stands(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"effect": "3,2"},
        {"effect": "1.234", "unit": "days", "outcome": "days_employed"},
        separator=";",
    )
    assert fatal(problems_of(path)) == [(3, "effect")]
    # A semicolon file in which no number proves its decimal mark: neither way is assumed.
    path = csv_file(tmp_path, {"effect": "1.234", "se": "1"}, separator=";")
    assert fatal(problems_of(path)) == [(2, "effect")]


def test_numbers_kept_as_text_in_a_workbook_are_shown(tmp_path: Path) -> None:
    table = problems_of(workbook(tmp_path, {"effect": "3.2"}, {"effect": 3.5}))
    assert not fatal(table)
    assert table.loc[table["column"] == "effect", "problem"].tolist() == [
        "a number kept as text; it was read as a number"
    ]
