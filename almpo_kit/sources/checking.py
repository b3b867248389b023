"""Are the data whole? Every checksum, every schema; and how a maintainer catalogues an edited table."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import CATALOGUE, FIELDS, Entry, entries, read_bytes, root, sha256
from almpo_kit.sources.consistency import disagreements
from almpo_kit.sources.editions import check_editions
from almpo_kit.sources.packages import package_bytes
from almpo_kit.sources.reference import parse, verified
from almpo_kit.sources.services.inventory import check_pulled
from almpo_kit.sources.tables import TABLES
from almpo_kit.vocabulary.errors import AlmpoError, DataError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd


def _check_schema(name: str, data: bytes) -> pd.DataFrame:
    """A reference table whose full schema and key hold.

    Raises
    ------
    AlmpoError
        Lists what is wrong.
    """
    if name not in TABLES:
        raise DataError(f"{CATALOGUE} lists {name!r}, which is no reference table.")
    table = TABLES[name]
    frame = parse(data, table)
    if table.frame:
        check(frame, table.frame)
    keys = list(table.key)
    twice = frame[frame.duplicated(keys, keep=False) | frame[keys].isna().any(axis=1)]
    if len(twice):
        shown = "; ".join(" ".join(map(str, row)) for row in twice[keys].head(5).itertuples(index=False))
        raise DataError(f"{table.file} has {len(twice)} rows with a repeated or empty key ({shown}).")
    return frame


def _check_entry(listed: Entry) -> Check:
    if listed.kind == "reference":
        try:
            data, _ = verified(listed.dataset)
            rows = len(_check_schema(listed.dataset, data))
        except AlmpoError as error:
            return Check(listed.dataset, "failed", str(error))
        return Check(listed.dataset, "passed", f"{listed.locator}: checksum and schema hold, {rows:,} rows.")
    if listed.kind == "package":
        try:
            same = sha256(package_bytes(listed.locator)) == listed.sha256
        except DataError as error:
            return Check(listed.dataset, "failed", str(error))
        if same:
            return Check(listed.dataset, "passed", f"{listed.locator}: checksum holds.")
        how = (
            f"{listed.locator} differs from the catalogue; reinstall the locked environment with `make env`."
        )
        return Check(listed.dataset, "failed", how)
    return Check(listed.dataset, "informational", f"{listed.locator}: {listed.note}")


def _check_consistency(tables: dict[str, pd.DataFrame]) -> Check:
    problems = disagreements(tables)
    if problems:
        return Check("consistency", "failed", f"The tables do not fit together: {'; '.join(problems)}.")
    return Check(
        "consistency", "passed", "The tables fit together and every NUTS code exists in its vintage."
    )


def check_data() -> Finding:
    """Check every catalogued dataset: checksum, and schema where there is one.

    Returns
    -------
    Finding
        One check a dataset; a failed one names the file and the repair. The table has ``dataset, version,
        kind, status, detail``.

    Raises
    ------
    DataError
        The catalogue itself is missing or damaged.
    """
    import pandas as pd

    listed = entries()
    known = {e.dataset for e in listed}
    lost = [n for n in TABLES if n not in known]
    checks = [_check_entry(e) for e in listed]
    checks.append(check_editions())
    checks.append(check_pulled())
    checks += [Check(n, "failed", f"{TABLES[n].file} is not catalogued in {CATALOGUE}.") for n in lost]
    if not any(c.status == "failed" for c in checks):
        # Only whole tables can be compared with each other.
        checks.append(_check_consistency({n: parse(verified(n)[0], TABLES[n]) for n in TABLES}))
    failed = [c for c in checks if c.status == "failed"]
    held = sum(e.kind in ("reference", "package") for e in listed)
    versions = {e.dataset: (e.version, e.kind) for e in listed}
    rows = [(c.name, *versions.get(c.name, ("", "")), c.status, c.sentence) for c in checks]
    sentence = (
        f"The data are damaged: {', '.join(c.name for c in failed)}."
        if failed
        else f"All {held} datasets that are here hold; {len(listed) - held} more can be fetched or added."
    )
    return Finding(
        question="Are the data whole?",
        sentence=sentence,
        table=pd.DataFrame(rows, columns=["dataset", "version", "kind", "status", "detail"]),
        checks=tuple(checks),
        provenance=Provenance(data=tuple(e.stamp() for e in listed if e.sha256), method="sources.check_data"),
    )


def _render(listed: tuple[Entry, ...]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows(tuple(vars(e).values()) for e in listed)
    return text.getvalue().encode()


def refresh_catalogue() -> tuple[str, ...]:
    """Catalogue reference tables that a maintainer edited on purpose.

    Every table is checked against its full schema first; only then are the new checksums and today's date
    written, in one step. Raise the edition (``version``) by hand, and write the reason into
    ``data/REVISIONS.md``.

    Returns
    -------
    tuple of str
        The datasets whose checksum changed.

    Raises
    ------
    AlmpoError
        A table breaks its schema or another table, or the catalogue cannot be written; it is unchanged.
    """
    before = entries()
    after, tables, today = [], {}, datetime.now(UTC).date().isoformat()
    for listed in before:
        if listed.kind == "reference":
            data = read_bytes(listed.locator)
            tables[listed.dataset] = _check_schema(listed.dataset, data)
            if sha256(data) != listed.sha256:
                listed = replace(listed, sha256=sha256(data), refreshed=today)
        after.append(listed)
    lost = sorted(set(TABLES) - set(tables))
    problems = [f"not catalogued: {', '.join(lost)}"] if lost else disagreements(tables)
    if problems:
        raise DataError(f"The tables do not fit together: {'; '.join(problems)}. The catalogue is unchanged.")
    changed = tuple(b.dataset for a, b in zip(before, after, strict=True) if a != b)
    if changed:
        try:
            cache.write_atomically(root() / CATALOGUE, _render(tuple(after)))
        except OSError as error:
            raise DataError(f"{CATALOGUE} cannot be written ({error.strerror}).") from None
    return changed
