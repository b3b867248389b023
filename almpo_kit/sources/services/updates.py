"""When a service last updated a dataflow, asked in a few kilobytes before anything larger is fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from almpo_kit.sources.services import addresses
from almpo_kit.sources.services.faults import BusyError, ServiceError, UnreachableError
from almpo_kit.sources.services.replies import short

if TYPE_CHECKING:
    from almpo_kit.sources.services.questions import Fetch
    from almpo_kit.sources.services.series import Series

#: Eurostat's annotations of a dataflow: when its values, when its structure changed.
_SAID = ("UPDATE_DATA", "UPDATE_STRUCTURE")


def updated(series: Series, fetch: Fetch) -> str:
    """When a dataflow was last updated, in the service's words; empty where it does not say.

    Raises
    ------
    UnreachableError, BusyError
        The service does not answer at all; asking it for more is of no use.
    """
    if series.service not in ("ESTAT", "EMPL"):
        return ""
    try:
        payload = fetch(addresses.dataflow_url(series.service, series.dataflow), "application/json")
        content = json.loads(payload.data if payload is not None else b"")
        told = {a["type"]: a.get("date") or a.get("title") for a in content["extension"]["annotation"]}
    except (UnreachableError, BusyError):
        raise
    except (ServiceError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return " / ".join(short(str(told[name])) for name in _SAID if told.get(name))
