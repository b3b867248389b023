"""One report: a notebook run by papermill, rendered to a page, published whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ReportError, TrackingError
from almpo_kit.workbench import (
    execution,
    file_names,
    manifest,
    notebooks,
    page,
    parameters,
    pdf,
    report_publishing,
    tracking,
    tracking_addresses,
    tracking_outbox,
)
from almpo_kit.workbench.redaction import redacted, redacted_within
from almpo_kit.workbench.session import RECORD_VARIABLE
from almpo_kit.workbench.sweeps import differences, inputs
from almpo_kit.workbench.turns import Turns

Say = Callable[[str], None]
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Report:
    """A published report: its page, the other files, the run that logged it (None if it could not be)."""

    page: Path
    files: tuple[Path, ...]
    run_id: str | None
    tracking_error: TrackingError | None = None


def make(
    name: str,
    given: Mapping[str, str] | None = None,
    *,
    out: Path | None = None,
    with_pdf: bool = False,
    say: Say = lambda text: None,
    log: Literal["now", "later"] = "now",
    time_limit: float = 0.0,
    turns: Turns | None = None,
) -> Report:
    """Make one report.

    Parameters
    ----------
    name : str
        Notebook name, with or without its number.
    given : mapping of str to str
        Parameters as typed.
    out : Path, optional
        Folder to publish into; ``reports/<name>/<values>`` when left out.
    with_pdf : bool
        Also print a PDF.
    say : callable
        Told in a line what is being done.
    log : {"now", "later"}
        Later: the run waits in ``mlruns/outbox`` until somebody drains it (``almpo runs sync``).
    time_limit : float
        Minutes for the notebook; 0: none.
    turns : Turns, optional
        In which its cells are run.

    Raises
    ------
    ParameterError
        Unknown notebook or parameter, ill-typed value; nothing was started.
    TrackingError
        ``MLFLOW_TRACKING_URI`` names what no run can be kept in; nothing was started.
    ReportError
        The notebook failed or took too long, or a file could not be written; the last good edition is untouched.
    """
    path = notebooks.find(name)
    notebook = notebooks.read(path)
    declared = notebooks.parameters_of(notebook)
    values = parameters.resolve(declared, given or {})
    _require_run_store()
    executable = pdf.require_browser() if with_pdf else None
    called, stem = _called(path), report_name(path)
    edition = edition_name(values)
    # Absolute, because the kernel runs in the folder of the notebook.
    target = (out or root() / "reports" / stem / (edition or "default")).absolute()
    command = _command(called, values)
    started, turns = time.perf_counter(), turns or Turns()
    # Looked at before the notebook is: what changes meanwhile is then seen as changed by the next sweep.
    made_from = inputs.fingerprint(path, values, tuple(n for n, p in declared.items() if p.kind == "File"))
    with report_publishing.workshop(target) as shop:
        found = parameters.files_found(declared, values)
        record = _execute(path, notebook, found, shop, say, time_limit=60 * time_limit, turns=turns)
        executed = notebooks.read(shop / "notebook.ipynb")
        base = f"{stem}_{edition}" if edition else stem
        files = {f"{base}.ipynb": _cleaned(executed, shop / "notebook.ipynb")}
        html = page.render(executed, fallback_title=stem, command=command)
        (shop / "page.html").write_text(redacted(html), encoding="utf-8")
        files[f"{base}.html"] = shop / "page.html"
        if executable:
            say("Printing the PDF")
            pdf.print_page(shop / "page.html", shop / "page.pdf", executable)
            files[f"{base}.pdf"] = shop / "page.pdf"
        seconds = time.perf_counter() - started - turns.waited
        content = _manifest(stem, values, command, record, files, seconds)
        moved = differences.since(target / "manifest.json", values, record)
        content |= {"inputs": made_from, "differences": moved}
        manifest.write(shop / "manifest.json", content)
        everything = files | {"manifest.json": shop / "manifest.json"}
        published = report_publishing.publish(everything, target, shop / "before", stale=f"{base}.pdf")
    address = target / f"{base}.html"
    run = _run(stem, edition, values, record, published)
    return _log_later(run, address, published) if log == "later" else _log(run, address, published, say)


def _called(path: Path) -> str:
    return path.stem.lstrip("0123456789_")


def report_name(path: Path) -> str:
    """A name of a folder and of files for the reports of a notebook, whatever somebody called it (`...ipynb`)."""
    called = _called(path)
    return called if _PLAIN_NAME.fullmatch(called) else file_names.joined([called or "notebook"])


def edition_name(values: Mapping[str, Any]) -> str:
    """A file name for these values: readable where they are plain, with a digest where they are not."""
    return file_names.joined([str(v) for v in values.values() if v is not None])


def _command(stem: str, values: Mapping[str, Any]) -> str:
    """What makes this report again, as a shell takes it."""
    typed = {k: "latest" if v is None else str(v) for k, v in values.items()}
    # Nothing at all needs no quotes behind the equals sign.
    return f"almpo report {shlex.quote(stem)}" + "".join(
        f" -p {k}={v and shlex.quote(v)}" for k, v in typed.items()
    )


def _require_run_store() -> None:
    """A store that is away is told afterwards, with a whole report; an address that can never work, before."""
    try:
        tracking_addresses.refuse_folder(os.environ.get("MLFLOW_TRACKING_URI", ""))
    except TrackingError as error:
        raise TrackingError(f"{error} Nothing was started.") from None


def _execute(
    path: Path, notebook: Any, values: dict[str, Any], shop: Path, say: Say, **limits: Any
) -> dict[str, Any]:
    record = shop / "record.json"
    environment = {RECORD_VARIABLE: str(record), "JUPYTER_PREFER_ENV_PATH": "1", "ALMPO_HOME": str(root())}
    notebook = shop / "notebook.ipynb"
    execution.run(path, notebook, values, environment=environment, say=say, **limits)
    if not record.exists():
        raise ReportError(
            f"{path.name} ran but recorded nothing; it needs a last cell with session.record(...)."
        )
    content: dict[str, Any] = redacted_within(json.loads(record.read_text(encoding="utf-8")))
    return content


def _cleaned(executed: Any, path: Path) -> Path:
    """The executed notebook without times and random ids, which would differ from run to run."""
    import nbformat

    for position, cell in enumerate(executed.cells):
        cell["id"] = f"cell-{position}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    executed.metadata.pop("papermill", None)
    # Kernels are told no secrets but the run store's address; should an output show that, it ends here.
    executed.cells = redacted_within(executed.cells)
    nbformat.write(executed, path)
    return path


def _manifest(
    name: str,
    values: Mapping[str, Any],
    command: str,
    record: Mapping[str, Any],
    files: Mapping[str, Path],
    seconds: float,
) -> dict[str, Any]:
    return {
        "report": name,
        "parameters": dict(values),
        "command": command,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "files": {file: manifest.sha256(path) for file, path in files.items()},
        "environment": manifest.environment(),
        "git": manifest.git_commit(),
        **record,
    }


def _run(
    stem: str, edition: str, values: Mapping[str, Any], record: Mapping[str, Any], published: tuple[Path, ...]
) -> dict[str, Any]:
    """What is logged of a report, as the run store and its outbox take it."""
    return {
        "name": f"{stem} {edition}".strip(),
        "parameters": values,
        "record": record,
        "tags": {"report": stem, "edition": edition, "made_by": "almpo report"},
        "files": tuple(p for p in published if p.suffix in {".html", ".pdf", ".json"}),
    }


def _log_later(run: dict[str, Any], html: Path, published: tuple[Path, ...]) -> Report:
    try:
        tracking_outbox.keep(run.pop("name"), **run)
    except TrackingError as error:
        return Report(html, published, None, error)
    return Report(html, published, None)


def _log(run: dict[str, Any], html: Path, published: tuple[Path, ...], say: Say) -> Report:
    say("Logging the run")
    try:
        run_id = tracking.log_run(run.pop("name"), **run)
    except TrackingError as error:
        return Report(html, published, None, error)
    except KeyboardInterrupt:
        interrupted = TrackingError("logging the run was interrupted, so the run store does not have it.")
        return Report(html, published, None, interrupted)
    return Report(html, published, run_id)
