"""The texts by which a concept is found: its labels in every language that is held, everyday titles, description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from almpo_kit.sources.esco.job_titles import job_titles
from almpo_kit.sources.esco.taxonomies import esco_languages, occupations, skills
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import data_versions, stamp
from almpo_kit.vocabulary.text_index import ROLES, IndexKind

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("concept", "text", "role", "language")
#: From this level on, a concept is an occupation or a skill and not a group of them.
_FIRST_LEVEL = {"occupations": 5, "skills": 4}


def taxonomy_and_entries(
    kind: IndexKind, languages: Sequence[str] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The English taxonomy and the entries of its occupations or skills, in the order of the taxonomy.

    Raises
    ------
    ParameterError
        A language in which there is no text.
    """
    import pandas as pd

    load = occupations if kind == "occupations" else skills
    base = load("en")
    concepts = base[base["level"] >= _FIRST_LEVEL[kind]]
    code_of = concepts.set_index("uri")["code"]
    frames, versions = [], set(data_versions(base))
    for language in esco_languages():
        if languages is None or language in languages:
            frame = base if language == "en" else load(language)
            versions |= set(data_versions(frame))
            # Codes can differ between releases; addresses stay.
            frames += _labels(
                frame.assign(concept=frame["uri"].map(code_of)).dropna(subset=["concept"]), language
            )
    if kind == "occupations":
        titles = job_titles()
        versions |= set(data_versions(titles))
        known = titles[titles["occupation"].isin(concepts["code"])]
        known = known.rename(columns={"occupation": "concept", "title": "text"}).assign(role="title")
        frames.append(known if languages is None else known[known["language"].isin(languages)])
    entries = pd.concat([f[list(COLUMNS)] for f in frames], ignore_index=True) if frames else None
    _complain_if_missing(kind, languages, entries)
    assert entries is not None
    return stamp(base, *versions), _sorted(entries, concepts)


def _labels(frame: pd.DataFrame, language: str) -> list[pd.DataFrame]:
    others = frame.assign(text=frame["alternatives"].str.split("\n")).explode("text")
    return [
        frame.assign(text=frame["label"], role="label", language=language),
        others[others["text"] != ""].assign(role="alternative", language=language),
        frame[frame["description"] != ""].assign(
            text=frame["description"], role="description", language=language
        ),
    ]


def _sorted(entries: pd.DataFrame, concepts: pd.DataFrame) -> pd.DataFrame:
    """By concept, then role, then language; the same words of one concept in one language stand once."""
    place = {code: i for i, code in enumerate(concepts["code"])}
    rank = {role: i for i, role in enumerate(ROLES)}
    keys = entries.assign(
        _concept=entries["concept"].map(place),
        _role=entries["role"].map(rank),
        _language=entries["language"].where(entries["language"] != "en", ""),
        _text=entries["text"].str.casefold(),
    ).sort_values(["_concept", "_role", "_language"], kind="stable")
    kept = keys.drop_duplicates(["_concept", "_text", "language"])
    return kept[list(COLUMNS)].astype("str").reset_index(drop=True)


def _complain_if_missing(kind: str, languages: Sequence[str] | None, entries: pd.DataFrame | None) -> None:
    there = set() if entries is None else set(entries["language"])
    missing = sorted(set(languages or ()) - there)
    if missing or entries is None:
        raise ParameterError(
            f"there is no text of {kind} in {', '.join(missing) or 'no language'}. Add ESCO's download in that language "
            "(`almpo data add FILE.zip`), or leave the language out."
        )
