"""Documents made ready for coding: sentences cut into words, the beginning as terms, every value that is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from almpo_kit.learning.coding.lexicon.phrases import words_of
from almpo_kit.learning.coding.mentions import Mention, Sentence, all_mentions, read_sentences
from almpo_kit.vocabulary.errors import FrameError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

#: What is learned from words is learned from title and abstract, which in a paper are within so many characters.
LEAD: Final = 4_000
_DOCUMENTS: Final = ("document_id", "title", "text")
_PASSAGES: Final = ("document_id", "passage", "start", "end", "text")


@dataclass(frozen=True, eq=False)
class Text:
    """One document.

    ``title`` are its folded words; ``lead`` how many of its sentences begin within ``LEAD``; ``named`` the mentions of each
    field.
    """

    document_id: str
    title: frozenset[str]
    opening: str
    sentences: tuple[Sentence, ...]
    lead: int
    named: Mapping[str, Sequence[Mention]]


def read_texts(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    fields: Sequence[str],
    *,
    wanted: frozenset[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Text]:
    """Documents in their order, those of ``wanted`` only.

    Raises
    ------
    FrameError
        Columns are missing, a document is there twice, or passages are of no document.
    """
    _check(documents, passages)
    rows: dict[str, list[tuple[int, int, int, str]]] = {}
    ordered = passages.sort_values(["document_id", "passage"], kind="stable")
    for name, number, start, end, text in ordered[list(_PASSAGES)].itertuples(index=False, name=None):
        rows.setdefault(str(name), []).append((int(number), int(start), int(end), str(text)))
    chosen = documents if wanted is None else documents[documents["document_id"].isin(wanted)]
    texts = []
    for done, (name, title, whole) in enumerate(
        chosen[list(_DOCUMENTS)].fillna("").itertuples(index=False, name=None)
    ):
        texts.append(_text(str(name), str(title), str(whole), rows.get(str(name), []), fields))
        if progress is not None:
            progress(done + 1, len(chosen))
    return texts


def _text(
    name: str, title: str, whole: str, rows: list[tuple[int, int, int, str]], fields: Sequence[str]
) -> Text:
    sentences = read_sentences(rows)
    lead = next((k for k, s in enumerate(sentences) if s.start > LEAD), len(sentences))
    return Text(
        name,
        frozenset(w.folded for w in words_of(title[:LEAD])),
        f"{title}. {whole[:LEAD]}" if title and not whole.startswith(title) else whole[:LEAD],
        tuple(sentences),
        lead,
        all_mentions(fields, sentences),
    )


def _check(documents: pd.DataFrame, passages: pd.DataFrame) -> None:
    for name, frame, needed in (("documents", documents, _DOCUMENTS), ("passages", passages, _PASSAGES)):
        if absent := set(needed) - set(frame.columns):
            raise FrameError(
                f"{name} lacks {', '.join(sorted(absent))}; library.{name}() and workbench.held_documents() give such a table."
            )
    if documents["document_id"].duplicated().any():
        twice = documents.loc[documents["document_id"].duplicated(), "document_id"].iloc[0]
        raise FrameError(f"Document {twice} is there twice; use documents.drop_duplicates('document_id').")
    if not len(passages) and len(documents):
        raise FrameError(
            "There are no passages, so nothing can be quoted; use vocabulary.documents.passages_of()."
        )
    strangers = ~passages["document_id"].isin(documents["document_id"])
    if strangers.all() and len(passages):
        raise FrameError(
            "None of the passages belongs to one of the documents; pass both of the same library."
        )


def known_fields(fields: Sequence[str] | None, held: Sequence[str]) -> tuple[str, ...]:
    """The fields asked for, or all that are held; a misspelt one is refused."""
    if fields is None:
        return tuple(held)
    if isinstance(fields, str):
        raise ParameterError(f"fields={fields!r} must be a list, e.g. fields=[{fields!r}].")
    if absent := [f for f in fields if f not in held]:
        raise ParameterError(
            f"There are no codes of {', '.join(map(str, absent))}; choose from {', '.join(held)}."
        )
    return tuple(dict.fromkeys(fields))
