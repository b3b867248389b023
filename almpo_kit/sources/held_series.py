"""What was pulled or added of the series we keep, with its version; reading it needs no network and no SDMX library."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from almpo_kit.sources.services import store
from almpo_kit.sources.services.series import EVERY, Series
from almpo_kit.vocabulary.provenance import DataVersion

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.sources.services.store import Kept


def held(series: Series) -> Kept | None:
    """The newest intact version of a series, if any was pulled or added."""
    return store.latest(series.name)


@lru_cache(maxsize=64)
def _parsed(name: str, digest: str, parquet: bytes) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(parquet))


def frame(kept: Kept) -> pd.DataFrame:
    """The frame of a version; a fresh copy at every call."""
    return _parsed(kept.series, kept.sha256, kept.parquet).copy()


def version(series: Series, kept: Kept) -> DataVersion:
    """What frames that hold rows of this version are stamped with."""
    return DataVersion(
        dataset=series.name,
        version=f"{series.dataset} {kept.retrieved[:10]} ({kept.version})",
        kind="file" if kept.url.startswith("file:") else "api",
        provider=series.publisher,
        licence=series.licence,
        sha256=kept.sha256,
    )


def notices(series: Series, kept: Kept) -> list[str]:
    """What a reader of this version must be told."""
    since = kept.manifest.get("since")
    partial = (
        [
            f"{series.name} is held from {since} on only; `almpo data pull {series.name}` fetches what lies before."
        ]
        if since
        else []
    )
    told = frame(kept).attrs.get("notices", [])
    return [*([kept.notice] if kept.notice else []), *partial, *(f"{series.name}: {t}" for t in told)]


def table() -> pd.DataFrame:
    """The list of series and what is held of each; see :func:`almpo_kit.sources.series`."""
    import pandas as pd

    return pd.DataFrame([_row(s) for s in EVERY.values()])


def _row(series: Series) -> dict[str, object]:
    kept = held(series)
    periods = frame(kept)["period"] if kept is not None else None
    return {
        "series": series.name,
        "indicator": series.indicator or series.measure,
        "title": series.title,
        "levels": " ".join(map(str, series.levels)),
        "frequency": series.frequency,
        "unit": series.unit,
        "age": series.age,
        "service": series.publisher,
        "dataset": series.dataset,
        "default": series.main,
        "held": kept is not None,
        "rows": kept.rows if kept is not None else 0,
        "first": periods.min() if periods is not None else "",
        "last": periods.max() if periods is not None else "",
        "retrieved": kept.retrieved[:10] if kept is not None else "",
        "version": kept.version if kept is not None else "",
        "unsure": " ".join(series.unsure),
        "checked": series.checked,
    }
