"""How the result of a trial becomes evidence: rows kept with the trial, then an edition that recommendations pick up."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from almpo_kit import experiments, sources
from almpo_kit.experiments.planning.taking_part import rows_of_taking_part
from almpo_kit.records import trial_words
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import SYNTHETIC, is_synthetic, provenance
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.experiments import TrialResult
    from almpo_kit.records import KeptTrial

#: Types in which taking part is a job that somebody pays: whether it counts must be said, not guessed.
_PAID: Final = ("employment_incentives", "direct_job_creation", "supported_employment", "mixed")
_SHOWN: Final = (
    "study_id",
    "programme_type",
    "outcome",
    "estimand",
    "horizon_months",
    "effect",
    "se",
    "unit",
    "source",
)


def to_keep(
    kept: KeptTrial,
    found: TrialResult,
    data: pd.DataFrame,
    study_id: str = "",
    includes_subsidised_job: str = "",
) -> dict[str, Any]:
    """What is kept of an analysis, checked: its deviations and its rows of evidence; none where it gives no evidence.

    Raises
    ------
    ParameterError
        Words that tell who a person is, or a study that cannot be named so.
    """
    return {
        "plan_digest": found.plan_digest,
        "rows": _rows(kept, found, study_id, includes_subsidised_job),
        "deviations": trial_words.deviations([d.to_plain() for d in found.deviations]),
        "digest": data_digest(data),
        "sentence": found.sentence,
    }


def _rows(kept: KeptTrial, found: TrialResult, study_id: str, counted: str) -> Any:
    types = set(kept.held.plan.programme_types.values())
    try:
        offered = experiments.evidence_rows(
            found,
            study_id=study_id or slug(kept.name),
            includes_subsidised_job=counted or ("not_stated" if types & set(_PAID) else "excluded"),
            source=source_of(kept),
        )
        return _both(offered, rows_of_taking_part(found, offered))
    except DesignError:
        # What was found is kept all the same; publishing it says why it is no evidence.
        return ()


def _both(offered: pd.DataFrame, took_part: pd.DataFrame) -> pd.DataFrame:
    """Evidence elsewhere is about the offer or about those who took part: the trial has its say in both."""
    import pandas as pd

    return pd.concat([offered, took_part], ignore_index=True) if len(took_part) else offered


def source_of(kept: KeptTrial) -> str:
    """How rows of the evidence base name the trial: its plan is found in the registry by these words."""
    invented = kept.held.plan.synthetic or SYNTHETIC in kept.name.upper()
    begun = f"{SYNTHETIC} trial" if invented else "own trial"
    name = kept.name.removeprefix(SYNTHETIC).strip()
    when = f", registered {kept.registered:%Y-%m-%d}" if kept.registered else ""
    return f"{begun} {name}{when}, plan {kept.held.digest[:12]}"


def slug(name: str) -> str:
    """A name as the evidence base writes names of studies."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60] or "trial"


