"""Where this workbench keeps what people decide: beside the runs, unless ``ALMPO_RECORDS`` says otherwise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from almpo_kit.workbench.tracking import folder

if TYPE_CHECKING:
    from almpo_kit.records import Store

_FILE = "records.db"


def store() -> Store:
    """The store of records; made where there is none.

    Raises
    ------
    RecordsError
        It cannot be opened; what was kept is untouched.
    """
    from almpo_kit import records

    given = os.environ.get("ALMPO_RECORDS", "").strip()
    return records.open_store(given or folder() / _FILE)
