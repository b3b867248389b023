"""What was checked about a context: gaps, thresholds, nearness, memory, the break, the other axis, the cycle."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK, LFS_BREAK_SENTENCE
from almpo_kit.regions.contexts.axis import Axis
from almpo_kit.regions.contexts.classified import Classified, Measured
from almpo_kit.regions.contexts.context_words import SKILL_SENTENCE, near, width
from almpo_kit.regions.contexts.sureness import RATE_ALLOWANCE, WEAK
from almpo_kit.regions.contexts.thresholds import Thresholds
from almpo_kit.regions.panel import Panel
from almpo_kit.regions.quality import infinite_check, note_checks, region_checks, vintage_checks
from almpo_kit.regions.reference_values import EU, age_check, reference_checks, value_name
from almpo_kit.regions.wording import listed, valued, with_code
from almpo_kit.vocabulary.finding import Check, Status

#: Names in one sentence, beyond which the rest are counted.
MANY = 12


def context_checks(
    found: Classified,
    national: pd.DataFrame,
    table: pd.DataFrame,
    country: str,
    shown: Sequence[str],
    *,
    given: bool,
) -> tuple[Check, ...]:
    """Every check on a context.

    Parameters
    ----------
    table : DataFrame
        The rows shown.
    given : bool
        The phases of the cycle were given by the caller.
    """
    panel, axis, skill = found.unemployment.panel, found.unemployment.axis, found.skill
    checks = [
        *value_checks(panel, country, shown),
        *threshold_checks(found.unemployment, country, shown),
        *age_check(panel.age, found.unemployment.rows),
        *(nearness_checks(table, axis.rule.margin) if len(shown) == 1 else ()),
        *rule_checks(axis, table),
        *context_break_checks(table, shown),
        *infinite_check(panel, national, country or None),
        *skill_checks(skill, table),
    ]
    if skill and (table["skill_class"] != "unknown").any():
        checks += threshold_checks(skill, country, shown, check="skill_threshold")
        checks += age_check(skill.panel.age, skill.rows)
    return (*checks, *phase_checks(table, given=given))


def value_checks(panel: Panel, country: str, years: Sequence[str]) -> tuple[Check, ...]:
    """Gaps, flags and coverage of one year, or the gaps of all years."""
    codes = panel.codes(country) if country else panel.regions.index.tolist()
    if len(years) == 1:
        return region_checks(panel, country or None, years[0])
    values = panel.values.loc[codes, list(years)]
    gaps = values.isna().sum(axis=1)
    vintages = vintage_checks(panel, country or None, codes)
    if not gaps.any():
        every = Check("complete", "passed", "Every region has a value for every year.")
        return (every, *vintages, *note_checks(panel))
    worst = gaps[gaps > 0].sort_values(ascending=False, kind="stable")
    text = (
        f"{int(gaps.sum())} of {values.size} values are missing, in {len(worst)} of {len(codes)} regions, which are "
        f"unknown then: {_some(panel.names, worst.index.tolist())}."
    )
    return (Check("complete", "failed", text), *vintages, *note_checks(panel))


def threshold_checks(
    measured: Measured,
    country: str,
    years: Sequence[str],
    *,
    check: str = "threshold",
) -> tuple[Check, ...]:
    """How each threshold came about.

    Parameters
    ----------
    years : sequence of str
        The years shown.
    """
    panel, rows = measured.panel, measured.rows
    limits, against = measured.axis.limits, measured.axis.rule.against
    if not isinstance(against, str):
        note = f"The threshold of {valued(panel.indicator, against)} was chosen by the user."
        return (Check(check, "informational", note),)
    checks: list[Check] = []
    if against in ("eu", "both"):
        checks += (
            _one(panel, rows, EU, years, check) if len(years) == 1 else _many(limits, "eu", "", years, check)
        )
        checks += _fallback(limits, years, check)
    if against in ("nation", "both"):
        name = f"{check}_nation" if against == "both" else check
        one = len(years) == 1 and country
        checks += (
            _one(panel, rows, country, years, name) if one else _many(limits, "nation", country, years, name)
        )
    return tuple(checks)


def _one(panel: Panel, rows: pd.DataFrame, place: str, years: Sequence[str], check: str) -> tuple[Check, ...]:
    return reference_checks(check, rows, panel.indicator, place, years[0])


def _fallback(limits: Thresholds, years: Sequence[str], check: str) -> list[Check]:
    own = limits.table[(limits.table["against"] == "eu") & limits.table["period"].isin(list(years))]
    instead = own[own["how"].str.contains("median") & own["value"].notna()]
    if instead.empty:
        return []
    called = listed(sorted(instead["how"].unique()))
    when = "" if len(years) == 1 else f" for {listed(instead['period'])}"
    note = f"The threshold is {called} instead{when}, which is not the EU value."
    return [Check(f"{check}_fallback", "informational", note)]


def _many(
    limits: Thresholds, against: str, country: str, years: Sequence[str], check: str
) -> tuple[Check, ...]:
    own = limits.table[(limits.table["against"] == against) & limits.table["period"].isin(list(years))]
    own = own[own["geo"] == country] if country and against == "nation" else own
    what = "EU value" if against == "eu" else value_name(country) if country else "national value"
    lacking = own[own["value"].isna() | own["how"].str.contains("median")]
    quarters = own[own["how"] == "mean of four quarters"]
    checks = [Check(check, "passed", f"Every {what} asked for is held.")] if lacking.empty else []
    if len(lacking):
        text = f"The {what} is missing for {_cells(lacking, against)}."
        checks = [Check(check, "failed", text)]
    if len(quarters):
        text = f"The {what} is the mean of four seasonally adjusted quarters for {_cells(quarters, against)}."
        checks.append(Check(f"{check}_quarters", "informational", text))
    return tuple(checks)


def _cells(rows: pd.DataFrame, against: str) -> str:
    if against == "eu":
        return listed(rows["period"])
    by = rows.groupby("geo")["period"].agg(lambda p: ", ".join(p))
    return "; ".join(f"{g} {p}" for g, p in by.items())


def nearness_checks(table: pd.DataFrame, margin: float) -> tuple[Check, ...]:
    """Who lies within the margin, in one year: without a class, or keeping an earlier one."""
    if table["distance"].isna().all():
        return ()
    names = table.set_index("geo")["name"]
    neither = table.loc[table["unemployment_class"] == "near the threshold", "geo"].tolist()
    there = f"{near(margin)} the threshold"
    kept = table[table["kept_from"].notna()]
    if not neither and kept.empty:
        return (Check("near_threshold", "passed", f"No region lies {there}."),)
    checks = []
    if neither:
        text = f"{_upper(there)}, so called neither high nor low: {_some(names, neither)}."
        if margin == RATE_ALLOWANCE:
            text += " The margin is a convention of about the size of the sampling error of a regional rate."
        checks.append(Check("near_threshold", "informational", text))
    if len(kept):
        parts = [f"{names[g]} ({g}, {c} as in {y})" for g, c, y in _triples(kept)[:MANY]]
        more = f" and {len(kept) - MANY} more" if len(kept) > MANY else ""
        text = (
            f"{_upper(there)}, so kept in the class of an earlier year and not sure: "
            f"{', '.join(parts)}{more}. With hysteresis=False these would be near the threshold."
        )
        checks.append(Check("kept_class", "informational", text))
    return tuple(checks)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def _triples(kept: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(zip(kept["geo"], kept["unemployment_class"], kept["kept_from"], strict=True))


def rule_checks(unemployment: Axis, table: pd.DataFrame) -> tuple[Check, ...]:
    """The rule of the classes, weak values, and nations of one region."""
    rule, checks = unemployment.rule, []
    if rule.hysteresis:
        far = f"more than {width(rule.margin)} beyond" if rule.margin else "beyond"
        text = (
            f"A region leaves its class only when it is {far} the threshold on the other side, so that it does not "
            "flicker: today's class can depend on the years before. Until it has once been beyond the margin it is "
            "near the threshold."
        )
        checks.append(Check("hysteresis", "informational", text))
    weak = table[table["sureness"] == "fair"]
    if len(weak):
        who = _some(weak.drop_duplicates("geo").set_index("geo")["name"], weak["geo"].unique().tolist())
        text = (
            f"Estimated, of low reliability or of a small region, and within {WEAK:g} times the sampling allowance, so "
            f"less sure: {who}."
        )
        checks.append(Check("weak_values", "informational", text))
    if rule.against == "both" and unemployment.alone.any():
        alone = table[table["country"].map(table.groupby("country")["geo"].nunique()).eq(1)]
        if len(alone):
            who = _some(alone.drop_duplicates("geo").set_index("geo")["name"], alone["geo"].unique().tolist())
            text = f"One region is the whole nation, so only the EU decides: {who}."
            checks.append(Check("one_region_nations", "informational", text))
    return tuple(checks)


def context_break_checks(table: pd.DataFrame, years: Sequence[str]) -> tuple[Check, ...]:
    """Changes of class, and kept classes, that reach over the break of 2021."""
    crossing = table[table["crosses_break"]]
    corrected = (
        " The EU and national values before it come from series that Eurostat corrects for the break; the regional ones "
        "are not, so distances before 2021 mix the two."
        if min(years) < LFS_BREAK
        else ""
    )
    if crossing.empty and not corrected:
        return (
            Check(
                "break_2021", "passed", "No class shown here reaches back over the 2021 break in the survey."
            ),
        )
    changed = crossing[crossing["changed_from"].notna() | crossing["skill_changed_from"].notna()]
    names = crossing.drop_duplicates("geo").set_index("geo")["name"]
    parts = []
    if len(changed):
        parts.append(
            f"A change of class, or a first class, runs over it in {_some(names, changed['geo'].unique().tolist())}."
        )
    kept = sorted(set(crossing["geo"]) - set(changed["geo"]))
    if kept:
        parts.append(f"A class kept from before it is shown for {_some(names, kept)}.")
    status: Status = "failed" if len(changed) else "informational"
    return (
        Check("break_2021", status, f"{LFS_BREAK_SENTENCE} {' '.join(parts)}{corrected}".replace("  ", " ")),
    )


def skill_checks(skill: Measured | None, table: pd.DataFrame) -> tuple[Check, ...]:
    """Whether the axis of skilled jobs is known, and what must be known about it."""
    unknown = table[table["skill_class"] == "unknown"]
    if skill is None or len(unknown) == len(table):
        return (Check("skill_axis", "failed", SKILL_SENTENCE),)
    about = Check("skill_definition", "informational", skill.panel.indicator.note)
    if unknown.empty:
        return (Check("skill_axis", "passed", "Every region shown has a share of skilled jobs."), about)
    names = unknown.drop_duplicates("geo").set_index("geo")["name"]
    text = (
        f"Skilled jobs are unknown for {_some(names, names.index.tolist())}, in all or some years: no share is held, and what people "
        "have learned (attainment) is not jobs."
    )
    return (Check("skill_axis", "failed", text), about)


def phase_checks(table: pd.DataFrame, *, given: bool) -> tuple[Check, ...]:
    """Where the phase of the cycle comes from, and where it is unknown."""
    where = "from the frame given" if given else "from the trend of national unemployment (regions.cycle)"
    unknown = sorted(table.loc[table["cycle_phase"] == "unknown", "country"].unique())
    gaps = f" It is unknown, in some or all years, for {listed(unknown)}." if unknown else ""
    return (
        Check(
            "cycle_phase", "informational", f"The phase of the cycle is {where}; it is the nation's.{gaps}"
        ),
    )


def _some(names: pd.Series, geos: Sequence[str]) -> str:
    shown = list(geos)[:MANY]
    more = len(geos) - len(shown)
    if not more:
        return with_code(names, shown)
    return f"{', '.join(f'{names[g]} ({g})' for g in shown)} and {more} more"
