"""The library: every document that was taken in, known by what is in it, with when and from where it came."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.sources import cache
from almpo_kit.sources.documents import inbox, keeping, listing, watching
from almpo_kit.sources.documents.library_tables import Tables
from almpo_kit.sources.documents.originals import Originals
from almpo_kit.sources.documents.taken_in import TakenIn
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


def library(place: str | os.PathLike[str] | None = None) -> Library:
    """Open the library of documents; it is made where there is none.

    Parameters
    ----------
    place : str or path, optional
        Its folder; ``ALMPO_LIBRARY``, or ``data/cache/library``, where left out.

    Raises
    ------
    LibraryError
        It cannot be opened or made, or was made by a newer version of this package.
    """
    given = place if place is not None else os.environ.get("ALMPO_LIBRARY", "").strip()
    return Library(Path(given).expanduser() if given else cache.folder() / "library")


class Library:
    """Documents in one folder: rows in ``library.db``, the bytes that were taken in under ``files``.

    Several processes may use it at once, and may be killed at any moment: a file is in it whole or not at all.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._tables, self._originals = Tables(self.folder), Originals(self.folder)

    def __repr__(self) -> str:
        return f"Library({str(self.folder)!r}, {len(self):,} documents)"

    def __len__(self) -> int:
        with self._tables.reading() as db:
            return int(db.execute("SELECT COUNT(*) FROM documents").fetchone()[0])

    def __contains__(self, document: object) -> bool:
        with self._tables.reading() as db:
            found = db.execute("SELECT 1 FROM documents WHERE document_id = ?", [str(document)]).fetchone()
        return found is not None

    # ---- taking in -------------------------------------------------------------------------------------

    def take_in(
        self,
        given: str | os.PathLike[str] | tuple[str, bytes] | pd.DataFrame | Sequence[Any],
        *,
        passages: pd.DataFrame | None = None,
        origin: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> TakenIn:
        """Take documents in.

        Parameters
        ----------
        given : path, (name, bytes), DataFrame, or several of them
            A file (PDF, HTML, text; RIS, BibTeX or CSV with many references), a folder with such files, a file that is
            held in memory, or documents as a frame (``DOCUMENT_COLUMNS``; what is missing is filled).
        passages : DataFrame, optional
            Sentences of documents that are given as a frame.
        origin : str
            Where they come from, in your words, e.g. "Scopus, 3 March 2026".
        progress : Callable, optional
            Told (files done, files in all). What is done when it raises stays taken in.

        Returns
        -------
        TakenIn
            A document that is held already is "known", under whatever name it comes.

        Raises
        ------
        ParameterError
            No such file or folder.
        LibraryError
            The disk is full or the library cannot be written. The file at which this happened is not in it; those
            before are.
        """
        return inbox.take(
            self._tables, self._originals, given, passages=passages, origin=origin, progress=progress
        )

    def watch(
        self,
        folder: str | os.PathLike[str],
        *,
        seconds: float = 5.0,
        rounds: int | None = None,
        origin: str = "",
    ) -> Iterator[TakenIn]:
        """Take in what is put into a folder, as soon as it is no longer growing; nothing in the folder is moved or changed.

        Parameters
        ----------
        folder : path
        seconds : float
            Between two looks; a file is whole when two looks in a row find it the same.
        rounds : int, optional
            Looks in all; without end where left out. Two take in what lies there now.
        origin : str

        Yields
        ------
        TakenIn
            After each look that took something in. A file that was refused is told once, also over restarts, until it
            changes.
        """
        return watching.watch(
            self._tables, self._originals, Path(folder), seconds=seconds, rounds=rounds, origin=origin
        )

    # ---- what is in it ---------------------------------------------------------------------------------

    def documents(
        self, ids: Iterable[str] | None = None, *, text: bool = True, left_out: bool = False
    ) -> pd.DataFrame:
        """The documents, in the order in which they came, or those named in the order given.

        Parameters
        ----------
        ids : iterable of str, optional
        text : bool
            Without, ``abstract`` and ``text`` are empty and a hundred thousand documents are listed in a second or two.
        left_out : bool
            List those that were left out, too; named ones always are.

        Returns
        -------
        DataFrame
            ``DOCUMENT_COLUMNS``, stamped with what the library holds.

        Raises
        ------
        ParameterError
            A document that is not in the library.
        """
        with self._tables.reading() as db:
            return listing.documents(db, _listed(ids), text=text, left_out=left_out)

    def passages(self, ids: Iterable[str] | None = None, *, left_out: bool = False) -> pd.DataFrame:
        """The sentences of the same documents: ``PASSAGE_COLUMNS``."""
        with self._tables.reading() as db:
            return listing.passages(db, _listed(ids), left_out=left_out)

    def document(self, document: str) -> dict[str, Any]:
        """The row of one document; the beginning of its identifier is enough.

        Raises
        ------
        ParameterError
            No document, or several, begin so.
        """
        with self._tables.reading() as db:
            found = listing.documents(db, [listing.the_one(db, document)], text=True, left_out=True)
        return {str(k): v for k, v in found.to_dict("records")[0].items()}

    def file(self, document: str) -> bytes:
        """The bytes of the file in which a document came first (of a reference: the list).

        Raises
        ------
        ParameterError
            No such document, or it came without a file.
        LibraryError
            The file is gone or damaged; taking it in again puts it right.
        """
        with self._tables.reading() as db:
            name = listing.the_one(db, document)
            (digest,) = db.execute("SELECT file FROM documents WHERE document_id = ?", [name]).fetchone()
        if not digest:
            raise ParameterError(
                f"the document {name[:12]}… came as a row and not as a file; it has no bytes of its own."
            )
        return self._originals.read(digest)

    def provenance(self, document: str | None = None) -> pd.DataFrame:
        """When and from where each document came, and what was refused.

        Returns
        -------
        DataFrame
            ``number, at`` (UTC)``, name, origin, file`` (SHA-256)``, bytes, document_id, outcome, why, reader, label``.
        """
        with self._tables.reading() as db:
            return listing.provenance_rows(db, None if document is None else listing.the_one(db, document))

    def given_labels(self) -> pd.DataFrame:
        """What lists said of the relevance of their references: ``document_id, label, name, at``."""
        with self._tables.reading() as db:
            return listing.given_labels(db)

    # ---- leaving out -----------------------------------------------------------------------------------

    def leave_out(self, document: str, reason: str) -> str:
        """Leave a document out of what is listed from now on; it stays held, with the reason.

        Returns
        -------
        str
            Its identifier.

        Raises
        ------
        ParameterError
            No such document, or no reason in words.
        """
        return self._mark(document, True, reason)

    def put_back(self, document: str, reason: str) -> str:
        """Undo :meth:`leave_out`; both stay on record."""
        return self._mark(document, False, reason)

    def left_out(self) -> pd.DataFrame:
        """What is left out: ``document_id, title, reason, at``."""
        with self._tables.reading() as db:
            return listing.left_out(db)

    def _mark(self, document: str, out: bool, reason: str) -> str:
        if not isinstance(reason, str) or len(reason.strip()) < 3:
            raise ParameterError("say why in words, e.g. reason='a press release, no study'.")
        with self._tables.writing() as db:
            name = listing.the_one(db, document)
            db.execute(
                "INSERT INTO marks (at, document_id, left_out, reason) VALUES (?, ?, ?, ?)",
                (keeping.now(), name, int(out), inbox.shown_name(reason.strip())),
            )
        return name


def _listed(ids: Iterable[str] | None) -> list[str] | None:
    if isinstance(ids, str):
        return [ids]
    return None if ids is None else [str(i) for i in ids]
