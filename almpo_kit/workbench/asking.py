"""Questions to the evidence: the pooled answer where there is one, the passages that speak of it, or that it is not in the
evidence. Nothing is composed: numbers come from the evidence wing, sentences are quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from almpo_kit import evidence, learning, sources
from almpo_kit.learning.coding.lexicon.phrases import folded_set, words_of
from almpo_kit.vocabulary.documents import RELEVANT, YES
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import Provenance, provenance
from almpo_kit.workbench.apps.evidence_questions import ANY, Choice, matching
from almpo_kit.workbench.held_documents import held_documents

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import Answer
    from almpo_kit.learning import Asked, FoundPassages, PassageIndex
    from almpo_kit.workbench.reviews import Review

#: What is meant where a question names no outcome: most is known of it.
_USUAL = ("employment_probability", "percentage_points")
#: Programmes that one question is answered for.
_MOST = 3
#: Questions on money that goes in, which no estimate answers.
_MONEY = folded_set(
    "cost costs costly cheap cheaper cheapest expensive price budget money kosten kostet billiger teuer coût coûts coûte "
    "cuesta costes coste costa costi kosztuje kostar koster"
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EvidenceAnswer(Finding):
    """What the evidence says to a question in words; ``table`` quotes the passages.

    Parameters
    ----------
    answers : tuple of evidence.Answer
        One a programme that the question names (one for all where it names none), or one for each time after entry that
        carries a number; empty where no estimate fits.
    estimates : DataFrame
        The estimates behind them, with their citation.
    passages : FoundPassages
    in_evidence : bool
        Whether estimates or passages speak of the question.
    """

    answers: tuple[Answer, ...]
    estimates: pd.DataFrame
    passages: FoundPassages
    in_evidence: bool


def ask(
    question: str, *, review: Review | None = None, effects: pd.DataFrame | None = None, n: int = 8
) -> EvidenceAnswer:
    """Ask the evidence in words.

    Parameters
    ----------
    question : str
        A sentence or two, e.g. "Do wage subsidies help the long-term unemployed?".
    review : Review, optional
        Its documents that are settled as relevant are asked, too. Invented ones are not.
    effects : DataFrame, optional
        An ``effects`` frame; today's edition when left out.
    n : int
        Passages quoted.

    Returns
    -------
    EvidenceAnswer

    Raises
    ------
    ParameterError
        No question.
    """
    asked = learning.read_question(question)
    found = learning.find_passages(asked, _index(review), n=n)
    held = sources.effects() if effects is None else effects
    none = _elsewhere(asked, found) or _only_set_apart(asked)
    answers = () if none else tuple(_answers(asked, held))
    answers = tuple(a for a in answers if len(a.table))
    return _finding(asked, found, answers, held)


def _elsewhere(asked: Asked, found: FoundPassages) -> bool:
    """Whether a question is about something that nobody in the corpus speaks of, or about nothing that could be looked
    for: the estimates of a programme it also names would answer another question."""
    return not found.in_corpus and (bool(found.nowhere) or not asked.codes())


def _only_set_apart(asked: Asked) -> bool:
    """Whether a group or a place is named only to be left out ("outside Germany"): estimates on all would hold it."""
    apart = set(asked.set_apart)
    return any(named and set(named) <= apart for named in (asked.target_groups, asked.countries))


def _answers(asked: Asked, effects: pd.DataFrame) -> Iterator[Answer]:
    for programme in asked.programme_types[:_MOST] or (ANY,):
        choice = _choice(asked, programme, effects)
        if choice is None:
            continue
        whole = _answered(choice, effects)
        # Where no time was named and the times do not go together, those that carry a number are told one by one.
        by_band = (
            [] if choice.band or whole.pooled else [replace(choice, band=band) for band in HORIZON_BANDS]
        )
        told = [a for a in (_answered(c, effects) for c in by_band) if a.pooled is not None]
        yield from told or [whole]


def _answered(choice: Choice, effects: pd.DataFrame) -> Answer:
    return evidence.answer(matching(effects, choice), question=choice.question())


def _choice(asked: Asked, programme: str, effects: pd.DataFrame) -> Choice | None:
    """What is asked of the estimates; None where none is on the outcome asked for: another outcome is no answer."""
    choice = Choice(
        programme_type=programme,
        target_group=_first(asked.target_groups, asked),
        place=_first(asked.countries, asked),
        band=_band(asked.horizon_months[0]) if asked.horizon_months else ANY,
        measure=_USUAL,
    )
    for measure in _measures(asked, choice, effects):
        tried = replace(choice, measure=measure)
        if len(matching(effects, tried)):
            return tried
    return None if asked.outcomes else choice


def _first(named: tuple[str, ...], asked: Asked) -> str:
    return next((v for v in named if v not in asked.set_apart), ANY)


def _measures(asked: Asked, choice: Choice, effects: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Outcomes and units to try: those named, or else the usual one and then what most is known of, for just these
    programmes and people."""
    rows = effects[effects["programme_type"] == choice.programme_type] if choice.programme_type else effects
    known = [(str(o), str(u)) for o, u in rows[["outcome", "unit"]].value_counts().index]
    if asked.outcomes:
        yield from (m for outcome in asked.outcomes for m in known if m[0] == outcome)
    else:
        yield _USUAL
        yield from known


