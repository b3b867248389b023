"""The evaluation report through the command, and the evaluation app in a real browser with every other host shut."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app_visits import Visit
from made_pages import ALMPO, clean, made

from almpo_kit import sources

#: Runs made here do not go to the store of whoever runs the tests.
pytestmark = pytest.mark.usefixtures("own_store")

APP = "voila/render/evaluation.ipynb"
DESIGN = """
assignment = "rct"
comparison = "no programme"
question = "What did the course do?"
[covariates]
age = "precision"
months_employed_before = "history"
[[outcomes]]
columns = ["employed_06", "employed_12"]
outcome = "employment_probability"
unit = "percentage_points"
months = [6, 12]
[study]
study_id = "ministry2026"
country = "EL"
programme_types = { course = "training" }
start_year = 2022
end_year = 2022
"""


def trial(folder: Path, n: int = 400) -> tuple[Path, Path]:
    """A trial whose course raises the chance of work after a year by 20 points, and its design."""
    rng = np.random.default_rng(5)
    course = rng.permutation(n) < n // 2
    rows = ["id;treatment;age;months_employed_before;employed_06;employed_12"]
    for i in range(n):
        late = rng.random() < 0.4 + 0.2 * course[i]
        arm = "course" if course[i] else "no programme"
        rows.append(
            f"p{i};{arm};{rng.integers(20, 60)};{rng.integers(0, 24)};{int(rng.random() < 0.35)};{int(late)}"
        )
    people, design = folder / "people.csv", folder / "design.toml"
    people.write_text("\n".join(rows), encoding="utf-8")
    design.write_text(DESIGN, encoding="utf-8")
    return people, design


def test_the_lesson_of_lalonde(tmp_path: Path) -> None:
    text, numbers, html = made("evaluation", tmp_path, "-p", "seconds=12")
    assert "Not identified. These data cannot say what came of training against no programme" in text
    assert "Made against the checks, not to be used as an effect." in text
    assert "No difference of effects is claimed" in text
    assert numbers["lesson.The_trial.difference"] == pytest.approx(1794.342404)
    # The naive contrasts as LaLonde (1986) and Dehejia and Wahba (1999) have them.
    assert numbers["lesson.Survey_PSID.difference"] == pytest.approx(-15204.78, abs=0.01)
    assert numbers["lesson.Survey_CPS.difference"] == pytest.approx(-8497.52, abs=0.01)
    assert "No rows were made" in text
    assert (
        clean(text) and html.count("<svg") >= 14 and "SYNTHETIC" not in text.replace("SYNTHETIC register", "")
    )


@pytest.mark.slow
def test_a_trial_of_ones_own(tmp_path: Path) -> None:
    people, design = trial(tmp_path)
    given = ("-p", f"persons={people}", "-p", f"design={design}", "-p", "seconds=6")
    text, numbers, _ = made("evaluation", tmp_path / "out", *given)
    assert "Credible." in text and "What did the course do?" in text
    key = "estimate.course_vs_no_programme.employment_probability.12"
    assert abs(numbers[f"{key}.effect"] - 20) < 3 * numbers[f"{key}.se"]
    assert "LaLonde" not in text and "NSW" not in text
    assert "ministry2026" in text and "rows for the evidence base" in text
    assert clean(text)


def test_half_a_register_is_refused(tmp_path: Path) -> None:
    people, _ = trial(tmp_path, 40)
    command = [*ALMPO, "report", "evaluation", "--out", str(tmp_path / "out"), "-p", f"persons={people}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode != 0 and "say how people came into the programme" in done.stderr
    assert not list((tmp_path / "out").glob("*.html"))


def answered(page: Any, words: str) -> str:
    """The visible answer once it holds some words."""
    panel = page.locator(".almpo-answer:visible", has_text=words).first
    panel.wait_for(timeout=120_000)
    return str(panel.inner_text())


@pytest.mark.browser
def test_a_visit_at_a_desk(address: str, chromium: Any, tmp_path: Path) -> None:
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP)
    said = page.locator(".almpo-answer:visible").inner_text()
    assert "Credible." in said and "training against no programme 1\u202f622 US$ a year" in said
    page.get_by_role("tab", name="Checks", exact=True).click()
    assert "Can the groups be compared?" in answered(page, "What is compared with what?")
    page.get_by_role("tab", name="Publish", exact=True).click()
    page.get_by_role("button", name="Make the rows").click()
    answered(page, "Rows for the evidence base")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download the rows (CSV)").click()
    path = tmp_path / "rows.csv"
    got.value.save_as(path)
    rows = sources.read_effects(path).effects
    assert rows["effect"].tolist() == pytest.approx([1621.58], abs=0.01) and rows["design"].tolist() == [
        "rct"
    ]
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_groups_that_cannot_be_compared(address: str, chromium: Any) -> None:
    """No number without a reason; with one, the number says so; it cannot be published."""
    visit = Visit(chromium, 360, 740)
    page = visit.open(address + APP)
    page.locator("text=Whose data?").first.click()
    page.get_by_label("Example").select_option(label="NSW: survey PSID in place of the trial’s controls")
    said = answered(page, "Not identified.")
    assert "the step “overlap” said stop" in said and "US$" not in said.partition("Why to doubt")[0]
    page.get_by_label("Go on against the checks, because").fill("the trial’s answer is known <b>x</b>")
    page.get_by_role("button", name="Evaluate", exact=True).click()
    said = answered(page, "Made against the checks")
    assert "the trial’s answer is known <b>x</b>" in said and "Not identified." in said
    page.get_by_role("tab", name="Publish", exact=True).click()
    page.get_by_role("button", name="Make the rows").click()
    assert "not identified" in answered(page, "No rows were made").lower()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert visit.console == [] and visit.outside == []


@pytest.mark.browser
def test_whom_and_what_would_break_it(address: str, chromium: Any) -> None:
    visit = Visit(chromium, 1440, 1000)
    page = visit.open(address + APP)
    page.get_by_role("tab", name="What would break it", exact=True).click()
    page.get_by_label("Time for it (seconds)").fill("20")
    page.get_by_role("button", name="Try to break it").click()
    assert "attempts to break the result" in answered(
        page, "attempts to break the result that gave an answer"
    )
    page.get_by_role("tab", name="For whom", exact=True).click()
    page.get_by_role("button", name="Ask for whom it did more").click()
    assert "For whom does it work?" in answered(page, "out-of-sample test")
    assert visit.console == [] and visit.outside == []
