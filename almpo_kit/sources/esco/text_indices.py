"""Text indices over occupations and skills, computed once and cached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from almpo_kit.sources.esco.index_entries import COLUMNS, taxonomy_and_entries
from almpo_kit.sources.esco.vector_store import digest_of, vectors_of
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.text_index import ROLES, IndexKind, Role, TextIndex

if TYPE_CHECKING:
    from almpo_kit.vocabulary.encoders import Encoder

#: Entries that get vectors where nobody says which.
EMBEDDED: dict[IndexKind, tuple[Role, ...]] = {
    "occupations": ROLES,
    "skills": ("label", "description"),
}
#: Characters of an entry that its vector is made of; descriptions say what they are about in their first sentences.
LONGEST = 300


def text_index(
    kind: IndexKind,
    encoder: Encoder,
    *,
    roles: Sequence[Role] | None = None,
    languages: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TextIndex:
    """What texts are compared with: all labels, titles and descriptions, and vectors of some of them.

    Parameters
    ----------
    kind : {"occupations", "skills"}
        Entries are of ESCO occupations or skills; groups have none.
    encoder : Encoder
        From :func:`almpo_kit.sources.encoder`, or of your own.
    roles : sequence of {"label", "alternative", "title", "description"}, optional
        Which entries get vectors: by default all of occupations, labels and descriptions of skills, as what reads texts
        (``matching.classify``, ``matching.extract_skills``) was fitted to. About a minute, once on a machine.
    languages : sequence of str, optional
        Only entries in these languages (two letters); all that are held by default.
    progress : callable, optional
        Called with (done, total) texts. Interrupted, it goes on where it stopped when it is called again.

    Returns
    -------
    TextIndex

    Raises
    ------
    ParameterError
        Another kind or role, or a language in which there is no text.
    DataError
        A package is missing or not the catalogued one.
    """
    import numpy as np

    if kind not in ("occupations", "skills"):
        raise ParameterError(f"text_index() has 'occupations' and 'skills', not {kind!r}.")
    roles = EMBEDDED[kind] if roles is None else roles
    if isinstance(roles, str) or not roles or set(roles) - set(ROLES):
        raise ParameterError(
            f"roles are one or more of {', '.join(ROLES)}, e.g. roles=('label', 'title'), not {roles!r}."
        )
    if isinstance(languages, str) or (languages is not None and not languages):
        raise ParameterError(
            f"languages are a list of two-letter codes, e.g. ['en', 'de'], not {languages!r}."
        )
    taxonomy, entries = taxonomy_and_entries(kind, languages)
    embedded = np.flatnonzero(entries["role"].isin(roles).to_numpy()).astype(np.int64)
    name = f"{kind}-{''.join(c if c.isalnum() else '-' for c in encoder.name)}-{'-'.join(r for r in ROLES if r in roles)}"
    texts = [t[:LONGEST] for t in entries["text"].iloc[embedded]]
    vectors = vectors_of(texts, encoder, name, progress)
    said = f"{encoder.name} {encoder.version}"
    columns = ("\x1f".join(entries[c]) for c in COLUMNS)
    return TextIndex(
        kind=kind,
        taxonomy=taxonomy,
        entries=entries,
        vectors=vectors,
        embedded=embedded,
        encoder_name=said,
        digest=digest_of(kind, said, *sorted(set(roles)), *columns),
    )
