"""Programs and styles that every page of an app fetches: listed when the server starts, then sent from memory, packed.

A page takes some fifty of them. The library looks each up in several folders each time, while everybody else waits. Here
a name that a browser writes is only ever looked up in the list: no path of its making reaches the file system.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.web import HTTPError, RequestHandler

from almpo_kit.workbench.apps.gate.addresses import EXTENSIONS

#: Seconds; the programs ask for each other by names that stay the same in the next version.
_SHORT, _LONG = 600, 365 * 86_400
#: Packing less saves nothing; packing what is packed already (fonts, pictures) neither.
_LEAST_PACKED, _PACKABLE = 600, (".js", ".css", ".svg", ".json", ".html")


@dataclass(frozen=True)
class Held:
    """A file in memory.

    Parameters
    ----------
    content : bytes
    packed : bytes
        The same for browsers that take gzip; empty where that saves nothing.
    kind : str
        Media type.
    mark : str
        Digest, for the entity tag.
    """

    content: bytes
    packed: bytes
    kind: str
    mark: str


class SiteFiles:
    """The files below some folders; of two with one name, that of the folder named first.

    Parameters
    ----------
    folders : sequence of str
    below : sequence of str
        Only what lies below these, relative to the folders; everything when left out.
    """

    def __init__(self, folders: Sequence[str], below: Sequence[str] = ("",)) -> None:
        self._paths: dict[str, Path] = {}
        for folder in folders:
            for name, path in _listed(Path(folder), below):
                self._paths.setdefault(name, path)
        self._held: dict[str, Held] = {}

    def __len__(self) -> int:
        return len(self._paths)

    def get(self, name: str) -> Held | None:
        """The file, read when it is first asked for; None if there is none of this name."""
        if name not in self._paths:
            return None
        if name not in self._held:
            try:
                self._held[name] = _read(self._paths[name])
            except OSError:  # the environment is being installed anew under a running server
                return None
        return self._held[name]


def _listed(folder: Path, below: Sequence[str]) -> Iterator[tuple[str, Path]]:
    real = folder.resolve()
    for part in below:
        for where, _, names in os.walk(folder / part):
            for name in names:
                path = Path(where, name)
                # A link that leads out of the folder would show what nobody meant to show.
                if path.resolve().is_relative_to(real):
                    yield path.relative_to(folder).as_posix(), path


def _read(path: Path) -> Held:
    content = path.read_bytes()
    packable = path.suffix in _PACKABLE and len(content) >= _LEAST_PACKED
    packed = gzip.compress(content, mtime=0) if packable else b""
    # The system's own table may call programs anything, and browsers run them under their right name only.
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    mark = hashlib.sha256(content).hexdigest()[:32]
    smaller = packed if len(packed) < len(content) else b""
    return Held(content, smaller, kind or "application/octet-stream", mark)


class SiteFile(RequestHandler):  # type: ignore[misc, unused-ignore]
    """Answers with one of them; who may ask is the gate's matter."""

    def initialize(self, files: SiteFiles) -> None:
        """With the files that it knows."""
        self.files = files

    def get(self, name: str) -> None:
        """The file; 304 where the browser has it."""
        held = self.files.get(name)
        if held is None:
            raise HTTPError(404)
        age = f"{_LONG}, immutable" if "v" in self.request.query_arguments else f"{_SHORT}"
        packed = held.packed if _takes_gzip(self.request.headers.get("Accept-Encoding", "")) else b""
        # Behind a token, so that no cache on the way hands it to others.
        self.set_header("Cache-Control", f"private, max-age={age}")
        self.set_header("Content-Type", held.kind)
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("Etag", f'"{held.mark}{"-gzip" if packed else ""}"')
        if self.check_etag_header():
            self.set_status(304)
            return
        if packed:
            self.set_header("Content-Encoding", "gzip")
        content = packed or held.content
        self.set_header("Content-Length", str(len(content)))
        self.finish(content)

    head = get


def _takes_gzip(accepted: str) -> bool:
    offers = (offer.replace(" ", "").lower().partition(";") for offer in accepted.split(","))
    return any(
        name == "gzip" and weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000") for name, _, weight in offers
    )


def in_place_of(theirs: Sequence[Any], base: str) -> list[Any]:
    """The library's addresses with ours where it would look for such files on the disk.

    Parameters
    ----------
    theirs : sequence of tuple
        Pattern, handler, settings.
    base : str
        Base address, with strokes around it.
    """
    from voila.paths import collect_static_paths

    starts = {part: f"{base}voila/{part}" for part in ("static/", "labextensions/", "templates/")}
    given = {
        part: rule[2]
        for rule in theirs
        for part, at in starts.items()
        if rule[0].startswith(at) and len(rule) > 2
    }
    files = {
        "static/": SiteFiles(given["static/"]["paths"]),
        "labextensions/": SiteFiles(
            given["labextensions/"]["path"], [f"{name}/static" for name in EXTENSIONS]
        ),
    }
    own = SiteFiles(collect_static_paths(["voila", "nbconvert"], "almpo"))
    ours = [(rf"{starts[part]}(.+)", SiteFile, {"files": held}) for part, held in files.items()]
    ours.append((rf"{starts['templates/']}almpo/static/(.+)", SiteFile, {"files": own}))
    return [*ours, *(rule for rule in theirs if not rule[0].startswith(tuple(starts.values())))]