def data_digest(data: pd.DataFrame) -> str:
    """SHA-256 of the data that were analysed, as CSV with columns in the order of the alphabet."""
    text = data[sorted(map(str, data.columns))].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def into_edition(kept: KeptTrial, edition: str, base: str = "") -> Finding:
    """Keep an edition of the evidence base with the trial's rows in it.

    Raises
    ------
    DesignError
        The trial gives no evidence, or SYNTHETIC rows would stand beside published evidence.
    ParameterError
        A SYNTHETIC trial, and an edition that does not say so in its name.
    DataError
        Other effects are kept under this name. Nothing was written.
    """
    import pandas as pd

    result = kept.result
    if result is None or not result.rows:
        raise DesignError(
            f"the analysis of {kept.name!r} gives no row of evidence: its planned outcomes were not analysed, or are none that the "
            "evidence base knows (employment_probability and others). Nothing was published."
        )
    rows = result.frame()
    # A name that says so is believed, whatever was written into the plan: nothing invented stands beside published evidence.
    invented = kept.held.plan.synthetic or is_synthetic(rows) or SYNTHETIC in kept.name.upper()
    if invented and not edition.startswith(SYNTHETIC):
        raise ParameterError(
            f"the people of {kept.name!r} are invented, and its edition says so: call it e.g. {SYNTHETIC}-{slug(edition)}. Nothing "
            "was published."
        )
    before = base_edition(base, invented)
    if is_synthetic(before) and not edition.startswith(SYNTHETIC):
        raise ParameterError(
            f"the edition to add to, {base!r}, is {SYNTHETIC}, and so is all that it becomes part of: call the new one e.g. "
            f"{SYNTHETIC}-{slug(edition)}, or add the trial to an edition of published evidence. Nothing was published."
        )
    if again := set(before["estimate_id"]) & set(rows["estimate_id"]):
        raise DesignError(
            f"the edition to add to holds {len(again)} of these estimates already, e.g. {sorted(again)[0]!r}; add to another base "
            "edition, or, where that is another study, give this one another study id when you analyse."
        )
    if twice := int(before["source"].isin(set(rows["source"])).sum()):
        raise DesignError(
            f"the edition to add to holds {twice} estimates of this trial under another name of the study, and its people would count "
            "twice; take a base edition without them. Nothing was published."
        )
    after = pd.concat([before, rows], ignore_index=True)
    after.attrs = dict(before.attrs)
    for column in ("unemployment_class", "skill_class"):
        if column in after:
            after[column] = after[column].fillna("unknown")
    note = f"{base or ('SYNTHETIC studies' if invented else 'published evidence')} and the trial {kept.name}"
    said = sources.keep_edition(after, edition, note=note)
    return _told(kept, edition, rows, said)


def base_edition(base: str, invented: bool) -> pd.DataFrame:
    """The evidence to which a trial is added.

    Raises
    ------
    DesignError
        Invented rows and published evidence would stand in one edition.
    """
    if invented and not base:
        return sources.synthetic_studies().effects
    held = sources.effects(base or None)
    if invented and not is_synthetic(held):
        raise DesignError(
            f"{base!r} holds published evidence, and invented people never stand beside it. Name no base edition, and the trial is "
            "added to SYNTHETIC studies. Nothing was published."
        )
    return held


def _told(kept: KeptTrial, edition: str, rows: pd.DataFrame, said: str) -> Finding:
    held = sources.effects(f"own:{edition}")
    marked = f"{SYNTHETIC}: " if is_synthetic(held) else ""
    one = rows.iloc[0]
    checks = [
        Check("edition", "passed", f"{said} Nothing that was published before was changed."),
        Check("from the registry", "passed", f"Its rows name {one['source']}, by which the plan is found."),
    ]
    if (rows["comparator"] == "other_programme").any():
        arm = kept.held.plan.design.comparison
        told = (
            f"The comparison arm, {arm}, was taken for another programme, by its name: the rows say what the programme adds to it, not "
            "what it adds to nothing. Where people there got nothing, the plan would have to call the arm “no programme”."
        )
        checks.append(Check("comparison", "informational", told))
    result = kept.result
    if result is not None and (serious := [d for d in result.deviations if d["serious"]]):
        n = len(serious)
        words = f"{n} thing{'s' * (n > 1)} that may change the verdict {'were' if n > 1 else 'was'} done otherwise than planned."
        checks.insert(0, Check("deviations", "failed", words))
    return Finding(
        question=f"What did the trial add to the evidence? · edition {edition}",
        sentence=(
            f"{marked}{len(rows)} estimate{'s' * (len(rows) > 1)} of the trial {kept.name} "
            f"{'stand' if len(rows) > 1 else 'stands'} in edition {edition} from now on, among {number(len(held), 0)}; "
            "recommendations that rest on this edition take it into account."
        ),
        table=rows[[c for c in _SHOWN if c in rows]].reset_index(drop=True),
        checks=tuple(checks),
        provenance=provenance(
            held, method="workbench.publish_trial", options={"trial": kept.name, "plan": kept.held.digest}
        ),
        rests_on=str(one["source"]),
    )
