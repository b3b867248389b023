"""Set up: what is asked of whom, and what will count as consensus, before anybody answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.consultation_items import said as in_language
from almpo_kit.vocabulary.consultations import DISCLOSURES, ROLES, Plan
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.consultation_forms import GOALS_BY, form_of_plan, lines, plan_of_form

if TYPE_CHECKING:
    from almpo_kit.records import Store

_WHO_SEES = {
    "anonymous": "Nobody can tell who said what",
    "by_role": "Role, place and sector stand beside answers",
    "by_pseudonym": "Pseudonyms stand beside answers",
}
_LANGUAGES = {"en": "English", "el": "Greek"}


def set_up(
    store: Callable[[], Store], name: str, start: Plan, kept: Callable[[str], None], *, fixed: bool
) -> Screen:
    """The screen of a plan.

    Parameters
    ----------
    store : callable
        The store of records, opened when something is kept.
    name : str
        Of the consultation; "" for a new one.
    start : Plan
        What the form begins with.
    kept : callable
        Called with the name once a plan was kept.
    fixed : bool
        Whether the plan was fixed by the first round.
    """
    if fixed:
        screen = Screen({}, lambda tell: plan_html(start, fixed=True))
        # Nothing can be changed, so nothing stands beside it.
        screen.widget.children = [screen.answer]
        screen.refresh()
        return screen
    controls = _controls(name, start)
    screen = Screen(
        controls,
        lambda **said: _keep(store, start, kept, **said),
        button="Keep this plan",
        more=tuple(list(controls)[6:]),
    )
    screen.answer.value = plan_html(start, fixed=False)
    return screen


def _controls(name: str, start: Plan) -> dict[str, Any]:
    import ipywidgets as widgets

    wide, form = widgets.Layout(width="100%"), form_of_plan(start)

    def text(words: str, value: str, **more: Any) -> Any:
        return widgets.Text(description=words, value=value, layout=wide, **more)

    def area(words: str, value: str) -> Any:
        return widgets.Textarea(description=words, value=value, layout=wide)

    controls: dict[str, Any] = {
        "name": text("Name of this consultation", name, placeholder="e.g. Tourism 2027"),
        "places": text("Places (NUTS codes)", ", ".join(form["places"])),
        "sectors": text("Sectors (NACE codes)", ", ".join(form["sectors"])),
        "statements": area("Statements, one a line: English | Greek", "\n".join(form["statements"])),
        "agreement": widgets.IntSlider(
            description="Consensus: % who agree",
            value=round(100 * form["agreement"]),
            min=51,
            max=100,
            layout=wide,
        ),
        "rounds": widgets.IntSlider(
            description="Most rounds", value=form["rounds"], min=1, max=5, layout=wide
        ),
    }
    for language in start.languages:
        spoken = _LANGUAGES.get(language, language)
        for part, words in (
            ("title", "Title"),
            ("question", "Question"),
            ("consent", "What happens with answers"),
        ):
            make = area if part == "consent" else text
            controls[f"{part} {language}"] = make(f"{words}, {spoken}", form[part].get(language, ""))
    controls |= {
        "widest_iqr": widgets.IntSlider(
            description="Consensus: largest spread (IQR, % of the scale)",
            value=round(100 * form["widest_iqr"]),
            min=5,
            max=60,
            layout=wide,
        ),
        "goals_by": widgets.Dropdown(
            description="How goals are weighed",
            options=[(words, key) for key, words in GOALS_BY.items()],
            value=form["goals_by"],
            layout=wide,
        ),
        "proposals": area("Proposals, one a line: English | Greek | euro", "\n".join(form["proposals"])),
        "budget": widgets.BoundedFloatText(
            description="Budget for them (euro)", value=form["budget"], min=0, max=1e11, layout=wide
        ),
        "quantities": widgets.Checkbox(
            description="Ask what effect people expect of courses", value=True, indent=False
        ),
        "disclosure": widgets.Dropdown(
            description="Who sees who said what",
            options=[(_WHO_SEES[d], d) for d in DISCLOSURES],
            value=form["disclosure"],
            layout=wide,
        ),
        "least_group": widgets.IntSlider(
            description="Smallest group shown", value=form["least_group"], min=3, max=20, layout=wide
        ),
        "structure": area(
            "What the panel should look like, one a line: role, place or sector, %",
            "\n".join(form["structure"]),
        ),
        "structure_source": text(
            "Where these shares come from",
            form["structure_source"],
            placeholder="e.g. employment by region, 2024",
        ),
        "roles": widgets.SelectMultiple(
            description="Roles invited",
            options=[(words, key) for key, words in ROLES.items()],
            value=tuple(form["roles"]),
            rows=len(ROLES),
            layout=wide,
        ),
        "role": text("Your role (not your name)", "facilitator"),
    }
    return controls


def _keep(
    store: Callable[[], Store], start: Plan, kept: Callable[[str], None], *, tell: Any, **said: Any
) -> str:
    texts = {
        part: {k: said[f"{part} {k}"].strip() for k in start.languages if said[f"{part} {k}"].strip()}
        for part in ("title", "question", "consent")
    }
    form = {k: v for k, v in said.items() if not k.startswith(("title ", "question ", "consent "))}
    form |= texts
    form |= {k: [p.strip() for p in said[k].split(",") if p.strip()] for k in ("places", "sectors")}
    form |= {k: lines(said[k]) for k in ("statements", "proposals", "structure")}
    form |= {k: said[k] / 100 for k in ("agreement", "widest_iqr")}
    plan = plan_of_form(start, form)
    made = store().keep_consultation(said["name"], plan, author_role=said["role"])
    kept(made.name)
    return f'<p class="answer-line" role="status">Kept as version {made.version}.</p>' + plan_html(
        plan, fixed=False
    )


def plan_html(plan: Plan, *, fixed: bool) -> str:
    """A plan in words: what was fixed, and what is asked."""
    r, first = plan.rules, plan.languages[0]
    steps = {
        "agreement": f"at least {number(100 * r.agreement, 0)}% rate {_steps(plan, r.agree)} (or {_steps(plan, r.disagree)}), and at "
        f"most {number(100 * r.against, 0)}% the other end",
        "iqr": f"the middle half of the ratings spans at most {number(100 * r.widest_iqr, 0)}% of the scale",
        "cv": f"the coefficient of variation is at most {number(r.widest_cv, 2)}",
    }
    rules = "; ".join(steps[n] for n in r.needs)
    when = (
        "Fixed when the first round opened."
        if fixed
        else "Can still be changed; it is fixed when the first round opens."
    )
    items = "".join(
        f"<li>{escape(in_language(i.text, first))} <span class='rests-on'>({i.kind.replace('_', ' ')})</span></li>"
        for i in plan.items
    )
    return (
        f'<h2 class="question">{escape(in_language(plan.title, first))}</h2>'
        f'<div class="card"><p class="answer">Consensus on a statement: {rules}. Fewer than {r.least_answers} answers: nothing is said.</p>'
        f'<p class="rests-on">{when} {_WHO_SEES[plan.disclosure]}; groups of fewer than {plan.least_group} are shown with others. '
        f"{_shape(plan)} At most {plan.rounds} rounds. Places {', '.join(plan.places)}; sectors {', '.join(plan.sectors) or 'all'}. "
        f"Fingerprint of this plan: {plan.digest[:12]}.</p></div>"
        f"<h3>What is asked</h3><ol>{items}</ol>"
    )


def _shape(plan: Plan) -> str:
    if not plan.structure:
        return "Everybody counts once."
    shares = [f"{v} {number(100 * s, 0)}%" for part in plan.structure.values() for v, s in part.items()]
    source = f" ({escape(plan.structure_source)})" if plan.structure_source else ""
    return f"People are weighed so that the panel has {', '.join(shares)}{source}."


def _steps(plan: Plan, band: tuple[float, float]) -> str:
    """A part of the scale in the steps that people press, of the first statement."""
    low, high = next((i.scale for i in plan.items if i.kind == "statement"), (1, 9))
    ends = [low + share * (high - low) for share in band]
    return f"{math.ceil(ends[0] - 1e-9)} to {math.floor(ends[1] + 1e-9)} of {high}"
