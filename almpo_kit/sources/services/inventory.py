"""What was pulled or added, for a list: no network, no SDMX library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from almpo_kit.sources import cache
from almpo_kit.sources.services import store
from almpo_kit.vocabulary.finding import Check

if TYPE_CHECKING:
    import pandas as pd

_BOUNDARIES = re.compile(r"nuts_(\d{4})_(?:(\d\dM)_)?(all|level\d)\.[0-9a-f]{16}\.geojson")


def pulled() -> pd.DataFrame:
    """Series and boundaries in the cache.

    Returns
    -------
    DataFrame
        ``series, version, rows, retrieved, source, note``; the version in use, and a note where a newer one is damaged
        or none is intact.
    """
    import pandas as pd

    rows = []
    for name in store.names():
        kept = store.latest(name)
        if kept is None:
            note = f"DAMAGED: no version is intact; `almpo data pull {name}` fetches it anew"
            rows.append((name, "", 0, "", "", note))
            continue
        rows.append((name, kept.version, kept.rows, kept.retrieved[:10], _host(kept.url), kept.notice))
    rows += _boundaries()
    return pd.DataFrame(rows, columns=["series", "version", "rows", "retrieved", "source", "note"])


def check_pulled() -> Check:
    """Whether every version of what was pulled or added is what was kept."""
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
    if not names:
        return Check(
            "pulled", "informational", "Nothing was pulled from official services yet: `almpo data pull`."
        )
    return Check("pulled", "passed", f"{len(names)} pulled or added series are intact.")


def _host(url: str) -> str:
    return url if url.startswith("file:") else url.split("/")[2]


def _boundaries() -> list[tuple[str, str, int, str, str, str]]:
    folder, found = cache.folder() / "gisco", {}
    for path in sorted(folder.glob("nuts_*.geojson")) if folder.is_dir() else []:
        if match := _BOUNDARIES.fullmatch(path.name):
            vintage, scale, part = match.groups()
            found[
                f"boundaries NUTS {vintage}, {part.replace('level', 'level ')}", scale or "scale unknown"
            ] = 0
    return [(name, scale, 0, "", "GISCO", "") for name, scale in found]
