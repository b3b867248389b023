"""Words of other people in pages that are handed on, opened in a real browser: nothing runs, nothing is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from almpo_kit import records
from almpo_kit.recommendation import oversight_file
from almpo_kit.vocabulary import Check, Finding, Provenance
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.workbench import layout, oversight_files, page, trial_documents
from almpo_kit.workbench.example_trials import example_trial
from almpo_kit.workbench.sweeps import index_page
from almpo_kit.workbench.sweeps.series import Series
from almpo_kit.workbench.trials import keep_plan

#: Ends an attribute, a tag, an element of style or script, a comment, a fence of Markdown, and begins what would run.
HOSTILE = (
    'x"\'`></p></style></script></title></textarea>--><img src=http://127.0.0.1:9/a onerror="window.struck=1">'
    "<script>window.struck=2</script><svg onload=window.struck=3><attackmark></attackmark>"
    "[a](javascript:window.struck=4) ![b](http://127.0.0.1:9/b) <javascript:window.struck=5> http://127.0.0.1:9/c "
    "$\\href{javascript:window.struck=6}{y}$ {{7*7}} {%raw%} \u202e \x1b[31m"
)
SCRIPT_URL = "javascript:window.struck=7"


def finding() -> Finding:
    return Finding(
        question=HOSTILE,
        sentence=HOSTILE,
        table=pd.DataFrame({HOSTILE: [HOSTILE, "b"], "url": [SCRIPT_URL, HOSTILE], "n": [1.5, 2.0]}),
        checks=(Check(HOSTILE, "failed", HOSTILE), Check("b", "passed", HOSTILE)),
        provenance=Provenance(data=(), method=HOSTILE),
        certainty="low",
        headline=Headline(1.0, 0.5, 2.0, HOSTILE, (0.0, 3.0)),
        rests_on=HOSTILE,
    )


def report(folder: Path) -> str:
    studies = pd.DataFrame(
        {"study_id": ["a", "b"], "citation": [HOSTILE] * 2, "url": [SCRIPT_URL, f"https://{HOSTILE}"]}
    )
    found = finding()
    shown: list[Any] = [
        layout.masthead(HOSTILE, HOSTILE, eyebrow=HOSTILE),
        layout.in_short(one=found),
        layout.compact(found),
        *layout.further(found),
        layout.table(found.table, HOSTILE),
        layout.prose(HOSTILE),
        layout.cautions(found),
        layout.references(studies, ["a", "b"]),
        found,
    ]
    outputs = [nbformat.v4.new_output("display_data", {"text/html": b._repr_html_()}) for b in shown]
    outputs += [
        nbformat.v4.new_output("stream", name="stdout", text=HOSTILE),
        nbformat.v4.new_output("display_data", {"text/plain": HOSTILE}),
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    return page.render(made, fallback_title=HOSTILE, command=f"almpo report x -p word='{HOSTILE}'")


def index(folder: Path) -> str:
    row = {
        "parameters": {"country": "EL", HOSTILE: HOSTILE},
        "metrics": {f"a.{HOSTILE}": 1.0},
        "sentences": {HOSTILE: HOSTILE},
        "failed_checks": {"a": [HOSTILE]},
        "synthetic": True,
        "differences": {"numbers": {HOSTILE: [1.0, HOSTILE]}, "sentences": {"a": [HOSTILE, HOSTILE]}},
        "page": f"{SCRIPT_URL}/{HOSTILE}.html",
    }
    other = row | {
        "parameters": {"country": "IT", HOSTILE: "2"},
        "metrics": {f"a.{HOSTILE}": 2.0},
        "page": "b.html",
    }
    third = row | {"parameters": {"country": HOSTILE}, "page": "c.html"}
    series = Series(
        HOSTILE, folder / f"{HOSTILE[:9].replace('/', '')}.ipynb", folder, ("country", HOSTILE), (), ()
    )
    failed = {HOSTILE: {"parameters": row["parameters"], "reason": HOSTILE}}
    return index_page.render(series, {"EL": row, "IT": other, HOSTILE: third}, failed)


def oversight(folder: Path) -> str:
    record = {
        "name": HOSTILE,
        "parameters": {HOSTILE: HOSTILE},
        "metrics": {"advice.value": 1.5},
        "failed_checks": {HOSTILE: [HOSTILE]},
        "data": [{"dataset": HOSTILE, "version": HOSTILE}],
        "synthetic": True,
    }
    return oversight_files.oversight_page(oversight_file(record, None, system_name=HOSTILE, deployer=HOSTILE))


def trial(folder: Path) -> str:
    # Records take no sign that steers, and the numbers of an address for a telephone's.
    steers = "".join(c for c in HOSTILE if c.isprintable()).replace("127.0.0.1:9", "localhost")
    plan = replace(example_trial().plan, name="A trial", question=steers[:300], harm=steers)
    case = keep_plan(plan, records.open_store(folder / "records.db"))
    return trial_documents.page(case.document(), HOSTILE)


PAGES: dict[str, Callable[[Path], str]] = {
    "report": report,
    "index": index,
    "oversight": oversight,
    "trial": trial,
}


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_hostile_words_as_words(name: str, tmp_path: Path, chromium: Any) -> None:
    html = PAGES[name](tmp_path)
    file = tmp_path / "page.html"
    file.write_text(html, encoding="utf-8")
    asked: list[str] = []
    noise: list[str] = []
    with chromium.new_context() as context:
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: noise.append(message.text))
        shown.on("pageerror", lambda error: noise.append(str(error)))
        shown.on("dialog", lambda dialog: dialog.dismiss())
        shown.goto(file.as_uri())
        assert [a for a in asked if not a.startswith("data:")] == [file.as_uri()]
        # A policy that had to step in would say so here: nothing may get so far.
        assert noise == []
        assert shown.evaluate("window.struck") is None
        assert (
            shown.locator("attackmark, img:not([src^='data:']), iframe, object, embed, form, base").count()
            == 0
        )
        assert "attackmark" in shown.locator("body").inner_text()
        inline = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => /^on/i.test(a.name))).length"
        assert shown.evaluate(inline) == 0
        links = shown.evaluate(
            "[...document.querySelectorAll('[href], [xlink\\\\:href]')].map(a => a.href.baseVal ?? a.href)"
        )
        assert not [link for link in links if str(link).lower().startswith("javascript")]


def test_every_page_that_is_handed_on_shuts_scripts_out() -> None:
    """A second wall: even if words became markup, the page itself would refuse to run or send anything."""
    assets = Path(page.FOLDER)
    for template in ("report.html.j2", "sweep.html.j2", "oversight.html.j2", "trial.html.j2"):
        text = (assets / template).read_text(encoding="utf-8")
        policy = text.partition('http-equiv="Content-Security-Policy" content="')[2].partition('">')[0]
        for rule in ("default-src 'none'", "base-uri 'none'", "form-action 'none'"):
            assert rule in policy, (template, rule)
        assert "script-src 'unsafe" not in policy and "http" not in policy
