"""The first page: what each app answers, in the order in which a policymaker may want them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from almpo_kit.workbench.apps.gate import pages

#: Key in the notebooks' metadata -> heading and what stands below it.
GROUPS: Final = {
    "decide": ("Decide", "From what is known to what to do, for a country, a region or one person."),
    "evidence": (
        "Look into the evidence",
        "What studies found, what your own programme did, where a region stands.",
    ),
    "people": ("Ask people, run a trial", "Where the evidence ends: a consultation in rounds, or a trial."),
}
_OTHER: Final = ("More", "")


@dataclass(frozen=True)
class App:
    """One app.

    Parameters
    ----------
    name : str
        Of its notebook, without ending.
    title, answers : str
        What it is called, and one sentence: what it answers.
    group : str
        Key of :data:`GROUPS`.
    rank : int
        Place within the group.
    """

    name: str
    title: str
    answers: str = ""
    group: str = ""
    rank: int = 0


def read(folder: Path) -> list[App]:
    """The apps of a folder, from their notebooks' metadata."""
    return [_app(path) for path in sorted(folder.glob("*.ipynb"))]


def _app(path: Path) -> App:
    said = json.loads(path.read_text(encoding="utf-8")).get("metadata", {})
    title = str(said.get("title", path.stem)).partition(" · ")[0]
    return App(
        path.stem, title, str(said.get("answers", "")), str(said.get("group", "")), int(said.get("rank", 99))
    )


class Landing:
    """The page, made once: notebooks are read when the server starts.

    Parameters
    ----------
    apps : list of App
    base : str
        Base address, with strokes around it.
    """

    def __init__(self, apps: list[App], base: str) -> None:
        groups = [(*words, _of(apps, {key}, base)) for key, words in GROUPS.items()]
        groups.append((*_OTHER, _of(apps, {app.group for app in apps} - set(GROUPS), base)))
        self._made = {
            can_leave: pages.render(
                "landing", groups=[g for g in groups if g[2]], can_leave=can_leave, base=base
            )
            for can_leave in (False, True)
        }

    def page(self, *, can_leave: bool) -> bytes:
        """The page, with the button to leave where a secret is needed."""
        return self._made[can_leave]


def _of(apps: list[App], groups: set[str], base: str) -> list[tuple[App, str]]:
    found = sorted((app for app in apps if app.group in groups), key=lambda app: (app.rank, app.title))
    return [(app, f"{base}voila/render/{quote(app.name)}.ipynb") for app in found]
