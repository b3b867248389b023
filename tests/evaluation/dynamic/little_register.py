"""A register of a few people, written down by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def month(k: int) -> str:
    """The month k months after January 2020."""
    return f"{2020 + k // 12}-{k % 12 + 1:02d}"


def register(
    paths: dict[str, str],
    entries: list[tuple[str, str, int]],
    *,
    began: dict[str, int] | None = None,
    first: int = 0,
    announced: dict[str, int] | None = None,
    earnings: float = 1_000.0,
) -> Frames:
    """Frames of people whose months are letters.

    Parameters
    ----------
    paths : dict
        Person -> one letter a month from ``first`` on: ``E`` in work, ``R`` on the register, ``O`` off it and out of work,
        ``?`` off it and not known, ``-`` no row.
    entries : list of (person, programme, month)
    """
    persons = pd.DataFrame(
        {
            "id": list(paths),
            "entry_date": [month((began or {}).get(p, 24)) for p in paths],
            "age": np.arange(len(paths)) + 30.0,
            "source": "by hand",
        }
    )
    rows = [
        (p, month(first + k), {"E": 1.0, "?": np.nan}.get(c, 0.0), float(c == "R"), earnings * (c == "E"))
        for p, letters in paths.items()
        for k, c in enumerate(letters)
        if c != "-"
    ]
    months = pd.DataFrame(rows, columns=["id", "period", "employed", "registered", "earnings"]).assign(
        source="by hand"
    )
    starts = pd.DataFrame(
        [(p, programme, month(k)) for p, programme, k in entries], columns=["id", "programme", "start"]
    ).assign(source="by hand")
    if announced is not None:
        starts["announced"] = [month(announced[p]) if p in announced else None for p in starts["id"]]
    return persons, starts, months


def drawn(seed: int, n: int = 150, *, length: int = 60) -> Frames:
    """A random register: people work, become unemployed in month 24, find jobs, leave, enter training or a subsidy."""
    rng = np.random.default_rng(seed)
    paths, entries, announced = {}, [], {}
    for i in range(n):
        name, state, letters, entered = f"p{i:03d}", "E", [], False
        for k in range(length):
            if k < 24:
                state = "E" if rng.random() < 0.8 else "O"
            elif k == 24:
                state = "R"
            elif state == "R":
                if not entered and rng.random() < 0.12:
                    entries.append((name, "training" if rng.random() < 0.6 else "subsidy", k))
                    announced[name] = k - int(rng.integers(0, 3))
                    entered = True
                u = rng.random()
                state = "E" if u < 0.12 else "O" if u < 0.14 else "?" if u < 0.15 else "R"
            elif state == "E" and rng.random() < 0.03:
                state = "O"
            letters.append(state)
        paths[name] = "".join(letters)
    return register(paths, entries, announced=announced)
