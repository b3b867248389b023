"""Whether stopping rules keep their promise, and what they cost, on two real collections.

ESCO occupations (one ISCO major group is relevant) and ESCO skills (one branch is), read in the order of a TF-IDF and
logistic-regression ranking that learns as it goes. How soon a ranking is called dry was chosen on the groups in ``CHOSEN_ON``
alone; figures are of the others. Orders are kept beside each other in one file, so that an interrupted run goes on.

    python benchmarks/stopping.py --orders 20 --runs 1000 --place /tmp/stopping.json
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from almpo_kit import learning, sources

#: On these groups DRY_SHARE was chosen; the figures are of the others.
CHOSEN_ON = {"occupations": ("1", "9"), "skills": ("S8",)}
REPORTED = {"occupations": ("4", "5", "6", "8"), "skills": ("S3", "S5", "S7")}


def collection(name: str) -> tuple[list[str], np.ndarray]:
    """Texts, and the group of each."""
    if name == "occupations":
        table = sources.occupations().query("level >= 5")
        groups = table["isco"].astype(str).str[0].to_numpy()
    else:
        table = sources.skills().query("kind.notna() and groups != ''")
        groups = table["groups"].astype(str).str.split("|").str[0].to_numpy()
    texts = table["label"].fillna("") + ". " + table["description"].fillna("")
    return texts.tolist(), groups


def learned_order(matrix, relevant: np.ndarray, seed: int) -> np.ndarray:
    """Which documents are relevant, in the order in which a learning ranking has them read."""
    from sklearn.linear_model import LogisticRegression

    draws = np.random.default_rng(seed)
    n = len(relevant)
    first = draws.choice(np.flatnonzero(relevant)), draws.choice(np.flatnonzero(~relevant))
    order = list(first)
    unread = np.ones(n, dtype=bool)
    unread[order] = False
    while unread.any():
        model = LogisticRegression(class_weight="balanced", C=10.0, solver="liblinear")
        model.fit(matrix[order], relevant[order])
        rest = np.flatnonzero(unread)
        score = model.decision_function(matrix[rest])
        taken = rest[np.argsort(-score, kind="stable")][: max(10, len(order) // 8)]
        order.extend(taken.tolist())
        unread[taken] = False
    return relevant[np.array(order)]


def orders(name: str, group: str, count: int, held: dict[str, list[str]]) -> list[np.ndarray]:
    """Orders of one group, from the file where they were made before."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    key = f"{name} {group}"
    known = held.setdefault(key, [])
    if len(known) < count:
        texts, groups = collection(name)
        matrix = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform(texts)
        relevant = np.char.startswith(groups.astype(str), group)
        while len(known) < count:
            made = learned_order(matrix, relevant, len(known))
            known.append(f"{len(made)}:" + ",".join(map(str, np.flatnonzero(made).tolist())))
    out = []
    for text in known[:count]:
        size, _, places = text.partition(":")
        order = np.zeros(int(size), dtype=bool)
        order[[int(p) for p in places.split(",")]] = True
        out.append(order)
    return out


def main() -> None:
    """Print one table a group."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=20)
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--place", type=Path, default=Path("stopping_orders.json"))
    options.add_argument("--choose", action="store_true", help="try DRY_SHARE on CHOSEN_ON")
    options.add_argument("--only", default="")
    given = options.parse_args()
    held = json.loads(given.place.read_text()) if given.place.exists() else {}
    for name, groups in (CHOSEN_ON if given.choose else REPORTED).items():
        for group in groups if given.only in ("", name) else ():
            began = time.perf_counter()
            made = orders(name, group, given.orders, held)
            given.place.write_text(json.dumps(held))
            share = made[0].mean()
            print(
                f"\n## {name} {group}: {len(made[0])} documents, {share:.1%} relevant, {time.perf_counter() - began:.0f} s"
            )
            for share in (0.05, 0.1, 0.2, 0.3, 0.5) if given.choose else (None,):
                trial = learning.simulate_stopping(
                    made, runs=given.runs, **({"share": share, "rules": ()} if share else {})
                )
                for row in trial.table.itertuples(index=False):
                    print(
                        f"| {share or row.rule} | {row.reached:.3f} ({row.reached_low:.3f} to {row.reached_high:.3f}) | "
                        f"{row.promise} | {row.mean_recall:.3f} | {row.lowest_recall:.2f} | {row.share_read:.2f} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
