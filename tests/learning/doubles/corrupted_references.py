"""SYNTHETIC: references copied carelessly, and their look-alikes, with what is truly the same.

The titles of the copies are real ones (studies of the evidence base) or made of labels of ESCO skills, which gives many
titles that differ in one word; the mistakes are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

_NAMES = "Larsson Petit Novak Rossi Müller Kim García Papadopoulos Ivanov Smith Jones Weber Kovács Nowak Silva".split()  # noqa: SIM905
_FIRST = "Eva Anne Petr Luca Jana Min Carlos Maria Ivan John Sarah Tom".split()  # noqa: SIM905
_PLACES = "Germany Sweden France Italy Spain Poland Greece Austria Norway Denmark Finland Portugal".split()  # noqa: SIM905
_FORMS = (
    "Effects of training in {a} on employment: evidence from {p}",
    "Does {a} help the long-term unemployed? A randomised trial in {p}",
    "Labour market programmes for {a} and {b} in {p}",
    "{a}, {b} and the returns to vocational programmes",
)


@dataclass(frozen=True)
class Corrupted:
    """References and the truth about them.

    Parameters
    ----------
    documents : DataFrame
    publication, study : list of int, shape (n_documents,)
    """

    documents: pd.DataFrame
    publication: list[int]
    study: list[int]


def corrupted(titles: Sequence[str], skills: Sequence[str], n: int, seed: int) -> Corrupted:
    """``n`` publications, of which some are copied, some have a working paper, and some a look-alike."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    publication: list[int] = []
    study: list[int] = []

    def put(row: dict[str, object], pub: int, of: int) -> None:
        rows.append(row | {"document_id": f"{len(rows):064x}"})
        publication.append(pub)
        study.append(of)

    number = 0
    for i in range(n):
        first = _reference(rng, titles[i] if i < len(titles) else _title(rng, skills), i)
        number += 1
        of = pub = number
        put(first, pub, of)
        for _ in range(rng.choice([0, 0, 1, 2])):
            put(_careless(rng, first), pub, of)
        if rng.random() < 0.15:
            number += 1
            put(
                _careless(
                    rng,
                    first | {"year": int(first["year"]) - int(rng.integers(2, 5)), "doi": f"10.3386/w{i}"},
                    doi=1.0,
                ),
                number,
                of,
            )  # type: ignore[call-overload]
        for like in _look_alikes(rng, first):
            number += 1
            put(like, number, number)
    order = rng.permutation(len(rows))
    frame = pd.DataFrame([rows[i] for i in order]).assign(
        abstract="", url="", source="SYNTHETIC: corrupted references"
    )
    return Corrupted(frame, [publication[i] for i in order], [study[i] for i in order])


def _title(rng: np.random.Generator, skills: Sequence[str]) -> str:
    a, b = rng.choice(len(skills), 2)
    return str(rng.choice(_FORMS)).format(a=skills[a], b=skills[b], p=rng.choice(_PLACES))


def _reference(rng: np.random.Generator, title: str, i: int) -> dict[str, object]:
    who = [f"{rng.choice(_NAMES)}, {rng.choice(_FIRST)}" for _ in range(rng.integers(1, 4))]
    doi = f"10.1000/x{i}" if rng.random() < 0.6 else ""
    return {
        "title": title,
        "authors": "; ".join(who),
        "year": int(rng.integers(1998, 2025)),
        "doi": doi,
        "kind": "reference",
    }


