"""Languages: everything that is said is translated, placeholders stay, numbers look as each language writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from message_ids import message_ids

from almpo_kit.vocabulary.consultation_items import ITEM_KINDS
from almpo_kit.vocabulary.consultations import DISCLOSURES, ROLES
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench import localisation
from almpo_kit.workbench.answering import phrases
from almpo_kit.workbench.localisation import FOLDER, Speech, speeches

FILES = sorted(FOLDER.glob("*/codesign.po"))


def test_english_and_greek_are_there() -> None:
    assert {"en", "el"} <= set(speeches())
    assert len(message_ids()) > 150
    assert len(ITEM_KINDS) == 7


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.parent.name)
def test_everything_is_translated_and_nothing_else(file: Path) -> None:
    with file.open("rb") as held:
        catalogue = read_po(held, locale=file.parent.name)
    there = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue if m.id}
    assert there == message_ids()
    for message in (m for m in catalogue if m.id):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy
        assert all(texts), message.id
        # Texts are escaped where they are shown: a mark-up in them would be shown as such.
        assert not re.search(r"[<>]|&\w+;", " ".join(texts))


def test_greek_is_greek_and_polite() -> None:
    greek = speeches()["el"]
    for words, told in greek.messages.items():
        text = told if isinstance(told, str) else " ".join(told)
        plain = re.sub(r"%\([a-z]+\)s|[\d\s.,:;·%#€()–]", "", text)
        assert not plain or re.search(r"[α-ωά-ώ]", text), words
        # Second person singular, and the question mark of other alphabets.
        assert not re.search(r"\b(σου|εσύ|σένα)\b|\?", text), text
    assert greek.say("Your answers are saved") == "Οι απαντήσεις σας αποθηκεύτηκαν"
    assert greek.count("%(n)s question", "%(n)s questions", 1) == "1 ερώτηση"
    assert greek.count("%(n)s question", "%(n)s questions", 0) == "0 ερωτήσεις"


def test_numbers_by_language() -> None:
    english, greek = Speech("en"), speeches()["el"]
    assert english.euro(2_000_000) == "€2,000,000"
    assert greek.euro(2_000_000) == "2.000.000\u00a0€"
    assert (english.number(-1234.5), greek.number(-1234.5)) == ("−1,234.5", "−1.234,5")
    assert (english.typed(1234.5), greek.typed(1234.5), greek.typed(-3.0)) == ("1234.5", "1234,5", "-3")


def test_a_language_that_nobody_knows_writes_numbers_and_days_as_in_english() -> None:
    at = datetime.now(UTC) + timedelta(hours=50)
    for language in ("xq", "xq-XX", "not a language"):
        speech, english = Speech(language), Speech("en")
        for say in ("date", "number", "typed", "euro", "moment", "wait"):
            given = {"date": "2026-11-29", "moment": at, "wait": at}.get(say, 1234.5)
            assert getattr(speech, say)(given) == getattr(english, say)(given), say
    assert Speech("pt-BR").number(0.5) == "0,5"


def test_every_word_of_the_vocabulary_has_one_here() -> None:
    assert set(phrases.ROLES) == set(ROLES)
    assert set(phrases.DISCLOSURES) == set(DISCLOSURES)
    rules = Path(localisation.__file__).parents[1] / "records" / "answer_rules.py"
    codes = set(
        re.findall(
            r'"((?:un|no|out|over|too|best|missing)_[a-z_]+|sum|highest|order|personal)"', rules.read_text()
        )
    )
    assert codes - {"over_budget_by"} <= set(phrases.PROBLEMS)


def test_another_language_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    head = 'msgid ""\nmsgstr "Language: fr\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    file = tmp_path / "fr" / "codesign.po"
    file.write_text(
        head + 'msgid "Saved"\nmsgstr "Enregistré"\n\n'
        'msgid "%(n)s question"\nmsgid_plural "%(n)s questions"\nmsgstr[0] "%(n)s question"\nmsgstr[1] "%(n)s questions"\n',
        encoding="utf-8",
    )
    french = speeches(tmp_path)["fr"]
    assert (french.say("Saved"), french.say("Begin"), french.name) == ("Enregistré", "Begin", "Français")
    assert french.count("%(n)s question", "%(n)s questions", 0) == "0 question"
    file.write_text(head + 'msgid "%(low)s to %(high)s"\nmsgstr "%(low)s"\n', encoding="utf-8")
    with pytest.raises(DataError, match="must keep"):
        speeches(tmp_path)
    file.write_bytes(b"msgid \xff\xfe")
    with pytest.raises(DataError, match="no catalogue"):
        speeches(tmp_path)
    with pytest.raises(DataError, match="no folder"):
        speeches(tmp_path / "nowhere")
