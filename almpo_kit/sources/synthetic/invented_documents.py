"""Invented papers on programmes and on neighbouring topics, whose codes and estimates are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almpo_kit.sources.synthetic.invented_abstracts import Draft, Study, draw_study, evaluation, neighbour
from almpo_kit.sources.synthetic.invented_prints import CLOSE, MIDDLE, OPEN, Estimate, choose
from almpo_kit.sources.synthetic.invented_wording import ENGLISH
from almpo_kit.sources.synthetic.invented_wording_french import FRENCH
from almpo_kit.sources.synthetic.invented_wording_german import GERMAN
from almpo_kit.vocabulary.documents import (
    ADJUDICATED,
    DOCUMENT_COLUMNS,
    NO,
    RELEVANT,
    SETTLED_COLUMNS,
    YES,
    document_id,
    one_value,
    passages_of,
)
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES: Final = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH}
#: The review that the truth is coded for.
REVIEW: Final = "almp"
#: Share of studies on which a second text appears, later and in other words.
_TWICE = 0.08
_NAMES = (
    "Alder",
    "Birch",
    "Cedar",
    "Elm",
    "Hazel",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Pine",
    "Rowan",
    "Yew",
)
_MARK = re.compile(f"{OPEN}([0-9]+){MIDDLE}([^{CLOSE}]*){CLOSE}")


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticDocuments:
    """Invented documents and the truth about them.

    Parameters
    ----------
    documents, passages : DataFrame
        As in ``vocabulary.documents``; ``source`` and the last line of every text say SYNTHETIC.
    truth : DataFrame
        ``SETTLED_COLUMNS``: ``relevant`` of every document; of relevant ones each field that the text states. What it
        does not state has no row.
    estimates : DataFrame
        Columns of ``effects`` (unit as in the vocabulary: shares times 100, ratios as logarithms) with
        ``document_id``, ``item``, ``start`` and ``end`` of the printed effect in ``documents.text``, ``printed`` (what
        stands beside it: se, ci, t, p, bound, table, nothing, no number) and ``se_source``; ``se`` is what a
        reader can derive up to rounding, missing where only a bound or nothing is printed.
    groups : Series
        ``document_id`` -> study.
    topics : Series
        ``document_id`` -> "evaluation" or the neighbouring topic.
    """

    documents: pd.DataFrame
    passages: pd.DataFrame
    truth: pd.DataFrame
    estimates: pd.DataFrame
    groups: pd.Series
    topics: pd.Series

    def __repr__(self) -> str:
        relevant = int((self.topics == "evaluation").sum())
        return f"SYNTHETIC documents: {len(self.documents)}, {relevant} of them evaluations"


@dataclass
class _Written:
    """One finished text with what is true of it."""

    row: dict[str, Any]
    draft: Draft
    group: str
    topic: str
    study: Study | None
    spans: dict[int, tuple[int, int]]


def synthetic_documents(
    n: int = 300,
    *,
    seed: int = 0,
    relevant_share: float = 0.1,
    full_text_share: float = 0.1,
    languages: Sequence[str] = ("en",),
) -> SyntheticDocuments:
    """Invent documents.

    Parameters
    ----------
    n : int
        Documents.
    seed : int
        Same seed, same bytes.
    relevant_share : float
        Share of evaluations of programmes; the others are on neighbouring topics.
    full_text_share : float
        Share of the evaluations that come as a whole paper, with sections and lines of tables.
    languages : sequence of {"en", "de", "fr"}
        Of the evaluations, each as likely; neighbouring topics are in English.

    Returns
    -------
    SyntheticDocuments

    Raises
    ------
    ParameterError
        Numbers out of range, an unknown language.
    """
    import pandas as pd

    _checked(n, relevant_share, full_text_share, languages)
    rng = np.random.default_rng(seed)
    origin = f"SYNTHETIC documents (seed {seed})"
    texts = _texts(n, rng, relevant_share, full_text_share, tuple(languages), origin)
    texts = [texts[int(at)] for at in rng.permutation(len(texts))]
    version = DataVersion("synthetic_documents", f"1, seed {seed}", kind="synthetic")
    documents = pd.DataFrame([t.row for t in texts], columns=list(DOCUMENT_COLUMNS))
    names = documents["document_id"].tolist()
    passages = passages_of(names, documents["text"].tolist())
    truth = pd.DataFrame([row for t in texts for row in _truth(t)], columns=list(SETTLED_COLUMNS))
    estimates = pd.DataFrame([row for t in texts for row in _estimates(t)], columns=list(_COLUMNS))
    return SyntheticDocuments(
        stamp(documents, version),
        stamp(passages, version),
        stamp(truth, version),
        stamp(estimates, version),
        groups=pd.Series([t.group for t in texts], index=names, name="group"),
        topics=pd.Series([t.topic for t in texts], index=names, name="topic"),
    )


def _checked(n: int, relevant: float, full: float, languages: Sequence[str]) -> None:
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
    if not whole or not 1 <= n <= 200_000:
        raise ParameterError(f"n={n!r}: give a whole number from 1 to 200,000, e.g. n=300.")
    for name, value in (("relevant_share", relevant), ("full_text_share", full)):
        if not 0 <= value <= 1:
            raise ParameterError(f"{name}={value!r}: give a share from 0 to 1, e.g. {name}=0.1.")
    unknown = [code for code in languages if code not in LANGUAGES]
    if unknown or not languages or isinstance(languages, str):
        known = ", ".join(f'"{code}"' for code in LANGUAGES)
        raise ParameterError(f"languages={languages!r}: give a sequence of {known}, e.g. languages=('en',).")


def _texts(
    n: int, rng: np.random.Generator, relevant: float, full: float, languages: tuple[str, ...], origin: str
) -> list[_Written]:
    wanted, made = round(n * relevant), list[_Written]()
    while len(made) < wanted:
        language, long = str(choose(rng, languages)), bool(rng.random() < full)
        wording = LANGUAGES[language]
        study = draw_study(rng, wording, int(rng.integers(4, 8)) if long else int(rng.integers(1, 3)))
        group = f"synthetic-{len(made):05d}"
        draft = evaluation(rng, wording, language, study, full=long)
        made.append(_written(draft, rng, language, origin, len(made), group, "evaluation", study))
        if len(made) < wanted and rng.random() < _TWICE:
            again = evaluation(rng, wording, language, study, full=False)
            made.append(_written(again, rng, language, origin, len(made), group, "evaluation", study))
    while len(made) < n:
        draft, topic = neighbour(rng, ENGLISH, "en")
        made.append(_written(draft, rng, "en", origin, len(made), f"synthetic-{len(made):05d}", topic, None))
    return made


def _written(
    draft: Draft,
    rng: np.random.Generator,
    language: str,
    origin: str,
    number: int,
    group: str,
    topic: str,
    study: Study | None,
) -> _Written:
    last = f"{origin}, number {number}: invented, stands for no publication."
    marked = "\n\n".join(part for part in (draft.title, draft.abstract, draft.body, last) if part)
    text, spans = _unmarked(marked)
    abstract, _ = _unmarked(draft.abstract)
    authors = "; ".join(str(a) for a in rng.choice(_NAMES, size=int(rng.integers(1, 4)), replace=False))
    year = (study.end if study else int(rng.integers(1998, 2022))) + int(rng.integers(1, 4))
    row = dict.fromkeys(DOCUMENT_COLUMNS, "") | {
        "document_id": document_id(text),
        "title": draft.title,
        "abstract": abstract,
        "text": text,
        "authors": authors,
        "year": float(year),
        "language": language,
        "kind": "text" if draft.body else "reference",
        "pages": 0,
        "origin": origin,
        "source": origin,
    }
    # A copy: the second text on a study may print other figures.
    return _Written(row, draft, group, topic, deepcopy(study), spans)


def _unmarked(marked: str) -> tuple[str, dict[int, tuple[int, int]]]:
    pieces, spans, at, length = list[str](), dict[int, tuple[int, int]](), 0, 0
    for found in _MARK.finditer(marked):
        pieces += [marked[at : found.start()], found[2]]
        begin = length + found.start() - at
        length = begin + len(found[2])
        spans[int(found[1])] = (begin, length)
        at = found.end()
    return "".join([*pieces, marked[at:]]), spans


def _shown(text: _Written) -> list[tuple[int, Estimate]]:
    """The estimates of which this text says something."""
    if text.study is None:
        return []
    silent = [(0, e) for e in text.study.estimates[:1] if e.printed.get("kind") == "no number"]
    return silent or [(at, text.study.estimates[at]) for at in sorted(text.spans)]


def _truth(text: _Written) -> list[tuple[Any, ...]]:
    values = {RELEVANT: YES if text.study else NO}
    if text.study:
        study, shown = text.study, [e for _, e in _shown(text)]
        known = {
            name: getattr(study, name) for name in ("programme_type", "target_group", "country", "design")
        }
        known["outcome"] = one_value(e.outcome for e in shown)
        known["horizon_months"] = one_value(f"{e.horizon_months:g}" for e in shown)
        values |= {name: value for name, value in known.items() if name in text.draft.stated and value}
    name = text.row["document_id"]
    how = (ADJUDICATED, "", "SYNTHETIC truth", "")
    return [(REVIEW, name, field, "", value, *how) for field, value in values.items()]


_COLUMNS: Final = (
    *("document_id", "item", "estimate_id", "study_id", "sample_id", "programme_type", "target_group"),
    *("comparator", "country", "outcome", "unit", "horizon_months", "horizon_from", "effect", "se"),
    *(
        "se_source",
        "significance",
        "design",
        "start_year",
        "end_year",
        "n",
        "source",
        "printed",
        "start",
        "end",
    ),
)
_SE_SOURCE: Final = {
    "se": "reported",
    "table": "reported",
    "ci": "derived_ci",
    "t": "derived_t",
    "p": "derived_p",
}


def _estimates(text: _Written) -> list[tuple[Any, ...]]:
    study = text.study
    if study is None:
        return []
    rows = []
    for at, e in _shown(text):
        kind, silent = e.printed["kind"], e.printed["kind"] == "no number"
        times, unit = (100.0, "percentage_points") if e.unit == "share" else (1.0, e.unit)
        route = _SE_SOURCE.get(kind, "none")
        good = OUTCOMES[e.outcome].favourable * e.z
        word = "none" if silent or abs(good) < 1.96 else "positive" if good > 0 else "negative"
        rows.append(
            (
                *(
                    text.row["document_id"],
                    f"{at + 1}",
                    f"{text.row['document_id'][:12]}-{at + 1}",
                    text.group,
                    text.group,
                ),
                *(study.programme_type, study.target_group, "no_programme", study.country, e.outcome, unit),
                *(e.horizon_months, e.horizon_from, np.nan if silent else round(times * e.effect, 6)),
                *(np.nan if route == "none" else round(times * e.se, 6), route, word, study.design),
                *(float(study.start), float(study.end), float(study.n), text.row["source"], kind),
                *text.spans.get(at, (-1, -1)),
            )
        )
    return rows
