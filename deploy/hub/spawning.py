"""Starts every person's server under an account number of that person's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from accounts import folder_of, number_of
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Unicode


class PersonSpawner(LocalProcessSpawner):
    """A local process that owns nothing but the person's folder, and inherits nothing of the hub's environment."""

    people = Unicode(help="The folder of all people's folders.").tag(config=True)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Without a look into ``/etc/passwd``: people are not accounts of the machine."""
        folder = str(folder_of(self.user.name, Path(self.people)))
        return {
            **env,
            "HOME": folder,
            "ALMPO_HOME": folder,
            "USER": self.user.name,
            "LOGNAME": self.user.name,
            "SHELL": "/bin/sh",
        }

    def make_preexec_fn(self, name: str) -> None:
        """Nothing: the change of account is Popen's own, done between fork and exec without any Python code."""

    async def start(self) -> Any:
        """Make the folder where there is none, and start in it."""
        folder = folder_of(self.user.name, Path(self.people))
        number = number_of(folder)
        self.popen_kwargs = {
            "user": number,
            "group": number,
            "extra_groups": [],
            "umask": 0o077,
            # Not in the folder itself: the hub, without all of root's rights, may not even look into it.
            "cwd": "/",
        }
        return await super().start()
