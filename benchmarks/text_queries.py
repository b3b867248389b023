"""Held-out questions for text to ESCO: what is asked stands nowhere in the index that is asked.

Four in ten of the alternative labels of every concept are taken out of the index (of every one, so that the concepts
asked for are not told by their gaps) and asked, bare and with the noise of adverts. Everyday titles are taken out one
at a time, or all of a language. Skills are asked in sentences, by their descriptions, and by sentences of descriptions of
occupations (any essential skill counts). Concepts of training and test parts differ.
"""

from __future__ import annotations

import hashlib
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from almpo_kit.matching.text.channels import channels
from almpo_kit.matching.text.cleaning import clean
from almpo_kit.matching.text.fusion import candidates
from almpo_kit.matching.text.room import room
from almpo_kit.matching.text.segments import parts
from almpo_kit.matching.text.words import words
from almpo_kit.vocabulary.text_index import TextIndex

HERE = Path(__file__).parent
ESCO = HERE.parents[1] / "shared" / "data" / "esco" / "esco_v1.1.1_en_csv.zip"
TITLES = HERE.parent / "data" / "job_titles.csv"
BEFORE = ("Senior", "Junior", "Lead", "Trainee", "Experienced", "Sr.", "Apprentice", "Freelance")
AFTER = (
    *(
        " (m/f/d)",
        " - full time",
        " - nights",
        " II",
        " - London",
        " wanted",
        " 6 months contract",
        " (part time)",
    ),
    *(
        " - immediate start",
        ", permanent",
        " - Remote",
        " / Berlin",
        " | €3,000 per month",
        " Level 3",
        ", Retail",
    ),
    *(" for leading company", " - Manufacturing", " - Healthcare"),
)
LEADS = (
    *(
        "You will",
        "You are responsible for",
        "Responsibilities include",
        "Experience with",
        "Knowledge of",
        "",
    ),
    *("We expect you to", "The candidate must be able to", "Your tasks:", "Proven ability to", "Ideally you"),
)
ENDS = (
    "",
    " is a plus.",
    " for our clients.",
    " together with your colleagues.",
    " on a daily basis.",
    ".",
    " (m/f/d).",
)


class Query(NamedTuple):
    """``part`` train, test or dev; ``gold`` codes of which any is right."""

    part: str
    kind: str
    gold: list[str]
    text: str


def _file(name: str) -> pd.DataFrame:
    with zipfile.ZipFile(ESCO) as held:
        inside = next(n for n in held.namelist() if n.endswith(name))
        with held.open(inside) as handle:
            return pd.read_csv(handle, dtype=str).fillna("")


def taxonomies() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, list[str]]]:
    """Occupations, skills (``code, label, others, description, isco``) and essential skills by occupation."""
    o, s, r = (_file(n) for n in ("occupations_en.csv", "skills_en.csv", "occupationSkillRelations.csv"))
    short = s["conceptUri"].str.rsplit("/", n=1).str[-1]
    code = dict(zip(o["conceptUri"], o["code"], strict=True))
    r = r[(r["relationType"] == "essential") & r["occupationUri"].isin(code)]
    needs = (
        r.assign(s=r["skillUri"].str.rsplit("/", n=1).str[-1])
        .groupby(r["occupationUri"].map(code))["s"]
        .apply(list)
    )
    return _concepts(o, o["code"], o["iscoGroup"]), _concepts(s, short, ""), needs.to_dict()


def _concepts(rows: pd.DataFrame, code: Any, isco: Any) -> pd.DataFrame:
    label = rows["preferredLabel"].str.strip()
    others = [
        [x for x in dict.fromkeys(y.strip() for y in a.split("\n")) if x and x.lower() != name.lower()]
        for name, a in zip(label, rows["altLabels"], strict=True)
    ]
    frame = pd.DataFrame({"code": code, "label": label, "others": others, "description": rows["description"]})
    return frame.assign(isco=isco, parent="", level=5, version="1.1.1")


