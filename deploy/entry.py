"""What every container starts with: secrets from files into the environment, then the command itself.

``NAME_FILE=/run/secrets/x`` becomes ``NAME=(what the file holds)``, for the names below only. The command replaces this
process, so it is the one that gets the signals.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Only these. The apps and the hub read the files of their own secrets themselves, so that these stand in no environment.
SECRETS = ("ALMPO_OPENALEX_KEY", "ALMPO_SMTP_PASSWORD", "ALMPO_WEBHOOK", "PGPASSWORD")


def with_secrets(environment: dict[str, str]) -> dict[str, str]:
    """The environment with secrets read from their files, and without the names of these files.

    Raises
    ------
    SystemExit
        A file cannot be read or is empty; the message names the variable and never what is in it.
    """
    found = dict(environment)
    for name in SECRETS:
        path = found.pop(f"{name}_FILE", "")
        if not path:
            continue
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SystemExit(f"{name}_FILE={path} cannot be read: {type(error).__name__}") from None
        if not found[name]:
            raise SystemExit(f"{name}_FILE={path} is empty.")
    return found


def main(command: list[str]) -> None:
    """Become the command."""
    if not command:
        raise SystemExit("a command is needed, e.g. almpo apps")
    environment = with_secrets(dict(os.environ))
    # Lies on a file system in memory, which is empty at every start.
    Path(environment.get("HOME", "/tmp/home")).mkdir(parents=True, exist_ok=True)
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main(sys.argv[1:])
