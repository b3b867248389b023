"""How good proposed codes are on studies that were not learned from, and what each kind of evidence adds.

    python benchmarks/coding.py [--seeds 5] [--folds 10] [--vectors] [--write]

With ``--write`` the table goes to tests/learning/CODING.md. The texts are our own summaries, so the figures are optimistic.
The transfer to invented papers (SYNTHETIC) uses a model fitted on the summaries only.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from almpo_kit.learning.coding.coding_rates import answer_table, rates_of
from almpo_kit.learning.coding.cross_validate_codes import cross_validate_codes
from almpo_kit.learning.coding.fit_codes import fit_codes
from almpo_kit.learning.coding.given_codes import settled_answers
from almpo_kit.learning.coding.kernels.exact_bounds import clopper_pearson
from almpo_kit.learning.coding.propose import propose
from almpo_kit.workbench.held_documents import OPTIMISTIC, held_documents

#: Name -> what may speak for a code.
ABLATIONS = {
    "rules only": ("rules",),
    "words only": ("words",),
    "rules and words (default)": ("rules", "words"),
    "with pieces of words": ("rules", "words", "pieces"),
}
WITH_VECTORS = {
    "embeddings only": ("vectors",),
    "rules, words and embeddings": ("rules", "words", "vectors"),
}


def ablation(name: str, evidence: tuple[str, ...], seeds: int, folds: int, encoder: object) -> pd.DataFrame:
    """Rates of each field, summed over seeds of the deal."""
    held = held_documents()
    found = []
    for seed in range(seeds):
        test = cross_validate_codes(
            *held[:3],
            held.groups,
            folds,
            evidence=evidence,
            encoder=encoder if "vectors" in evidence else None,
            seed=seed,
        )
        found.append(test.table.assign(silent=test.table["abstention"] * test.table["documents"]))
    every = pd.concat(found)
    sums = every.groupby("field", sort=False)[
        ["documents", "answers", "proposed", "right", "silent", "brier", "ece"]
    ].sum()
    return pd.DataFrame(
        {
            "evidence": name,
            "field": sums.index,
            "proposed": sums["proposed"] / seeds,
            "precision": sums["right"] / sums["proposed"],
            "recall": sums["right"] / sums["answers"],
            "abstention": sums["silent"] / sums["documents"],
            "brier": sums["brier"] / seeds,
            "ece": sums["ece"] / seeds,
        }
    ).reset_index(drop=True)


def transfer(seed: int, languages: tuple[str, ...]) -> pd.DataFrame:
    """A model of the summaries on invented papers."""
    from almpo_kit.sources.synthetic.invented_documents import synthetic_documents

    held = held_documents()
    model = fit_codes(*held[:3], groups=held.groups)
    papers = synthetic_documents(400, seed=seed, relevant_share=0.5, languages=languages)
    proposals = propose(model, papers.documents, papers.passages)
    codes = {f: c for f, c in settled_answers(papers.truth).items() if f in model.fields}
    studies = {str(name): k for k, name in enumerate(papers.documents["document_id"])}
    return rates_of(answer_table(proposals.table, codes, studies), codes, studies, model.promised, 0)


#: What was seen when the table of 84 studies was made (seeds 5, folds 10).
READING = """
- "Rules and words" means that words join the rules of a field only where they lower the error on studies not learned from by
  more than one standard error: today in design and outcome. Against rules alone that is 250 right proposals against 249 and
  94% against 96% right: no gain yet on 84 summaries. It stays on because a field chooses by itself as codes are settled; on
  invented papers with their own settled codes words were chosen and outcome became speakable.
- Pieces of words and embeddings add a few proposals (255, 252), within what the deal of studies moves; they are off by default.
- A first, blind run of the transfer to English invented papers gave 74% (86 of 116) on horizons, because "pays for itself after
  20 months" was read as one. That rule was mended afterwards; the other fields were not looked at.
- The bounds of single fields count answers of one study as alike (Korn and Graubard); those of "all fields" do not.
"""


def percent(x: float) -> str:
    return "–" if not np.isfinite(x) else f"{100 * x:.0f}%"


def main_table(table: pd.DataFrame) -> list[str]:
    rows = [
        "| field | studies | settled answers | proposed | right | precision (95%) | recall (95%) | nothing proposed | Brier | ECE (95%) |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in table.itertuples():
        rows.append(
            f"| {r.field.replace('_', ' ')} | {r.studies} | {r.answers} | {r.proposed} | {r.right} | "
            f"{percent(r.precision)} ({percent(r.precision_low)} to {percent(r.precision_high)}) | "
            f"{percent(r.recall)} ({percent(r.recall_low)} to {percent(r.recall_high)}) | {percent(r.abstention)} | "
            f"{r.brier:.2f} | {r.ece:.2f} ({r.ece_low:.2f} to {r.ece_high:.2f}) |"
        )
    n, right = int(table["proposed"].sum()), int(table["right"].sum())
    low, high = clopper_pearson(right, n)
    return [
        *rows,
        "",
        f"All fields: {right} of {n} right, {percent(right / n)} (Clopper–Pearson {percent(low)} to {percent(high)}).",
    ]


def ablation_table(table: pd.DataFrame) -> list[str]:
    fields = list(dict.fromkeys(table["field"]))
    head = " | ".join(f.replace("_", " ") for f in fields)
    rows = [
        f"| evidence | {head} | all: precision | all: right proposals |",
        "|---" * (len(fields) + 3) + "|",
    ]
    for name, part in table.groupby("evidence", sort=False):
        cells = [f"{percent(r.precision)} / {percent(r.recall)}" for r in part.itertuples()]
        right = float((part["precision"].fillna(0) * part["proposed"]).sum())
        rows.append(
            f"| {name} | {' | '.join(cells)} | {percent(right / part['proposed'].sum())} | {right:.0f} |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    encoder = None
    if options.vectors:
        from almpo_kit.sources.encoders import encoder as make

        encoder = make()
    began = time.perf_counter()
    held = held_documents()
    test = cross_validate_codes(*held[:3], held.groups, options.folds, note=OPTIMISTIC)
    bare = held_documents(citation=False)
    without = cross_validate_codes(*bare[:3], bare.groups, options.folds, note=OPTIMISTIC)
    chosen = ABLATIONS | (WITH_VECTORS if options.vectors else {})
    parts = pd.concat([ablation(n, e, options.seeds, options.folds, encoder) for n, e in chosen.items()])
    lines = [
        "# Coding, measured study by study",
        "",
        f"Made by `python benchmarks/coding.py --seeds {options.seeds} --folds {options.folds}{' --vectors' * options.vectors} --write`. {OPTIMISTIC}.",
        "The lists of words, too, were written by somebody who had read these summaries. Studies that share a sample are always on one",
        "side; thresholds, calibration and words are made without the studies tested on. Precision promised: 90%.",
        "",
        "## Title, summary and reference",
        "",
        *main_table(test.table),
        "",
        "## Title and summary only",
        "",
        *main_table(without.table),
        "",
        f"## What each kind of evidence adds (precision / recall, {options.seeds} deals of the studies)",
        "",
        *ablation_table(parts),
        READING,
        "## A model of the summaries on invented papers (SYNTHETIC; one English seed, one of German and French)",
        "",
        *main_table(transfer(1, ("en",))),
        "",
        *main_table(transfer(2, ("de", "fr"))),
    ]
    print("\n".join(lines))
    print(f"{time.perf_counter() - began:.0f} s")
    if options.write:
        place = Path(__file__).parent.parent / "tests" / "learning" / "CODING.md"
        place.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
