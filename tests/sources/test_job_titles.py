"""The lexicon of everyday job titles: every code known, one meaning a title and language, each script its own."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[2] / "data/job_titles.csv"
LANGUAGES = {
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
    *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
}
SHORT_LISTS = {"ga": 250, "mt": 250, "en": 100}
SCRIPTS = {"el": "GREEK", "bg": "CYRILLIC"}
# Words a Greek or Bulgarian vacancy leaves in Latin letters.
LEFT_IN_LATIN = re.compile(r"\b(IT|PLC|UX|CNC|CAD|JCB|B|logistics|front-end|web developer|picker|offset)\b")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _scripts(text: str) -> set[str]:
    return {
        unicodedata.name(letter).split()[0] for letter in text if unicodedata.category(letter) in ("Lu", "Ll")
    }


def test_columns_order_and_line_ends(rows: list[dict[str, str]]) -> None:
    assert list(rows[0]) == ["occupation", "language", "title"]
    assert b"\r" not in TABLE.read_bytes()
    assert rows == sorted(rows, key=lambda row: (row["language"], row["occupation"], row["title"]))


def test_all_official_languages_with_enough_occupations(rows: list[dict[str, str]]) -> None:
    assert {row["language"] for row in rows} == LANGUAGES
    held = Counter(language for language, _ in {(r["language"], r["occupation"]) for r in rows})
    short = {lang: held[lang] for lang in LANGUAGES if held[lang] < SHORT_LISTS.get(lang, 450)}
    assert not short


def test_a_title_means_one_occupation_in_its_language(rows: list[dict[str, str]]) -> None:
    met = Counter((row["language"], row["title"].casefold()) for row in rows)
    assert not [title for title, times in met.items() if times > 1]


def test_titles_are_clean_text(rows: list[dict[str, str]]) -> None:
    for row in rows:
        title = row["title"]
        assert title == " ".join(title.split()), row
        assert title == unicodedata.normalize("NFC", title), row
        assert not any(unicodedata.category(letter).startswith("C") for letter in title), row
        assert 2 <= len(title) <= 60, row
        assert "|" not in title, row
        assert ":" not in title, row


def test_each_language_in_its_own_script(rows: list[dict[str, str]]) -> None:
    """A Latin letter inside a Greek or Cyrillic word looks right and matches nothing."""
    for row in rows:
        own = SCRIPTS.get(row["language"], "LATIN")
        text = LEFT_IN_LATIN.sub("", row["title"]) if own != "LATIN" else row["title"]
        assert _scripts(text) <= {own}, row


def test_romanian_has_comma_below_not_cedilla(rows: list[dict[str, str]]) -> None:
    assert not [r["title"] for r in rows if r["language"] == "ro" and set(r["title"]) & set("şţŞŢ")]


def test_every_code_is_one_of_the_taxonomy(rows: list[dict[str, str]]) -> None:
    sources = pytest.importorskip("almpo_kit.sources")
    if not hasattr(sources, "occupations"):
        pytest.skip("sources.occupations has not landed")
    taxonomy = set(sources.occupations()["code"])
    assert {row["occupation"] for row in rows} <= taxonomy


@pytest.mark.parametrize(
    ("language", "title", "unit_group"),
    [
        ("de", "Altenpfleger", "3412"),
        ("fr", "aide-soignante", "5321"),
        ("it", "OSS", "5321"),
        ("es", "mozo de almacén", "9333"),
        ("pl", "kierowca C+E", "8332"),
        ("el", "πωλήτρια", "5223"),
        ("hu", "targoncavezető", "8344"),
        ("fi", "lähihoitaja", "5321"),
        ("ro", "zidar", "7112"),
        ("sv", "undersköterska", "5321"),
        ("cs", "svářeč", "7212"),
        ("bg", "готвач", "5120"),
        ("lt", "buhalterė", "3313"),
        ("ga", "múinteoir bunscoile", "2341"),
    ],
)
def test_words_everyone_knows(rows: list[dict[str, str]], language: str, title: str, unit_group: str) -> None:
    codes = {r["occupation"] for r in rows if (r["language"], r["title"]) == (language, title)}
    assert {code[:4] for code in codes} == {unit_group}
