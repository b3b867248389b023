"""A review: which documents it looks at, what experts said of them, and what of that holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from almpo_kit import learning
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, PASSAGE_COLUMNS
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import data_versions, stamp

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.learning import Duplicates
    from almpo_kit.records import Store
    from almpo_kit.sources import Library

#: The review of whoever does not name one.
FIRST = "almp"


@dataclass(frozen=True, eq=False)
class Review:
    """Documents of one question, and the experts' words on them.

    Parameters
    ----------
    name : str
        Under which labels are kept.
    store : Store
        Of records.
    library : Library, optional
        Where documents lie; without one ``held`` is looked at.
    held : tuple of DataFrame, optional
        ``documents, passages`` of a review without a library (the SYNTHETIC example).
    known_groups : Series, optional
        ``document_id`` → study, where it is known and need not be found.
    synthetic : bool
        Whether the documents are invented.
    place : object
        What must live as long as the review does, e.g. a temporary folder.
    """

    name: str
    store: Store
    library: Library | None = None
    held: tuple[pd.DataFrame, pd.DataFrame] | None = None
    known_groups: pd.Series | None = None
    synthetic: bool = False
    place: Any = field(default=None, repr=False)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """One row a document, as of when the review was opened; ``reopened()`` looks again."""
        import pandas as pd

        if self.held is not None:
            return self.held[0]
        return self.library.documents() if self.library else pd.DataFrame(columns=list(DOCUMENT_COLUMNS))

    def document(self, document: str) -> pd.Series:
        """One row of ``documents``.

        Raises
        ------
        ParameterError
            It is not among them.
        """
        if document not in self.positions:
            raise ParameterError("that document is not in this review; load the page again.")
        return self.documents.iloc[self.positions[document]]

    @cached_property
    def positions(self) -> dict[str, int]:
        """``document_id`` → row of ``documents``."""
        return {str(d): i for i, d in enumerate(self.documents["document_id"])}

    def passages(self, document: str) -> pd.DataFrame:
        """The sentences of one document."""
        import pandas as pd

        if self.held is not None:
            return self.held[1][self.held[1]["document_id"] == document]
        if self.library is None:
            return pd.DataFrame(columns=list(PASSAGE_COLUMNS))
        return self.library.passages([document])

    @cached_property
    def twins(self) -> Duplicates:
        """Which documents are one publication, and which are on one study."""
        return learning.duplicates(self.documents)

    @cached_property
    def groups(self) -> pd.Series:
        """``document_id`` → study: documents of one study stand on one side of every split."""
        if self.known_groups is not None:
            return self.known_groups
        # A paper that was left out still names its study: else the study would change sides with it.
        every = self.library.documents(left_out=True) if self.library else self.documents
        return learning.duplicates(every).groups

    def labels(self, *, hide_others_from: str | None = None) -> pd.DataFrame:
        """What experts say now, undone labels left out."""
        return self.told(self.store.labels(self.name, hide_others_from=hide_others_from))

    def decisions(self) -> pd.DataFrame:
        """What was adjudicated."""
        return self.told(self.store.decisions(self.name))

    def told(self, frame: pd.DataFrame) -> pd.DataFrame:
        """What was said of invented documents says so itself."""
        return stamp(frame, *data_versions(self.documents)) if self.synthetic else frame

    def settled(self) -> pd.DataFrame:
        """Codes that two experts agreed on or that were adjudicated."""
        return learning.settled(self.labels(), self.decisions())

    def reopened(self) -> Review:
        """The same review with what was taken in since."""
        return replace(self)


def open_review(name: str = FIRST) -> Review:
    """The review over this workbench's library and records.

    Parameters
    ----------
    name : str
        1 to 60 characters.

    Raises
    ------
    RecordsError, DataError
        The records or the library cannot be opened.
    """
    from almpo_kit import sources
    from almpo_kit.workbench.record_keeping import store

    return Review(name, store(), library=sources.library())
