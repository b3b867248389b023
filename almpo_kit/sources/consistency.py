"""Do the reference tables agree with each other and with the NUTS codes?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from almpo_kit.sources.packages import nuts
from almpo_kit.vocabulary.case_checks import case_problems
from almpo_kit.vocabulary.case_studies import parts
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES

if TYPE_CHECKING:
    import pandas as pd


def _unknown_regions(regional: pd.DataFrame) -> list[str]:
    valid = {"2024": set(nuts("2024", 2, partners=True)["code"]), "2021": set(nuts("2021", 2)["code"])}
    pairs = regional[["geo", "nuts_version"]].drop_duplicates().itertuples(index=False)
    return sorted(geo for geo, version in pairs if geo not in valid.get(version, set()))


def _correspondence_gaps(links: pd.DataFrame) -> list[str]:
    """Codes of 2021 and 2024 that the correspondence and Eurostat's workbook do not both have."""
    last, apart = links[links["version_to"] == "2024"], set()
    for column, version in (("code_from", "2021"), ("code_to", "2024")):
        listed = nuts(version, partners=version == "2024")  # type: ignore[arg-type]
        official = set(listed.loc[listed["level"] > 0, "code"])
        held = set(last[column]) - {"none"}
        apart |= {c for c in held - official if c[:2] in EU27 or version == "2024"}
        apart |= {c for c in official - held if c[:2] in EU27}
    return sorted(apart)


def _case_troubles(cases: pd.DataFrame, effects: pd.DataFrame) -> list[str]:
    """Case studies that break their rules, or point to what is not there."""
    found = [f"{cases['case_id'].iloc[p.row]} ({p.column}: {p.problem})" for p in case_problems(cases)]
    regions = set(nuts("2024")["code"])
    estimates = effects.groupby("study_id")["estimate_id"].agg(set)
    for row in cases.itertuples():
        linked = parts(row.study_ids)
        there = set().union(*(estimates.get(s, set()) for s in linked)) if linked else set()
        lost = set(linked) - set(estimates.index) | set(parts(row.estimate_ids)) - there
        lost |= set(parts(row.nuts)) - regions
        found += [f"{row.case_id} ({name})" for name in sorted(lost)]
    return found


def disagreements(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What does not fit together, one sentence each; empty when all is well.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All reference tables by dataset name.
    """
    effects, studies = tables["effects"], tables["studies"]
    places = set(effects["country"]) | set(tables["national_indicators"]["geo"])
    points = set(tables["label_points"]["geo"])
    found = {
        "effects without a study": sorted(set(effects["study_id"]) - set(studies["study_id"])),
        "studies without an effect": sorted(set(studies["study_id"]) - set(effects["study_id"])),
        "appraised studies without an effect": sorted(
            set(tables["risk_of_bias"]["study_id"]) - set(effects["study_id"])
        ),
        "unknown countries": sorted(places - set(PLACE_NAMES)),
        "regions that their NUTS vintage does not have": _unknown_regions(tables["regional_indicators"]),
        "regions that the NUTS correspondence and the workbook do not both have": _correspondence_gaps(
            tables["nuts_correspondence"]
        ),
        "case studies that do not fit": _case_troubles(tables["case_studies"], effects),
        "regions without a label point": sorted(set(nuts("2024", 2)["code"]) - points),
    }
    return [f"{what}: {', '.join(which[:10])}" for what, which in found.items() if which]
