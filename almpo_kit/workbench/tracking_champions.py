"""Who is champion: promoting, rolling back, and what an alias does not remember, who changed it, when and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench.tracking_registry import (
    CHALLENGER,
    CHAMPION,
    ENTRY,
    WITHDRAWN,
    aliases,
    entries,
    nothing_yet,
    reading,
    writing,
)

if TYPE_CHECKING:
    import pandas as pd

PROMOTED, ROLLED_BACK = "promoted", "rolled back"
HISTORY_COLUMNS = ("number", "action", "version", "before", "by", "reason", "at", "token")


class ChampionChangedError(TrackingError):
    """Somebody else changed the champion after the decision was made; nothing was changed."""


def set_challenger(name: str, version: str) -> None:
    """Point the alias ``challenger`` at a version."""
    writing(name, lambda client: client.set_registered_model_alias(name, CHALLENGER, version))


def change_champion(
    name: str,
    version: str | None,
    *,
    expected: str | None,
    action: str,
    by: str,
    reason: str,
    token: str,
) -> dict[str, Any]:
    """Point the alias ``champion`` at a version (or at none), and write down who did it and why.

    Parameters
    ----------
    name : str
    version : str or None
    expected : str or None
        The champion that the decision was made against; another one is a conflict.
    action : {"promoted", "rolled back"}
    by : str
        A role, not a person.
    reason : str
    token : str
        Names the decision: the same one twice is carried out once.

    Returns
    -------
    dict
        The entry (``HISTORY_COLUMNS``).

    Raises
    ------
    ChampionChangedError
        Somebody else changed the champion meanwhile.
    TrackingError
        The store cannot be written.
    """

    def work(client: Any) -> dict[str, Any]:
        kept = entries(client, name)
        done = next((e for e in kept if e["token"] == token), None)
        if done is not None:
            if done is kept[-1]:
                _point(client, name, done["version"])  # cut off between the entry and the alias
            return done
        now = aliases(client, name).get(CHAMPION)
        if now != expected:
            raise ChampionChangedError(
                f"the champion of {name!r} is version {now or 'none'} by now, not {expected or 'none'}: somebody changed it "
                "meanwhile. Nothing was changed; look at `almpo learn status` and decide again."
            )
        at = datetime.now(UTC).isoformat(timespec="seconds")
        entry = dict(
            zip(HISTORY_COLUMNS, (len(kept) + 1, action, version, now, by, reason, at, token), strict=True)
        )
        if action == ROLLED_BACK and now is not None:
            client.set_model_version_tag(name, now, WITHDRAWN, reason[:400] or "rolled back")
        client.set_registered_model_tag(name, f"{ENTRY}{entry['number']:06d}", json.dumps(entry))
        _point(client, name, version)
        return entry

    return writing(name, work)


def history(name: str) -> pd.DataFrame:
    """Changes of the champion, oldest first.

    Returns
    -------
    DataFrame
        ``number, action, version, before, by, reason, at, token``.
    """
    import pandas as pd

    rows = [] if nothing_yet() else reading(lambda client: entries(client, name))
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS), dtype=object)


def _point(client: Any, name: str, version: str | None) -> None:
    if version is None:
        client.delete_registered_model_alias(name, CHAMPION)
    else:
        client.set_registered_model_alias(name, CHAMPION, version)