def _look_alikes(rng: np.random.Generator, row: dict[str, object]) -> list[dict[str, object]]:
    """What must not be joined: parts, editions, other places, other groups, comments."""
    title, year = str(row["title"]), int(row["year"])  # type: ignore[call-overload]
    other = {"doi": ""}
    kinds: list[Callable[[], list[dict[str, object]]]] = [
        lambda: [
            row | other | {"title": f"{title}, Part II", "doi": ""},
            row | other | {"title": f"{title}, Part III"},
        ],
        lambda: [row | other | {"title": f"Comment on: {title}", "authors": "Strange, Ann"}],
        lambda: [row | other | {"title": _swapped(rng, title)}] if any(p in title for p in _PLACES) else [],
        lambda: [row | other | {"title": f"{title} for {g}"} for g in ("women", "men")],
        lambda: [
            {
                "title": "Employment and Skills Outlook",
                "authors": "OECD",
                "year": year,
                "doi": "",
                "kind": f"edition {rng.random()}",
            }
        ],
    ]
    found = kinds[rng.integers(len(kinds))]() if rng.random() < 0.4 else []
    # Editions of one year are the same report, so each year is put once; the caller cannot know.
    return [f for f in found if not str(f["kind"]).startswith("edition")]


def _swapped(rng: np.random.Generator, title: str) -> str:
    here = next(p for p in _PLACES if p in title)
    return title.replace(here, str(rng.choice([p for p in _PLACES if p != here])))


def _careless(rng: np.random.Generator, row: dict[str, object], doi: float = 0.5) -> dict[str, object]:
    title, authors, year = str(row["title"]), str(row["authors"]), int(row["year"])  # type: ignore[call-overload]
    for mistake in (_typo, _case, _subtitle, _spelling, _markup, _accents):
        if rng.random() < 0.3:
            title = mistake(rng, title)
    names = authors.split("; ")
    if rng.random() < 0.4:
        names = [f"{n.partition(', ')[0]}, {n.partition(', ')[2][:1]}." for n in names]
    elif rng.random() < 0.3:
        names = [f"{n.partition(', ')[2]} {n.partition(', ')[0]}" for n in names]
    near = int(rng.choice([0, 0, 0, 1]))
    kept = str(row["doi"]) if rng.random() < doi else ""
    if kept and rng.random() < 0.5:
        kept = f"https://doi.org/{kept.upper()}"
    # A list that lost its DOIs and its authors both is beyond help.
    sep = str(rng.choice(["; ", " and "]))
    return row | {"title": title, "authors": sep.join(names), "year": year + near, "doi": kept}


def _typo(rng: np.random.Generator, title: str) -> str:
    words = title.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 6 and w.isalpha()]
    if not long:
        return title
    i = int(rng.choice(long))
    k = int(rng.integers(1, len(words[i]) - 2))
    w = words[i]
    words[i] = str(
        rng.choice([w[:k] + w[k + 1 :], w[:k] + w[k + 1] + w[k] + w[k + 2 :], w[:k] + w[k] + w[k:]])
    )
    return " ".join(words)


def _case(rng: np.random.Generator, title: str) -> str:
    return str(rng.choice([title.upper(), title.title(), title.lower(), f"{title}."]))


def _subtitle(rng: np.random.Generator, title: str) -> str:
    head, colon, _ = title.partition(": ")
    return head if colon and len(head.split()) >= 4 else title


def _spelling(rng: np.random.Generator, title: str) -> str:
    for a, b in (
        ("Labour", "Labor"),
        ("programmes", "programs"),
        ("randomised", "randomized"),
        ("long-term", "longterm"),
    ):
        title = title.replace(a, b)
    return title.replace(" and ", " & ")


def _markup(rng: np.random.Generator, title: str) -> str:
    return f"<i>{title}</i>".replace("&", "&amp;")


def _accents(rng: np.random.Generator, title: str) -> str:
    return title.replace("é", "e").replace("ü", "u").replace("-", " ").replace(":", " —")


def pairs(groups: Sequence[object]) -> set[tuple[int, int]]:
    """Pairs of rows in one group."""
    by: dict[object, list[int]] = {}
    for i, g in enumerate(groups):
        by.setdefault(g, []).append(i)
    return {(a, b) for rows in by.values() for i, a in enumerate(rows) for b in rows[i + 1 :]}
