"""The matching desk in plain Python: hostile files, failures nobody expected, what leaves it as CSV."""

from __future__ import annotations

import base64
import datetime
import io
import re
from typing import Any

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.workbench.apps import downloads, server
from almpo_kit.workbench.apps.downloads import download_html, safe_csv
from almpo_kit.workbench.apps.matching import desk as desks
from almpo_kit.workbench.apps.matching.desk import Desk
from almpo_kit.workbench.apps.matching.gaps import gaps
from almpo_kit.workbench.apps.matching.held import Held
from almpo_kit.workbench.apps.matching.turning import turning
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.labour_market import LabourMarket, uploaded

TAG = "<img src=x onerror=alert(1)>"
_PLACES = ("EL30,2512", "EL30,5223", "EL52,2512", "EL52,5223")
_ROWS = [f"{i},{place},{TAG},=1+1" for i, place in enumerate(_PLACES)]
PEOPLE = "\n".join(
    [
        f"nr,geo,occupation,{TAG},=cmd|' /C calc'!A0",
        *_ROWS,
        f"{TAG},{TAG},{TAG},{TAG},@x",
        "9,XX99,2512,;=1+1,-",
    ]
)


@pytest.fixture(scope="module")
def held() -> Held:
    return Held(
        sources.occupations(),
        sources.nuts(),
        sources.locations(),
        sources.indicators(level=0),
        sources.effects(),
    )


