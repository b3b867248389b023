"""Boundaries from GISCO: the same transport, checked and drawn once before they are kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from almpo_kit.sources import cache, gisco_files

# The package hands out a function of the same name as this module.
from almpo_kit.sources.boundaries import keep
from almpo_kit.sources.services import addresses, locks, store, transport
from almpo_kit.sources.services.faults import SAFE
from almpo_kit.sources.services.manners import DEFAULT, Manners
from almpo_kit.sources.services.outcomes import Outcome, finding
from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.vocabulary.finding import Finding

_ALL_LEVELS = (None,)


def pull_boundaries(
    vintage: str = "2024",
    scale: Literal["20M", "60M"] = "20M",
    *,
    levels: tuple[int, ...] | None = None,
    form: Literal["geojson", "topojson"] = "geojson",
    dry_run: bool = False,
    progress: Callable[[str], None] | None = None,
    manners: Manners = DEFAULT,
) -> Finding:
    """Fetch boundaries of NUTS regions from GISCO into the cache.

    Parameters
    ----------
    vintage : {"2024", "2021", "2016"}
    scale : {"20M", "60M"}
    levels : tuple of int, optional
        One file for each of these levels; by default the one file of all levels.
    form : {"geojson", "topojson"}
        TopoJSON is a third of the size.
    dry_run : bool
        Only say what would be fetched.
    progress : Callable, optional
    manners : Manners

    Returns
    -------
    Finding
        One row a file, columns as those of :func:`almpo_kit.sources.pull`; ``rows`` counts regions.

    Raises
    ------
    ParameterError
        Another vintage, scale, level or form.
    PullRunningError, UnkeptError
        Another pull is running; the cache cannot be written.
    """
    known = vintage in gisco_files.VINTAGES and scale in ("20M", "60M") and form in ("geojson", "topojson")
    if not known or not set(levels or ()) <= {0, 1, 2, 3}:
        raise ParameterError(
            f"GISCO is asked for the vintages {', '.join(gisco_files.VINTAGES)}, the scales 20M and 60M, levels 0 to 3, "
            f"as geojson or topojson; not {vintage!r}, {scale!r}, {levels!r}, {form!r}."
        )
    wanted = tuple(levels) if levels else _ALL_LEVELS
    say = progress or (lambda text: None)
    files = [
        (gisco_files.file_name(vintage, scale, level, form=form), gisco_files.key(vintage, scale, level))
        for level in wanted
    ]
    question = f"Are the boundaries of NUTS {vintage} up to date with GISCO?"
    if dry_run:
        planned = [Outcome(name, "GISCO", "planned", note=f"{_url(name)}.") for name, _ in files]
        return finding(question, planned, "files", {"vintage": vintage}, "sources.pull_boundaries")
    with locks.alone(store.folder()):
        outcomes = []
        for name, key in files:
            outcomes.append(_one(name, key, manners, say))
            say(f"{name}: {outcomes[-1].status}. {'' if outcomes[-1].bad else outcomes[-1].note}".rstrip())
    return finding(question, outcomes, "files", {"vintage": vintage}, "sources.pull_boundaries")


def _url(name: str) -> str:
    folder = "geojson" if name.endswith(".geojson") else "topojson"
    return f"{addresses.base('GISCO')}/{folder}/{name}"


def _tags(name: str) -> Path:
    return store.folder() / ".gisco" / f"{name}.tags"


def _known(name: str, key: str) -> transport.Known:
    """By what GISCO knows the file that is held; nothing where none is held intact."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        if cache.get(key) is not None:
            held = json.loads(_tags(name).read_bytes())
            return transport.Known(str(held["etag"]), str(held["last_modified"]))
    return transport.Known()


def _one(name: str, key: str, manners: Manners, say: Callable[[str], None]) -> Outcome:
    try:
        payload = transport.fetch(
            _url(name),
            accept=addresses.service("GISCO").accept,
            known=_known(name, key),
            resume=store.folder() / ".parts",
            manners=manners,
            say=say,
        )
        if payload is None:
            return Outcome(name, "GISCO", "current", note="GISCO says: not modified.")
        found = keep(payload.data, name)
    except AlmpoError as error:
        held = cache.get(key) is not None
        rest = (
            "The file held before stays in use."
            if held
            else "None is held; maps draw tiles, which need no file."
        )
        text = str(error).replace(SAFE, rest) if SAFE in str(error) else f"{error} {rest}"
        return Outcome(name, "GISCO", "failed", note=text)
    tags = {"etag": payload.etag, "last_modified": payload.last_modified}
    with contextlib.suppress(OSError):
        # Losing it costs a download, nothing else.
        cache.write_atomically(_tags(name), json.dumps(tags).encode())
    levels = ", ".join(f"{len(codes)} of level {level}" for level, codes in found.codes.items())
    count = sum(len(codes) for codes in found.codes.values())
    return Outcome(name, "GISCO", "new", count, len(payload.data), f"NUTS {found.vintage}", f"{levels}.")
