"""How much more often results are significantly favourable, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.rows import RowSheet, Rule
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, CONTEXT, INK, MUTED
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_HEADINGS = {
    "programme_type": "Programme type",
    "target_group": "Target group",
    "band": "Horizon",
    "log_n": "Sample size",
}
_NUMBERS = ("observed", "difference", "low", "high", "n_samples", "n_estimates")


def sign_model(finding: Finding, width: int) -> Any:
    """Draw a SignModel: differences in points from the level that most samples have."""
    table = _rows(finding)
    if not len(table) or not finite(table["observed"]):
        why = text(getattr(finding, "refusal", "")) or "there is no estimate to model"
        return empty(
            finding,
            width,
            title="What makes a favourable result more likely?",
            why=why[:1].upper() + why[1:] + ".",
            way_out="Name fewer moderators, or widen the selection.",
        )
    names, entries = _listed(table)
    span = finite([0.0, -5.0, 5.0, *table["low"], *table["high"]])
    rows = RowSheet(
        width,
        names,
        (min(span), max(span)),
        [
            ("favourable\n(observed)", [_share(e) for e in entries]),
            ("samples", [_count(e, "n_samples") for e in entries]),
        ],
        [Rule(0.0, "no difference", INK)],
        top=6,
    )
    rows.frame("points")
    _marks(rows, entries)
    return rows.sheet.finish(
        finding,
        title=_title(table),
        subtitle=_subtitle(finding),
        height=rows.end(),
        notes=_notes(finding, table),
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _rows(finding: Finding) -> pd.DataFrame:
    table = finding.table
    return table.assign(
        **{c: column(table, c) for c in _NUMBERS},
        **{c: words(table, c) for c in ("variable", "level", "label", "against", "judged")},
    )


def _listed(table: pd.DataFrame) -> tuple[list[str], list[dict[str, Any]]]:
    """Names and entries, with a heading before each moderator of several levels."""
    names: list[str] = []
    entries: list[dict[str, Any]] = []
    for variable, part in table.groupby("variable", sort=False):
        several = len(part) > 1
        if several:
            heading = _HEADINGS.get(str(variable), str(variable).replace("_", " ").capitalize())
            names.append("")
            entries.append({"heading": f"{heading} (reference: {_reference(part)})"})
        for row in part.to_dict("records"):
            names.append(row["label"])
            entries.append({str(k): v for k, v in row.items()})
    return names, entries


def _reference(part: pd.DataFrame) -> str:
    own = part[(part["against"] == "") & (part["level"] != "per unit")]
    return str(own["label"].iloc[0]) if len(own) else "none"


def _share(entry: dict[str, Any]) -> str:
    return f"{number(entry['observed'], 0)}%" if finite([entry.get("observed")]) else ""


def _count(entry: dict[str, Any], key: str) -> str:
    return number(entry[key], 0) if finite([entry.get(key)]) else ""


def _marks(rows: RowSheet, entries: list[dict[str, Any]]) -> None:
    sheet, shown, thin, base = rows.sheet, [], [], []
    for k, entry in enumerate(entries):
        if "heading" in entry:
            y = rows.y(k) - (8 if rows.phone else 0)
            sheet.text(entry["heading"], x=0, y=y, size=12, bold=True, halo=True)
            continue
        mark = {"y": rows.y(k), "x": entry["difference"], "low": entry["low"], "high": entry["high"]}
        if finite([entry["difference"], entry["low"], entry["high"]]) and len(finite(mark.values())) == 4:
            clear = entry["low"] > 0 or entry["high"] < 0
            said = f"{number(entry['difference'])} points ({number(entry['low'])} to {number(entry['high'])})"
            shown.append(mark | {"ink": ACCENT if clear else MUTED, "hover": f"{entry['label']}: {said}"})
        elif entry["judged"]:
            thin.append({"y": rows.y(k), "label": f"too few samples ({_count(entry, 'n_samples') or '0'})"})
        elif not entry["against"]:
            base.append(
                {"y": rows.y(k), "x": 0.0, "label": "reference", "hover": f"{entry['label']}: the reference"}
            )
    sheet.line(shown, x="low", x2="high", y="y", color=CONTEXT, width=3)
    sheet.dot(shown, shape="square", size=60)
    sheet.dot(base, shape="diamond", hollow=True, size=80, color=INK)
    for labelled, style in ((base, "normal"), (thin, "italic")):
        for row in labelled:
            # Beside the zero line, or before the edge where that lies too far right.
            x = min(sheet.pixel("x", 0.0) + 10, rows.right - text_width(str(row["label"]), 11))
            sheet.text([row], x=x, size=11, color=MUTED, fontStyle=style, halo=True)


def _title(table: pd.DataFrame) -> str:
    clear = table[(table["low"] > 0) | (table["high"] < 0)]
    shown = int(table["difference"].notna().sum())
    if not shown:
        return "No comparison has enough independent samples"
    if not len(clear):
        return "No comparison can be told from no difference"
    return f"{len(clear)} of {plural(shown, 'comparison')} can be told from no difference"


def _subtitle(finding: Finding) -> str:
    parts = [
        "Difference in the chance of a significantly favourable result, percentage points",
        plural(int(getattr(finding, "n_estimates", 0) or 0), "estimate"),
        plural(int(getattr(finding, "n_samples", 0) or 0), "independent sample"),
    ]
    return " · ".join(parts)


def _notes(finding: Finding, table: pd.DataFrame) -> list[str]:
    level = finite([getattr(finding, "level", 0.95)]) or [0.95]
    notes = [
        f"Squares: average difference from the reference (hollow diamond), everything else as it is; line: {level[0]:.0%} "
        "interval, robust to several estimates of one sample. Blue: the interval leaves out zero.",
        "Sign and significance say how often results are favourable, not how large effects are.",
    ]
    if table["judged"].ne("").any():
        notes.append("A comparison is shown where both sides have at least five independent samples.")
    return notes
