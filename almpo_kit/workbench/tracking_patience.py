"""How long a run store is waited for: seconds, not the minutes that MLflow and SQLAlchemy would take."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

from almpo_kit.vocabulary.errors import AlmpoError, TrackingError

#: A server that has not said a word after so many seconds is away.
SILENT_SECONDS = 3.0
#: Pauses before another attempt; a store that is busy or restarts is back by then or is waited for in the outbox.
PAUSES = (0.3, 1.0)
#: An attempt that took so long hangs rather than fails, and is not made again.
_HANGING_SECONDS = 5.0
#: What no other attempt will change, in MLflow's words.
_FINAL = frozenset({"INVALID_PARAMETER_VALUE", "BAD_REQUEST", "INVALID_STATE", "MALFORMED_REQUEST"})


class AwayError(TrackingError):
    """A server did not answer."""


def require_alive(store: str) -> None:
    """Ask a server whether it is there.

    Parameters
    ----------
    store : str
        Its address; a file is always there.

    Raises
    ------
    AwayError
        It did not answer within ``SILENT_SECONDS``.
    """
    try:
        if store.lower().startswith(("http://", "https://")):
            _ask_server(store)
        elif store.lower().startswith(("postgresql", "mysql", "mssql")):
            _ask_database(store)
    except AlmpoError:
        raise
    except Exception as error:  # noqa: BLE001 - a driver's, a socket's, whichever: it is away
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise AwayError(f"no answer within {SILENT_SECONDS:g} s ({said}).") from None


def _ask_server(store: str) -> None:
    import ssl
    import urllib.error
    import urllib.request

    try:
        urllib.request.urlopen(f"{store.rstrip('/')}/health", timeout=SILENT_SECONDS).close()
    except urllib.error.HTTPError as error:
        # Whoever answers, even a proxy that wants a password, is there; a proxy whose server is gone says so.
        error.close()
        if error.code in (502, 503, 504):
            raise
    except urllib.error.URLError as error:
        # Which certificates hold is MLflow's own question.
        if not isinstance(error.reason, ssl.SSLError):
            raise


def _ask_database(store: str) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(store, poolclass=sqlalchemy.NullPool, connect_args=_timeout(store))
    with contextlib.closing(engine.connect()):
        pass


def _timeout(store: str) -> dict[str, Any]:
    return {"timeout" if store.lower().startswith("mssql") else "connect_timeout": int(SILENT_SECONDS)}


def is_final(error: BaseException) -> bool:
    """Whether the store has refused what it was given, so that asking again is of no use."""
    return getattr(error, "error_code", "") in _FINAL


def with_patience[T](work: Callable[[bool], T]) -> T:
    """Carry something out, and again after a short pause where the store failed quickly.

    Parameters
    ----------
    work : callable
        Told whether it has been tried before, so that it looks up what it may have done already.
    """
    for pause in (*PAUSES, None):
        began = time.monotonic()
        try:
            return work(pause != PAUSES[0])
        except AlmpoError:
            raise
        except Exception as error:
            if pause is None or is_final(error) or time.monotonic() - began > _HANGING_SECONDS:
                raise
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")
