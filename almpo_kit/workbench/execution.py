"""Run a notebook with papermill: the only importer of papermill."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.sources.cache import write_atomically
from almpo_kit.vocabulary.errors import ReportError
from almpo_kit.workbench import notebooks
from almpo_kit.workbench.redaction import redacted, without_secrets
from almpo_kit.workbench.turns import Turns
from almpo_kit.workbench.warm import addresses

#: Beside the last good edition after a failure: the traceback for whoever mends it.
FAILURE_LOG = "last_failure.txt"
#: Addresses of stores that a notebook reads by itself: without them it would ask another store than its reader.
KEPT_VARIABLES = (
    "MLFLOW_TRACKING_URI",
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
    "ALMPO_RECORDS",
)


def _literal(path: Path) -> str:
    """A path as papermill takes it: it would fill braces in it from the parameters, attributes and all."""
    return str(path).replace("{", "{{").replace("}", "}}")


def run(
    source: Path,
    target: Path,
    values: dict[str, Any],
    *,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    warm_address: str | None = None,
    time_limit: float = 0.0,
    turns: Turns | None = None,
) -> None:
    """Execute ``source`` with ``values`` into ``target``.

    Parameters
    ----------
    source, target : Path
    values : dict
        Parameters.
    environment : mapping of str to str
        What the kernel is told beside this process's own variables, of which it gets no secret.
    say : callable
        Told the title of each step.
    warm_address : str, optional
        Of the warm process that forks the kernel; the one that runs already when left out; empty for a plain kernel. For
        one report alone none is started: it would import as much as the kernel, and more.
    time_limit : float
        Seconds for all cells together; 0: none.
    turns : Turns, optional
        In which the cells are run, once their kernel is there.

    Raises
    ------
    ReportError
        A cell failed; the message names the cell and the error, and where the traceback was kept. Or the time was over.
    """
    say("Starting the kernel")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient.exceptions import DeadKernelError
        from papermill.engines import papermill_engines
        from papermill.exceptions import PapermillExecutionError

        from almpo_kit.workbench.execution_engine import NAME, WarmEngine

    papermill_engines.register(NAME, WarmEngine)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    steps = [""]

    def told(step: str) -> None:
        steps.append(step)
        say(step)

    try:
        papermill.execute_notebook(
            _literal(source),
            _literal(target),
            parameters=values,
            engine_name=NAME,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=_literal(source.parent),
            say=told,
            kernel_log=target.with_suffix(".log"),
            environment={**without_secrets(os.environ, KEPT_VARIABLES), **environment},
            warm_address=addresses.running() if warm_address is None else warm_address,
            time_limit=time_limit,
            turns=turns,
        )
    except PapermillExecutionError as error:
        raise _explained(source, target, error) from None
    except TimeoutError:
        # One of the system's errors to Python, but neither the disk nor the folder is at fault.
        raise ReportError(_too_long(steps[-1], time_limit)) from None
    except (DeadKernelError, NoSuchKernel, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ReportError(
            f"the kernel died while the report was being made ({reason}). That is most often too little memory: close "
            "other programs and run it again. Nothing was published and the last good edition is untouched."
        ) from None


def _too_long(step: str, time_limit: float) -> str:
    limit = f"{time_limit / 60:g} minutes" if time_limit else "the time that it is waited for"
    return (
        f"the report was stopped after {limit}, in the middle of “{step.partition('] ')[2] or step}”. Nothing was "
        "published and the last good edition is untouched. If it needs longer, say so with --time-limit MINUTES."
    )


def _shortened(message: str, lines: int = 12, characters: int = 1500) -> str:
    kept = message.strip().splitlines()
    short = "\n".join(kept[:lines])[:characters]
    return short if short == "\n".join(kept) else f"{short} …"


def _explained(source: Path, target: Path, error: Any) -> ReportError:
    """One message instead of a traceback; papermill has put its own banner cells into the notebook it saved."""
    failed = notebooks.read(target)
    index = next(
        (
            i
            for i, cell in enumerate(failed.cells)
            if cell.cell_type == "code" and any(o.output_type == "error" for o in cell.outputs)
        ),
        None,
    )
    title = notebooks.cell_title(failed, index) if index is not None else "an unknown step"
    log = target.parent.parent / FAILURE_LOG
    text = "\n".join(error.traceback)
    # Renamed into place: a link of this name, in a folder that others may write to, leads nowhere.
    write_atomically(log, (redacted(re.sub(r"\x1b\[[0-9;]*m", "", text)) + "\n").encode("utf-8", "replace"))
    return ReportError(
        f"the report stopped at “{title}”.\n  {error.ename}: {_shortened(redacted(str(error.evalue)))}\n"
        f"Nothing was published and the last good edition is untouched. The full traceback is in {log}."
    )
