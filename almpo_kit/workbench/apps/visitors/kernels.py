"""Kernels of visitors: warm where that is possible, each with a folder of its own, told of to the places they belong to."""

from __future__ import annotations

import contextlib
import functools
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from traitlets import default

from almpo_kit.workbench.apps.visitors.confined import Confined, open_environment
from almpo_kit.workbench.warm.kernels import WarmKernelManager

if TYPE_CHECKING:
    from almpo_kit.workbench.apps.visitors.places import Places


#: Bytes that are kept for a browser whose line was cut.
_MOST_KEPT = 30_000_000


class AppKernel(WarmKernelManager, ServerKernelManager):  # type: ignore[misc, unused-ignore]
    """One kernel, as the server sees it."""

    @default("confinement")
    def _as_all_kernels_here(self) -> Any:
        held: AppKernels | None = self.parent
        return held.confined.of(self.connection_file) if held is not None and held.confined else None

    def write_connection_file(self, **given: Any) -> None:
        """Where sockets and keys are; readable for whom the kernel becomes."""
        super().write_connection_file(**given)
        if self.confinement is not None and self.confinement.user:
            shutil.chown(self.connection_file, user=self.confinement.user)
            shutil.chown(Path(self.connection_file).parent, user=self.confinement.user)


class AppKernels(AsyncMappingKernelManager):  # type: ignore[misc, unused-ignore]
    """All kernels of the server."""

    places: Places | None = None
    confined: Confined | None = None
    #: What has to end before the kernels do.
    before_end: Callable[[], Awaitable[None]] | None = None

    async def shutdown_all(self, now: bool = False) -> None:
        """End all kernels, and first whatever would start others."""
        if self.before_end is not None:
            await self.before_end()
        await super().shutdown_all(now=now)

    @default("kernel_manager_class")
    def _ours(self) -> str:
        return f"{AppKernel.__module__}.{AppKernel.__qualname__}"

    def notify_connect(self, kernel_id: str) -> None:
        """A tab opened a line."""
        super().notify_connect(kernel_id)
        if self.places is not None:
            self.places.connect(kernel_id, time.monotonic())

    def notify_disconnect(self, kernel_id: str) -> None:
        """A line was closed, or cut."""
        super().notify_disconnect(kernel_id)
        if self.places is not None:
            self.places.disconnect(kernel_id, time.monotonic())

    def start_buffering(self, kernel_id: str, session_key: str, channels: Any) -> None:
        """Keep what a kernel says while its line is cut, up to a bound."""
        super().start_buffering(kernel_id, session_key, channels)
        if not self.buffer_offline_messages:
            return
        kept = self._kernel_buffers[kernel_id]["buffer"]
        held = 0

        def keep(channel: str, parts: list[bytes]) -> None:
            nonlocal held
            held += sum(map(len, parts))
            if held <= _MOST_KEPT:
                kept.append((channel, parts))

        for channel, stream in channels.items():
            stream.on_recv(functools.partial(keep, channel))

    # What Voila's pages ask a manager that renders ahead; ours does not.
    notebook_data: dict[str, Any] = {}  # noqa: RUF012 - never written

    def get_pool_size(self, _: str) -> int:
        """None: see `wakings`."""
        return 0

    def pre_start_kernel(self, kernel_name: str | None, kwargs: Any) -> tuple[Any, str, str]:
        """A kernel whose connection file and sockets are in its own folder: no other kernel finds its key."""
        kernel, name, kernel_id = super().pre_start_kernel(kernel_name, kwargs)
        if self.confined is not None:
            self.confined.make(kernel_id)
            kernel.connection_file = self.confined.file(kernel_id)
        return kernel, name, kernel_id

    def environment(self, kernel_id: str) -> dict[str, str]:
        """Environment of that kernel, without secrets."""
        return self.confined.environment(kernel_id) if self.confined else open_environment()

    async def end(self, kernel_id: str) -> None:
        """End a kernel at once, whatever it is doing, and what it kept."""
        folder = self.confined.folder(kernel_id) if self.confined else None
        with contextlib.suppress(Exception):
            # It may be ending already; that it is gone is all that is wanted.
            await self.shutdown_kernel(kernel_id, now=True)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def is_alive(self, kernel_id: str) -> bool:
        """Whether its process runs."""
        kernel = self._kernels.get(kernel_id)
        process = getattr(getattr(kernel, "provisioner", None), "process", None)
        return process is not None and process.poll() is None

    def used(self, kernel_id: str) -> float:
        """Seconds since its person last did something."""
        kernel = self._kernels.get(kernel_id)
        last = getattr(kernel, "last_activity", None)
        return max(0.0, time.time() - last.timestamp()) if last is not None else 0.0

    def is_busy(self, kernel_id: str) -> bool:
        """Whether it computes."""
        return getattr(self._kernels.get(kernel_id), "execution_state", "") == "busy"