def index(
    kind: Any, concepts: pd.DataFrame, kept: Sequence[Any], encoder: Any, titles: Any = None
) -> TextIndex:
    """An index of what was kept; other labels of occupations are embedded too, those of skills are not."""
    rows = []
    for code, label, others, about in zip(
        concepts["code"], concepts["label"], kept, concepts["description"], strict=True
    ):
        rows.append((code, label, "label", "en"))
        rows += [(code, x, "alternative", "en") for x in others]
        rows += [(code, about, "description", "en")] if about else []
    if titles is not None:
        rows += [
            (c, t, "title", lang)
            for c, lang, t in titles[["occupation", "language", "title"]].itertuples(index=False)
        ]
    entries = pd.DataFrame(rows, columns=["concept", "text", "role", "language"])
    roles = {"label", "title", "description"} | ({"alternative"} if kind == "occupations" else set())
    embedded = np.flatnonzero(entries["role"].isin(roles))
    embedded = embedded[np.argsort(entries["text"].str.len().to_numpy()[embedded], kind="stable")]
    vectors = encoder([t[:300] for t in entries["text"].iloc[embedded]])
    digest = hashlib.sha256(f"{encoder.name}{entries.to_csv()}".encode()).hexdigest()
    return TextIndex(kind, concepts, entries, vectors, embedded, f"{encoder.name} {encoder.version}", digest)


def _divided(others: Sequence[list[str]], rng: random.Random) -> tuple[list[list[str]], list[list[str]]]:
    out = [[rng.random() < 0.4 for _ in o] for o in others]
    pairs = list(zip(others, out, strict=True))
    kept = [[x for x, gone in zip(o, g, strict=True) if not gone] for o, g in pairs]
    return kept, [[x for x, gone in zip(o, g, strict=True) if gone] for o, g in pairs]


def _noisy(text: str, rng: random.Random) -> str:
    text = f"{rng.choice(BEFORE)} {text}" if rng.random() < 0.5 else text
    text = text + rng.choice(AFTER) if rng.random() < 0.7 else text
    if rng.random() < 0.25 and len(text) > 8:
        i = rng.randrange(1, len(text) - 2)
        text = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text.title() if rng.random() < 0.3 else text


def _sentence(phrases: list[str], rng: random.Random) -> str:
    said = ", ".join(phrases[:-1]) + (" and " if len(phrases) > 1 else "") + phrases[-1]
    return f"{rng.choice(LEADS)} {said}{rng.choice(ENDS)}".strip()


