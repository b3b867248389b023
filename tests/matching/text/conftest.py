"""A small taxonomy of everyday occupations and skills, embedded by the real encoder."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.text_index import TextIndex

OCCUPATIONS = (
    (
        "2221.1",
        "nurse responsible for general care",
        "registered nurse\nstaff nurse",
        "Nurses care for patients in hospitals.",
    ),
    (
        "2512.4",
        "software developer",
        "programmer\napplication developer",
        "Software developers write programs.",
    ),
    ("2513.3", "web developer", "web programmer", "Web developers build websites."),
    (
        "5223.6",
        "sales assistant",
        "shop assistant\nretail assistant",
        "Sales assistants advise customers in shops.",
    ),
    ("5230.2", "cashier", "till operator", "Cashiers take payments at the till."),
    ("5120.1", "cook", "kitchen cook", "Cooks prepare and present food."),
    ("7112.1", "bricklayer", "brick mason", "Bricklayers build walls of bricks."),
    ("7126.7", "plumber", "pipe fitter", "Plumbers install and repair pipes."),
    ("7212.3", "welder", "metal welder", "Welders join metal parts."),
    (
        "8332.3",
        "cargo vehicle driver",
        "lorry driver\ntruck driver",
        "Cargo vehicle drivers drive trucks and vans.",
    ),
    ("2341.1", "primary school teacher", "primary teacher", "Primary school teachers teach pupils."),
    ("9112.1", "building cleaner", "office cleaner", "Building cleaners clean offices."),
)
TITLES = (
    ("2221.1", "de", "Krankenpflegerin"),
    ("2221.1", "el", "νοσοκόμα"),
    ("8332.3", "pl", "kierowca ciężarówki"),
    ("5120.1", "it", "cuoco"),
)
SKILLS = (
    ("SQL", "structured query language", "The computer language SQL retrieves information from databases."),
    ("manage budgets", "administer a budget", "Plan, monitor and report on the budget."),
    ("operate forklift", "drive a forklift truck", "Drive lifting equipment in a warehouse."),
    ("handle customer complaints", "respond to complaints", "Deal with complaints of customers."),
    ("provide first aid", "give first aid", "Administer first aid until help arrives."),
    ("translate texts", "translate written texts", "Translate text from one language to another."),
    ("work in teams", "teamwork", "Work confidently within a group."),
    ("data warehouse", "data warehousing", "The data storage system which analyses and reports on data."),
)


def _index(kind: str, taxonomy: pd.DataFrame, entries: pd.DataFrame) -> TextIndex:
    encoder = sources.encoder()
    return TextIndex(
        kind=kind,  # type: ignore[arg-type]
        taxonomy=taxonomy,
        entries=entries,
        vectors=encoder(entries["text"].tolist()),
        embedded=np.arange(len(entries)),
        encoder_name=f"{encoder.name} {encoder.version}",
        digest=hashlib.sha256(entries.to_csv().encode()).hexdigest(),
    )


def _entries(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["concept", "text", "role", "language"])


@pytest.fixture(scope="session")
def occupations() -> TextIndex:
    groups = pd.DataFrame({"code": sorted({c[:n] for c, *_ in OCCUPATIONS for n in (1, 2, 3, 4)})})
    groups["label"], groups["level"], groups["isco"] = "group " + groups["code"], groups["code"].str.len(), ""
    own = pd.DataFrame(
        [(c, label, 5, c[:4]) for c, label, *_ in OCCUPATIONS], columns=["code", "label", "level", "isco"]
    )
    taxonomy = pd.concat([groups, own], ignore_index=True).assign(parent="", version="test")
    rows = [(c, label, "label", "en") for c, label, *_ in OCCUPATIONS]
    rows += [(c, a, "alternative", "en") for c, _, others, _ in OCCUPATIONS for a in others.split("\n")]
    rows += [(c, about, "description", "en") for c, _, _, about in OCCUPATIONS]
    rows += [(c, title, "title", language) for c, language, title in TITLES]
    return _index("occupations", taxonomy, _entries(rows))


@pytest.fixture(scope="session")
def skills() -> TextIndex:
    taxonomy = pd.DataFrame(
        [(f"s{i}", s[0], 4) for i, s in enumerate(SKILLS)], columns=["code", "label", "level"]
    )
    rows = [
        (f"s{i}", text, role, "en")
        for i, s in enumerate(SKILLS)
        for text, role in zip(s, ("label", "alternative", "description"), strict=True)
    ]
    return _index("skills", taxonomy.assign(parent="", version="test"), _entries(rows))
