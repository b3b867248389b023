"""Where a number comes from: data versions, method, options and seed.

Frames carry their data versions in ``DataFrame.attrs`` as plain dictionaries (so that they survive
filtering and can be written to Parquet); verbs collect them into the :class:`Provenance` of the Finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_ATTRS_KEY = "data_versions"
SYNTHETIC = "SYNTHETIC"


@dataclass(frozen=True, order=True)
class DataVersion:
    """One version of one dataset, as listed in ``data/sources.csv``."""

    dataset: str
    version: str
    kind: str = "reference"
    provider: str = ""
    licence: str = ""
    sha256: str = ""

    def __str__(self) -> str:
        return f"{self.dataset} {self.version}"


@dataclass(frozen=True)
class Provenance:
    """How a Finding was made.

    ``method`` names the verb and its estimator; ``options`` are the arguments that could have been
    otherwise; ``seed`` is None where nothing was drawn at random.
    """

    data: tuple[DataVersion, ...] = ()
    method: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    synthetic: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain dictionaries, ready for JSON."""
        return asdict(self) | {"data": [asdict(d) for d in self.data], "options": dict(self.options)}


def stamp(frame: pd.DataFrame, *versions: DataVersion) -> pd.DataFrame:
    """Write data versions onto a frame (in place) and return it."""
    frame.attrs[_ATTRS_KEY] = [asdict(v) for v in sorted(set(versions))]
    return frame


def data_versions(*frames: pd.DataFrame | None) -> tuple[DataVersion, ...]:
    """All data versions that the given frames carry, sorted, each once."""
    found = {DataVersion(**v) for f in frames if f is not None for v in f.attrs.get(_ATTRS_KEY, ())}
    return tuple(sorted(found))


def is_synthetic(*frames: pd.DataFrame | None) -> bool:
    """True when any frame, or any row's ``source``, is synthetic.

    Both are asked because ``attrs`` do not survive every pandas operation, and a lost label would pass
    invented figures for real ones.
    """
    if any(v.kind == "synthetic" for v in data_versions(*frames)):
        return True
    return any(
        isinstance(source, str) and source.startswith(SYNTHETIC)
        for f in frames
        if f is not None and "source" in f
        for source in f["source"].unique()
    )


def provenance(
    *frames: pd.DataFrame | None,
    method: str,
    options: Mapping[str, Any] | None = None,
    seed: int | None = None,
) -> Provenance:
    """Provenance of a result computed from ``frames``."""
    return Provenance(
        data=data_versions(*frames),
        method=method,
        options=dict(options or {}),
        seed=seed,
        synthetic=is_synthetic(*frames),
    )
