"""What became of a pull, series by series, as a Finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from almpo_kit.sources.services import addresses
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import DataVersion, Provenance

COLUMNS = ("series", "service", "status", "rows", "bytes", "version", "note")
#: More names than this are for the table.
_NAMED = 8


@dataclass(frozen=True)
class Outcome:
    """What became of one series.

    ``status`` is one of ``new``, ``updated``, ``unchanged`` (fetched, no value differs), ``current`` (the service says
    that nothing is newer), ``done`` (got by the run that is being continued), ``planned``, ``failed``, ``refused``
    (the answer is not believed), ``not tried``. ``rows`` and ``version`` are of what is in use afterwards, ``bytes``
    what was received.
    """

    series: str
    service: str
    status: str
    rows: int = 0
    bytes: int = 0
    version: str = ""
    note: str = ""

    @property
    def bad(self) -> bool:
        """Whether the series is not as wanted."""
        return self.status in ("failed", "refused", "not tried")


def finding(
    question: str, outcomes: list[Outcome], things: str, options: Mapping[str, Any], method: str
) -> Finding:
    """Outcomes as a Finding: one failed check for each that is not as wanted."""
    import pandas as pd

    checks = [Check(o.series, "failed", f"{o.series}: {o.note}") for o in outcomes if o.bad]
    checks += [
        Check(o.series, "informational", o.note) for o in outcomes if not o.bad and "damaged" in o.note
    ]
    kept = {
        DataVersion(o.series, o.version, "api", addresses.service(o.service).title)
        for o in outcomes
        if o.version
    }
    return Finding(
        question=question,
        sentence=_sentence(outcomes, things),
        table=pd.DataFrame([vars(o) for o in outcomes], columns=list(COLUMNS)),
        checks=tuple(checks),
        provenance=Provenance(data=tuple(sorted(kept)), method=method, options=dict(options)),
    )


def _sentence(outcomes: list[Outcome], things: str) -> str:
    if all(o.status == "planned" for o in outcomes):
        return f"{len(outcomes)} {things} would be asked for; nothing was sent and nothing was written."
    told = ", ".join(f"{n} {status}" for status, n in Counter(o.status for o in outcomes).items())
    bad = [o for o in outcomes if o.bad]
    if not bad:
        return f"All {len(outcomes)} {things} are up to date ({told})."
    usable = sum(bool(o.version) for o in bad)
    rest = f"; of {usable} of them the version before stays in use" if usable else ""
    names = ", ".join(o.series for o in bad[:_NAMED]) + (
        f" and {len(bad) - _NAMED} more" * (len(bad) > _NAMED)
    )
    return (
        f"{len(bad)} of {len(outcomes)} {things} are not up to date ({told}): {names}{rest}. Run `almpo data pull` "
        "again; it continues with these."
    )
