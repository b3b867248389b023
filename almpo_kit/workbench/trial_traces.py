"""From a recommendation back to the trials behind it: which rows of its evidence are a trial's, under which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from almpo_kit import sources
from almpo_kit.workbench.record_keeping import store as kept_store

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.records import KeptTrial, Store
    from almpo_kit.vocabulary.finding import Finding

_COLUMNS: Final = (
    *(
        "edition",
        "study_id",
        "estimate_id",
        "trial",
        "state",
        "registered",
        "plan_digest",
        "deviations",
        "effect",
        "unit",
    ),
)


def trials_behind(finding: Finding, store: Store | None = None) -> pd.DataFrame:
    """Rows of evidence behind an answer that are a trial's of the registry.

    Parameters
    ----------
    finding : Finding
        E.g. a mix of programmes; its provenance names the edition of the evidence base that it rests on.
    store : Store, optional
        The registry; this workbench's own where left out.

    Returns
    -------
    DataFrame
        ``edition, study_id, estimate_id, trial, state, registered, plan_digest, deviations`` (how many)``, effect, unit``; empty where no
        trial of the registry is behind it.
    """
    import pandas as pd

    held = store or kept_store()
    kept = [held.trial(str(n)) for n in held.trials()["name"]]
    rows = [
        row
        for version in finding.provenance.data
        if version.dataset == "effects" and version.provider == "own coding"
        for row in _rows(sources.effects(f"own:{version.version}"), version, kept)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _rows(effects: pd.DataFrame, version: Any, kept: list[KeptTrial]) -> list[dict[str, Any]]:
    here = effects.set_index("estimate_id")
    if effects.attrs["data_versions"][0]["sha256"] != version.sha256:
        # Another edition of that name, elsewhere: it says nothing of this one.
        return []
    return [
        {
            "edition": version.version,
            "study_id": row["study_id"],
            "estimate_id": row["estimate_id"],
            "trial": one.name,
            "state": one.state,
            "registered": one.registered,
            "plan_digest": result.plan_digest,
            "deviations": len(result.deviations),
            "effect": row["effect"],
            "unit": row["unit"],
        }
        for one in kept
        if (result := one.result) is not None
        for row in result.rows
        if row["estimate_id"] in here.index and here.loc[row["estimate_id"], "source"] == row["source"]
    ]
