"""Ways of screening that are simulated beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from almpo_kit.learning.screening.kernels.training import OURS, PLAIN, Recipe
from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class ScreeningMethod:
    """One way of screening.

    Parameters
    ----------
    name : str
    label : str
        For people.
    query : {"certainty", "uncertainty", "mixed", "random"}
    features : {"tfidf", "embeddings", "all"}
        What of the documents it sees; "all" is whatever is given.
    recipe : Recipe
    """

    name: str
    label: str
    query: str
    features: str = "all"
    recipe: Recipe = OURS


#: ``random``: expected of any order by lot. ``uncertainty``: plain uncertainty sampling (Lewis and Gale 1994).
#: ``logistic``: TF-IDF and logistic regression, most likely first, as scikit-learn does it by default. The others are ours.
METHODS: Final = {
    m.name: m
    for m in (
        ScreeningMethod("random", "by lot", "random", "tfidf"),
        ScreeningMethod("uncertainty", "uncertainty sampling", "uncertainty", "tfidf", PLAIN),
        ScreeningMethod("logistic", "TF-IDF + logistic regression", "certainty", "tfidf", PLAIN),
        ScreeningMethod("words", "mixed, words only", "mixed", "tfidf"),
        ScreeningMethod("certainty", "most likely first", "certainty"),
        ScreeningMethod("mixed", "mixed queue", "mixed"),
    )
}
USUAL: Final = ("mixed", "logistic", "uncertainty", "random")
#: What the others are compared with.
PEER: Final = "logistic"


def chosen_methods(methods: Sequence[str | ScreeningMethod]) -> list[ScreeningMethod]:
    """Methods by name; own ones as they are.

    Raises
    ------
    ParameterError
        No such method, none at all, or one name twice.
    """
    if isinstance(methods, str):
        methods = [methods]
    out = []
    for m in methods:
        if not isinstance(m, ScreeningMethod) and m not in METHODS:
            raise ParameterError(f"there is no method {m!r}; choose of {', '.join(METHODS)}.")
        out.append(m if isinstance(m, ScreeningMethod) else METHODS[m])
    names = [m.name for m in out]
    if not out or len(set(names)) < len(names):
        raise ParameterError(f"methods={names}: name one or more, each once, e.g. {USUAL}.")
    return out