def own(name: str, concepts: pd.DataFrame) -> list[Query]:
    """Questions written by hand (``benchmarks/text``)."""
    code = dict(zip(concepts["label"].str.lower(), concepts["code"], strict=True))
    out = []
    for line in (HERE / "text" / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        text, labels = line.split("\t")
        gold = [code[x.lower()] for x in labels.split(";") if x.lower() in code]
        out += [Query("dev", "own", gold, text)] if gold else []
    return out


def nothing(name: str) -> list[Query]:
    """Texts that are about no occupation, or name no skill."""
    lines = (HERE / "text" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [Query("none", "nothing", [], line) for line in lines if line.strip()]


def occupation_queries(
    occupations: pd.DataFrame, seed: int = 3
) -> tuple[list[Query], list[list[str]], pd.DataFrame]:
    """Questions, other labels that stay in the index, and everyday titles that stay."""
    rng = random.Random(seed)
    codes, labels = occupations["code"].tolist(), occupations["label"].tolist()
    kept, gone = _divided(occupations["others"].tolist(), rng)
    out: list[Query] = []
    asked = [i for i, g in enumerate(gone) if g]
    rng.shuffle(asked)
    for j, i in enumerate(asked[:2200]):
        part = "train" if j < 1400 else "test"
        out.append(Query(part, "other label", [codes[i]], rng.choice(gone[i])))
        out.append(Query(part, "noisy label", [codes[i]], _noisy(rng.choice(gone[i]), rng)))
    for j, i in enumerate(rng.sample(range(len(codes)), 1200)):
        part = "train" if j < 800 else "test"
        out.append(Query(part, "known", [codes[i]], _noisy(labels[i], rng) if j % 2 else labels[i].title()))
        if kept[i]:
            name = rng.choice(kept[i])
            gold = [c for c, k in zip(codes, kept, strict=True) if name in k]
            out.append(Query(part, "known", gold, _noisy(name, rng) if j % 2 else name))
    titles = pd.read_csv(TITLES, dtype=str)
    titles = titles[titles["occupation"].isin(set(codes))].reset_index(drop=True)
    pairs = sorted(set(zip(titles["occupation"], titles["language"], strict=True)))
    rng.shuffle(pairs)
    dropped = set(pairs[: len(pairs) // 4])
    bare = np.array([p in dropped for p in zip(titles["occupation"], titles["language"], strict=True)])
    one = np.array([rng.random() < 0.25 for _ in range(len(titles))]) & ~bare
    for chosen, kind in ((bare, "title, language unseen"), (one, "title")):
        rows = (
            titles[chosen]
            .sample(frac=1, random_state=seed)
            .drop_duplicates(["occupation", "language"])
            .head(900)
        )
        for code, title in zip(rows["occupation"], rows["title"], strict=True):
            out.append(Query("train" if zlib.crc32(code.encode()) % 3 else "test", kind, [code], title))
    return out + own("dev_titles", occupations), kept, titles[~(bare | one)]


def skill_queries(
    skills: pd.DataFrame, occupations: pd.DataFrame, needs: dict[str, list[str]], seed: int = 3
) -> tuple[list[Query], list[list[str]]]:
    """Questions, and other labels that stay in the index."""
    rng = random.Random(seed)
    codes, labels, abouts = skills["code"].tolist(), skills["label"].tolist(), skills["description"].tolist()
    kept, gone = _divided(skills["others"].tolist(), rng)
    asked = [i for i, g in enumerate(gone) if g]
    half, out = len(asked) // 2, []
    for i in range(1200):
        part = "train" if i < 700 else "test"
        who = rng.sample(asked[:half] if part == "train" else asked[half:], rng.choice([1, 1, 1, 2, 2, 3]))
        text = _sentence([rng.choice(gone[x]) for x in who], rng)
        out.append(
            Query(part, "one skill" if len(who) == 1 else "several skills", [codes[x] for x in who], text)
        )
    for i in range(700):
        who = rng.sample(range(len(codes)), rng.choice([1, 1, 2]))
        text = _sentence([rng.choice([labels[x], labels[x], *kept[x]]) for x in who], rng)
        out.append(Query("train" if i < 400 else "test", "known", [codes[x] for x in who], text))
    for i in rng.sample(range(len(codes)), 1200):
        text = re.split(r"(?<=\.)\s", abouts[i])[0][:300]
        out += (
            [Query("train" if i % 2 else "test", "description", [codes[i]], text)] if len(text) > 20 else []
        )
    held = set(codes)
    for i in rng.sample(range(len(occupations)), 1000):
        code = occupations["code"].iloc[i]
        said = [x for x in re.split(r"(?<=\.)\s", occupations["description"].iloc[i]) if len(x) > 30]
        gold = [x for x in needs.get(code, []) if x in held]
        if said and gold:
            out.append(Query("train" if i % 3 else "test", "occupation", gold, rng.choice(said)[:350]))
    return out + own("dev_sentences", skills), kept


class Asked(NamedTuple):
    """Candidates of all questions: unit, concept, features, right; and (first, recall at five) of channels alone."""

    unit: Any
    concept: Any
    features: Any
    right: Any
    alone: dict[str, Any]
    gold: list[Any]
    names: tuple[str, ...]


def ask(
    queries: Sequence[Query], held: TextIndex, encoder: Any, names: Callable[..., Any], batch: int = 64
) -> Asked:
    """What the channels say of each question."""
    ready = room(held)
    place = {c: i for i, c in enumerate(ready.concepts.index)}
    gold = [np.array([place[c] for c in q.gold if c in place], dtype=int) for q in queries]
    units = [parts(clean(q.text), title=held.kind == "occupations") for q in queries]
    rows: list[tuple[Any, ...]] = []
    alone: dict[str, list[tuple[float, float]]] = {}
    for start in range(0, len(queries), batch):
        mine = units[start : start + batch]
        scores = channels(mine, ready, encoder)
        # A description that is asked stands in the index: these two channels must not see it.
        own_words = [i for i in range(len(mine)) if queries[start + i].kind == "description"]
        for name in ("described", "meaning_about"):
            scores[name][own_words] = 0
        for name, values in scores.items():
            for i, row in enumerate(values):
                five = np.argsort(-row, kind="stable")[:5]
                hit = np.isin(five, gold[start + i])
                alone.setdefault(name, []).append(
                    (float(hit[0]), hit.sum() / max(min(5, len(gold[start + i])), 1))
                )
        n_words = np.log1p([len(words(u[0])) for u in mine])
        found = candidates(scores, n_words, ready)
        rows.append((found.unit + start, found.concept, found.features))
    unit, concept, features = (np.concatenate(x) for x in zip(*rows, strict=True))
    right_pairs = {(i, c) for i, g in enumerate(gold) for c in g}
    right = np.array([(u, c) in right_pairs for u, c in zip(unit, concept, strict=True)], dtype=float)
    return Asked(
        unit, concept, features, right, {k: np.array(v) for k, v in alone.items()}, gold, tuple(names())
    )
