"""What a forked kernel may not do: write outside a few folders, reach the network, be somebody who owns anything.

Applied by the child before it becomes a kernel, and kept by all its children. Uses Linux alone: a network namespace
of its own, an unprivileged account, Landlock (the kernel's own sandbox, which needs no privilege).
"""

from __future__ import annotations

import ctypes
import os
import pwd
import resource
import signal
import struct
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES, _PARENT_DEATH = 38, 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT = 444, 445, 446
#: Landlock's rights to change files, by the version of its interface that brought them.
_WRITING = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
#: Of those, making devices: with one of its own, root could read and write the whole disk past every limit.
_DEVICES = (1 << 6) | (1 << 11)
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_READING = (1 << 2) | (1 << 3)
_TCP = 0b11
#: Rights that make sense for a file alone; Landlock refuses the others there.
_OF_FILES = (1 << 1) | (1 << 2) | _TRUNCATE
_SCOPE_SIGNALS, _SCOPE_ABSTRACT_SOCKETS = 2, 1
_DROP_FROM_BOUNDS, _CAPABILITIES = 24, 0x20080522
#: What root keeps of its powers: to read and write files of other accounts, where the fence lets it.
_KEPT_POWERS = 1 << 1


@dataclass(frozen=True)
class Confinement:
    """What a kernel is kept from.

    Parameters
    ----------
    user : str
        Account to become; only root can. Empty: it stays who it is.
    writable : tuple of str, optional
        Files and folders that may be written; everything else is read-only. None: no such limit.
    readable : tuple of str, optional
        Files and folders that may be read beside those; :func:`libraries` lists what Python itself needs. None: whatever
        the account may read, thus also what other processes of it were told in their environment.
    network : bool
        False: no network at all, not even to this machine (kernels speak over sockets in a folder).
    memory : int
        Bytes that each process may have of its own; one that wants more gets a MemoryError. 0: no limit.
    yielding : int
        Steps, up to 19, by which it lets others have a processor first: the server that talks to everybody.
    """

    user: str = ""
    writable: tuple[str, ...] | None = None
    readable: tuple[str, ...] | None = None
    network: bool = True
    memory: int = 0
    yielding: int = 0

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {**asdict(self)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Confinement:
        """The other way."""
        paths = {
            name: None if plain[name] is None else tuple(plain[name]) for name in ("writable", "readable")
        }
        memory, yielding = int(plain["memory"]), int(plain["yielding"])
        return cls(
            user=plain["user"], network=bool(plain["network"]), memory=memory, yielding=yielding, **paths
        )


def landlock_version() -> int:
    """Version of Landlock's interface; 0 where this kernel has none."""
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def die_with_parent(parent: int) -> None:
    """Be killed when the process that forked this one is gone; at once if that has happened already."""
    _libc().prctl(_PARENT_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def apply(asked: Confinement) -> None:
    """Confine this process, which has one thread.

    Raises
    ------
    OSError
        The system does not allow a limit that was asked for; the kernel must then not start.
    """
    if asked.yielding:
        os.nice(asked.yielding)
    if asked.memory:
        resource.setrlimit(resource.RLIMIT_DATA, (asked.memory, asked.memory))
    if not asked.network:
        _leave_the_network()
    if asked.user:
        _become(asked.user)
    if asked.writable is not None or asked.readable is not None or not asked.network:
        _fence_in(asked)


def _leave_the_network() -> None:
    me, group = os.geteuid(), os.getegid()
    if me == 0:
        _checked(_libc().unshare(_NEW_NET), "leaving the network")
        return
    _checked(_libc().unshare(_NEW_USER | _NEW_NET), "leaving the network")
    # In the new namespace one is nobody until it is said who one was.
    for name, line in (("setgroups", "deny"), ("uid_map", f"{me} {me} 1"), ("gid_map", f"{group} {group} 1")):
        Path(f"/proc/self/{name}").write_text(line)


def _become(user: str) -> None:
    account = pwd.getpwnam(user)
    if os.geteuid() == account.pw_uid:
        return
    os.setgroups([])
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)


def _fence_in(asked: Confinement) -> None:
    version = landlock_version()
    if version < 1:
        raise OSError("this system has no Landlock (Linux 5.13 or later), so a kernel cannot be confined")
    writing = 0
    if asked.writable is not None:
        writing = _WRITING | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    reading = _READING if asked.readable is not None else 0
    tcp = 0 if asked.network or version < 4 else _TCP
    scoped = _SCOPE_SIGNALS | _SCOPE_ABSTRACT_SOCKETS if version >= 6 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = struct.pack("QQQ", writing | reading, tcp, scoped)[:size]
    ruleset = _checked(
        _libc().syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0), "Landlock"
    )
    try:
        for path in asked.writable or ():
            _allow(ruleset, path, (writing & ~_DEVICES) | reading)
        for path in asked.readable or ():
            _allow(ruleset, path, reading)
        _checked(_libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "giving privileges up")
        _checked(_libc().syscall(_RESTRICT, ruleset, 0), "Landlock")
        _give_up_powers()
    finally:
        os.close(ruleset)


def _give_up_powers() -> None:
    """Root's powers over the machine (devices, its clock, modules, other namespaces), which no fence of files holds."""
    libc = _libc()
    for power in range(64):
        # Fails where there is no such power, and for those who have none to give up.
        libc.prctl(_DROP_FROM_BOUNDS, power, 0, 0, 0)
    kept = _KEPT_POWERS if os.geteuid() == 0 else 0
    # Two times 32 bits of: in effect, permitted, inherited by programs.
    header, powers = struct.pack("=Ii", _CAPABILITIES, 0), struct.pack("=6I", kept, kept, 0, 0, 0, 0)
    _checked(libc.capset(header, powers), "giving powers up")


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        # What is not there need not be allowed.
        return
    try:
        allowed = rights if Path(path).is_dir() else rights & _OF_FILES
        if allowed:
            rule = struct.pack("=Qi", allowed, opened)
            _checked(_libc().syscall(_ADD_RULE, ruleset, 1, rule, 0), f"Landlock ({path})")
    finally:
        os.close(opened)


def libraries(but: Path | None = None) -> tuple[str, ...]:
    """What Python and its libraries read: themselves, the system's libraries and fonts, facts of the machine.

    Parameters
    ----------
    but : Path, optional
        A folder from which modules are imported, and in which there is more than modules; it is left out.
    """
    system = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/var/cache/fontconfig", "/sys/devices/system/cpu")
    settings = (
        "alternatives fonts gai.conf group host.conf hostname hosts ld.so.cache ld.so.conf ld.so.conf.d localtime "
        "mime.types nsswitch.conf os-release passwd protocols resolv.conf services ssl timezone"
    )
    # Not the disks: root could read all files past the fence.
    devices = "null zero full random urandom"
    facts = "self meminfo cpuinfo stat loadavg sys"
    pythons = {str(Path(p).resolve()) for p in (sys.prefix, sys.base_prefix, *sys.path) if p}
    if but is not None:
        pythons = {p for p in pythons if not but.resolve().is_relative_to(p)}
    return (
        *sorted(pythons),
        *system,
        *(f"/etc/{name}" for name in settings.split()),
        *(f"/dev/{name}" for name in devices.split()),
        *(f"/proc/{name}" for name in facts.split()),
    )


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
