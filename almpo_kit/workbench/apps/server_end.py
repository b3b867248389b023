"""The end of the app server: its kernels are asked to go, and those that do not are put an end to."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

#: For all kernels together, also those that are still starting. A container is killed ten seconds after it is asked to
#: end, and a kernel by itself may take five.
SECONDS = 7.0


class _Kernels(Protocol):
    """What is used of jupyter_client's manager of many kernels."""

    shutdown_all: Callable[[], Any]
    _kernels: Mapping[str, Any]


def end(
    loop: asyncio.AbstractEventLoop,
    kernels: _Kernels,
    log: logging.Logger | logging.LoggerAdapter[logging.Logger],
    seconds: float = SECONDS,
) -> None:
    """End all kernels within ``seconds``; a second signal does so at once.

    Parameters
    ----------
    loop : event loop that was stopped
    kernels : manager of many kernels
    log
        Told what was not as it should be.
    seconds : float
    """

    begun: list[asyncio.Task[None]] = []

    async def asked() -> str:
        ending = asyncio.create_task(_shut_down(kernels))
        begun.append(ending)
        # Not awaited by itself: one kernel that cannot be asked must not keep the others alive.
        done, _ = await asyncio.wait({ending}, timeout=seconds)
        if not done:
            ending.cancel()
            return f"did not end within {seconds:.0f} seconds"
        error = ending.exception()
        return f"could not be asked to end ({error!r})" if error else ""

    try:
        trouble = loop.run_until_complete(asked())
    except (KeyboardInterrupt, RuntimeError):
        # A second signal stops the loop once more.
        trouble = "were not waited for"
        for ending in begun:
            if ending.done() and not ending.cancelled():
                # Looked at, or asyncio would complain of it later.
                ending.exception()
    if trouble:
        log.warning("Kernels %s; they are put an end to.", trouble)
    for kernel in list(kernels._kernels.values()):
        process = getattr(getattr(kernel, "provisioner", None), "process", None)
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
                process.wait()


async def _shut_down(kernels: _Kernels) -> None:
    found = kernels.shutdown_all()
    if inspect.isawaitable(found):
        await found
