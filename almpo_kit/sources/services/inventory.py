"""What was pulled or added, for a list: no network, no SDMX library."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.esco import held as esco
from almpo_kit.sources.services import store
from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

_BOUNDARIES = re.compile(
    r"nuts_(?P<vintage>\d{4})_(?:(?P<scale>\d\dM)_)?(?P<part>all|level\d)\.(?P<digest>[0-9a-f]{16})\.geojson"
)


def pulled() -> pd.DataFrame:
    """Series, boundaries and releases of ESCO in the cache.

    Returns
    -------
    DataFrame
        ``series, version, rows, retrieved, source, note``; the version in use, and a note where a newer one is damaged
        or none is intact. Boundaries have no ``rows``.
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for name in store.names():
        kept = store.latest(name)
        if kept is None:
            note = f"DAMAGED: no version is intact; `almpo data pull {name}` fetches it anew"
            rows.append((name, "", 0, "", "", note))
            continue
        rows.append((name, kept.version, kept.rows, kept.retrieved[:10], _host(kept.url), kept.notice))
    rows += _boundaries()
    rows += esco.rows()
    table = pd.DataFrame(rows, columns=["series", "version", "rows", "retrieved", "source", "note"])
    return table.astype({"rows": "Int64"})


def check_pulled() -> Check:
    """Whether every version of every series, and every file of boundaries, is what was kept."""
    names = store.names()
    bad = {name: store.damaged(name) for name in names}
    bad = {name: versions for name, versions in bad.items() if versions}
    if bad:
        lost = [name for name in bad if store.latest(name) is None]
        safe = "the version before is in use" if not lost else f"nothing intact is left of {', '.join(lost)}"
        return Check(
            "pulled",
            "failed",
            f"Damaged in data/cache/services: {', '.join(f'{n}/{v}' for n, vs in bad.items() for v in vs)}; {safe}. Run "
            f"`almpo data pull {' '.join(bad)}`, which fetches them anew.",
        )
    if files := _damaged_files():
        return Check(
            "pulled",
            "failed",
            f"Damaged in data/cache/gisco: {', '.join(files)}; the file before is used, or maps draw tiles. Run `almpo "
            "data pull --boundaries`.",
        )
    if lost := esco.damaged():
        return Check(
            "pulled",
            "failed",
            f"Damaged in data/cache/esco: {', '.join(lost)}; what was added before is used, or what packages carry. Add "
            "ESCO's download again: `almpo data add FILE.zip`.",
        )
    names += [f"ESCO ({language})" for language in esco.languages()]
    if not names:
        return Check(
            "pulled", "informational", "Nothing was pulled from official services yet: `almpo data pull`."
        )
    return Check("pulled", "passed", f"{len(names)} pulled or added series are intact.")


def _host(url: str) -> str:
    return url if url.startswith("file:") else urlsplit(url).hostname or url


def _files() -> list[tuple[Path, re.Match[str]]]:
    """Files of boundaries, with what their names say."""
    folder = cache.folder() / "gisco"
    found = (
        (p, _BOUNDARIES.fullmatch(p.name)) for p in (folder.glob("nuts_*.geojson") if folder.is_dir() else [])
    )
    return sorted((path, match) for path, match in found if match)


def _damaged_files() -> list[str]:
    """Boundaries whose bytes are not what their name says."""
    return [p.name for p, match in _files() if not _is_intact(p, match["digest"])]


def _is_intact(path: Path, digest: str) -> bool:
    try:
        return sha256(path.read_bytes())[:16] == digest
    except OSError:
        return False


def _boundaries() -> list[tuple[object, ...]]:
    bad: list[str] = _damaged_files()
    found: dict[tuple[str, str], bool] = {}
    for path, match in _files():
        scale = match["scale"] or "scale unknown"
        what = (f"boundaries NUTS {match['vintage']}, {match['part'].replace('level', 'level ')}", scale)
        found[what] = found.get(what, False) or path.name not in bad
    note = "DAMAGED: `almpo data pull --boundaries` fetches them anew"
    return [(name, scale, None, "", "GISCO", "" if good else note) for (name, scale), good in found.items()]
