"""Secrets of the environment are searched for in every file that a report leaves, also one that failed."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import nbformat
import pytest

from almpo_kit.workbench import execution
from almpo_kit.workbench.redaction import redacted, redacted_within, without_secrets

#: The last one has signs that pages, tracebacks and JSON write otherwise; the store's own password reaches kernels.
SECRETS = {
    "ALMPO_APPS_TOKEN": "zz-app-token-zz",
    "ALMPO_SMTP_PASSWORD": "zz-post-zz",
    "AWS_SECRET_ACCESS_KEY": "zz/cloud+key/zz",
    "DATABASE_URL": "postgresql://user:zz-base-zz@127.0.0.1:9/x",
    "MLFLOW_TRACKING_PASSWORD": "zz<run>&\"store'\\€ zz",
}
VALUES = [v.partition("user:")[2].partition("@")[0] or v for v in SECRETS.values()]
NAMES_ALL = (
    "told = repr(dict(os.environ)) + os.environ['MLFLOW_TRACKING_PASSWORD']\nprint(told)\nHTML(escape(told))"
)
FAILS = "raise RuntimeError(os.environ['MLFLOW_TRACKING_PASSWORD'], sorted(os.environ.items(), reverse=True)[:99])"


def notebook(home: Path, name: str, body: str) -> Path:
    cells = [
        "import os\nfrom html import escape\nfrom IPython.display import HTML\nimport pandas as pd\n"
        "from almpo_kit.vocabulary import Finding\nfrom almpo_kit.workbench.session import open_session",
        body,
        "open_session('x').record(count=Finding(question='q', sentence=os.environ['MLFLOW_TRACKING_PASSWORD'], "
        "table=pd.DataFrame()))",
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, home / "notebooks" / name)
    return home / "notebooks" / name


def written(value: str) -> set[str]:
    """A value as files may hold it."""
    shown = {value, repr(value)[1:-1]}
    shown |= {json.dumps(v, ensure_ascii=a)[1:-1] for v in shown for a in (True, False)}
    return shown | {html.escape(v, quote=q) for v in shown for q in (True, False)} | {quote(value)}


def leaks(*texts: str) -> set[str]:
    return {v for v in VALUES for w in written(v) for text in texts if w in text}


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "report", *arguments]
    own = {**os.environ, **SECRETS, "ALMPO_HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=own)


def left_behind(*folders: Path) -> list[str]:
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]
    return [p.read_bytes().decode("utf-8", "ignore") for p in files]


def test_a_report_that_shows_its_environment_shows_no_secret(stored: Path) -> None:
    """And a notebook that somebody called ``..`` publishes below the folder of reports."""
    done = run(stored, str(notebook(stored, "...ipynb", NAMES_ALL)))
    assert done.returncode == 0, done.stderr
    page = Path(done.stdout.strip())
    assert (
        page.resolve().is_relative_to(stored / "reports")
        and len(page.resolve().parents) > len((stored / "reports").parents) + 1
    )
    assert "ALMPO_HOME" in page.read_text()
    texts = left_behind(stored / "reports", stored / "mlruns")
    assert len(texts) >= 4 and not leaks(*texts, done.stdout, done.stderr)


@pytest.mark.slow
def test_a_report_that_fails_tells_none_either(
    stored: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And its traceback is written through no link, in a folder whose braces nobody fills in."""
    notebook(stored, "98_fails.ipynb", FAILS)
    out = tmp_path_factory.mktemp("out") / "{x}{country.__class__}"
    out.mkdir()
    victim = out.parent / "somebodys.txt"
    victim.write_text("mine")
    (out / "last_failure.txt").symlink_to(victim)
    done = run(stored, "fails", "--out", str(out))
    assert done.returncode == 1 and "the report stopped at" in done.stderr, done.stderr
    assert victim.read_text() == "mine"
    kept = out / "last_failure.txt"
    assert not kept.is_symlink() and "RuntimeError" in kept.read_text()
    assert not leaks(
        *left_behind(out.parent, stored / "reports", stored / "mlruns"), done.stdout, done.stderr
    )


def test_what_is_told_of_a_failure_holds_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    shop, victim = tmp_path / "edition" / ".making-x", tmp_path / "somebodys.txt"
    shop.mkdir(parents=True)
    victim.write_text("mine")
    (shop.parent / "last_failure.txt").symlink_to(victim)
    told = repr(dict(SECRETS))
    error = SimpleNamespace(traceback=["\x1b[31mTraceback\x1b[0m", told], ename="KeyError", evalue=told)
    output = nbformat.v4.new_output("error", ename="KeyError", evalue=told, traceback=[told])
    failed = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("# Look at it", outputs=[output])])
    nbformat.write(failed, shop / "notebook.ipynb")
    said = str(execution._explained(Path("x.ipynb"), shop / "notebook.ipynb", error))
    kept = shop.parent / "last_failure.txt"
    assert "Look at it" in said and "MLFLOW_TRACKING_PASSWORD" in kept.read_text()
    assert victim.read_text() == "mine" and not kept.is_symlink()
    assert not leaks(said, kept.read_text())


@pytest.mark.parametrize(
    ("variable", "value", "secret"),
    [
        ("X_PASSWORD", "p&<w\"o'r\\d €", "p&<w\"o'r\\d €"),
        ("PRIVATE_KEY", "-----BEGIN\nabcdefgh\n-----END", "-----BEGIN\nabcdefgh\n-----END"),
        ("A_URL", "postgresql://u:with/slash@and-at@host/x", "with/slash@and-at"),
        ("A_URL", "postgresql+psycopg://host/db?sslmode=require&password=among-options", "among-options"),
        ("A_DSN_OF_OURS", "host=x user=y password=of-libpq dbname=z", "of-libpq"),
        ("A_URL", "https://ghp_0123456789abcdefghij@example.org/x", "ghp_0123456789abcdefghij"),
        ("A_URL", "amqp://u:p%40ss%20word@host", "p@ss word"),
    ],
)
def test_a_secret_is_known_however_it_is_written(variable: str, value: str, secret: str) -> None:
    environment = {variable: value, "PATH": "/usr/bin"}
    assert without_secrets(environment) == {"PATH": "/usr/bin"}
    for shown in written(secret):
        assert redacted(f"a {shown} b", environment) == "a … b"


def test_what_is_no_secret_stays() -> None:
    environment = {"PIN_TOKEN": "202601", "SHORT_PASSWORD": "the", "PWD": "/home/person"}
    told = "0.2026011 stroke:#202601 1202601 the /home/person"
    assert redacted(told, environment) == told
    assert redacted("pin 202601.", environment) == "pin …."
    record = {"metrics": {"n": 202601, "x": 0.202601}, "told": ["202601"]}
    assert redacted_within(record, environment) == record | {"told": ["…"]}
    address = {"ALMPO_RECORDS": "postgresql+psycopg://person@host/almpo"}
    assert without_secrets(address) == address
