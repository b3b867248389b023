"""The papermill engine ``almpo``: warm kernels where there are some, and a word about each step.

Registered as an entry point, so ``papermill --engine almpo`` knows it, too.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger

from almpo_kit.workbench import notebooks
from almpo_kit.workbench.turns import Turns
from almpo_kit.workbench.warm import addresses

NAME = "almpo"
_START_SECONDS = 120
#: Until what a cell shows has arrived; a large page takes its time on a busy machine.
_SHOWN_SECONDS = 60


def _is_step(cell: Any) -> bool:
    """Code cells, but not the two that only hold parameters."""
    tags = set(cell.metadata.get("tags", []))
    return cell.cell_type == "code" and not tags & {"parameters", "injected-parameters"}


def _tell_steps(nb_man: Any, say: Callable[[str], None]) -> None:
    begin = nb_man.cell_start
    steps = [i for i, cell in enumerate(nb_man.nb.cells) if _is_step(cell)]

    def told(cell: Any, cell_index: int | None = None, **more: Any) -> Any:
        if cell_index in steps:
            title = notebooks.cell_title(nb_man.nb, cell_index)
            say(f"[{steps.index(cell_index) + 1}/{len(steps)}] {title}")
        return begin(cell, cell_index, **more)

    nb_man.cell_start = told


class _Client(PapermillNotebookClient):  # type: ignore[misc, unused-ignore]
    """papermill's, with cells that wait until it is their turn, and a limit for all of them from then on."""

    turns = Turns()
    time_limit = 0.0

    def papermill_execute_cells(self) -> None:
        """The cells, in their turn."""
        with self.turns.taken():
            if self.time_limit:
                until = time.monotonic() + self.time_limit
                self.timeout_func = lambda cell: max(1, math.ceil(until - time.monotonic()))
            super().papermill_execute_cells()


class WarmEngine(Engine):  # type: ignore[misc, unused-ignore]
    """papermill over kernels that are forked from a warm process; plain kernels where that cannot be."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        say: Callable[[str], None] = lambda text: None,
        kernel_log: Path | None = None,
        environment: Mapping[str, str] | None = None,
        warm_address: str | None = None,
        time_limit: float = 0.0,
        turns: Turns | None = None,
        **_: Any,
    ) -> Any:
        """Execute the cells of a notebook.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
        kernel_name : str
        say : callable
            Told the title of each step.
        kernel_log : Path, optional
            Where the kernel's own noise goes.
        environment : mapping of str to str, optional
            The kernel's environment; this process's when left out.
        warm_address : str, optional
            Of the warm process; the one that runs already when left out; empty for a plain kernel.
        time_limit : float
            Seconds for all cells together; 0: none.
        turns : Turns, optional
            In which the cells are run, once their kernel is there.

        Raises
        ------
        TimeoutError
            They took longer; the kernel was killed.
        """
        from almpo_kit.workbench.warm.kernels import WarmKernelManager

        _tell_steps(nb_man, say)
        address = addresses.running() if warm_address is None else warm_address
        with _noise(kernel_log) as noise:
            client = _Client(
                nb_man,
                kernel_name=kernel_name,
                startup_timeout=_START_SECONDS,
                iopub_timeout=_SHOWN_SECONDS,
                log=logger,
            )
            client.turns, client.time_limit = turns or Turns(), time_limit
            client.kernel_manager_class = WarmKernelManager
            # It keeps nothing that would have to be put away.
            client.shutdown_kernel = "immediate"
            client.config.WarmKernelManager.warm_address = address
            given = {"stdout": noise, "stderr": noise} if noise else {}
            return client.execute(**given, **({"env": dict(environment)} if environment else {}))


@contextlib.contextmanager
def _noise(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as opened:
        yield opened
