"""Rows that are no estimates, cells that say nothing, and what a cell's remedy says, column by column."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from intake_sheets import csv_file, fatal, judged, looked_at, problems_of, rows

from almpo_kit import sources
from almpo_kit.sources.intake.cell_remedies import p_remedy, remedy
from almpo_kit.sources.intake.country_names import country_code, country_hint
from almpo_kit.sources.intake.numerals import decimal_mark, read_number
from almpo_kit.sources.intake.p_values import read_p
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.places import PLACE_NAMES


def with_lines(folder: Path, *lines: str, at: int) -> Path:
    """A sheet of two estimates with some lines put in."""
    path = csv_file(folder, {}, {})
    held = path.read_text().splitlines()
    path.write_text("\n".join([*held[:at], *lines, *held[at:]]))
    return path


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Source: own coding", "a remark"),
        ("Source: own coding" + "," * 17, "a remark"),
        ("# coded in August" + "," * 40, "a remark"),
        (",".join(f"Label {i}" for i in range(18)), "line of headings"),
        ("study1,training", "a remark"),
    ],
)
@pytest.mark.parametrize("at", [1, 3])
def test_a_row_that_is_no_estimate_is_one_problem(tmp_path: Path, line: str, says: str, at: int) -> None:
    path = with_lines(tmp_path, line, at=at)
    table = problems_of(path)
    (row,) = [r for r, _ in fatal(table)]
    assert row == at + 1
    assert says in table.loc[table["severity"] == "fatal", "problem"].item()
    # Nor is anything said of its empty cells.
    assert not table["problem"].str.contains("not_stated").any()
    kept = sources.read_effects(path, keep="valid")
    assert kept.left_out == (row,) and len(kept.effects) == 2


def test_the_headings_again_are_one_problem(tmp_path: Path) -> None:
    header = csv_file(tmp_path, {}).read_text().splitlines()[0]
    assert fatal(problems_of(with_lines(tmp_path, header.title(), at=1))) == [(2, "")]


def test_a_torn_row_is_one_problem(tmp_path: Path) -> None:
    line = csv_file(tmp_path, {"effect": "x", "unit": "y"}).read_text().splitlines()[1]
    assert fatal(problems_of(with_lines(tmp_path, line + ",more", at=3))) == [(4, "")]


def test_a_title_above_the_headings_is_one_message(tmp_path: Path) -> None:
    path = with_lines(tmp_path, "Ministry of Labour, coded in August", "", at=0)
    with pytest.raises(DataError, match=r"headings seem to stand in row 3.*rows 1 to 2") as caught:
        sources.read_effects(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("word", ["NA", "n/a", "-", "–"])
def test_words_for_nothing_are_empty_everywhere_and_said_once(tmp_path: Path, word: str) -> None:
    columns = ("se", "p_value", "significance", "n", "nuts", "convert_to", "programme_name", "estimand")
    path = csv_file(tmp_path, dict.fromkeys(columns, word), dict.fromkeys(columns, word) | {"own": word})
    taken = sources.read_effects(path)
    assert taken.effects.drop(columns="own")[[*columns[:-1]]].isna().all(axis=None)
    assert taken.effects["estimand"].tolist() == ["not_stated"] * 2
    for column in columns:
        said = taken.problems[taken.problems["column"] == column]["problem"].tolist()
        assert said[0] == f"{word!r} in rows 2–3: read as empty" and len(said) <= 2
    # What is not ours is left alone; a key that is such a word stays a key; Namibia is not meant.
    assert taken.effects["own"].tolist()[1] == word
    held = sources.read_effects(csv_file(tmp_path, {"se": "", "significance": "none", "se_source": "none"}))
    assert held.effects[["significance", "se_source"]].to_numpy().tolist() == [["none", "none"]]
    assert fatal(problems_of(csv_file(tmp_path, {"country": word}))) == [(2, "country")]


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("effect", "14 to 20", "nearer zero"),
        ("se", "1,0 bis 5,4", "ci_low and ci_high"),
        ("se", "[1,0; 5,2]", "ci_low and ci_high"),
        ("se", "(1,1)", "number alone: 1,1"),
        ("start_year", "2010-2012", "start_year and the last into end_year"),
        ("start_year", "01.01.2010", "year alone: 2010"),
        ("start_year", "2010-01-01 00:00:00", "year alone: 2010"),
        ("horizon_months", "12-24", "one month"),
        ("horizon_months", "12 months", "alone: 12"),
        ("n", "ca. 1200", "alone: 1200"),
        ("ci_low", "[1,0", "alone: 1,0"),
        ("ci_level", "95%", "write 95."),
        ("unemployment_rate", "7,4%", "write 7.4."),
        ("take_up", "62%", "write 0.62."),
        ("effect", "abc", ""),
        ("se", "#DIV/0!", ""),
        ("se", "<0.5", ""),
        ("n", "=1200", ""),
        ("n", "1e999", ""),
    ],
)
def test_a_remedy_says_where_the_parts_belong(column: str, text: str, says: str) -> None:
    said = remedy(column, text, ",")
    assert says in said and bool(said) == bool(says)


def test_remedies_reach_the_person(tmp_path: Path) -> None:
    table = problems_of(csv_file(tmp_path, {"ci_level": "95%", "take_up": "62", "p_value": "0.03*"}))
    told = table[table["severity"] == "fatal"].set_index("column")
    assert told.loc["ci_level", "problem"] == "it carries a percent sign"
    assert "write 95." in told.loc["ci_level", "remedy"]
    assert "write 0.62." in told.loc["take_up", "remedy"]
    assert told.loc["p_value", "remedy"].startswith("Write 0.03 alone")
    assert p_remedy("5%", ",").startswith("Write it as a share: 0.05")


@pytest.mark.parametrize(
    "long", ["1" + "." * 30_000, "(" + "1," * 15_000, "1" + " " * 30_000 + "x", "p" + " " * 30_000 + "x"]
)
def test_a_long_cell_costs_nothing(long: str) -> None:
    started = time.perf_counter()
    assert "more than any number" in read_number(long, ".").fault
    assert decimal_mark([long]) == ("", False)
    assert "more than any p value" in read_p(long, ".")[1]
    assert remedy("se", long, ".") == "" and p_remedy(long, ".")
    assert time.perf_counter() - started < 0.1


def test_no_pattern_goes_back_over_what_it_has_read() -> None:
    # Within the limit, too: every one of these cells was quadratic or worse.
    started = time.perf_counter()
    for n in (90, 98):
        for text in ("1" + "." * n, "(1" + ",1" * (n // 2), "1" + " 111" * (n // 4) + "x", "p" + " " * n):
            for _ in range(50):
                read_number(text, ".")
                read_p(text, ".")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Great Britain", "UK"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("Czech Republic", "CZ"),
        ("DEU", "DE"),
        ("GRC", "EL"),
        ("Deutschland", "DE"),
        ("Ελλάδα", "EL"),
        ("ΕΛΛΆΔΑ", "EL"),
        ("The Netherlands", "NL"),
        ("Türkiye", "TR"),
        ("gr", "EL"),
        ("England", ""),
        ("East Germany", ""),
        ("D", ""),
    ],
)
def test_countries_as_people_write_them(text: str, code: str) -> None:
    assert country_code(text) == code
    assert not code or code in PLACE_NAMES


def test_a_part_of_a_country_is_answered_and_not_read(tmp_path: Path) -> None:
    assert "UK" in country_hint("England") and "DE" in country_hint("east germany")
    taken = sources.read_effects(csv_file(tmp_path, {"country": "Österreich"}))
    assert taken.effects["country"].tolist() == ["AT"]
    assert any("'Österreich' as AT" in c.sentence for c in taken.checks)


def test_regions_are_normalised_and_unknown_ones_shown(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"nuts": "gr30", "country": "GR"},
        {"nuts": "DE99"},
        {"nuts": "DE21"},
        {"nuts": "UKI3", "country": "UK"},
        {"nuts": "Bayern"},
    )
    taken = sources.read_effects(path)
    assert taken.effects["nuts"].tolist() == ["EL30", "DE99", "DE21", "UKI3", "Bayern"]
    found = taken.problems[taken.problems["column"] == "nuts"]
    assert found["row"].tolist() == [3, 6] and set(found["severity"]) == {"look at"}
    assert "NUTS 2024" in found["problem"].iloc[0] and "not shaped" in found["problem"].iloc[1]


def test_letters_are_composed_and_line_ends_alike(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {"study_id": "mu\u0308ller2019", "note": "one\rtwo\r\nthree"})
    taken = sources.read_effects(path)
    assert taken.effects["study_id"].tolist() == ["m\u00fcller2019"]
    assert taken.effects["note"].tolist() == ["one\ntwo\r\nthree"]
    assert any("NFC" in c.sentence and "1 cell" in c.sentence for c in taken.checks)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"unit": "eur_per_month"}, "fatal"),
        ({"outcome": "earnings", "unit": "days"}, "fatal"),
        ({"outcome": "earnings", "unit": "percentage_points"}, "fatal"),
        ({"outcome": "unemployment_duration", "unit": "usd_per_year"}, "fatal"),
        ({"outcome": "earnings", "unit": "log_hazard_ratio"}, "fatal"),
        ({"outcome": "days_employed", "unit": "percentage_points"}, "look at"),
        ({"unit": "log_points", "effect": 0.1, "se": 0.05}, "look at"),
        ({"outcome": "earnings", "unit": "usd_per_month"}, ""),
        ({"unit": "share", "effect": 0.03, "se": 0.01}, ""),
    ],
)
def test_units_that_an_outcome_cannot_have(change: dict[str, Any], problem: str) -> None:
    problems, _ = judged(change)
    assert [p.severity for p in problems if p.column == "unit"] == [problem] * bool(problem)


def test_our_own_outcomes_have_usual_units() -> None:
    from almpo_kit.vocabulary.outcomes import OUTCOMES, unit_fit, usual_units

    held = sources.effects()[["outcome", "unit"]].drop_duplicates()
    odd = [(o, u) for o, u in held.itertuples(index=False) if unit_fit(o, u) != "usual"]
    assert odd == []
    assert all(usual_units(o) for o in OUTCOMES)


def test_a_logarithm_of_five_and_a_rate_of_seven_hundredths_are_shown(tmp_path: Path) -> None:
    table = problems_of(
        csv_file(
            tmp_path,
            {"unit": "log_odds_ratio", "effect": 5.5, "se": 1.0},
            {"unit": "log_odds_ratio", "effect": 2.3, "se": 1.0},
            {"unemployment_rate": 0.074},
            {"unemployment_rate": 7.4},
        )
    )
    assert not fatal(table)
    shown = table[table["row"].notna()]
    assert list(zip(shown["row"], shown["column"], strict=True)) == [(2, "effect"), (4, "unemployment_rate")]
    assert "a ratio of 245" in shown["problem"].iloc[0]


def test_single_precision_is_read_as_it_was_typed(tmp_path: Path) -> None:
    frame = pd.DataFrame(rows({"p_value": 0.05, "se": float("nan"), "effect": 3.2})).astype(
        {"effect": "float32", "se": "float32", "p_value": "float32"}
    )
    for path in (tmp_path / "a.dta", tmp_path / "a.parquet"):
        if path.suffix == ".dta":
            frame.to_stata(path, write_index=False)
        else:
            frame.to_parquet(path)
        row = sources.read_effects(path).effects.iloc[0]
        assert (row["effect"], row["p_value"], row["significance"]) == (3.2, "0.05", "positive")


def test_stata_counts_observations(tmp_path: Path) -> None:
    frame = pd.DataFrame(rows({"country": "XX1"}, {"comparator": ""}, {"estimate_id": ""})).fillna("")
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    with pytest.raises(sources.IntakeError, match="observation 1, 'country' holds 'XX1'") as caught:
        sources.read_effects(tmp_path / "a.dta")
    assert fatal(caught.value.problems) == [(1, "country")]
    assert "empty in observation 2:" in looked_at(caught.value.problems, "comparator")


def test_months_without_an_origin_are_shown_once() -> None:
    problems, _ = judged(
        {"horizon_from": ""}, {"horizon_from": "", "horizon_months": ""}, {"horizon_from": ""}
    )
    (found,) = [p for p in problems if p.column == "horizon_from"]
    assert found.row is None and "rows 2, 4 beside horizon_months" in found.problem
