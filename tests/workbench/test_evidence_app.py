"""The evidence explorer in a real browser, on the real server, with every other host shut."""

from __future__ import annotations

import csv
import io
import re
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from app_visits import Visit

from almpo_kit import evidence, sources
from almpo_kit.vocabulary import rendering
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import cli
from almpo_kit.workbench.apps import evidence_explorer, server
from almpo_kit.workbench.apps.downloads import safe_csv
from almpo_kit.workbench.apps.evidence_answers import Base, answer_html
from almpo_kit.workbench.apps.evidence_questions import UNEMPLOYMENT, Choice, matching, options

APP = "voila/render/evidence.ipynb"


@pytest.mark.browser
def test_a_visit_at_a_desk(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1440, 900)
    page = visit.open(address + APP)
    assert "Evidence explorer" in page.title()
    answer = page.locator(".almpo-answer")
    before = answer.locator(".wide svg").first.inner_html()
    page.get_by_label("Programme").select_option(index=1)
    page.wait_for_function(
        "before => document.querySelector('.almpo-answer .wide svg').innerHTML !== before", arg=before
    )
    assert "job-search services" in answer.locator(".question").inner_text().lower()
    assert answer.locator(".badge").inner_text()
    assert answer.locator(".references li").count() > 0
    said = page.locator("#said[aria-live=polite]").inner_text()
    assert said and said == answer.locator(".answer").inner_text()
    with page.expect_download() as download:
        answer.locator("a.download").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert {r["programme_type"] for r in rows} == {"services"}
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_on_a_phone_by_keyboard(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, "nothing sticks out sideways"
    assert page.locator(".almpo-answer .narrow svg").first.is_visible()
    assert not page.locator(".almpo-answer .wide svg").first.is_visible()
    controls = [control for control in page.locator("select").all() if control.is_visible()]
    assert len(controls) == 5
    for control in [*controls, *page.get_by_role("tab").all()]:
        assert control.bounding_box()["height"] >= 44
    question = page.locator(".almpo-answer .question").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "q => document.querySelector('.almpo-answer .question').innerText !== q", arg=question
    )
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_labels_landmarks_and_an_empty_answer(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1024, 800)
    page = visit.open(address + APP)
    assert page.locator("main").count() == 1 and page.locator("h1").count() == 1
    for label in ("Programme", "For whom", "Outcome", "When", "Where"):
        assert page.get_by_label(label, exact=True).count() == 1
        assert page.get_by_label(label, exact=True).is_visible()
    assert not page.get_by_label("Unemployment", exact=True).is_visible(), "at most five controls are visible"
    page.get_by_label("For whom").select_option(index=9)
    page.wait_for_selector("text=No estimate in the evidence base answers this")
    assert "set For whom to its first entry" in page.locator(".almpo-answer").inner_text()
    assert visit.console == []


@pytest.mark.browser
def test_the_question_of_the_policymaker(address: str, chromium: Any) -> None:
    """Does training help the long-term unemployed after two years, when unemployment is high?"""
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    page.get_by_label("For whom").select_option(label="long-term unemployed people (11)")
    page.get_by_label("When").select_option(index=3)
    page.get_by_role("button", name="More").or_(page.locator(".jupyter-widget-Collapse-header")).first.click()
    page.get_by_label("Unemployment", exact=True).select_option(index=3)
    page.wait_for_selector("text=when unemployment is high, over 10%?")
    said = page.locator(".almpo-answer").inner_text()
    assert "No estimate in the evidence base answers this" in said
    assert "What to expect when unemployment is 12%" in said and "Too little to say" in said
    assert page.locator(".reviews li").count() == 3, "three reviews side by side"
    assert "they are neither averaged nor counted" in said.lower()
    assert "What nobody has studied" in said and "long-term unemployed people" in said
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_the_gap_map_is_pressed_by_keyboard(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1024, 800)
    page = visit.open(address + APP)
    page.get_by_role("tab", name="Ask").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".almpo-chip")
    assert page.locator(".almpo-chip").count() == len(evidence.gap_map(sources.effects()).table)
    page.get_by_title("Supported employment, people with a disability or health condition: 14").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('.almpo-answer .question')?.innerText.includes('supported employment')"
    )
    assert "disability" in page.locator(".almpo-answer .question").inner_text()
    page.get_by_role("tab", name="Reviews").click()
    page.wait_for_selector("text=What large reviews say")
    assert visit.console == [] and visit.outside == []


def test_nothing_else_is_served(address: str) -> None:
    for path in (
        "voila/files/evidence.ipynb",
        "voila/files/../../data/effects.csv",
        "api/contents",
        "files/evidence.ipynb",
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + path, timeout=10)
        assert refused.value.code in (403, 404, 405)
    page = urllib.request.urlopen(address + APP + "?template=../../x&theme=../y", timeout=60)
    assert page.status == 200