@pytest.fixture
def desk(held: Held, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk over a small example, with tabs that cost nothing."""
    made = sources.synthetic_labour_market(country="EL", seekers=300, vacancies=60)
    example = LabourMarket("SYNTHETIC example, EL", made.seekers, made.vacancies)
    monkeypatch.setattr(desks, "labour_market", lambda **_: example)
    monkeypatch.setattr(desks, "gaps", lambda *_: Screen({}, lambda **_: "gaps"))
    return Desk(held)


def give(desk: Desk, **files: str) -> None:
    """Drop files into the desk and press the button."""
    for kind, text in files.items():
        content, now = text.encode(), datetime.datetime.now(datetime.UTC)
        one = {"name": f"{kind}{TAG}\u202e.csv", "type": "text/csv", "size": len(content)}
        desk.uploads[kind].value = ({**one, "content": memoryview(content), "last_modified": now},)
    desk.read.click()


def csv_of(html: str) -> str:
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", html)
    assert found is not None
    return base64.b64decode(found[1]).decode("utf-8-sig")


def test_nothing_that_a_file_holds_is_markup_or_a_formula(desk: Desk) -> None:
    give(desk, seekers=PEOPLE, vacancies=PEOPLE.replace("9,XX99", "9,EL99"))
    assert "4 rows of seekers taken in" in desk.told.value and "2 rows set aside" in desk.told.value
    assert "<img" not in desk.told.value and "&lt;img" in desk.told.value and "\u202e" not in desk.told.value
    lines = csv_of(desk.told.value).splitlines()
    assert len(lines) == 3 and "'=cmd|" in lines[0] and "'@x" in lines[1] and ";'=1+1" in lines[2]
    assert not any(re.match(r"[\s]*[=+@-]", cell) for line in lines for cell in line.split(","))


@pytest.mark.parametrize("only", ["seekers", "vacancies"])
def test_one_file_is_refused_and_the_next_two_are_read(desk: Desk, only: str) -> None:
    give(desk, **{only: PEOPLE})
    assert "both files are needed" in desk.told.value and "100 MB does not arrive" in desk.told.value
    assert "SYNTHETIC" in desk.told.value, "what is still shown is said"
    assert not any(up.value for up in desk.uploads.values()), "nothing was kept"
    give(desk, seekers=PEOPLE, vacancies=PEOPLE)
    assert "4 rows of vacancies taken in" in desk.told.value


def test_after_each_try_the_buttons_are_new(desk: Desk) -> None:
    """A browser's button whose file was too large to arrive waits for an answer for ever."""
    before = set(desk.uploads.values())
    give(desk, seekers=PEOPLE)
    assert not before & set(desk.uploads.values()) and all(old.comm is None for old in before)
    assert desk.files.children == (*desk.uploads.values(), desk.read)


def test_a_file_that_cannot_be_read_leaves_what_was_there(desk: Desk) -> None:
    before = desk.market
    give(desk, seekers="id\0,geo\n1,EL30", vacancies=PEOPLE)
    assert "NUL" in desk.told.value and desk.market is before
    assert not any(up.value for up in desk.uploads.values())


def test_what_nobody_foresaw_is_said_without_its_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> LabourMarket:
        raise KeyError("Anna Papadopoulou")

    monkeypatch.setattr(desks, "uploaded", fail)
    before = desk.market
    give(desk, seekers=PEOPLE, vacancies=PEOPLE)
    assert "not foreseen (KeyError in test_matching_desk.py, line" in desk.told.value
    assert "Anna" not in desk.told.value and "Traceback" not in desk.told.value
    assert desk.market is before and not any(up.value for up in desk.uploads.values())


def test_a_tab_that_fails_says_so_and_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Screen:
        raise ZeroDivisionError

    monkeypatch.setattr(desks, "moves", fail)
    desk.tabs.selected_index = 1
    assert "ZeroDivisionError" in desk.tabs.children[1].children[0].value
    monkeypatch.setattr(desks, "moves", lambda *_: Screen({}, lambda **_: "moves"))
    desk.open_tab()
    assert 1 in desk.screens


@pytest.mark.parametrize(
    ("error", "words"), [(IndexError("Anna"), "IndexError"), (MemoryError(), "little memory")]
)
def test_a_screen_never_keeps_an_old_answer(error: Exception, words: str) -> None:
    def answer(**_: Any) -> str:
        if asked:
            raise error
        return "old answer"

    asked: list[int] = []
    screen = Screen({}, answer, button="Ask")
    screen.refresh()
    assert screen.answer.value == "old answer"
    asked.append(1)
    screen.refresh()
    assert (
        words in screen.answer.value
        and "old" not in screen.answer.value
        and "Anna" not in screen.answer.value
    )
    assert screen.button is not None and not screen.button.disabled


def test_free_words_where_an_occupation_is_chosen_are_no_markup(desk: Desk) -> None:
    desk.tabs.selected_index = 1
    desk.screens[1].controls["origin"].value = TAG * 1_000
    shown = desk.screens[1].answer.value
    assert "&lt;img" in shown and "<img" not in shown and len(shown) < 2_000


def test_texts_without_codes_keep_the_button_that_reads_them(
    held: Held, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "gaps", gaps)
    give(desk, seekers="id,geo,text\n1,EL30,cook\n", vacancies="id,geo,text\n1,EL30,cook\n")
    refused, button = desk.tabs.children[0].children
    assert "no row has both a region and an occupation" in refused.value
    assert button is desk.code and button.layout.display == ""


def test_a_part_that_cannot_be_answered_takes_no_other_with_it(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = uploaded({"stocks": ("s.csv", b"geo,occupation,unemployed,vacancies\nFR23,25,900,90\n")})
    shown = gaps(held, old).answer.value
    assert "demand_and_supply.csv" in shown and "one cell only" in shown
    here = "almpo_kit.workbench.apps.matching.turning"
    monkeypatch.setattr(f"{here}.finding_html", lambda _, file: file)
    monkeypatch.setattr(f"{here}.picture_html", lambda *_: "")
    nobody = uploaded({"stocks": ("s.csv", b"geo,occupation,unemployed,vacancies\nEL30,25,0,9\n")})
    shown = turning(held, nobody, "EL").answer.value
    assert "forecast.csv" in shown and "no one unemployed" in shown


def test_two_desks_share_no_market(held: Held, desk: Desk) -> None:
    give(desk, seekers=PEOPLE, vacancies=PEOPLE)
    other = Desk(held)
    assert desk.market.intakes and not other.market.intakes and TAG[:4] not in other.told.value


def test_the_server_takes_as_much_as_the_screen_says(desk: Desk) -> None:
    settings = server.configuration(ip="127.0.0.1", port=1).Voila.tornado_settings
    assert settings["websocket_max_message_size"] > server.LARGEST_UPLOAD
    said = desk.widget.children[0].children[0].children[1].value
    assert f"up to {server.LARGEST_UPLOAD // 1_000_000} MB" in said


def test_headings_hidden_signs_and_semicolons_begin_no_formula() -> None:
    cells = ["\ufeff=1", "\u200b=1", "\t x", "＝1", "a;=1", "a\n @x", "a; b", "-", None]
    table = pd.DataFrame({"=h": cells, "n": range(9)})
    table["=n"] = table.pop("n")
    lines = pd.read_csv(io.StringIO(safe_csv(table)), dtype=str)
    assert list(lines.columns) == ["'=h", "'=n"]
    assert lines["'=h"].tolist()[:-1] == [
        *("'\ufeff=1", "'\u200b=1", "'\t x", "'＝1", "a;'=1", "a\n' @x", "a; b", "'-")
    ]
    assert lines["'=n"].tolist() == [str(i) for i in range(9)]


def test_two_columns_of_one_name_leave_as_two() -> None:
    assert safe_csv(pd.DataFrame([["=a", "b"]], columns=["x", "x"])).splitlines()[1] == "'=a,b"


def test_a_table_too_long_for_a_link_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 1_000)
    html = download_html(pd.DataFrame({"a": ["0123456789"] * 1_000}), "a.csv", "Rows")
    kept = len(csv_of(html).splitlines()) - 1
    assert 50 < kept < 1_000 and f"the first {kept:,} of 1,000 rows" in html
