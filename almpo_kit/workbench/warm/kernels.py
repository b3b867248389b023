"""Warm kernels as Jupyter sees them: a provisioner, and a manager that asks for it.

A kernel speaks over sockets in a folder, not over ports: two kernels started at once can never be given the same one.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Any as AnyTrait
from traitlets import DottedObjectName, Type, Unicode, default

from almpo_kit.workbench.warm import addresses
from almpo_kit.workbench.warm.forking import ForkedProcess, NotForkedError, fork_kernel

PROVISIONER = "almpo-warm"
#: The longest path of a socket, less what is put behind it.
_LONGEST = 100
_READY_SECONDS, _LOOK_SECONDS = 120.0, 0.005


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc, unused-ignore]
    """Kernels from the warm process; plain ones, with a notice, where there is none or it declines."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Mapping[str, Any]:
        """A kernel for this command."""
        address = getattr(self.parent, "warm_address", "") or addresses.running()
        if not address:
            return await super().launch_kernel(cmd, **kwargs)
        confine = getattr(self.parent, "confinement", None)
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 -- a descriptor is wanted
            streams: dict[str, Any] = {
                name: _descriptor(kwargs.get(name), nothing.fileno()) for name in ("stdout", "stderr")
            }
            environment = dict(kwargs.get("env") or os.environ)
            environment.pop(addresses.VARIABLE, None)
            asked: dict[str, Any] = {
                "env": environment,
                "cwd": str(kwargs.get("cwd") or Path.cwd()),
                "confine": confine,
            }
            try:
                # It may still import: whoever waits for it must not keep others waiting.
                forked = await asyncio.to_thread(fork_kernel, address, cmd, **asked, **streams)
            except NotForkedError as error:
                if confine is not None:
                    raise RuntimeError(
                        f"a confined kernel can only come from the warm process: {error}"
                    ) from None
                print(f"almpo: a plain kernel is started, which takes longer: {error}.", file=sys.stderr)
                return await super().launch_kernel(cmd, **kwargs)
        self.process = forked
        self.pid = self.pgid = forked.pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def wait(self) -> int | None:
        """Its exit code, once it has ended; looked for more often than Jupyter's own ten times a second."""
        if not isinstance(self.process, ForkedProcess):
            return await super().wait()
        while (code := self.process.poll()) is None:
            await asyncio.sleep(_LOOK_SECONDS)
        self.process = None  # type: ignore[assignment, unused-ignore]
        return code


@functools.cache
def _is_registered() -> bool:
    """Whether Jupyter knows the provisioner: not so before `make env` after an update from before there was one."""
    known = bool(entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))
    if not known:
        print("almpo: plain kernels are started, which takes longer; run `make env` once.", file=sys.stderr)
    return known


def _descriptor(stream: Any, nothing: int) -> int:
    """Where a kernel's own noise goes: a file if one was given, else where this process's goes."""
    if stream is None:
        return 2
    if isinstance(stream, int):
        return stream if stream >= 0 else nothing
    return int(stream.fileno())


class WarmClient(AsyncKernelClient):  # type: ignore[misc, unused-ignore]
    """A client that knows of a kernel's readiness by its answers alone; Jupyter's own then waits 0.2 s for silence."""

    def start_channels(self, *given: Any, **options: Any) -> None:
        """All but that of the heartbeat: whether its process lives is known from the process."""
        super().start_channels(*given, **{**options, "hb": False})

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or _READY_SECONDS)
        while time.monotonic() < until:
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            asked = self.kernel_info()
            # What it broadcasts reaches us only once it knows that we listen; so it is asked until that came through.
            if await self._answered(asked) and await self._heard(asked):
                return
        raise RuntimeError(f"Kernel didn't respond in {timeout or _READY_SECONDS:.0f} seconds")

    async def _answered(self, asked: str) -> bool:
        with contextlib.suppress(Empty):
            while True:
                message = await self.get_shell_msg(timeout=1)
                if message["parent_header"].get("msg_id") == asked:
                    self._handle_kernel_info_reply(message)
                    return True
        return False

    async def _heard(self, asked: str) -> bool:
        """Its broadcast that it has done with this question: the last of what it says of it."""
        with contextlib.suppress(Empty):
            while True:
                message = await self.get_iopub_msg(timeout=0.2)
                idle = message["content"].get("execution_state") == "idle"
                if idle and message["parent_header"].get("msg_id") == asked:
                    return True
        return False

    wait_for_ready = _async_wait_for_ready


class WarmKernelManager(AsyncKernelManager):  # type: ignore[misc, unused-ignore]
    """A manager of one kernel that is forked from the warm process.

    For nbclient, papermill and, as ``MappingKernelManager.kernel_manager_class``, for servers.
    """

    client_class = DottedObjectName(f"{__name__}.WarmClient")
    client_factory = Type(klass=AsyncKernelClient, config=True)
    warm_address = Unicode("", config=True, help="Socket of the warm process; ALMPO_WARM when left out.")
    confinement = AnyTrait(None, allow_none=True, help="What the kernel is kept from (Confinement).")

    @default("client_factory")
    def _knows_by_answers(self) -> type[AsyncKernelClient]:
        return WarmClient

    @default("transport")
    def _sockets_in_a_folder(self) -> str:
        return "ipc" if addresses.is_possible() else "tcp"

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, with the warm provisioner in it."""
        found = super().kernel_spec
        if found is not None and addresses.is_possible() and _is_registered() and found.language == "python":
            found.metadata = {**found.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER}}
        return found

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        if self.transport == "ipc":
            self._place_sockets()
        command, options = await super()._async_pre_start_kernel(**kwargs)
        return command, options

    async def _async_wait(self, pollinterval: float = _LOOK_SECONDS) -> None:
        """Until it has ended; Jupyter by itself looks ten times a second."""
        await super()._async_wait(pollinterval=pollinterval)

    def _place_sockets(self) -> None:
        """In a folder that nobody else can enter: that of the warm process, which goes with it, or one of its own."""
        address = self.warm_address or addresses.running()
        given = str(self.connection_file)  # type: ignore[has-type, unused-ignore]
        if not given and address and Path(address).parent.is_dir():
            given = str(Path(address).parent / f"{os.getpid()}-{id(self):x}.json")
        elif not given:
            # Without a name for this file Jupyter would put the sockets of all kernels under one name where it stands.
            self._own_folder = tempfile.mkdtemp(prefix="almpo-kernel-")
            given = str(Path(self._own_folder) / "kernel.json")
        self.connection_file = given
        if len(given) > _LONGEST:
            self.transport = "tcp"
            self.ip = "127.0.0.1"

    _own_folder = ""

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if self._own_folder and not restart:
            shutil.rmtree(self._own_folder, ignore_errors=True)
            self._own_folder, self.connection_file = "", ""

    cleanup_resources = _async_cleanup_resources
