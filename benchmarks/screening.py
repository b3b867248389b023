"""How much reading a screening by machine saves: two real collections, beside by lot, uncertainty sampling and TF-IDF + LR.

Run: ``python benchmarks/screening.py [small|full|speed|table|choose]``, by default all but the last. Collections: ESCO
occupations and ESCO skills, title and description; what is sought is one ISCO major group, or one branch of skills. The
recipe was chosen on the groups of ``CHOSEN_ON`` (``choose`` repeats it) and is reported on those of ``REPORTED``, which
were never looked at before. Every screening is kept as it is done in ``data/cache/screening/runs.jsonl``; a second call
goes on. ``table`` writes ``tests/learning/SCREENING.md``. About an hour on two cores, most of it ``full``.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit import learning, sources
from almpo_kit.learning.screening.kernels.blocks import Blocks
from almpo_kit.learning.screening.kernels.training import Recipe
from almpo_kit.learning.screening.methods import ScreeningMethod

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "data" / "cache" / "screening"
CHOSEN_ON = {"occupations": ("5", "6"), "skills": ("S3", "S7")}
REPORTED = {"occupations": ("4", "9"), "skills": ("S5", "K07")}
NAMES = {
    "4": "clerical support workers",
    "5": "service and sales workers",
    "6": "agricultural, forestry and fishery workers",
    "9": "elementary occupations",
    "S3": "assisting and caring",
    "S5": "working with computers",
    "S7": "constructing",
    "K07": "engineering, manufacturing and construction (knowledge)",
}
#: Small draws leave out "certainty" (the mixed queue without doubtful documents and lots), whole collections have all.
METHODS = ("mixed", "certainty", "words", "logistic", "uncertainty", "random")
SMALL, SMALL_SEEDS, FULL_SEEDS = 500, 500, 20


@cache
def collection(name: str) -> tuple[pd.DataFrame, Any]:
    """Documents with their group, and what a model sees of them; vectors are kept between runs."""
    taxonomy = getattr(sources, name)()
    held = taxonomy[taxonomy["uri"].str.contains("/occupation/|/skill/", regex=True)]
    held = held[held["isco"].ne("")] if name == "occupations" else held[held["kind"].notna()]
    group = held["isco"] if name == "occupations" else held["parent"].fillna("")
    documents = pd.DataFrame(
        {"document_id": held["code"], "title": held["label"], "abstract": held["description"].fillna("")}
    ).assign(group=group)
    documents.attrs = dict(taxonomy.attrs)
    place = CACHE / f"{name}-{len(documents)}.npy"
    if not place.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        features = learning.screening_features(documents, features="embeddings", encoder=sources.encoder())
        np.save(place, features.blocks.meaning)
    return documents, learning.screening_features(documents, encoder=np.load(place))


def relevant(name: str, group: str) -> np.ndarray:
    return collection(name)[0]["group"].str.startswith(group).to_numpy(bool)


def kept() -> pd.DataFrame:
    place = CACHE / "runs.jsonl"
    lines = place.read_text(encoding="utf-8").splitlines() if place.exists() else []
    columns = [
        "collection",
        "group",
        "size",
        "method",
        "seed",
        "n",
        "n_relevant",
        "wss",
        "rrf10",
        "atd",
        "curve",
    ]
    runs = []
    for line in lines:
        # A killed run may leave half a line; it is simulated again.
        with suppress(json.JSONDecodeError):
            runs.append(json.loads(line))
    return pd.DataFrame(runs, columns=columns)


def of_task(name: str, group: str, size: int | None) -> tuple[dict[str, Any], pd.DataFrame, list[str]]:
    """What names a task, what is kept of it, and its methods."""
    about = {"collection": name, "group": group, "size": size or 0}
    held = kept()
    for column, value in about.items():
        held = held[held[column] == value]
    return about, held, [m for m in METHODS if size is None or m != "certainty"]


def trial(name: str, group: str, size: int | None, seeds: int | list[int]) -> Any:
    """A trial, going on from what is kept."""
    about, held, methods = of_task(name, group, size)

    def keep(run: dict[str, Any]) -> None:
        with (CACHE / "runs.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(about | run) + "\n")

    return learning.simulate_screening(
        collection(name)[1],
        relevant(name, group),
        methods=methods,
        seeds=seeds,
        size=size,
        done=held,
        keep=keep,
    )


def finished(size: int | None, seeds: int) -> list[tuple[str, str, Any]]:
    """Trials from what is kept alone: seeds on which every method is done, where there are twenty."""
    out = []
    for name, groups in REPORTED.items():
        for group in groups:
            _, held, methods = of_task(name, group, size)
            whole = held.groupby("seed")["method"].nunique()
            done = sorted(int(s) for s in whole.index[whole == len(methods)] if s < seeds)
            if len(done) >= FULL_SEEDS:
                out.append((name, group, trial(name, group, size, done)))
    return out


def every(size: int | None, seeds: int) -> list[tuple[str, str, Any]]:
    out = []
    for name, groups in REPORTED.items():
        for group in groups:
            began = time.perf_counter()
            found = trial(name, group, size, seeds)
            out.append((name, group, found))
            print(f"{name} {group}, {time.perf_counter() - began:.0f} s: {found.sentence}", flush=True)
    return out


def choose(seeds: int = 40) -> None:
    """Mean work saved at 95% recall on the groups that are not reported, by recipe."""
    recipes = {
        f"{features} {query} penalty {penalty:g} presumed {presumed}": ScreeningMethod(
            "mine", "mine", query, features, Recipe(penalty, presumed)
        )
        for features, query, penalty, presumed in (
            ("tfidf", "certainty", 1.0, 0),
            ("tfidf", "certainty", 1.0, 100),
            ("embeddings", "certainty", 2.0, 100),
            ("all", "certainty", 1.0, 0),
            ("all", "certainty", 1.0, 100),
            ("all", "certainty", 2.0, 100),
            ("all", "certainty", 4.0, 100),
            ("all", "certainty", 2.0, 300),
            ("all", "mixed", 2.0, 100),
        )
    }
    for label, method in recipes.items():
        found = []
        for name, groups in CHOSEN_ON.items():
            for group in groups:
                done = learning.simulate_screening(
                    collection(name)[1],
                    relevant(name, group),
                    methods=[method],
                    seeds=seeds,
                    size=600,
                    seed=1,
                )
                found.append(done.table["wss"].iloc[0])
        print(f"{label:45s}", *(f"{v:.3f}" for v in found), f"mean {np.mean(found):.3f}", flush=True)


def speed() -> pd.DataFrame:
    """Processor seconds to train and rank again, beside scikit-learn's logistic regression on the same words."""
    from sklearn.linear_model import LogisticRegression

    rows = []
    base, features = collection("skills")
    for n in (3_000, 13_000, 100_000):
        index = np.random.default_rng(0).integers(0, len(base), n) if n > len(base) else np.arange(n)
        documents = base.iloc[index].assign(document_id=[str(i) for i in range(n)])
        began = time.process_time()
        seen = learning.screening_features(documents, encoder=features.blocks.meaning[index])
        made = time.process_time() - began
        read = np.random.default_rng(1).permutation(n)[: n // 10]
        truth = documents["group"].str.startswith("S3").to_numpy(bool)
        labels = pd.DataFrame({"document_id": documents["document_id"].iloc[read], "field": "relevant"})
        labels["value"] = np.where(truth[read], "yes", "no")
        began = time.process_time()
        learning.rank(documents, labels, features=seen)
        ours = time.process_time() - began
        wide = Blocks(seen.blocks.words, None)
        began = time.process_time()
        peer = LogisticRegression(class_weight="balanced", max_iter=1000).fit(wide.words[read], truth[read])
        np.argsort(-peer.decision_function(wide.words))
        theirs = time.process_time() - began
        rows.append((n, len(read), made, ours, theirs))
    table = pd.DataFrame(rows, columns=["documents", "read", "features s", "rank s", "sklearn TF-IDF + LR s"])
    print(table.round(2).to_string(index=False), flush=True)
    return table


def lines(found: list[tuple[str, str, Any]]) -> list[str]:
    """Rows of a Markdown table."""
    out = [
        "| collection | sought | documents | relevant | method | seeds | WSS@95 | 10–90% of seeds | RRF@10 | ATD | more than TF-IDF + LR (95%) |",
        "|---|---|--:|--:|---|--:|--:|---|--:|--:|---|",
    ]
    for name, group, done in found:
        for r in done.table.to_dict("records"):
            more = "–"
            if not np.isnan(r["more_than_peer"]):
                more = f"{100 * r['more_than_peer']:+.1f} ({100 * r['more_low']:+.1f} to {100 * r['more_high']:+.1f})"
            out.append(
                f"| {name} | {group} {NAMES[group]} | {done.n_documents:,} | {done.n_relevant:,} | {r['label']} | {r['n_seeds']} | "
                f"{100 * r['wss']:.1f} | {100 * r['wss_low']:.1f} to {100 * r['wss_high']:.1f} | {100 * r['rrf10']:.1f} | "
                f"{100 * r['atd']:.1f} | {more} |"
            )
    return out


def table() -> None:
    """Write what is kept; nothing is simulated that was not."""
    place = ROOT / "tests" / "learning" / "SCREENING.md"
    head, _, _ = place.read_text(encoding="utf-8").partition("<!-- tables -->")
    parts = [
        f"## {SMALL} documents drawn, up to {SMALL_SEEDS} seeds",
        "",
        *lines(finished(SMALL, SMALL_SEEDS)),
        "",
    ]
    parts += [f"## Whole collections, up to {FULL_SEEDS} seeds", "", *lines(finished(None, FULL_SEEDS)), ""]
    place.write_text(head + "<!-- tables -->\n\n" + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    asked = sys.argv[1:] or ["small", "full", "speed", "table"]
    for step in asked:
        {
            "small": lambda: every(SMALL, SMALL_SEEDS),
            "full": lambda: every(None, FULL_SEEDS),
            "speed": speed,
            "table": table,
            "choose": choose,
        }[step]()