def test_off_loopback_needs_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(server.TOKEN_VARIABLE, raising=False)
    for ip in ("0.0.0.0", "192.168.1.5", "::", "example.org"):
        with pytest.raises(ParameterError, match="needs a token"):
            server.configuration(ip=ip, port=1)
    monkeypatch.setenv(server.TOKEN_VARIABLE, "short")
    with pytest.raises(ParameterError):
        server.configuration(ip="0.0.0.0", port=1)
    monkeypatch.setenv(server.TOKEN_VARIABLE, "x" * 20)
    assert server.configuration(ip="0.0.0.0", port=1).Voila.token == "x" * 20


@pytest.mark.parametrize("verb", ["apps", "runs"])
def test_a_port_that_is_taken_or_none_is_said(
    verb: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for port in (taken.getsockname()[1], 99999):
            assert cli.main([verb, "--no-browser", "--port", str(port)]) == 2
            assert "--port" in capsys.readouterr().err


def test_csv_cells_are_no_formulas() -> None:
    table = pd.DataFrame({"a": ["=1+1", "+x", "-2", "@x", "fine", "\n=1"], "effect": [-1.0, 2, 3, 4, 5, 6]})
    text = safe_csv(table)
    assert "'\n'=1" in text
    assert text.splitlines()[1:6] == ["'=1+1,-1.0", "'+x,2.0", "'-2,3.0", "'@x,4.0", "fine,5.0"]


@pytest.fixture(scope="module")
def base() -> Base:
    effects = evidence.in_context(sources.effects(), sources.indicators(level=0))
    return Base(effects, sources.studies(), sources.risk_of_bias(), sources.reviews())


def test_options_count_what_is_behind_them(base: Base) -> None:
    offered = options(base.effects)
    assert len(set(offered) - set(evidence_explorer._MORE)) <= 5, "at most five controls are visible"
    training = next(label for label, key in offered["programme_type"] if key == "training")
    assert training == f"Training ({(base.effects['programme_type'] == 'training').sum()})"
    total = sum(int(re.search(r"\((\d+)\)$", label).group(1)) for label, _ in offered["measure"])  # type: ignore[union-attr]
    assert total == len(base.effects)


def test_levels_of_unemployment_share_no_estimate(base: Base) -> None:
    known = base.effects["unemployment_rate"].notna().sum()
    labels = [label for label, key in options(base.effects)["unemployment"] if key]
    assert sum(int(re.search(r"\((\d+)\)$", label).group(1)) for label in labels) == known  # type: ignore[union-attr]
    edge = base.effects.head(2).assign(unemployment_rate=[6.0, 10.0], outcome="earnings", unit="percent")
    measure = ("earnings", "percent")
    found = {key: len(matching(edge, Choice("", measure=measure, unemployment=key))) for key in UNEMPLOYMENT}
    assert found == {"low": 1, "medium": 1, "high": 0}


@pytest.mark.slow
def test_every_single_choice_gives_an_answer(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every picture is drawn, at both widths; those of the first question are turned into SVG, too."""
    assert answer_html(base, Choice()).count("<svg") >= 2
    monkeypatch.setattr(rendering, "chart_html", lambda chart: str(len(chart.to_dict(validate=False))))
    start, offered = vars(Choice()), options(base.effects)
    # What a control says at first is the same question for all of them, and asked once.
    choices = [start | {field: value} for field, entries in offered.items() for _, value in entries]
    asked = [Choice(**choice) for choice in {repr(sorted(c.items())): c for c in choices}.values()]
    assert len(choices) - len(asked) == len(offered) - 1
    for choice in asked:
        html = answer_html(base, choice)
        assert '<p class="answer">' in html and "Traceback" not in html


def test_an_empty_answer_names_ways_that_lead_somewhere(base: Base) -> None:
    choice = Choice(target_group="long_term_unemployed", band="long", unemployment="high")
    html = answer_html(base, choice)
    ways = re.findall(r"<li>set (.*?) to (?:its first entry|their first entries): (\d+) estimate", html)
    assert ways and all(int(count) > 0 for _, count in ways)
    assert "22 have a known unemployment rate" in html


def test_hostile_titles_are_text(base: Base) -> None:
    evil = {"citation": "<img src=x onerror=alert(1)>", "url": "javascript:alert(1)"}
    reviews = base.reviews.assign(statement="<img src=x onerror=alert(1)>", source="javascript:alert(1)")
    hostile = Base(base.effects, base.studies.assign(**evil), base.appraisals, reviews)
    html = answer_html(hostile, Choice()) + answer_html(hostile, Choice(unemployment="high"))
    assert "<img src=x" not in html and "javascript:" not in html
