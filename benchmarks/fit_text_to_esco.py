"""Fits the numbers in ``almpo_kit/matching/text/coefficients.py``. Needs the official ESCO CSVs in ``../shared``.

Run: ``python benchmarks/fit_text_to_esco.py``. Weights of the conditional logit come from the training part; the
calibration from one half of the rest (what is reported comes from the other half), and texts that are about nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import text_queries as tq
from scipy.optimize import minimize

from almpo_kit.matching.text import fusion
from almpo_kit.sources.encoders import encoder as packaged

TARGET = Path(__file__).parents[1] / "almpo_kit" / "matching" / "text" / "coefficients.py"
EVIDENCE = ("letters", "share", "meaning", "meaning_whole")
WEIGHTS = {"one skill": 0.5, "several skills": 0.5, "known": 0.6}
CALIBRATING = {"nothing": 4.0, "own": 3.0, "known": 0.7, "one skill": 0.5, "several skills": 0.5}
HEAD = '''"""Fitted numbers: how channels are weighed, and how sure that makes us. Made by ``benchmarks/fit_text_to_esco.py``.

Fitted on training parts of ESCO 1.1.1 labels and descriptions and this project's everyday titles, each removed from the
index where it was asked; never on the blind titles in ``tests``.
"""

from __future__ import annotations

#: Features of a candidate, in their order (``fusion``).
'''


def logit(asked: tq.Asked, queries: list[tq.Query], penalty: float = 1e-3) -> np.ndarray:
    """Conditional logit by maximum likelihood with a small ridge; several right answers share their probability."""
    train = np.array([q.part == "train" for q in queries])[asked.unit]
    x, unit, right = asked.features[train], asked.unit[train], asked.right[train]
    spread = x.std(axis=0) + 1e-9
    z = (x - x.mean(axis=0)) / spread
    starts = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])
    group = np.cumsum(np.r_[0, unit[1:] != unit[:-1]])
    weight = np.array([WEIGHTS.get(queries[u].kind, 1.0) for u in unit[starts]])
    weight = weight * (np.add.reduceat(right, starts) > 0)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        s = z @ beta
        e = np.exp(s - np.maximum.reduceat(s, starts)[group])
        total, hit = np.add.reduceat(e, starts), np.add.reduceat(e * right, starts)
        hit = np.where(weight > 0, hit, 1.0)
        value = -(weight * np.log(hit / total)).sum() / weight.sum() + penalty * beta @ beta
        slope = z.T @ (weight[group] * (e / total[group] - e * right / hit[group])) / weight.sum()
        return value, slope + 2 * penalty * beta

    return (
        minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x / spread
    )


def cases(
    asked: tq.Asked, queries: list[tq.Query], weights: np.ndarray, codes: Any, kind: str
) -> dict[str, list[Any]]:
    """Rows for calibration by level: half, weight, kind, log odds, evidence, right."""
    out: dict[str, list[Any]] = {}
    n = len(queries)
    chance = fusion.probabilities(fusion.Candidates(asked.unit, asked.concept, asked.features), weights, n)
    evidence = asked.features[:, [asked.names.index(e) for e in EVIDENCE]]
    for u, rows in enumerate(
        np.split(np.arange(len(chance)), np.cumsum(np.bincount(asked.unit, minlength=n))[:-1])
    ):
        q = queries[u]
        if q.part == "train" or q.kind == "occupation":
            continue
        lead = (tq.zlib.crc32(q.text.encode()) % 2, CALIBRATING.get(q.kind, 1.0), q.kind)
        order = rows[np.argsort(-chance[rows], kind="stable")]
        if kind == "skills":
            for r in order[:10]:
                out.setdefault("skill", []).append((*lead, _odds(chance[r]), *evidence[r], asked.right[r]))
            continue
        best = order[0]
        out.setdefault("occupation", []).append(
            (*lead, _odds(chance[best]), *evidence[best], asked.right[best])
        )
        for level, digits in (("unit group", 4), ("sub-major group", 2)):
            names, where = np.unique([codes[c][:digits] for c in asked.concept[rows]], return_inverse=True)
            share = np.bincount(where, chance[rows])
            k = share.argmax()
            right = float(any(g[:digits] == names[k] for g in q.gold))
            seen = evidence[rows][where == k].max(axis=0)
            out.setdefault(level, []).append((*lead, _odds(share[k]), *seen, right))
    return out


def _odds(p: float) -> float:
    p = min(max(float(p), 1e-9), 1 - 1e-6)
    return float(np.log(p / (1 - p)))


def calibrated(rows: list[Any], level: str) -> list[float]:
    """Platt's logit on one half, its error on the other; then on both."""
    from sklearn.linear_model import LogisticRegression

    half, weight = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    x, y = np.array([r[3:-1] for r in rows], dtype=float), np.array([r[-1] for r in rows])
    first = LogisticRegression(C=10, max_iter=2000).fit(
        x[half == 0], y[half == 0], sample_weight=weight[half == 0]
    )
    p, seen = first.predict_proba(x[half == 1])[:, 1], y[half == 1]
    bins = [(p >= a / 10) & (p < (a + 1) / 10 + (a == 9)) for a in range(10)]
    error = sum(b.mean() * abs(p[b].mean() - seen[b].mean()) for b in bins if b.any())
    sure = p >= 0.5
    print(
        f"  {level}: calibration error {error:.3f}; {sure.mean():.2f} are sure, of which {seen[sure].mean():.2f} right"
    )
    print("   ", [(round(float(p[b].mean()), 2), round(float(seen[b].mean()), 2)) for b in bins if b.any()])
    last = LogisticRegression(C=10, max_iter=2000).fit(x, y, sample_weight=weight)
    return [round(float(v), 3) for v in (*last.intercept_, *last.coef_[0])]


