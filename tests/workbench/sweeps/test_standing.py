from __future__ import annotations

import json
from pathlib import Path

from small_series import notebook
from test_index import published

from almpo_kit.workbench.sweeps import standing
from almpo_kit.workbench.sweeps.series import plan


def test_an_edition_stands_while_it_is_whole_and_nothing_changed(home: Path) -> None:
    notebook(home, ["data"])
    series = plan("small", {"country": ("IT",)})
    (item,) = series.items
    now = {"code": "1", "data": "2"}

    def why(made_from: dict[str, str] = now, **options: bool) -> str:
        return standing.why_made(item.folder, item.values, made_from, **options)

    assert why() == "it was not there"
    published(series)
    assert why() == "it is not known from what it was made"
    published(series, IT={"inputs": now})
    assert why() == "" and why(with_pdf=True) == "a PDF is wanted"
    assert why({"code": "1", "data": "3"}) == "data changed"
    assert why({"code": "0", "data": "3"}) == "code and data changed"
    assert why({"code": "1", "data": standing.inputs.UNKNOWN}) == "it reads data"
    (item.folder / "last_failure.txt").touch()
    assert why() == "it failed last time"
    (item.folder / "last_failure.txt").unlink()
    (item.folder / "page.html").write_text("half")
    assert why() == "a file of it was damaged or is gone"
    published(series, IT={"inputs": now, "parameters": {"country": "FR"}})
    assert why() == "the folder held another report"
    for damage in ({}, [], {"files": {"../x.html": "0"}, "parameters": dict(item.values), "inputs": now}):
        (item.folder / "manifest.json").write_text(json.dumps(damage))
        assert why() in ("it was not there", "a file of it was damaged or is gone")
