from __future__ import annotations

import pandas as pd

from almpo_kit.vocabulary.finding import Check, Finding, Headline
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.rendering import interval, number, table_html


def finding(**change: object) -> Finding:
    parts: dict[str, object] = {
        "question": "Does <training> help?",
        "sentence": "Training raised it.",
        "table": pd.DataFrame({"study": ["<script>alert(1)</script>"], "effect": [1.25]}),
        "checks": (Check("a", "passed", "All good."), Check("b", "failed", "Too few.")),
    }
    return Finding(**(parts | change))  # type: ignore[arg-type]


def test_failed_checks_come_before_the_answer() -> None:
    html = finding()._repr_html_()
    assert html.index("Too few.") < html.index("Training raised it.") < html.index("All good.")


def test_everything_is_escaped() -> None:
    html = finding()._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "&lt;training&gt;" in html


def test_synthetic_is_said_by_the_finding_itself() -> None:
    made = finding(provenance=Provenance(synthetic=True))
    assert made.sentence.startswith("SYNTHETIC data.")
    assert 'class="synthetic"' in made._repr_html_()
    assert "SYNTHETIC" not in finding()._repr_html_()


def test_headline_is_a_bar_that_says_its_numbers() -> None:
    html = finding(headline=Headline(2.4, 0.6, 4.2, "points", (-20, 20)), certainty="low")._repr_html_()
    assert "2.4 points (95%: 0.6 to 4.2)" in html
    assert 'role="img"' in html and "left:56.0%" in html
    assert "Low certainty" in html
    assert finding(certainty="too little to say").headline is None


def test_bar_stays_inside_its_scale() -> None:
    html = finding(headline=Headline(90, -90, 95, "points", (-20, 20)))._repr_html_()
    assert "left:100.0%" in html and "width:100.0%" in html


def test_numbers_for_people() -> None:
    assert number(-12345.6) == "−12\u202f345.6"
    assert number(-0.04) == "0.0"
    assert number(float("nan")) == "–"
    assert interval(12, 10, 14, "%") == "12.0% (95%: 10.0 to 14.0)"


def test_table_marks_missing_and_years() -> None:
    html = table_html(pd.DataFrame({"start_year": [2010.0, None], "gap": [-1.25, None]}), caption="A & B")
    assert '<td class="number">2010</td>' in html
    assert "−1.2" in html and html.count("–</td>") == 2
    assert "A &amp; B" in html


def test_table_is_a_copy() -> None:
    original = finding()
    copy = original.to_frame()
    copy.loc[0, "effect"] = 99
    assert original.table.loc[0, "effect"] == 1.25


def test_a_table_writes_limits_in_words_and_no_digits_that_nobody_needs() -> None:
    table = pd.DataFrame(
        {
            "price": [42_100.4, float("inf")],
            "people": [50.0, 12.0],
            "gain": [1.25, float("nan")],
            "kept": [True, False],
        }
    )
    html = table_html(table)
    assert "no upper limit" in html and "42\u202f100<" in html, "an unlimited price is no missing one"
    assert ">50<" in html and ">1.2<" in html and ">–<" in html
    assert "<td>yes</td>" in html and "<td>no</td>" in html
