"""Step 3: with what. Budget, and what each programme costs; a published cost is proposed where there is one."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen

#: 5200, 5200.5 and 5200,50; and 5,200 or 1,200,000.50. Not 5.200: some read it as five thousand, others as five.
_PLAIN = re.compile(r"\d+(?:\.(?!\d{3}$)\d+|,\d{1,2})?|0\.\d+")
_PARTED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def means(plan: Plan) -> Screen:
    """The step of the money."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls: dict[str, Any] = {
        "budget": widgets.BoundedFloatText(
            description="Budget (euro)", value=plan.asked.budget, min=0, max=1e11, layout=wide
        ),
        "years": widgets.BoundedFloatText(
            description="Years for which this holds", value=plan.asked.years, min=0.25, max=20, layout=wide
        ),
    }
    more: dict[str, Any] = {}
    for row in plan.asked.programmes:
        more |= _row(row)
    screen = Screen(controls | more, lambda **said: _answer(plan, **said), more=tuple(more))
    screen.refresh()
    return screen


def _row(row: Any) -> dict[str, Any]:
    """Cost and places of one programme."""
    import ipywidgets as widgets

    wide, name = widgets.Layout(width="100%"), row["programme"]
    cost, places = row.get("unit_cost_eur"), row.get("capacity")
    return {
        f"cost {name}": widgets.Text(
            description=f"{name}: euro a participant",
            value=_written(cost),
            placeholder="not known: left out",
            continuous_update=False,
            layout=wide,
        ),
        f"places {name}": widgets.Text(
            description=f"{name}: places",
            value=_written(places),
            placeholder="no limit",
            continuous_update=False,
            layout=wide,
        ),
    }


def _answer(plan: Plan, *, budget: float, years: float, tell: Any, **said: str) -> str:
    rows = []
    for row in plan.asked.programmes:
        name = row["programme"]
        cost = _number(said[f"cost {name}"], f"the cost of {name}", row.get("unit_cost_eur"))
        places = _number(said[f"places {name}"], f"the places of {name}", row.get("capacity"))
        source = row.get("cost_source", "") if cost == row.get("unit_cost_eur") else "your own figure"
        kept = {k: v for k, v in row.items() if k not in ("unit_cost_eur", "capacity", "cost_source")}
        rows.append(
            kept
            | ({} if cost is None else {"unit_cost_eur": cost, "cost_source": source})
            | ({} if places is None else {"capacity": places})
        )
    plan.change(budget=float(budget), years=float(years), programmes=tuple(rows))
    return _page(plan)


def _written(value: float | None) -> str:
    """A number as it is typed, with all its digits."""
    return "" if value is None else str(int(value)) if value == int(value) else repr(float(value))


def _number(text: str, what: str, held: float | None = None) -> float | None:
    """The number that somebody typed; what was not touched stays what it was."""
    from almpo_kit.vocabulary.errors import ParameterError

    plain = "".join(text.split()).replace("€", "")
    if not plain or plain == _written(held):
        return held if plain else None
    short = text if len(text) <= 40 else f"{text[:40]}…"
    if _PARTED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif not _PLAIN.fullmatch(plain):
        raise ParameterError(
            f"{what} is {short!r}, which is no number that all read alike; write e.g. 2500 or 2500.50, or leave it empty."
        )
    value = float(plain.replace(",", "."))
    if value > 1e7:
        raise ParameterError(f"{what} is {short!r}; give a number from 0 to 10,000,000, or leave it empty.")
    return value


def _page(plan: Plan) -> str:
    import pandas as pd

    asked = plan.asked
    table = pd.DataFrame(
        [
            {
                "programme": r["programme"],
                "type": PROGRAMME_TYPES[r["programme_type"]].label,
                "euro a participant": r.get("unit_cost_eur"),
                "places": f"{r['capacity']:,.0f}".replace(",", "\u202f") if "capacity" in r else "no limit",
                "where the cost comes from": r.get("cost_source", "") or "not known: not in the strategy",
            }
            for r in asked.programmes
        ]
    )
    known = int(table["euro a participant"].notna().sum())
    budget = f"{asked.budget:,.0f}".replace(",", "\u202f")
    return (
        f'<h2 class="question">What is there to spend, and on what?</h2><div class="card"><p class="answer">€{budget} for '
        f"{asked.years:g} years. A cost is known of {known} of {len(table)} programmes; what costs nobody knows how much "
        f"is not in the strategy.</p></div>{table_html(table, label='Programmes and their costs')}"
        f'<p class="provenance">{escape("Published costs are those of other places and years: put your own in their place.")}</p>'
    )
