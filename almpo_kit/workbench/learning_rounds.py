"""A round of learning: what was settled becomes a challenger, and the challenger champion if it is better.

Every step is kept in the journal once it is done; a round that was killed anywhere goes on with the step it was at, and what a
step had done before it could be kept is found again by content (a model by its digest, a promotion by the round's name).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError, TrackingError
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench import learning_runs, tracking
from almpo_kit.workbench import learning_steps as steps
from almpo_kit.workbench.learning_decisions import keep_history
from almpo_kit.workbench.learning_journal import SUPERSEDED, Journal
from almpo_kit.workbench.learning_round_result import LearningRound, round_found
from almpo_kit.workbench.learning_steps import Progress, Work
from almpo_kit.workbench.learning_stock import Shelf, Stock, model_name, round_name, short, take_stock
from almpo_kit.workbench.tracking_models import in_use
from almpo_kit.workbench.tracking_registry import CHALLENGER

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import Store


class RoundRunningError(AlmpoError):
    """Another round of this review is being carried out on this machine."""

    exit_code = 5


def learning_round(
    review: str,
    *,
    library: Shelf | None = None,
    store: Store | None = None,
    groups: pd.Series | None = None,
    base: pd.DataFrame | None = None,
    promotion: Literal["automatic", "ask"] = "automatic",
    precision: float = 0.9,
    coders: int = 2,
    seed: int = 0,
    progress: Progress | None = None,
) -> LearningRound:
    """Learn from what experts settled since the last round, or go on with a round that was cut off.

    Take stock → train on settled codes of studies that are not kept away → compare with the champion on frozen studies that
    neither has seen → promote, if better and no field is worse → look for drift → say which conclusions moved by accepted
    estimates → propose codes for documents without any. Nothing a model says is ever a settled code.

    Parameters
    ----------
    review : str
    library : Library, optional
        ``sources.library()`` when left out.
    store : Store, optional
        ``workbench.record_keeping.store()`` when left out.
    groups : Series, optional
        ``document_id`` → study; ``learning.duplicates`` finds them when left out.
    base : DataFrame, optional
        ``effects`` that accepted estimates are added to; the current edition when left out.
    promotion : {"automatic", "ask"}
        ``"automatic"``: by the rule alone; it is told, can be rolled back, and what was rolled back stays so. ``"ask"``: a
        better challenger waits for a person.
    precision : float
        That proposals shall have.
    coders : int
        How many experts have to agree.
    seed : int
    progress : callable, optional
        ``(step, done, total)``.

    Returns
    -------
    LearningRound

    Raises
    ------
    RoundRunningError
        Another process is carrying one out.
    RecordsError, TrackingError
        A store cannot be read or written; the next call goes on where this one ended.
    """
    if promotion not in ("automatic", "ask"):
        raise ParameterError(f"promotion is 'automatic' or 'ask', not {promotion!r}.")
    # Looked at before anything is begun: what the journal holds is there for good.
    if not 0.5 <= precision < 1:
        raise ParameterError(f"precision={precision!r} must lie from 0.5 to below 1, e.g. 0.9.")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ParameterError(f"seed={seed!r} must be a whole number from 0 upwards, e.g. 0.")
    shelf, records = _places(library, store)
    with _alone(review):
        stock = take_stock(review, shelf, records, groups=groups, coders=coders)
        journal = Journal(records, review)
        content = stock.content()
        name = round_name(content, {"precision": precision, "seed": seed, "coders": coders})
        if name in journal.finished():
            return _found(stock, journal, name, "nothing new", resumed=False, made={})
        resumed = name in journal.unfinished()
        for other in journal.unfinished():
            if other != name:
                records.log_step(review, other, SUPERSEDED, {"by": name})
        work = Work(stock, journal, name, precision, promotion, seed, progress)
        _carry_out(work, content, base)
        return _found(stock, journal, name, "finished", resumed=resumed, made=work.made)


def _places(library: Shelf | None, store: Store | None) -> tuple[Shelf, Store]:
    from almpo_kit import sources
    from almpo_kit.workbench import record_keeping

    return (
        sources.library() if library is None else library,
        record_keeping.store() if store is None else store,
    )


def _carry_out(work: Work, content: dict[str, Any], base: pd.DataFrame | None) -> None:
    journal, name = work.journal, work.round_id
    begun = journal.once(
        name, "stock", lambda: content | {"champion": _version(work.name), "said": _told(content)}
    )
    known = journal.known()
    journal.keep_arrivals(name, [d for d in work.stock.documents["document_id"] if short(d) not in known])
    trained = journal.once(name, "trained", lambda: steps.train(work))
    against = str(begun["champion"])
    compared = journal.once(name, "compared", lambda: steps.compare(work, str(trained["version"]), against))
    journal.once(name, "decided", lambda: steps.decide(work, compared))
    champion = in_use(work.name)
    journal.once(name, "watched", lambda: steps.watch(work, champion))
    journal.once(name, "concluded", lambda: steps.conclude(work, _base(base)))
    journal.once(name, "proposed", lambda: steps.propose(work, champion))
    keep_history(work.stock.review, journal.store)
    # Before the last step: a round that is cut off here is logged again, and is the same run.
    _log(work)
    journal.once(name, "finished", lambda: {"said": "Done."})


def _log(work: Work) -> None:
    learning_runs.log_round(
        work.stock.review,
        work.round_id,
        model=work.name,
        steps=work.journal.of(work.round_id),
        champion=_version(work.name),
        synthetic=provenance(
            work.stock.documents, work.stock.settled, method="workbench.learning_round"
        ).synthetic,
        comparison=work.made.get("comparison"),
    )


def _version(name: str) -> str:
    found = in_use(name)
    return "" if found is None else found.version


def _base(base: pd.DataFrame | None) -> pd.DataFrame:
    from almpo_kit import sources

    return sources.effects() if base is None else base


def _told(content: dict[str, Any]) -> str:
    return (
        f"{number(content['n_settled'], 0)} settled codes and {number(content['n_documents'], 0)} documents; "
        f"{number(content['n_training_studies'], 0)} studies to train on, {number(content['n_frozen_studies'], 0)} kept away to "
        "test on."
    )


def _found(
    stock: Stock, journal: Journal, name: str, status: Any, *, resumed: bool, made: dict[str, Any]
) -> LearningRound:
    registered = model_name(stock.review)
    challenger = in_use(registered, CHALLENGER)
    return round_found(
        review=stock.review,
        round_id=name,
        status=status,
        resumed=resumed,
        steps=journal.of(name),
        champion=_version(registered) or None,
        challenger=None if challenger is None else challenger.version,
        made=provenance(
            stock.documents, stock.settled, method="workbench.learning_round", options={"round": name}
        ),
        **made,
    )


@contextlib.contextmanager
def _alone(review: str) -> Iterator[None]:
    """One round of a review at a time, on this machine; a process that dies lets go by itself."""
    key = hashlib.sha256(review.encode()).hexdigest()[:16]
    try:
        tracking.folder().mkdir(parents=True, exist_ok=True)
        handle = (tracking.folder() / f".learning.{key}.lock").open("w")
    except OSError as error:
        raise TrackingError(
            f"a round cannot begin: {tracking.folder()} cannot be written ({error.strerror}). Make that folder writable."
        ) from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RoundRunningError(
                f"a round of the review {review!r} is running already; wait for it, `almpo learn status` shows where it is."
            ) from None
        yield
