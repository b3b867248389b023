"""The MLflow UI as `almpo runs` opens it: its tables answer at a glance, and it asks nobody outside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_visits import Visit
from run_servers import RunServer, run_server, some_reports, some_rounds

from almpo_kit.workbench import tracking_views

pytestmark = pytest.mark.slow


@pytest.fixture
def server(stored: Path) -> Iterator[RunServer]:
    some_reports(stored)
    some_rounds()
    with run_server() as running:
        yield running


def seen(chromium: Any, server: RunServer, view: str, row: str) -> tuple[Visit, str]:
    """The table of a view as a visitor of 1440 px sees it."""
    visit = Visit(chromium, 1440, 900)
    experiment = tracking_views.prepare_views()
    visit.page.goto(f"{server.address}{tracking_views.path(view, experiment)}", timeout=90_000)
    visit.page.get_by_text(row).first.wait_for(timeout=90_000)
    visit.page.wait_for_timeout(1_500)
    if folder := os.environ.get("ALMPO_SCREENS"):
        visit.page.screenshot(path=f"{folder}/runs_{view}.png")
    return visit, visit.page.inner_text("body")


def test_the_tables_answer_at_a_glance(chromium: Any, server: RunServer) -> None:
    visit, said = seen(chromium, server, "reports", "country_brief PT")
    for words in (
        *("country_brief EL", "EL Greece", "PT Portugal", "Training raises employment by 2.1 points"),
        *("what_works.effect 2.4 → 2.1", "first edition", "nothing", "effects 2026-1"),
    ):
        assert words in said, words
    assert "round demo" not in said, "other runs are not in this view"
    rounds, said = seen(chromium, server, "rounds", "round demo: 3 against 2")
    for words in (
        *("coding_demo, version 2", "2 promoted: 8.1 points", "3 not promoted", "version 2"),
        *("480 settled codes", "8.13"),
    ):
        assert words in said, words
    assert "country_brief" not in said
    for one in (visit, rounds):
        assert not one.outside, one.outside
        assert "Ask questions about" not in one.page.inner_text("body"), "the assistant hides the table"
    answer = visit.page.request.get(f"{server.address}/ajax-api/3.0/mlflow/assistant/config")
    assert answer.status == 404
