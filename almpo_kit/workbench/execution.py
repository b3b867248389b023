"""Run a notebook with papermill: the only importer of papermill."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from almpo_kit.vocabulary.errors import ReportError
from almpo_kit.workbench import notebooks

_ENGINE = "almpo"
#: Beside the last good edition after a failure: the traceback for whoever mends it.
FAILURE_LOG = "last_failure.txt"


@contextmanager
def _variables(values: Mapping[str, str]) -> Iterator[None]:
    before = {key: os.environ.get(key) for key in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def _is_step(cell: Any) -> bool:
    """Code cells, but not the two that only hold parameters."""
    tags = set(cell.metadata.get("tags", []))
    return cell.cell_type == "code" and not tags & {"parameters", "injected-parameters"}


def _register_engine(say: Callable[[str], None], kernel_log: IO[str]) -> None:
    """papermill's engine, telling which step is being worked on and keeping the kernel's own noise in a file."""
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import Engine, papermill_engines
    from papermill.log import logger

    class Telling(Engine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            begin = nb_man.cell_start
            steps = [i for i, cell in enumerate(nb_man.nb.cells) if _is_step(cell)]

            def told(cell: Any, cell_index: int | None = None, **more: Any) -> Any:
                if cell_index in steps:
                    title = notebooks.cell_title(nb_man.nb, cell_index)
                    say(f"[{steps.index(cell_index) + 1}/{len(steps)}] {title}")
                return begin(cell, cell_index, **more)

            nb_man.cell_start = told
            client = PapermillNotebookClient(nb_man, kernel_name=kernel_name, startup_timeout=120, log=logger)
            return client.execute(stdout=kernel_log, stderr=kernel_log)

    papermill_engines.register(_ENGINE, Telling)


def run(
    source: Path,
    target: Path,
    values: dict[str, Any],
    *,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    """Execute ``source`` with ``values`` into ``target``.

    Raises
    ------
    ReportError
        A cell failed; the message names the cell and the error, and where the traceback was kept.
    """
    say("Starting the kernel")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with _variables(environment), target.with_suffix(".log").open("w", encoding="utf-8") as kernel_log:
            _register_engine(say, kernel_log)
            papermill.execute_notebook(
                source,
                target,
                parameters=values,
                engine_name=_ENGINE,
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                cwd=source.parent,
            )
    except PapermillExecutionError as error:
        raise _explained(source, target, error) from None
    except (DeadKernelError, NoSuchKernel, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ReportError(
            f"the kernel died while the report was being made ({reason}). That is most often too little memory: close "
            "other programs and run it again. Nothing was published and the last good edition is untouched."
        ) from None


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
    log.write_text(re.sub(r"\x1b\[[0-9;]*m", "", text) + "\n", encoding="utf-8")
    return ReportError(
        f"the report stopped at “{title}”.\n  {error.ename}: {_shortened(str(error.evalue))}\n"
        f"Nothing was published and the last good edition is untouched. The full traceback is in {log}."
    )
