"""A text index: the words by which concepts of a taxonomy are found, and the vectors of some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

IndexKind = Literal["occupations", "skills"]
Role = Literal["label", "alternative", "title", "description"]
ROLES: tuple[Role, ...] = ("label", "alternative", "title", "description")


@dataclass(frozen=True, eq=False, repr=False)
class TextIndex:
    """What text is compared with.

    Parameters
    ----------
    kind : {"occupations", "skills"}
    taxonomy : DataFrame
        The ``taxonomy`` frame that the concepts come from; carries the data versions.
    entries : DataFrame, shape (n_entries, 4)
        ``concept`` (a ``code`` of the taxonomy), ``text``, ``role`` (label, alternative, title, description),
        ``language`` (two letters).
    vectors : ndarray, shape (n_embedded, dimension)
        Rows of length one, float16 or float32.
    embedded : ndarray of int, shape (n_embedded,)
        Which entry each vector belongs to.
    encoder_name : str
        Name and version of the encoder that made the vectors.
    digest : str
        SHA-256 of all that the vectors depend on.

    Raises
    ------
    DesignError
        Entries and vectors do not belong together.
    """

    kind: IndexKind
    taxonomy: pd.DataFrame
    entries: pd.DataFrame
    vectors: NDArray[np.floating[Any]]
    embedded: NDArray[np.int64]
    encoder_name: str
    digest: str

    def __post_init__(self) -> None:
        missing = {"concept", "text", "role", "language"} - set(self.entries.columns)
        if missing:
            raise DesignError(f"the entries of a text index lack {', '.join(sorted(missing))}.")
        if self.vectors.ndim != 2 or len(self.vectors) != len(self.embedded):
            raise DesignError(
                f"{len(self.embedded)} entries are said to be embedded, but the vectors have the shape {self.vectors.shape}."
            )
        if len(self.embedded) and not 0 <= self.embedded.min() <= self.embedded.max() < len(self.entries):
            raise DesignError(f"embedded entries lie outside the {len(self.entries)} entries of the index.")

    def __repr__(self) -> str:
        return (
            f"<TextIndex of {self.kind}: {self.entries['concept'].nunique():,} concepts, {len(self.entries):,} texts, "
            f"{len(self.vectors):,} vectors by {self.encoder_name}>"
        )
