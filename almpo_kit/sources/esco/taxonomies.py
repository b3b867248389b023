"""Occupations, skills and their relations: from the official download where it was added, else from packages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.esco import held, packaged
from almpo_kit.sources.esco.archive import open_bytes, open_download
from almpo_kit.sources.esco.official import read_language
from almpo_kit.sources.esco.release import Release
from almpo_kit.sources.given_files import read_file
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

_ADD = (
    "Download ESCO as CSV in that language from the ESCO portal (content: classification) and add it: `almpo data add "
    "FILE.zip`; English text comes with the packages."
)


FrameOf = Literal["occupations", "skills", "relations"]


class Esco(NamedTuple):
    """What :func:`read_esco` finds in a download: two ``taxonomy`` frames and the relations."""

    occupations: pd.DataFrame
    skills: pd.DataFrame
    relations: pd.DataFrame
    version: str
    language: str


def occupations(language: str = "en") -> pd.DataFrame:
    """ISCO-08 groups and ESCO occupations.

    Parameters
    ----------
    language : str
        Two letters. English is there out of the box; other languages once their official download was added.

    Returns
    -------
    DataFrame, shape (about 3,600, 9)
        A ``taxonomy`` frame: ``code`` (``2512`` for an ISCO group, ``2512.4`` for an occupation), ``label, parent``
        (code above)``, level`` (1 to 4 ISCO groups, 5 and more occupations)``, version, uri, alternatives`` (other
        labels, one a line, ``""`` for none)``, description, isco`` (unit group of four digits, ``""`` above it).
        ``attrs["lacks"]`` says what the source lacks, ``attrs["language"]`` its language.

    Raises
    ------
    ParameterError
        A language that is not held.
    DataError
        A package is missing or not the catalogued one.
    """
    return _taxonomy("occupations", language)


def skills(language: str = "en") -> pd.DataFrame:
    """ESCO skills and knowledge with their groups.

    Parameters
    ----------
    language : str
        As in :func:`occupations`.

    Returns
    -------
    DataFrame, shape (about 14,600, 12)
        A ``taxonomy`` frame: ``code`` (ESCO's uuid of a skill; ``S4.5.0``, ``K0613`` of a group), ``label, parent`` (the
        first group)``, level`` (groups 0 to 3, skills 4)``, version, uri, alternatives, description, kind`` (knowledge,
        skill, or missing)``, reuse`` (transversal, cross-sector, sector-specific, occupation-specific; missing where
        the source lacks it)``, field`` (ISCED-F 2013 code of knowledge)``, groups`` (all, joined by ``" | "``).

    Raises
    ------
    ParameterError
        A language that is not held.
    DataError
        A package is missing or not the catalogued one.
    """
    return _taxonomy("skills", language)


def occupation_skills() -> pd.DataFrame:
    """Which skills an occupation needs.

    Returns
    -------
    DataFrame, shape (n_links, 3)
        ``occupation`` (ESCO code)``, skill`` (uuid)``, relation`` (essential, optional). All of ESCO once the official
        download was added; out of the box 91 ICT occupations only, and only what is essential: ``attrs["covers"]``
        says which.

    Raises
    ------
    DataError
        A package is missing or not the catalogued one.
    """
    for language in held.languages():
        kept = held.held(language)
        if kept is not None and len(kept.release.relations):
            return _marked("relations", kept.release, (kept.data_version(),))
    return _carried("relations")


def read_esco(path: str | Path, language: str | None = None) -> Esco:
    """Read an official download of ESCO, a zip or a folder, without keeping it.

    Parameters
    ----------
    path : str or Path
    language : str, optional
        Which, where the download holds several; the first by default.

    Returns
    -------
    Esco
        ``occupations, skills, relations, version, language``.

    Raises
    ------
    DataError
        Not there, damaged, or a zip of something else.
    ParameterError
        The download does not hold the language.
    """
    if Path(path).expanduser().is_dir():
        found, digest = open_download(path), ""
    else:
        name, data = read_file(path)
        found, digest = open_bytes(name, data), sha256(data)
    there = [x or "en" for x in found.languages]
    if language is not None and language not in there:
        raise ParameterError(f"{found.name} holds ESCO in {', '.join(there)}, not in {language!r}.")
    release = read_language(found, found.languages[there.index(language) if language else 0])
    version = held.HeldRelease(release, found.name, digest, "").data_version()
    return Esco(
        occupations=_marked("occupations", release, (version,)),
        skills=_marked("skills", release, (version,)),
        relations=_marked("relations", release, (version,)),
        version=release.version,
        language=release.language,
    )


def esco_languages() -> tuple[str, ...]:
    """Languages that :func:`occupations` and :func:`skills` have now."""
    intact = [x for x in held.languages() if held.held(x) is not None]
    return tuple(dict.fromkeys(["en", *intact]))


def _taxonomy(name: Literal["occupations", "skills"], language: str) -> pd.DataFrame:
    wanted = str(language).strip().lower()
    kept = held.held(wanted)
    if kept is not None:
        return _marked(name, kept.release, (kept.data_version(),))
    if wanted != "en":
        raise ParameterError(f"ESCO is held in {', '.join(esco_languages())}, not in {language!r}. {_ADD}")
    return _carried(name)


def _carried(name: FrameOf) -> pd.DataFrame:
    """A frame of what packages carry, as :func:`_marked` marks one of a release."""
    part = packaged.part(name)
    frame = part.frame.copy()
    frame.attrs = {"language": "en", "lacks": part.lacks}
    if part.covers:
        frame.attrs["covers"] = part.covers
    return stamp(frame, *(entry(d).stamp() for d in packaged.DATASETS[name]))


def _marked(name: FrameOf, release: Release, versions: tuple[DataVersion, ...]) -> pd.DataFrame:
    """A fresh copy of a release's frame with its data versions, and in words what it covers and lacks."""
    frame: pd.DataFrame = getattr(release, name).copy()
    told = release.lacks.get(name, ())
    frame.attrs = {
        "language": release.language,
        "lacks": " ".join(f"{t[0].upper()}{t[1:].rstrip('.')}." for t in told),
    }
    if name == "relations":
        frame.attrs["covers"] = release.covers
    return stamp(frame, *versions)