def names() -> tuple[str, ...]:
    """Names of features, from the code that makes them."""
    from almpo_kit.matching.text.channels import CHANNELS

    ones = {c: np.ones((1, 1), np.float32) for c in CHANNELS}

    class One:
        length = np.ones(1)

    zero = np.zeros(1, int)
    return tuple(fusion._features(ones, np.ones(1), One, zero, zero))


def literal(values: Any) -> str:
    return (
        "("
        + ", ".join(json.dumps(v, ensure_ascii=False) if isinstance(v, str) else repr(v) for v in values)
        + ",)"
    )


def main() -> None:
    encoder = packaged()
    occupations, skills, needs = tq.taxonomies()
    weights: dict[str, list[float]] = {}
    verdicts: dict[str, list[float]] = {}
    for kind, concepts in (("occupations", occupations), ("skills", skills)):
        titles = None
        if kind == "occupations":
            queries, kept, titles = tq.occupation_queries(occupations)
        else:
            queries, kept = tq.skill_queries(skills, occupations, needs)
        queries += tq.nothing("no_titles" if kind == "occupations" else "no_skills")
        asked = tq.ask(queries, tq.index(kind, concepts, kept, encoder, titles), encoder, names)
        beta = logit(asked, queries)
        weights[kind] = [round(float(b), 4) for b in beta]
        print(f"{kind}: {len(queries)} questions, {len(asked.unit) / len(queries):.0f} candidates each")
        codes = sorted(concepts["code"])
        for level, rows in cases(asked, queries, beta, codes, kind).items():
            verdicts[level] = calibrated(rows, level)
    if "--write" in sys.argv:
        text = HEAD + f"FEATURES: tuple[str, ...] = {literal(names())}\n"
        text += "#: Weight of each feature in the conditional logit, by kind of index.\nWEIGHTS: dict[str, tuple[float, ...]] = {"
        text += "".join(f'"{k}": {literal(v)}, ' for k, v in weights.items()) + "}\n"
        text += f"#: Likeness itself, whatever other candidates there are.\nEVIDENCE = {literal(EVIDENCE)}\n"
        text += "#: Intercept, slope on the log odds among candidates, weights of the evidence, by level.\n"
        text += "VERDICT: dict[str, tuple[float, ...]] = {"
        text += "".join(f'"{k}": {literal(v)}, ' for k, v in verdicts.items()) + "}\n"
        TARGET.write_text(text, encoding="utf-8")
        print(f"written: {TARGET.name}; now `ruff format` it")


if __name__ == "__main__":
    main()
