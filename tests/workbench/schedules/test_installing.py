"""What is installed is what systemd and cron take, wherever the workbench lies, and it can be taken away again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from almpo_kit.workbench import cli
from almpo_kit.workbench.schedules import installing
from almpo_kit.workbench.schedules.installing import Place
from almpo_kit.workbench.schedules.store import ScheduleError

#: A crontab of the tests: it keeps its table in a file beside it.
_CRONTAB = """#!/bin/sh
table="$(dirname "$0")/table"
if [ "$1" = -l ]; then [ -e "$table" ] && cat "$table" && exit 0; echo "no crontab for you" >&2; exit 1; fi
cat > "$table"
"""


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def odd(tmp_path: Path) -> Place:
    """A workbench in a folder of the worst name, with a "Python" that writes down how it was called."""
    root = tmp_path / 'an odd $place 100%s "it\'s"'
    (root / "reports").mkdir(parents=True)
    python = script(
        root / "python", '#!/bin/sh\nprintf "%s|" "$PWD" "$SECRET_OF_US" "$@" > "$(dirname "$0")/called"\n'
    )
    secrets = root / "schedule.env"
    secrets.write_text("SECRET_OF_US='a b$c'\n")
    return Place(root, python, secrets)


def test_the_cron_line_runs_as_cron_runs_it(odd: Place) -> None:
    line = installing.cron_line(odd)
    fields, command = line.split(" ", 5)[:5], line.split(" ", 5)[5]
    assert fields == ["*/10", "*", "*", "*", "*"]
    assert "\n" not in line
    # cron takes the backslash away from each % and hands the rest to a shell.
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    called = (odd.root / "called").read_text().split("|")
    assert called[:2] == [str(odd.root), "a b$c"]
    assert called[2:6] == ["-m", "almpo_kit.workbench.cli", "schedule", "run-due"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("which", ["here", "odd"])
def test_the_units_are_what_systemd_takes(odd: Place, tmp_path: Path, which: str) -> None:
    place = odd if which == "odd" else Place(tmp_path, Path(sys.executable), tmp_path / "schedule.env")
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in installing.units(place).items():
        (folder / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, folder.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if place.name in line or "units" in line]
    assert not told and done.returncode == 0, done.stderr


def test_the_crontab_gets_one_line_and_loses_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: Place
) -> None:
    crontab = script(tmp_path / "crontab", _CRONTAB)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    table = crontab.with_name("table")
    odd.secrets.chmod(0o644)
    assert any("Others can read" in line for line in installing.install_cron(odd))
    odd.secrets.chmod(0o600)
    assert not any("Others can read" in line for line in installing.install_cron(odd))
    table.write_text("0 4 * * * backup\n" + table.read_text())
    installing.install_cron(odd)
    other = Place(tmp_path / "other", odd.python, odd.secrets)
    installing.install_cron(other)
    assert table.read_text().splitlines() == [
        "0 4 * * * backup",
        installing.cron_line(odd),
        installing.cron_line(other),
    ]
    assert installing.remove(odd, tmp_path / "units") == ["The line in your crontab is gone."]
    assert table.read_text().splitlines() == ["0 4 * * * backup", installing.cron_line(other)]
    assert installing.remove(odd, tmp_path / "units") == ["Nothing was installed."]


def test_a_crontab_that_cannot_be_read_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: Place
) -> None:
    script(
        tmp_path / "crontab",
        '#!/bin/sh\n[ "$1" = -l ] || touch "$0.written"\necho "you are not allowed" >&2\nexit 1\n',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ScheduleError, match=r"not allowed\. Nothing was changed"):
        installing.install_cron(odd)
    assert not (tmp_path / "crontab.written").exists()


def test_the_timer_is_written_and_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: Place
) -> None:
    script(
        tmp_path / "systemctl",
        '#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\n[ -z "$FAILS" ] || { echo no bus >&2; exit 1; }\n',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    folder = tmp_path / "home" / "user"
    lines = installing.install_timer(odd, folder)
    assert any("enable-linger" in line for line in lines)
    assert {p.name: p.read_text() for p in folder.iterdir()} == installing.units(odd)
    assert (tmp_path / "calls").read_text().splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {odd.name}.timer",
    ]
    assert installing.remove(odd, folder) == [f"The timer {odd.name} is gone."]
    assert not list(folder.iterdir())
    monkeypatch.setenv("FAILS", "1")
    with pytest.raises(ScheduleError, match=r"no bus.*--cron"):
        installing.install_timer(odd, folder)
    assert not installing.has_systemd()


@pytest.mark.parametrize(("how", "told"), [("--cron", "*/10 * * * *"), ("--systemd", "OnCalendar=*:0/10")])
def test_print_shows_and_changes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, how: str, told: str
) -> None:
    monkeypatch.setenv("HOME", str(home))
    before = sorted(home.iterdir())
    assert cli.main(["schedule", "install", how, "--print"]) == 0
    out = capsys.readouterr().out
    assert told in out and str(home) in out and sys.executable in out
    assert sorted(home.iterdir()) == before
