"""A country's regions in order, against the nation and the EU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.rows import RowSheet, Rule, missing_note, named
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, CONTEXT, HIGHLIGHT, INK
from almpo_kit.figures.wording import Measure, column, country_name, in_country, measure, plural, text, words

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def region_ranking(finding: Finding, width: int) -> Any:
    """Draw a Standing as a dot plot: highest value first, each dot tied to the reference value."""
    m, table, gone = measure(finding), _ordered(finding), _missing(finding)
    country, period = getattr(finding, "country", ""), text(getattr(finding, "period", ""))
    if not len(table):
        why = f"No region {in_country(country)} has a figure{f' for {period}' if period else ''}."
        title = f"{m.label} {in_country(country)}"
        return empty(finding, width, title=title, why=why, way_out="Choose another indicator or period.")
    rules = _rules(finding, m)
    values = table["value"].tolist()
    span = finite([*values, *(r.at for r in rules)])
    d = m.divisor
    sheet_names = [
        named(n, g, 0.38 * width - 14 if width >= 480 else width - 60)
        for n, g in zip(table["name"], table["geo"], strict=True)
    ]
    rows = RowSheet(
        width,
        sheet_names,
        (min(span) / d, max(span) / d),
        [("", [m.bare(v) for v in values]), *_rank_column(finding, table)],
        [Rule(r.at / d, r.label, r.color, r.dash) for r in rules],
    )
    rows.frame(m.unit)
    marks = [
        {"x": v / d, "y": rows.y(k), "hover": f"{rows.names[k]}: {m.value(v)}"} for k, v in enumerate(values)
    ]
    if rules:
        base = rows.sheet.pixel("x", rules[0].at / d)
        rows.sheet.line(marks, x="x", x2=base, y="y", color=CONTEXT, width=2)
    rows.sheet.dot(marks, color=ACCENT, size=80)
    return rows.sheet.finish(
        finding,
        title=_title(finding, m, table, rules),
        subtitle=_subtitle(finding, m, len(table), len(table) + len(gone)),
        height=rows.end(),
        notes=missing_note(f"No figure{f' for {period}' if period else ''}", gone),
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _ordered(finding: Finding) -> pd.DataFrame:
    table = finding.table
    frame = table.assign(
        value=column(table, "value"),
        name=words(table, "name"),
        geo=words(table, "geo"),
        rank_in_eu=column(table, "rank_in_eu"),
    )
    frame = frame[frame["value"].notna()]
    return frame.sort_values(["value", "geo"], ascending=[False, True], kind="stable")


def _missing(finding: Finding) -> list[str]:
    table = finding.table
    gone = column(table, "value").isna()
    pairs = zip(words(table, "name"), words(table, "geo"), gone, strict=True)
    return [f"{n} ({g})" if n else g for n, g, is_gone in pairs if is_gone]


def _rules(finding: Finding, m: Measure) -> list[Rule]:
    """The EU value, or failing that the median region of the EU, and the nation's."""
    rules = []
    for field, label, color, dash in (
        ("eu_value", "EU-27", INK, (5, 3)),
        ("national_value", country_name(getattr(finding, "country", "")), HIGHLIGHT, ()),
    ):
        v = finite([getattr(finding, field, None)])
        if not v and field == "eu_value":
            v, label = finite([getattr(finding, "eu_median", None)]), "median EU region"
        if v:
            rules.append(Rule(v[0], f"{label} {m.value(v[0])}", color, dash))
    return rules


def _rank_column(finding: Finding, table: pd.DataFrame) -> list[tuple[str, list[str]]]:
    if table["rank_in_eu"].isna().all():
        return []
    n = getattr(finding, "n_eu", 0)
    heading = f"rank of {n}\nin the EU" if n else "rank in\nthe EU"
    return [(heading, [f"{int(r)}" if r == r else "" for r in table["rank_in_eu"]])]


def _title(finding: Finding, m: Measure, table: pd.DataFrame, rules: list[Rule]) -> str:
    where = in_country(getattr(finding, "country", ""))
    if not rules:
        return f"{m.label} by region {where}"
    reference = rules[0]
    above, n = int((table["value"] > reference.at).sum()), len(table)
    if n == 1:
        side = "above" if above else "not above"
        return f"{m.label} {where}, which is one region: {side} {_reference(reference)}"
    # Where every region has a figure "21 regions"; the subtitle says how many have none.
    verb = "is" if above == 1 else "are"
    return f"{m.label}: {above} of {plural(n, 'region')} {where} {verb} above {_reference(reference)}"


def _reference(rule: Rule) -> str:
    return f"the {rule.label}".replace("EU-27 ", "EU-27 value of ").replace("region ", "region’s ")


def _subtitle(finding: Finding, m: Measure, have: int, total: int) -> str:
    code = text(getattr(finding, "country", ""))
    ranks = "Rank 1 is the most favourable value" if "rank_in_eu" in finding.table else ""
    parts = [
        m.unit[:1].upper() + m.unit[1:],
        f"{country_name(code)} ({code})",
        text(getattr(finding, "period", "")),
        f"{have} of {plural(total, 'region')} with a figure",
        ranks,
    ]
    return " · ".join(p for p in parts if p)
