"""Taking in an official download of ESCO: read whole, then kept, then said in words."""

from __future__ import annotations

from pathlib import Path

from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.esco import held
from almpo_kit.sources.esco.archive import (
    WAY_OUT,
    Found,
    is_esco_folder,
    is_esco_zip,
    open_bytes,
    open_download,
    role_of,
)
from almpo_kit.sources.esco.official import UNKNOWN, releases
from almpo_kit.sources.esco.release import Release
from almpo_kit.vocabulary.errors import DataError

#: A download with less than this share of what is held would leave most concepts without their words.
_LEAST = 0.5
_TOLD = {"occupations": "occupations", "skills": "skills", "relations": "links"}


def is_esco(name: str, data: bytes) -> bool:
    """Whether a file is meant to be ESCO's: a zip with its files, one of its files, or a zip that its name says."""
    return is_esco_zip(data) or role_of(name) is not None or (data[:2] == b"PK" and "esco" in name.lower())


def add_folder(path: str | Path, *, accept_shrinking: bool = False) -> str | None:
    """Take in an unpacked download; None where the path is no folder of ESCO's files."""
    if not is_esco_folder(path):
        return None
    found = open_download(path)
    digest = sha256(b"".join(sha256(data).encode() for _, data in sorted(found.files.items())))
    return _add(found, digest, accept_shrinking)


def add_bytes(name: str, data: bytes, *, accept_shrinking: bool = False) -> str:
    """Take in a download by name and bytes.

    Returns
    -------
    str
        What was added, what it lacks and what it takes the place of, in words.

    Raises
    ------
    DataError
        Damaged, of something else, one file of a download only, far smaller than what is held, or the cache cannot
        be written; nothing was changed.
    """
    if data[:2] != b"PK" and role_of(name):
        raise DataError(
            f"{name} is one file of ESCO's download, which has to be added whole, as a zip or a folder. {WAY_OUT}"
        )
    return _add(open_bytes(name, data), sha256(data), accept_shrinking)


def _add(found: Found, digest: str, accept_shrinking: bool) -> str:
    read = releases(found)
    before = {one.language: held.held(one.language) for one in read}
    if not accept_shrinking:
        for one in read:
            _complain_if_smaller(one, before[one.language], found.name)
    told = []
    for one in read:
        held.keep(one, found.name, digest)
        told.append(_words(one, before[one.language], found.name))
    return " ".join(told)


def _complain_if_smaller(release: Release, kept: held.HeldRelease | None, name: str) -> None:
    if kept is None:
        return
    for frame, noun in _TOLD.items():
        now, then = len(getattr(release, frame)), len(getattr(kept.release, frame))
        if now < _LEAST * then:
            raise DataError(
                f"{name} has {now:,} {noun} with their groups where {then:,} are held: it would take the place of all of "
                "them. Download ESCO whole, or add it with `--accept-shrinking`. Nothing was changed."
            )


def _words(release: Release, kept: held.HeldRelease | None, name: str) -> str:
    occupations, skills = release.occupations, release.skills
    groups, n = int((occupations["level"] < 5).sum()), int((occupations["level"] >= 5).sum())
    above, m = int((skills["level"] < 4).sum()), int((skills["level"] == 4).sum())
    version = (
        "of an unknown version (the file's name does not say)"
        if release.version == UNKNOWN
        else release.version
    )
    sentence = (
        f"Added ESCO {version}, language {release.language}, from {name}: {n:,} occupations in {groups:,} ISCO groups, "
        f"{m:,} skills in {above:,} groups, {len(release.relations):,} links between occupations and skills."
    )
    lacks = [t for told in release.lacks.values() for t in told]
    if lacks:
        sentence += f" It lacks {'; '.join(lacks)}."
    if kept is not None:
        sentence += f" It takes the place of ESCO {kept.release.version} in this language, added on {kept.added[:10]} from {kept.file}."
    return sentence
