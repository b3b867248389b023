"""Having the system look for what is due every ten minutes: a systemd user timer, or a line in the crontab.

Both carry the command of this very environment and read secrets from one private file, never from the unit or the
crontab, which others can read.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from almpo_kit.sources import root
from almpo_kit.sources.cache import write_atomically
from almpo_kit.workbench.schedules.store import ScheduleError

_PATIENCE = 30
_MARK = "# almpo schedule"
#: What decides where things are kept: a person who sets these means them for her schedules too.
_CARRIED = ("ALMPO_SCHEDULES_DB", "ALMPO_RECORDS", "MLFLOW_TRACKING_URI")


@dataclass(frozen=True)
class Place:
    """Which workbench, with which Python, and the file of the environment with its secrets."""

    root: Path
    python: Path
    secrets: Path

    @property
    def name(self) -> str:
        """The name of the units: readable, and one for each workbench."""
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:6]
        return f"almpo-schedule-{digest}"


def here() -> Place:
    """This workbench."""
    # Not resolved: the link in a virtual environment is what makes it one.
    return Place(root(), Path(sys.executable), Path.home() / ".config" / "almpo" / "schedule.env")


def units(place: Place) -> dict[str, str]:
    """The systemd units, by file name."""
    # Through env, because systemd takes no path with special signs for what it starts itself.
    command = " ".join(["/usr/bin/env", *(_quoted(part) for part in _command(place))])
    service = f"""\
[Unit]
Description=Reports that are due in {_escaped(str(place.root))}

[Service]
Type=oneshot
WorkingDirectory={_escaped(str(place.root))}
EnvironmentFile=-{_escaped(str(place.secrets))}
ExecStart={command}
Nice=10
# An interrupt first: what is made so far stays and is gone on with.
KillMode=mixed
TimeoutStopSec=60
"""
    timer = """\
[Unit]
Description=Every ten minutes: reports that are due

[Timer]
OnCalendar=*:0/10
OnStartupSec=2min
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{place.name}.service": service, f"{place.name}.timer": timer}


def _command(place: Place) -> list[str]:
    return [str(place.python), "-m", "almpo_kit.workbench.cli", "schedule", "run-due"]


def _escaped(text: str) -> str:
    """For a setting: % begins a specifier."""
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """For ExecStart: quoted as systemd reads it."""
    inner = _escaped(text).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return inner if re.fullmatch(r"[A-Za-z0-9_./%@+-]+", inner) else f'"{inner}"'


def cron_line(place: Place) -> str:
    """The line for the crontab, with the mark by which it is found again."""
    secrets, log = shlex.quote(str(place.secrets)), shlex.quote(str(place.root / "reports" / "schedules.log"))
    command = (
        f"cd {shlex.quote(str(place.root))} && if [ -r {secrets} ]; then set -a; . {secrets}; set +a; fi; "
        f"{shlex.join(_command(place))} >> {log} 2>&1"
    )
    # cron makes a line break of every % that has no backslash.
    return f"*/10 * * * * {command} {_MARK} {place.name}".replace("%", "\\%")


def has_systemd() -> bool:
    """Whether this person has a running systemd of her own."""
    if sys.platform != "linux" or shutil.which("systemctl") is None:
        return False
    return _ran(["systemctl", "--user", "show-environment"]).returncode == 0


def install_timer(place: Place, folder: Path | None = None) -> list[str]:
    """Write the units and start the timer; what to know, in lines.

    Raises
    ------
    ScheduleError
        The units cannot be written, or systemd refuses them.
    """
    where = folder or Path.home() / ".config" / "systemd" / "user"
    _write({where / name: text for name, text in units(place).items()})
    for arguments in (["daemon-reload"], ["enable", "--now", f"{place.name}.timer"]):
        done = _ran(["systemctl", "--user", *arguments])
        if done.returncode:
            raise ScheduleError(
                f"systemctl --user {' '.join(arguments)} failed: {done.stderr.strip()}. The units are in {where}; without "
                "a systemd of your own use `almpo schedule install --cron`."
            )
    return [
        f"The timer {place.name} looks every ten minutes.",
        "So that it also runs while you are not logged in: loginctl enable-linger",
        f"What it says: journalctl --user -u {place.name}",
        *_about_secrets(place),
    ]


def _write(files: dict[Path, str]) -> None:
    try:
        for path, text in files.items():
            write_atomically(path, text.encode())
    except OSError as error:
        raise ScheduleError(f"{error.filename or path} cannot be written ({error.strerror}).") from None


def install_cron(place: Place) -> list[str]:
    """Put the line into the crontab, in place of an earlier one of this workbench; what to know, in lines.

    Raises
    ------
    ScheduleError
        There is no crontab, or it refuses the line; it is unchanged then.
    """
    before = _crontab()
    others = [line for line in before.splitlines() if not line.endswith(f"{_MARK} {place.name}")]
    _set_crontab("\n".join([*others, cron_line(place)]) + "\n")
    return [
        "The line in your crontab looks every ten minutes.",
        f"What it says: {place.root / 'reports' / 'schedules.log'}",
        *_about_secrets(place),
    ]


def remove(place: Place, folder: Path | None = None) -> list[str]:
    """Take timer and line away; what was done, in lines.

    Raises
    ------
    ScheduleError
        The crontab cannot be changed.
    """
    where, told = folder or Path.home() / ".config" / "systemd" / "user", []
    paths = [where / name for name in units(place)]
    if any(path.exists() for path in paths):
        _ran(["systemctl", "--user", "disable", "--now", f"{place.name}.timer"])
        for path in paths:
            path.unlink(missing_ok=True)
        _ran(["systemctl", "--user", "daemon-reload"])
        told.append(f"The timer {place.name} is gone.")
    before = _crontab() if shutil.which("crontab") else ""
    others = [line for line in before.splitlines() if not line.endswith(f"{_MARK} {place.name}")]
    if len(others) < len(before.splitlines()):
        _set_crontab("".join(f"{line}\n" for line in others))
        told.append("The line in your crontab is gone.")
    return told or ["Nothing was installed."]


def _about_secrets(place: Place) -> list[str]:
    told = [f"Secrets for notices: lines NAME='value' in {place.secrets}, readable to you alone (chmod 600)."]
    if place.secrets.is_file() and place.secrets.stat().st_mode & 0o077:
        told.append(f"Others can read {place.secrets} now: chmod 600 {shlex.quote(str(place.secrets))}")
    here_only = [name for name in _CARRIED if os.environ.get(name)]
    if here_only:
        told.append(
            f"Set in this shell, and not known to it before they stand there too: {', '.join(here_only)}."
        )
    return told


def _crontab() -> str:
    if shutil.which("crontab") is None:
        raise ScheduleError(
            "there is no crontab on this machine. Run `almpo schedule daemon` under whatever starts programs here, or "
            "call `almpo schedule run-due` every ten minutes."
        )
    done = _ran(["crontab", "-l"])
    if done.returncode and "no crontab" not in done.stderr.lower():
        raise ScheduleError(f"the crontab cannot be read: {done.stderr.strip()}. Nothing was changed.")
    return "" if done.returncode else done.stdout


def _set_crontab(text: str) -> None:
    done = _ran(["crontab", "-"], text)
    if done.returncode:
        raise ScheduleError(f"the crontab refused the line: {done.stderr.strip()}. Nothing was changed.")


def _ran(command: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, input=given, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
