"""First views, words and limits of the app server's visitors, without a server."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import notebooks, record_keeping
from almpo_kit.workbench.apps.visitors import confined, first_views, inert, kept_views, messages, pages
from almpo_kit.workbench.apps.visitors.full_page import full
from almpo_kit.workbench.apps.visitors.kernels import AppKernels

SHELL = {"msg_type": "comm_msg"}


@pytest.mark.parametrize(
    ("channel", "header", "content", "passes"),
    [
        ("shell", SHELL, {}, True),
        ("shell", {"msg_type": "comm_info_request"}, {}, True),
        ("shell", {"msg_type": "comm_open"}, {"target_name": "jupyter.widget.control"}, True),
        ("shell", {"msg_type": "comm_open"}, {"target_name": "jupyter.widget"}, False),
        ("shell", {"msg_type": "comm_open"}, None, False),
        ("control", SHELL, {}, False),
        ("stdin", {"msg_type": "input_reply"}, {}, False),
        *[
            ("shell", {"msg_type": f"{kind}_request"}, {}, False)
            for kind in (
                "execute",
                "complete",
                "inspect",
                "history",
                "is_complete",
                "shutdown",
                "debug",
                "interrupt",
            )
        ],
        ("shell", None, {}, False),
        (None, {"msg_type": ["comm_msg"]}, {}, False),
    ],
)
def test_what_may_be_said_to_a_kernel(channel: object, header: object, content: object, passes: bool) -> None:
    assert messages.allowed(channel, header, content) is passes


def _state() -> dict[str, dict[str, Any]]:
    return {
        "root": {
            "_model_name": "VBoxModel",
            "children": ["IPY_MODEL_words", "IPY_MODEL_one", "IPY_MODEL_tabs"],
        },
        "words": {
            "_model_name": "HTMLModel",
            "value": "<style>:root { --ink: red }</style>",
            "_dom_classes": ["almpo"],
        },
        "one": {
            "_model_name": "DropdownModel",
            "description": "Country <b>",
            "_options_labels": ["Greece", "<script>alert(1)</script>"],
            "index": 1,
        },
        "tabs": {
            "_model_name": "TabModel",
            "titles": ["A", "B"],
            "selected_index": 1,
            "children": ["IPY_MODEL_one", "x"],
        },
        "odd": {"_model_name": "SomethingNewModel"},
    }


def test_a_first_view_does_nothing_and_cannot_leave_its_element() -> None:
    view = {"model_id": "root"}
    outputs = ({"data": {"application/vnd.jupyter.widget-view+json": view}},)
    html = first_views.first_view(outputs, _state())
    assert "<select disabled>" in html and "&lt;script&gt;alert(1)" in html and "Country &lt;b&gt;" in html
    assert ":host { --ink" in html and html.count("lm-mod-current") == 1
    assert "</script" not in first_views.as_data(html + "</script>") and "<" not in first_views.as_data(html)
    assert json.loads(first_views.as_data(html)) == html
    assert inert.as_html((), _state()) == "" and first_views.first_view((), {}) == ""


def _page() -> pages.Skeleton:
    return pages.cut(
        '<head><title>ALMPO-TITLE</title></head><body><div><p id="waiting">…</p><script id="x">ALMPO-FIRST-VIEW</script></div>'
        f'<script id="jupyter-config-data">{{"kernelId": "{pages._KERNEL}"}}</script><div>'
        '<script type="application/vnd.voila.cell-output+json">{"text/plain": "ALMPO-OUTPUT"}</script></div></body>'
    )


def test_the_page_is_cut_where_kernel_and_outputs_go() -> None:
    skeleton = _page()
    begun = skeleton.begin("A & <b>", "<p>first</p>")
    assert "A &amp; &lt;b&gt;" in begun and "\\u003cp>first" in begun and "kernelId" not in begun
    rest = skeleton.finish("the-kernel", ({"data": {"text/html": "</script><b>"}}, {"data": {}}))
    assert '"kernelId": "the-kernel"' in rest and rest.count("cell-output+json") == 2
    assert "</script><b>" not in rest and pages._KERNEL not in begun + rest
    with pytest.raises(ValueError, match="almpo"):
        pages.cut("<html>another Voila</html>")


def test_the_full_page_says_how_it_stands() -> None:
    page = full(_page(), "Evidence", "<p>first</p>", people=40, retry=15)
    assert '<meta http-equiv="refresh" content="15"></head>' in page
    assert "40 people use" in page and "every 15 seconds" in page and "\\u003cp>first" in page
    assert "another tab" not in page
    assert "Somebody uses" in full(_page(), "Evidence", "", people=1, retry=15)
    assert "close that one" in full(_page(), "Evidence", "", people=1, retry=15, hers=True)


def test_kernels_are_kept_from_what_they_do_not_need(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*confined.STORES, confined.USER_VARIABLE, confined.SWITCH):
        monkeypatch.delenv(name, raising=False)
    # Where people's decisions, and the documents that they drop into the evidence desk, are kept.
    monkeypatch.setenv("ALMPO_LIBRARY", str(tmp_path / "library"))
    asked = confined.wanted(confined.places_of_stores(tmp_path / "runs"))
    kept = (str(tmp_path / "library"), str(tmp_path / "runs"))
    assert asked is not None and not asked.network and asked.writable == kept
    read = [Path(path) for path in asked.readable or ()]
    others = (
        Path("/proc/1/environ"),
        Path("/etc/shadow"),
        Path("/dev/sda"),
        tmp_path,
        sources.root() / "mlruns" / "x",
    )
    assert not [path for path in others if any(path.is_relative_to(allowed) for allowed in read)]
    assert {
        sources.root() / "data",
        Path(confined.__file__).parents[3],
        Path(os.__file__).parent.parent.parent,
    } <= {*read}
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "here" / "records.db"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////somewhere/mlflow.db")
    assert confined._file_of("sqlite:////somewhere/mlflow.db") == Path("/somewhere/mlflow.db")
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert str(tmp_path / "here") in confined.wanted(confined.places_of_stores(tmp_path)).writable  # type: ignore[union-attr]
    monkeypatch.setenv("ALMPO_RECORDS", "postgresql+psycopg://a:b@db/records")
    with_server = confined.wanted(confined.places_of_stores(tmp_path))
    assert with_server is not None and with_server.network, "records on a server need it"
    monkeypatch.setenv("ALMPO_APPS_TOKEN", "not for kernels")
    assert "ALMPO_APPS_TOKEN" not in AppKernels().environment("abc"), "also where kernels are plain"
    own = confined.Confined(with_server, tmp_path / "own")
    environment = own.environment("ab-c")
    assert "ALMPO_APPS_TOKEN" not in environment and environment["TMPDIR"] == str(tmp_path / "own" / "abc")
    assert own.file("ab-c") == str(tmp_path / "own" / "abc" / "kernel.json")
    assert str(tmp_path / "own" / "abc") in (own.of(own.file("ab-c")).writable or ())
    for short in (None, confined.Confined(replace(with_server, writable=None), tmp_path)):
        with pytest.raises(ParameterError, match=confined.SWITCH):
            confined.require_confined(short)
    confined.require_confined(own)
    monkeypatch.setenv(confined.SWITCH, "0")
    assert confined.wanted(()) is None
    confined.require_confined(None)
    monkeypatch.delenv(confined.SWITCH)
    monkeypatch.setenv(confined.USER_VARIABLE, "nobody-of-that-name")
    with pytest.raises(ParameterError, match=confined.USER_VARIABLE):
        confined.wanted(())


def test_a_first_view_is_kept_as_long_as_it_is_true(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept_views.cache, "folder", lambda: tmp_path / "cache")
    monkeypatch.setenv("ALMPO_RECORDS", str(tmp_path / "records.db"))
    notebook = tmp_path / "one.ipynb"
    notebook.write_text("{}")
    made = kept_views.made_from(notebook)
    assert kept_views.read(notebook) == "" and not kept_views.keep(notebook, "", made)
    assert kept_views.keep(notebook, "<p>é</p>", made) and kept_views.read(notebook) == "<p>é</p>"
    assert kept_views.made_from(notebook) == made, "keeping it changes nothing that it is made from"
    for change in (tmp_path / "records.db", notebook):
        before = change.read_text() if change.exists() else ""
        change.write_text("other")
        assert kept_views.read(notebook) == ""
        change.write_text(before)
    assert kept_views.read(notebook)
    (path,) = (tmp_path / "cache" / "first_views").iterdir()
    whole = path.read_text()
    for damaged in (whole[:-20], whole.replace("<p>", "<b>"), "[" * 100_000, "[]", "{}", '{"inputs": 1}'):
        path.write_text(damaged)
        assert kept_views.read(notebook) == ""
    monkeypatch.setenv("ALMPO_RECORDS", "postgresql+psycopg://db/records")
    assert not kept_views.keep(notebook, "<p>", kept_views.made_from(notebook)), "nobody knows what is in it"


@pytest.mark.slow
@pytest.mark.parametrize("app", sorted(notebooks.folder().glob("apps/*.ipynb")), ids=lambda path: path.stem)
def test_apps_that_say_what_they_read_read_no_more(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads(app.read_text())
    if notebook["metadata"].get("almpo", {}).get("reads") != ["data"]:
        pytest.skip("reads records")
    asked: list[object] = []

    def refuse(*_: object) -> Any:
        asked.append(1)
        raise AssertionError("records")

    monkeypatch.setattr(record_keeping, "store", refuse)
    for cell in notebook["cells"]:
        exec("".join(cell["source"]), {"display": lambda *_: None})
    assert not asked
