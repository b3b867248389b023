"""Reports of a series made by the workers of a Dask cluster: the only importer of Dask.

A Dask worker does not make reports itself: each of its threads has a worker process of ours, so that one report can
disturb neither the next nor the cluster. Workers on other machines need the same workbench under the same path (a shared
folder): a report is published where it is made. Whoever can reach a scheduler can run code on its workers, so it belongs
into a closed network, or behind ``tls://`` with certificates in Dask's own configuration.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ParameterError, ReportError
from almpo_kit.workbench.sweeps.side_by_side import Answer, unmade
from almpo_kit.workbench.sweeps.workers import Worker, WorkerLostError, WorkerStuckError
from almpo_kit.workbench.warm import addresses, preloads, starting

_MOST_LOCAL = 64
#: Seconds until a scheduler that does not answer is given up.
_PATIENCE = 10
#: A report is begun again so often when the Dask worker that had it is lost.
_LOST = 2
_own, _lock = threading.local(), threading.Lock()
#: For which code, how it is ended, its address.
_warmed: tuple[str, contextlib.ExitStack, str] | None = None


def checked(cluster: str) -> str:
    """The address of a cluster, or ``local:N``.

    Raises
    ------
    ParameterError
        Neither.
    """
    text = cluster.strip()
    local = re.fullmatch(r"local:(\d{1,3})", text)
    if (local and 1 <= int(local.group(1)) <= _MOST_LOCAL) or re.fullmatch(r"(tcp|tls)://[^\s/]+:\d+", text):
        return text
    raise ParameterError(
        f"--cluster {cluster!r} is neither the address of a Dask scheduler (tcp://HOST:PORT) nor local:N with N "
        f"from 1 to {_MOST_LOCAL}."
    )


def results(
    tasks: Sequence[Mapping[str, Any]], cluster: str, say: Callable[[str], None]
) -> Generator[tuple[int, Answer]]:
    """Number and answer of every task, in the order in which they are done.

    Raises
    ------
    ReportError
        The scheduler cannot be reached, or has no worker.
    """
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(_client(cluster))
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise ReportError(
                f"the scheduler {cluster} has no worker. Start some (`dask worker {cluster}`) and run again."
            )
        say(f"Making them with {len(workers)} Dask worker{'' if len(workers) == 1 else 's'}")
        # Workers of this machine share one warm process; those of others have one each.
        ahead = preloads.for_notebook(Path(tasks[0]["notebook"]))
        warm = stack.enter_context(starting.at_hand(ahead)) if cluster.startswith("local:") else ""
        sent = [{**task, "home": str(root()), "cwd": str(Path.cwd()), "warm": warm} for task in tasks]
        futures = [client.submit(make_here, task, pure=False, retries=1) for task in sent]
        yield from _answers(client, futures)


def _answers(client: Any, futures: Sequence[Any]) -> Generator[tuple[int, Answer]]:
    from distributed import as_completed

    number = {future.key: k for k, future in enumerate(futures)}
    try:
        for future in as_completed(futures):
            error = future.exception() if future.status != "finished" else None
            yield number[future.key], future.result() if error is None else unmade(_told(error))
    finally:
        with contextlib.suppress(Exception):
            client.cancel(list(futures), force=True)


def _told(error: BaseException) -> str:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    lost = "the Dask workers that had it were lost. Nothing was published."
    return lost if type(error).__name__ == "KilledWorker" else first[:300]


@contextlib.contextmanager
def _client(cluster: str) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster

    # Nobody looks at Dask's own pages, and their server would be one more open port.
    settings = {"distributed.scheduler.allowed-failures": _LOST, "distributed.worker.daemon": False}
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        if cluster.startswith("local:"):
            many = int(cluster.removeprefix("local:"))
            local = LocalCluster(
                n_workers=many,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                silence_logs=50,
            )
            yield stack.enter_context(Client(stack.enter_context(local)))
            return
        try:
            client = stack.enter_context(Client(cluster, timeout=_PATIENCE))
        except (OSError, TimeoutError, ValueError, ImportError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ReportError(
                f"the scheduler {cluster} cannot be reached: {reason[:200]}. Nothing was made."
            ) from None
        yield client


def make_here(task: Mapping[str, Any]) -> Answer:
    """Carry out a task in a worker process that belongs to this thread of the Dask worker.

    Raises
    ------
    WorkerLostError
        The process ended; Dask tries again.
    """
    if not Path(task["home"], "data", "sources.csv").is_file():
        return unmade(
            f"a Dask worker does not see {task['home']}: all need the same folder under the same path."
        )
    held: tuple[str, Worker] | None = getattr(_own, "held", None)
    # One that began under other code would go on with what it has imported.
    if held and (held[0] != task["code"] or held[1].is_spent or held[1].process.poll() is not None):
        _let_go(held[1])
        held = None
    if held is None:
        where = Path(task["cwd"])
        environment = {
            "ALMPO_HOME": task["home"],
            addresses.VARIABLE: task["warm"] or _warm(task["code"], task["notebook"]),
        }
        held = _own.held = (task["code"], Worker(environment, where if where.is_dir() else None))
    try:
        return held[1].do(task)
    except WorkerStuckError as stuck:
        _let_go(held[1])
        return unmade(str(stuck))
    except WorkerLostError:
        _let_go(held[1])
        raise


def _let_go(worker: Worker) -> None:
    _own.held = None
    worker.end()


def _warm(code: str, notebook: str) -> str:
    """Address of the warm process of this Dask worker; ``0`` where there can be none. It ends with the Dask worker."""
    global _warmed
    with _lock:
        if _warmed is None or _warmed[0] != code:
            if _warmed is not None:
                _warmed[1].close()
            stack, ahead = contextlib.ExitStack(), preloads.for_notebook(Path(notebook))
            _warmed = (code, stack, stack.enter_context(starting.at_hand(ahead)) or "0")
        return _warmed[2]
