"""What a question asks for: the codes it names, and the words that are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from almpo_kit.learning.asking.question_words import GENERIC
from almpo_kit.learning.coding.lexicon.phrases import folded_set, words_of
from almpo_kit.learning.coding.mentions import Mention, all_mentions, read_sentences
from almpo_kit.vocabulary.errors import ParameterError

#: A question is a sentence or two.
LONGEST_QUESTION: Final = 600
#: Codes that a question can name, in the order in which they are looked for.
NAMED: Final = ("programme_type", "target_group", "country", "outcome", "horizon_months")
#: Words that are only a hint in a paper, and are meant where somebody asks with them. Other hints ("work", "welfare") do
#: not say that this is what is asked for.
_MEANT: Final = folded_set(
    "training course courses coaching mentoring subsidy subsidies incentive incentives bonus young older "
    "formation formación formazione"
) | {"job search"}
#: Before a group or a place: it is not asked for.
_OUTSIDE: Final = folded_set(
    "outside excluding except non not nicht ohne ausser außerhalb sauf hors excepto salvo eccetto fuori buiten"
)
_REACH: Final = 2


@dataclass(frozen=True)
class Asked:
    """A question, taken apart.

    Parameters
    ----------
    question : str
    programme_types, target_groups, countries, outcomes : tuple of str
        Keys of the vocabulary, in the order named; those named to compare with ("than training") are among them.
    set_apart : tuple of str
        Those of the groups and countries that are only named to be left out or compared with ("outside Germany", "other
        than women").
    horizon_months : tuple of float
    words : tuple of str
        Folded words that no code stands for and that say what the question is about.
    as_said : tuple of str
        Folded words with which the codes are named.
    """

    question: str
    programme_types: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    set_apart: tuple[str, ...] = ()
    horizon_months: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    as_said: tuple[str, ...] = ()

    def codes(self) -> dict[str, tuple[str, ...]]:
        """What is named, by field; fields without an answer are left out."""
        held = {
            "programme_type": self.programme_types,
            "target_group": self.target_groups,
            "country": self.countries,
            "outcome": self.outcomes,
        }
        return {field: values for field, values in held.items() if values}


def read_question(question: str) -> Asked:
    """Take a question apart by the words that coding goes by, in any of their languages.

    Parameters
    ----------
    question : str
        A sentence or two, at most 600 characters.

    Returns
    -------
    Asked

    Raises
    ------
    ParameterError
        No text, or too much of it.

    Examples
    --------
    >>> read_question("Do wage subsidies help the long-term unemployed in Germany?").programme_types
    ('employment_incentives',)
    """
    if not isinstance(question, str) or not any(c.isalpha() for c in question):
        raise ParameterError("ask in words, e.g. “Do wage subsidies help the long-term unemployed?”.")
    if len(question) > LONGEST_QUESTION:
        raise ParameterError(
            f"the question has {len(question)} characters; ask in a sentence or two, at most {LONGEST_QUESTION}."
        )
    sentence = read_sentences([(0, 0, len(question), question)])
    found = all_mentions(NAMED, sentence)
    taken = {
        position
        for named in found.values()
        for mention in named
        if _meant(mention)
        for position in range(mention.start, mention.end)
    }
    said = [w for w in words_of(question) if len(w.folded) > 2 and not w.folded.isdigit()]
    said = [w for w in said if w.folded not in GENERIC]
    return Asked(
        question=question.strip(),
        programme_types=_values(found["programme_type"]),
        target_groups=tuple(v for v in _values(found["target_group"]) if v != "all"),
        countries=_values(found["country"]),
        outcomes=_values(found["outcome"]),
        set_apart=_set_apart([*found["target_group"], *found["country"]], question),
        horizon_months=tuple(float(m.value) for m in found["horizon_months"] if _is_number(m.value)),
        words=tuple(dict.fromkeys(w.folded for w in said if w.start not in taken)),
        as_said=tuple(dict.fromkeys(w.folded for w in said if w.start in taken)),
    )


def _values(named: list[Mention]) -> tuple[str, ...]:
    meant = [m for m in named if _meant(m)]
    # The "subsidies" of "start-up subsidies" are not another programme.
    whole = [m for m in meant if m.strong or not any(_beside(m, other) for other in meant if other.strong)]
    return tuple(dict.fromkeys(m.value for m in whole))


def _beside(weak: Mention, strong: Mention) -> bool:
    """Whether a hint overlaps with a name, or follows it at once."""
    return weak.start <= strong.end + 1 and strong.start <= weak.end


def _set_apart(named: list[Mention], question: str) -> tuple[str, ...]:
    meant = [m for m in named if _meant(m)]
    inside = {m.value for m in meant if not (m.compared or _excluded(question, m.start))}
    return tuple(dict.fromkeys(m.value for m in meant if m.value not in inside))


def _excluded(question: str, place: int) -> bool:
    before = words_of(question[:place])[-_REACH:]
    return any(w.folded in _OUTSIDE for w in before)


def _meant(mention: Mention) -> bool:
    return mention.strong or " ".join(w.folded for w in words_of(mention.words)) in _MEANT


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
