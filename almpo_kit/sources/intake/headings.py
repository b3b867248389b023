"""Which column of a person's table is which of ours: by name, whatever the case and the spaces, or by her mapping."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from almpo_kit.sources.intake.problems import Problem, clipped
from almpo_kit.vocabulary.errors import ParameterError


def plain(heading: str) -> str:
    """A heading without case, spaces and signs: ``" Programme Type"`` and ``programme_type`` are one."""
    return re.sub(r"[\W_]+", "_", heading.strip().lower()).strip("_")


def nearest(word: str, words: Sequence[str]) -> str:
    """The most similar of some words, or '' where none is similar."""
    near = difflib.get_close_matches(plain(word)[:80], list(words), n=1, cutoff=0.7)
    return near[0] if near else ""


@dataclass(frozen=True)
class Headings:
    """``names[i]`` is what column i is called here: ours, the person's own, or '' where it is not read."""

    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def _mapped(header: Sequence[str], mapping: Mapping[str, str], known: Sequence[str]) -> dict[str, str]:
    """The mapping by plain heading.

    Raises
    ------
    ParameterError
        It names a column that the file or the codebook does not have.
    """
    present = {plain(h): h for h in header if h}
    for theirs, mine in mapping.items():
        if plain(theirs) not in present:
            near = nearest(theirs, list(present))
            hint = f" Did you mean {present[near]!r}?" if near else ""
            raise ParameterError(f"mapping: the file has no column {theirs!r}.{hint}")
        if mine not in known:
            near = nearest(mine, known)
            hint = f" Did you mean {near!r}?" if near else " `sources.codebook()` lists them."
            raise ParameterError(f"mapping: {mine!r} is no column of an effects table.{hint}")
    return {plain(theirs): mine for theirs, mine in mapping.items()}


def match(
    header: Sequence[str], known: Sequence[str], mapping: Mapping[str, str], letters: Sequence[str]
) -> Headings:
    """Names of the columns, and what is unclear about them.

    Parameters
    ----------
    header : sequence of str
        As in the file.
    known : sequence of str
        Our columns.
    mapping : mapping of str to str
        Heading in the file -> our column.
    letters : sequence of str
        What a spreadsheet calls each column, for messages.
    """
    mapped, ours = _mapped(header, mapping, known), set(known)
    taken = set(mapped.values())
    names, problems = [], []
    for heading, letter in zip(header, letters, strict=True):
        key = plain(heading)
        name = mapped.get(key) or (key if key in ours and key not in taken else heading)
        names.append(name)
        if not heading:
            names[-1] = ""
        elif name not in ours:
            problems.append(_unknown(heading, letter, [k for k in known if k not in taken]))
    problems += [_twice(name, n) for name, n in Counter(map(plain, filter(None, names))).items() if n > 1]
    return Headings(tuple(names), tuple(problems))


def _unknown(heading: str, letter: str, known: Sequence[str]) -> Problem:
    near = nearest(heading, known)
    remedy = (
        f"If it is {near!r}, call it that or pass mapping={{{heading!r}: {near!r}}}; otherwise it is kept as it is"
        if near
        else "It is kept as it is and takes no part in anything; `sources.codebook()` lists what is read"
    )
    return Problem(
        None,
        heading,
        "",
        "look at",
        f"column {letter}, {clipped(heading)}, is not in the codebook",
        f"{remedy}.",
    )


def _twice(name: str, times: int) -> Problem:
    return Problem(
        None,
        name,
        "",
        "fatal",
        f"{times} columns are called {name!r}",
        "Rename or delete all but one, so that it is clear which is meant.",
    )
