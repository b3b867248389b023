"""What a store can do with decisions against an advice."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from almpo_kit.records import overrides
from almpo_kit.records.free_text import reason_in_words
from almpo_kit.records.transactions import Transactions, whole

if TYPE_CHECKING:
    import pandas as pd


class OverrideMethods(Transactions):
    """Overrides and their withdrawals."""

    def log_override(
        self,
        *,
        advice_id: str,
        advised: str,
        chosen: str,
        reason: str,
        role: str,
        region: str = "",
        model_run: str = "",
        model_version: str = "",
    ) -> int:
        """Keep that somebody decided otherwise than advised; nothing about the person whom it was about.

        Parameters
        ----------
        advice_id : str
            16 to 64 hexadecimal characters, from :func:`almpo_kit.records.new_advice_id`.
        advised, chosen : str
            Names of programmes; "nothing (abstained)" and the like where the machine said nothing.
        reason : str
            In words, 12 characters or more.
        role : str
            What the person who decides is, e.g. "caseworker"; not who.
        region : str
            NUTS or country code.
        model_run, model_version : str
            What the advice came from.

        Returns
        -------
        int
            Number of the override.

        Raises
        ------
        ParameterError
            A reason that is none, text that seems to hold an e-mail address, a telephone or identity number, or what
            follows the advice.
        RecordsError
            The store cannot be written. Nothing is written.
        """
        row = overrides.checked(
            {
                "advice_id": advice_id,
                "advised": advised,
                "chosen": chosen,
                "reason": reason,
                "role": role,
                "region": region,
                "model_run": model_run,
                "model_version": model_version,
            }
        )
        return self._write(lambda db: overrides.add(db, row))

    def withdraw_override(self, override_id: int, *, reason: str) -> int:
        """Say that an override no longer holds, by a new row; the old one stays.

        Raises
        ------
        ParameterError
            No such override, or it was withdrawn already.
        """
        number, why = whole(override_id, "override_id", 1), reason_in_words(reason)
        return self._write(lambda db: overrides.withdraw(db, number or 0, why))

    def overrides(
        self,
        *,
        advice_id: str | None = None,
        region: str | None = None,
        model_run: str | None = None,
        since: datetime | None = None,
        withdrawn: bool = False,
    ) -> pd.DataFrame:
        """Overrides in the order in which they were kept. For supervision; counts of 1 to 9 are not for publication.

        Parameters
        ----------
        advice_id, model_run : str, optional
        region : str, optional
            A NUTS code; regions within it are listed, too.
        since : datetime, optional
            With a time zone, or local time.
        withdrawn : bool
            List withdrawn ones, too.

        Returns
        -------
        DataFrame
            ``override_id, advice_id, advised, chosen, reason, role, region, model_run, model_version, at`` (UTC)``,
            why_withdrawn, withdrawn``.
        """
        with self._reading() as db:
            return overrides.listed(
                db, advice_id=advice_id, region=region, model_run=model_run, since=since, withdrawn=withdrawn
            )
