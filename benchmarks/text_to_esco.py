"""Text to ESCO beside each of its parts alone, on held-out questions; and its speed beside plain embedding search.

Run: ``python benchmarks/text_to_esco.py`` (needs the official ESCO CSVs in ``../shared``; about five minutes).
``letters`` alone is character TF-IDF with other labels, ``named`` BM25, ``meaning_whole`` sentence embeddings. The
speed peer does what sentence-transformers users do: embed the query, one dense product with all vectors, top ten.
"""

from __future__ import annotations

import time

import fit_text_to_esco as fit
import numpy as np
import pandas as pd
import text_queries as tq

from almpo_kit import matching
from almpo_kit.matching.text import fusion
from almpo_kit.matching.text.coefficients import WEIGHTS
from almpo_kit.sources.encoders import encoder as packaged

PEERS = {"letters_whole": "TF-IDF", "named": "BM25", "meaning_whole": "embeddings"}


def measure(asked: tq.Asked, queries: list[tq.Query], kind: str) -> pd.DataFrame:
    """First answer right, and recall in the first five, by kind of question; ours beside each part alone."""
    found = fusion.Candidates(asked.unit, asked.concept, asked.features)
    chance = fusion.probabilities(found, np.asarray(WEIGHTS[kind]), len(queries))
    ours = []
    for u, rows in enumerate(np.split(np.arange(len(chance)), np.cumsum(np.bincount(asked.unit))[:-1])):
        hit = asked.right[rows[np.argsort(-chance[rows], kind="stable")[:5]]]
        ours.append((hit[0], hit.sum() / max(min(5, len(asked.gold[u])), 1)))
    table = pd.DataFrame(ours, columns=["top1 ours", "R@5 ours"])
    for channel, name in PEERS.items():
        table[f"top1 {name}"], table[f"R@5 {name}"] = asked.alone[channel].T
    table["kind"] = [f"{q.part}: {q.kind}" for q in queries]
    table["n"] = 1
    kept = table[[q.part != "train" for q in queries]]
    means = kept.groupby("kind").agg({c: "mean" for c in table if c not in ("kind", "n")} | {"n": "sum"})
    return means.round(3)


def measured(kind: str) -> tuple[pd.DataFrame, float]:
    """The table of one kind of index, and texts a second beside plain embedding search (a ratio)."""
    encoder = packaged()
    occupations, skills, needs = tq.taxonomies()
    if kind == "occupations":
        queries, kept, titles = tq.occupation_queries(occupations)
        index = tq.index(kind, occupations, kept, encoder, titles)
    else:
        queries, kept = tq.skill_queries(skills, occupations, needs)
        index = tq.index(kind, skills, kept, encoder)
    queries = [q for q in queries if q.part != "train"]
    table = measure(tq.ask(queries, index, encoder, fit.names), queries, kind)
    texts = [q.text for q in queries if q.kind != "description"][:400]
    verb = matching.classify if kind == "occupations" else matching.extract_skills
    verb(texts[:5], index, encoder, top=10)
    began = time.perf_counter()
    verb(texts, index, encoder, top=10)
    ours = time.perf_counter() - began
    vectors = np.asarray(index.vectors, np.float32)
    began = time.perf_counter()
    for start in range(0, len(texts), 32):
        scores = encoder(texts[start : start + 32]) @ vectors.T
        np.argpartition(-scores, 10, axis=1)[:, :10]
    peer = time.perf_counter() - began
    print(
        f"{kind}: ours {len(texts) / ours:.0f} texts/s, embedding search {len(texts) / peer:.0f}, ratio {peer / ours:.2f}"
    )
    return table, peer / ours


if __name__ == "__main__":
    for name in ("occupations", "skills"):
        print(measured(name)[0].to_string())
