"""Where records lie and how they are reached: a SQLite file in WAL mode, or PostgreSQL; created once, whole.

Every transaction opens its own connection: a connection that is carried over a fork, or shared by the threads of a
server, would mix two people's transactions.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from almpo_kit.records.migrations import upgrading
from almpo_kit.records.problems import RecordsError, told
from almpo_kit.records.schema import SCHEMA_VERSION, table
from almpo_kit.records.store import Store
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_BUSY_SECONDS = 60
#: Forms that are brought to ours when they are opened; nothing that they hold is touched.
_UPGRADED = (1, 2, 3)


def open_store(url_or_path: str | os.PathLike[str] | None = None) -> Store:
    """Open the store of records; a new one is created where there is none.

    Parameters
    ----------
    url_or_path : str or path, optional
        A file for SQLite, or the address of a PostgreSQL database, e.g. ``"postgresql+psycopg://user@host/almpo"``;
        ``ALMPO_RECORDS`` where left out.

    Returns
    -------
    Store
        Usable from several threads and processes at once.

    Raises
    ------
    ParameterError
        No place is given, or one that cannot hold records.
    RecordsError
        It cannot be opened, is no store of records, or was made by a newer version of this package.
    """
    given = url_or_path if url_or_path is not None else os.environ.get("ALMPO_RECORDS", "").strip()
    if isinstance(given, str) and not given.strip():
        raise ParameterError(
            "say where records are to be kept: records.open_store('mlruns/records.db'), or set ALMPO_RECORDS to a file or "
            "to the address of a PostgreSQL database."
        )
    if not isinstance(given, str | os.PathLike):
        raise ParameterError(
            f"a store is a file or an address, not {type(given).__name__}; e.g. 'mlruns/records.db'."
        )
    store = _from_address(given) if isinstance(given, str) and "://" in given else _from_file(Path(given))
    _prepare(store)
    return store


def _from_address(address: str) -> Store:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        url = make_url(address)
        if url.get_backend_name() == "sqlite":
            return _from_file(_file_of(url))
        if url.get_backend_name() != "postgresql":
            raise ParameterError(
                f"{url.get_backend_name()!r} cannot hold records; use a SQLite file or 'postgresql+psycopg://…'."
            )
        engine = create_engine(url, poolclass=NullPool)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise RecordsError(
            f"records cannot reach PostgreSQL: {error}. Install a driver, e.g. `python -m pip install 'psycopg[binary]'`, and "
            "write the address as 'postgresql+psycopg://…'."
        ) from None
    except ArgumentError:
        raise ParameterError(
            "ALMPO_RECORDS or the address given is none; e.g. 'postgresql+psycopg://user@host/almpo', or a file."
        ) from None
    # Only the parts without secrets: passwords can stand in an address's options, too.
    return Store(engine, f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}")


def _file_of(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.query:
        raise ParameterError(
            "records are kept in a file; e.g. 'sqlite:///mlruns/records.db', without options."
        )
    return Path(url.database)


def _from_file(path: Path) -> Store:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    try:
        file = path.expanduser().resolve()
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
        odd = file.exists() and not file.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        raise RecordsError(
            f"records cannot be kept in {path}: {getattr(error, 'strerror', None) or error}. Name a file in a folder that may "
            "be written, e.g. 'mlruns/records.db'."
        ) from None
    if odd:
        raise ParameterError(f"{path} is no file; name one in it, e.g. {str(path / 'records.db')!r}.")
    address = f"file:{quote(str(file))}?{_mode(file)}"

    def connect() -> sqlite3.Connection:
        # Without isolation level the driver begins no transaction by itself; ours begin below.
        made = sqlite3.connect(
            address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        made.execute("PRAGMA foreign_keys=ON")
        made.execute("PRAGMA synchronous=FULL")
        # What is blanked on request is overwritten in the file, not only taken out of the table.
        made.execute("PRAGMA secure_delete=ON")
        return made

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        # A writer takes its turn before it reads, so that what it read is still true when it writes.
        db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("writes") else "BEGIN")

    return Store(engine, str(file), read_only=_read_only(file))


def _read_only(file: Path) -> bool:
    # The mode is asked too: root may write where somebody has said that nobody should.
    return file.exists() and not (os.access(file, os.W_OK) and file.stat().st_mode & 0o222)


def _mode(file: Path) -> str:
    if not _read_only(file):
        return "mode=rwc"
    closed = not os.access(file.parent, os.W_OK)
    # Reading in WAL mode needs two files beside this one. Where they cannot be made and nobody is writing, it is read as it
    # stands.
    return "mode=ro&immutable=1" if closed and not Path(f"{file}-wal").exists() else "mode=ro"


def _prepare(store: Store) -> None:
    with told(store.place, "opened", "What was kept is untouched"):
        found = _version(store)
        if found is None and store.read_only:
            raise RecordsError(
                f"{store.place} is read-only and holds no records yet; make it writable (`chmod u+w`) or name another file."
            )
        if found is None or (found in _UPGRADED and not store.read_only):
            _create(store)
            found = _version(store)
    store.form = found or 0
    # An older store that may not be written is read as it is.
    if found != SCHEMA_VERSION and not (found in _UPGRADED and store.read_only):
        newer = "newer" if (found or 0) > SCHEMA_VERSION else "older"
        raise RecordsError(
            f"the records in {store.place} have form {found}, this package knows form {SCHEMA_VERSION}: they were kept by a "
            f"{newer} version of it. Nothing was changed; use that version, or name another place."
        )


def _version(store: Store) -> int | None:
    with store.engine.begin() as db:
        return _form(db)


def _form(db: Connection) -> int | None:
    """What the store says that it is of."""
    from sqlalchemy import func, inspect, select

    if not inspect(db).has_table("records_schema"):
        return None
    found = db.execute(select(func.max(table("records_schema").c.version))).scalar()
    return None if found is None else int(found)


def _create(store: Store) -> None:
    """Make what is missing, in one transaction: a store is of one form or of another, never between."""
    from sqlalchemy import text

    if store.engine.dialect.name == "sqlite":
        _write_ahead(store.engine)
    with store.engine.execution_options(writes=True).begin() as db:
        if db.dialect.name == "postgresql":
            # "almpo" in numbers: one creator at a time, the others find the tables made.
            db.execute(text("SELECT pg_advisory_xact_lock(97108109)"))
        # Somebody else may have done it while we waited for our turn.
        form = _form(db)
        if (form or 0) < SCHEMA_VERSION:
            # Alembic is imported here, where there is something to do.
            upgrading.upgrade(db, form)


def _write_ahead(engine: Engine) -> None:
    """WAL mode, with which readers never wait for a writer; SQLite does not queue for this one, so we do."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        made: Any = engine.raw_connection()
        try:
            made.driver_connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise OSError(str(error)) from None
        finally:
            made.close()
        time.sleep(0.02)
