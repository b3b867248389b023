"""ESCO releases that a person added, kept in ``data/cache/esco``: one file a language, whole or not at all."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.esco.release import Release
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.provenance import DataVersion

if TYPE_CHECKING:
    import pandas as pd

DATASET = "esco"
_LAYOUT = 1
_FRAMES = ("occupations", "skills", "relations")
_NAME = re.compile(r"([a-z]{2}(?:-[a-z]{2,4})?)\.[0-9a-f]{16}\.zip")
#: A zip carries the time of each member; the same release must give the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class HeldRelease:
    """A release with where it came from: ``file`` its name, ``sha256`` of its bytes, ``added`` when."""

    release: Release
    file: str
    sha256: str
    added: str

    def data_version(self) -> DataVersion:
        """What frames of this release are stamped with."""
        listed = entry(DATASET)
        return DataVersion(
            dataset=DATASET,
            version=f"ESCO {self.release.version} ({self.release.language})",
            kind="file",
            provider=listed.provider,
            licence=listed.licence,
            sha256=self.sha256,
        )


def keep(release: Release, file: str, digest: str) -> None:
    """Keep a release; it takes the place of the one in the same language.

    Raises
    ------
    DataError
        The cache cannot be written; what was there stays.
    """
    about = {
        "layout": _LAYOUT,
        "language": release.language,
        "version": release.version,
        "covers": release.covers,
        "lacks": {name: list(told) for name, told in release.lacks.items()},
        "file": file,
        "sha256": digest,
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as out:
        out.writestr(zipfile.ZipInfo("about.json", _EPOCH), json.dumps(about, sort_keys=True))
        for name in _FRAMES:
            out.writestr(
                zipfile.ZipInfo(f"{name}.parquet", _EPOCH), getattr(release, name).to_parquet(index=False)
            )
    try:
        cache.put(f"esco/{release.language}.zip", packed.getvalue(), spare=1)
    except OSError as error:
        raise DataError(
            f"ESCO cannot be kept ({error.strerror}): data/cache is not writable. Nothing was changed; "
            "sources.read_esco(path) reads the file without keeping it."
        ) from None


def languages() -> tuple[str, ...]:
    """Languages of which something is kept, intact or not; English first."""
    folder = cache.folder() / "esco"
    try:
        found = {m[1] for p in folder.iterdir() if (m := _NAME.fullmatch(p.name))}
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda x: (x != "en", x)))


def held(language: str) -> HeldRelease | None:
    """The newest intact release in a language, if any was added."""
    data = cache.get(f"esco/{language}.zip") if re.fullmatch(r"[a-z]{2}(-[a-z]{2,4})?", language) else None
    return None if data is None else _opened(sha256(data), data)


def damaged() -> list[str]:
    """Files whose bytes are not what their name says, or that this version of the package cannot read."""
    folder = cache.folder() / "esco"
    bad = []
    for path in sorted(folder.glob("*.zip")) if folder.is_dir() else []:
        if _NAME.fullmatch(path.name):
            try:
                data = path.read_bytes()
            except OSError:
                data = b""
            digest = sha256(data)
            if digest[:16] != path.name.split(".")[1] or _opened(digest, data) is None:
                bad.append(path.name)
    return bad


def rows() -> list[tuple[object, ...]]:
    """For the list of what was added: ``series, version, rows, retrieved, source, note``."""
    found: list[tuple[object, ...]] = []
    for language in languages():
        kept, name = held(language), f"{DATASET} ({language})"
        if kept is None:
            found.append(
                (name, "", 0, "", "", "DAMAGED: add ESCO's download again, `almpo data add FILE.zip`")
            )
            continue
        one = kept.release
        lacks = "; ".join(t for told in one.lacks.values() for t in told)
        n = len(one.occupations) + len(one.skills) + len(one.relations)
        found.append((name, one.version, n, kept.added[:10], f"file:{kept.file}", lacks and f"lacks {lacks}"))
    return found


@lru_cache(maxsize=4)
def _opened(digest: str, data: bytes) -> HeldRelease | None:
    import pandas as pd

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            about: dict[str, Any] = json.loads(packed.read("about.json"))
            frames: dict[str, pd.DataFrame] = {
                name: pd.read_parquet(io.BytesIO(packed.read(f"{name}.parquet"))) for name in _FRAMES
            }
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return None
    if about.get("layout") != _LAYOUT:
        # Written by another version of this package: as good as absent, and `almpo data add` makes it anew.
        return None
    release = Release(
        about["language"],
        about["version"],
        **frames,
        covers=about["covers"],
        lacks={n: tuple(t) for n, t in about["lacks"].items()},
    )
    return HeldRelease(release, about["file"], about["sha256"], about["added"])