def _band(months: float) -> str:
    return next(key for key, (_, above, to) in HORIZON_BANDS.items() if above < months <= to)


# ---- the corpus --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _held_index() -> PassageIndex:
    held = held_documents(citation=False)
    return learning.passage_index(held.documents, held.passages)


def _index(review: Review | None) -> PassageIndex:
    """Our summaries, and the documents of a review that are settled as relevant."""
    import pandas as pd

    if review is None or review.synthetic:
        return _held_index()
    settled = review.settled()
    wanted = settled.loc[(settled["field"] == RELEVANT) & (settled["value"] == YES), "document_id"]
    documents = review.documents[review.documents["document_id"].isin(wanted)]
    if documents.empty:
        return _held_index()
    held = held_documents(citation=False)
    passages = [held.passages, *(review.passages(d) for d in documents["document_id"])]
    both = pd.concat([held.documents, documents], ignore_index=True).drop_duplicates("document_id")
    return learning.passage_index(both, pd.concat(passages, ignore_index=True))


# ---- what is said ------------------------------------------------------------------------------------------


def _finding(
    asked: Asked, found: FoundPassages, answers: tuple[Answer, ...], effects: pd.DataFrame
) -> EvidenceAnswer:
    import pandas as pd

    beside = _beside_the_question(asked, found)
    numbers = [a for a in answers if a.pooled is not None]
    first = (numbers or list(answers))[:1]
    estimates = pd.concat([a.table for a in answers], ignore_index=True) if answers else effects.head(0)
    return EvidenceAnswer(
        question=asked.question,
        sentence=_sentence(found, answers, beside),
        table=found.table,
        checks=(*_checks(asked, answers, found), *found.checks),
        provenance=_provenance(effects, found),
        certainty=first[0].certainty if first and not beside else "too little to say",
        headline=first[0].headline if len(answers) == 1 and first and not beside else None,
        rests_on=_rests_on(found, len(estimates), len(effects)),
        answers=answers,
        estimates=estimates,
        passages=found,
        in_evidence=bool(answers) or found.in_corpus,
    )


def _rests_on(found: FoundPassages, fit: int, held: int) -> str:
    """What the answer stands on, apart from what was looked through for it."""
    speak = found.table["document_id"].nunique() if found.in_corpus else 0
    return f"{fit} of {held} estimates and {speak} of {found.n_documents} documents that were looked through"


def _beside_the_question(asked: Asked, found: FoundPassages) -> str:
    """What of the question the pooled estimates leave out, so that nobody takes them for its answer."""
    if found.nowhere:
        return f"Nothing in the evidence on {', '.join(found.nowhere)}; leaving it out of the question: "
    if _MONEY & {w.folded for w in words_of(asked.question)}:
        return "The evidence base holds effects, not what programmes cost. The effects: "
    return ""


def _sentence(found: FoundPassages, answers: tuple[Answer, ...], beside: str) -> str:
    if answers:
        return beside + " ".join(a.sentence for a in answers)
    if found.in_corpus:
        return f"No estimate answers this. {found.sentence}"
    return found.sentence


def _checks(asked: Asked, answers: tuple[Answer, ...], found: FoundPassages) -> Iterator[Check]:
    named = asked.programme_types
    if len(named) > _MOST:
        left = ", ".join(PROGRAMME_TYPES[p].label.lower() for p in named[_MOST:])
        yield Check(
            "programmes", "failed", f"The first {_MOST} are answered, not {left}; ask about them alone."
        )
    for values, words in (
        (asked.target_groups, "group"),
        (asked.countries, "country"),
        (asked.outcomes, "outcome"),
    ):
        if len(values) > 1:
            yield Check(
                "one at a time",
                "failed",
                f"The question names more than one {words}; the answer is on {_first(values, asked) or 'none of them'}.",
            )
    if len(asked.horizon_months) > 1:
        months = f"{asked.horizon_months[0]:g} months"
        yield Check(
            "one at a time", "failed", f"The question names more than one time; the answer is on {months}."
        )
    if _only_set_apart(asked):
        said = "The question leaves a group or a place out; there are no estimates on all but these. Ask for those you want."
        yield Check("left out", "failed", said)
    if len(named) > 1 and len(answers) > 1:
        said = "Programmes are answered one by one; that two averages differ does not say that one is better."
        yield Check("beside each other", "informational", said)
    for a in answers:
        yield from a.failed


def _provenance(effects: pd.DataFrame, found: FoundPassages) -> Provenance:
    made = provenance(effects, method="workbench.ask")
    both = tuple(sorted({*made.data, *found.provenance.data}))
    return Provenance(data=both, method=made.method, synthetic=made.synthetic or found.provenance.synthetic)
