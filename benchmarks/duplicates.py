"""SYNTHETIC: how many duplicates are found among references with invented mistakes, and how fast, beside exact matching.

``python -m benchmarks.duplicates [publications] [seeds]``; writes ``tests/learning/DUPLICATES.md``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from almpo_kit import sources
from almpo_kit.learning import duplicates
from tests.learning.doubles.corrupted_references import Corrupted, corrupted, pairs

_TABLE = Path(__file__).parent.parent / "tests" / "learning" / "DUPLICATES.md"
_HEAD = """# Duplicates: what is found, and what is joined wrongly

SYNTHETIC. Titles of the {studies} studies of the evidence base, and titles made of labels of ESCO skills in four forms, so that
thousands of titles differ in a word or two. Copies have invented mistakes: misspelt words, capitals, British and American
spelling, markup, lost subtitles, lost accents, initials, names in the other order, a year off by one, a lost DOI; some
publications have a working paper two to four years before, with a DOI of its own. Look-alikes that must not be joined: parts,
another country, "for women" beside "for men", comments. The rules were written looking at the mistakes of seed 0 of 1,500
publications, which is not among the seeds below. The mistakes come from one hand: expect less on real lists.

Pairs of rows over {seeds} seeds of {n:,} publications (about {rows:,} rows each), `python -m benchmarks.duplicates {n} {seeds}`.
Pairs that no rule settles are shown and count as not found.

| what | method | joined | of them right | of the true pairs found | seconds a seed |
|---|---|---|---|---|---|
"""


def main(n: int = 1_500, seeds: int = 20) -> None:
    titles, skills = sources.studies()["title"].tolist(), sources.skills()["label"].tolist()
    methods: dict[str, Callable[[pd.DataFrame], tuple[Sequence[object], Sequence[object]]]] = {
        "learning.duplicates": _ours,
        "exact title and year, or DOI": _exact,
        "exact title, or DOI": _exact_title,
    }
    totals: dict[tuple[str, str], list[float]] = {}
    rows = 0
    for seed in range(1, seeds + 1):
        made = corrupted(titles, skills, n, seed)
        rows += len(made.documents)
        for name, method in methods.items():
            _add(totals, name, method, made)
    lines = [_HEAD.format(studies=len(titles), seeds=seeds, n=n, rows=round(rows / seeds))]
    for (what, name), (joined, right, true, seconds) in sorted(totals.items()):
        lines.append(
            f"| {what} | {name} | {joined:,.0f} | {100 * right / joined:.2f}% | {100 * right / true:.1f}% | {seconds / seeds:.1f} |\n"
        )
    _TABLE.write_text("".join(lines), encoding="utf-8")
    print("".join(lines))


def _add(
    totals: dict[tuple[str, str], list[float]],
    name: str,
    method: Callable[[pd.DataFrame], tuple[Sequence[object], Sequence[object]]],
    made: Corrupted,
) -> None:
    begun = time.process_time()
    publication, study = method(made.documents)
    seconds = time.process_time() - begun
    for what, truth, found in (
        ("one publication", made.publication, publication),
        ("one study", made.study, study),
    ):
        real, told = pairs(truth), pairs(found)
        row = totals.setdefault((what, name), [0.0] * 4)
        for i, value in enumerate((len(told), len(real & told), len(real), seconds)):
            row[i] += value


def _ours(frame: pd.DataFrame) -> tuple[Sequence[object], Sequence[object]]:
    found = duplicates(frame)
    return found.publications.tolist(), found.groups.tolist()


def _exact(frame: pd.DataFrame, year: bool = True) -> tuple[Sequence[object], Sequence[object]]:
    """What reference managers do at least: small letters, no punctuation."""
    plain = frame["title"].str.lower().str.replace(r"[^a-z0-9]", "", regex=True)
    key = plain + (frame["year"].astype(str) if year else "")
    doi = frame["doi"].str.lower().str.extract(r"(10\..+)", expand=False)
    leader: dict[str, str] = {}

    def top(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for title, known in zip(key, doi, strict=True):
        if isinstance(known, str):
            leader[top(f"doi {known}")] = top(title)
    found = [top(t) for t in key]
    return found, found


def _exact_title(frame: pd.DataFrame) -> tuple[Sequence[object], Sequence[object]]:
    return _exact(frame, year=False)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:3]))
