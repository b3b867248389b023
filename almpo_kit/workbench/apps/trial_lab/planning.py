"""The plan: what will be measured and how it will be analysed, kept before anybody knows an outcome."""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.trial_forms import OUTCOMES_OF, plan_of_form
from almpo_kit.workbench.trial_proposals import IN_WORDS, propose
from almpo_kit.workbench.trial_questions import TrialQuestion

if TYPE_CHECKING:
    from almpo_kit.workbench.trials import TrialCase

_FOLDED: Final = (
    *("population", "target_group", "outcome", "outcome_column", "group_column", "covariates", "start_year"),
    *("end_year", "looks", "harm", "seed_source", "role"),
)
_ACTS: Final = {"keep": "Keep this plan", "register": "Keep it and register it: it is fixed from then on"}


def planning(asked: Callable[[], TrialQuestion], kept: Callable[[str], None]) -> Screen:
    """The screen of a new plan.

    Parameters
    ----------
    asked : callable
        What the first screen asks now.
    kept : callable
        Called with the name of a trial once its plan was kept.
    """
    found = propose(asked())
    controls = _controls(asked(), found.designs, found.kind)
    screen = Screen(controls, lambda **said: _keep(asked(), kept, **said), button="Do it", more=_FOLDED)
    screen.answer.value = (
        '<h2 class="question">What will be measured, and how will it be analysed?</h2><div class="card"><p class="answer">The plan takes its '
        "numbers from “1 Can we learn it?”. Once it is registered it has a fingerprint and a time; whatever is done otherwise "
        "is listed beside the result. Nothing is kept until you press “Do it”.</p></div>"
    )
    return screen


def planned(case: TrialCase, changed: Callable[[], None]) -> Screen:
    """The screen of a plan that is kept; one that is not registered yet can be, here.

    Parameters
    ----------
    case : TrialCase
    changed : callable
        Called once it was registered.
    """
    import ipywidgets as widgets

    acts = {"pdf": "Make a PDF of the plan"}
    if case.state == "planned" and case.example is None:
        acts = {"register": "Register this plan: it is fixed from then on"} | acts
    which = widgets.Dropdown(
        description="What to do",
        options=[(w, k) for k, w in acts.items()],
        layout=widgets.Layout(width="100%"),
    )

    def do(act: str, tell: Any) -> str:
        if act == "pdf":
            tell("Printing …")
            return _pdf_html(case) + plan_html(case)
        case.register()
        changed()
        # Once only: what is fixed cannot be fixed again.
        which.options = [(acts["pdf"], "pdf")]
        return plan_html(case)

    screen = Screen({"act": which}, do, button="Do it")
    screen.answer.value = plan_html(case)
    return screen


def only_shown(make: Callable[[], str]) -> Screen:
    """An answer with nothing to press beside it."""
    screen = Screen({}, lambda tell: make())
    screen.widget.children = [screen.answer]
    screen.refresh()
    return screen


def _controls(asked: TrialQuestion, designs: Any, kind: str) -> dict[str, Any]:
    import ipywidgets as widgets

    wide, year = widgets.Layout(width="100%"), datetime.datetime.now(datetime.UTC).year + 1

    def text(words: str, value: str = "", hint: str = "") -> Any:
        return widgets.Text(description=words, value=value, placeholder=hint, layout=wide)

    def area(words: str, value: str = "") -> Any:
        return widgets.Textarea(description=words, value=value, layout=wide)

    def choice(words: str, options: Any, value: Any = None) -> Any:
        more = {} if value is None else {"value": value}
        return widgets.Dropdown(description=words, options=options, layout=wide, **more)

    def whole(words: str, value: int, low: int, high: int) -> Any:
        return widgets.BoundedIntText(description=words, value=value, min=low, max=high, layout=wide)

    kinds = [(words, k) for k, words in IN_WORDS.items() if k in designs]
    types = [(t.label, k) for k, t in PROGRAMME_TYPES.items() if k != "mixed"]
    return {
        "name": text("Name of the trial", hint="e.g. Digital skills 2027"),
        "question": text("Question", hint="e.g. Does a digital-skills course help people into work?"),
        "kind": choice("Design", kinds, kind or kinds[0][1]),
        "programme": text("Programme that is tried", hint="e.g. digital course"),
        "act": choice("Then", [(w, k) for k, w in _ACTS.items()]),
        "programme_type": choice("What kind of programme", types, "training"),
        "place": text("Country or NUTS code", "EL"),
        "population": area("Who can be in it", "Registered jobseekers who agree to take part."),
        "target_group": choice("Target group", [(w, k) for k, w in TARGET_GROUPS.items()]),
        "outcome": choice("Outcome in the evidence base", list(OUTCOMES_OF[asked.outcome.kind])),
        "outcome_column": text("Column that will hold the outcome", "outcome"),
        "group_column": text("Column with the office", "office"),
        "covariates": text("Columns known beforehand, to adjust for", "", "e.g. age, months_unemployed"),
        "start_year": whole("First year of entry", year, 1990, 2100),
        "end_year": whole("Last year of entry", year, 1990, 2100),
        "looks": whole("Looks on the way", 0, 0, 1000),
        "harm": text("What would end it early", "", "e.g. fewer in work at the first look, interval below zero"),
        "seed_source": text("Where the seed of the draw comes from", "", "e.g. the lottery of 9 January 2027"),
        "role": text("Your role (not your name)", "programme owner"),
    }  # fmt: skip


def _keep(
    asked: TrialQuestion,
    kept: Callable[[str], None],
    *,
    kind: str,
    act: str,
    role: str,
    tell: Any,
    **form: Any,
) -> str:
    from almpo_kit.workbench.trials import keep_plan

    plan = plan_of_form(asked, propose(asked).designs[kind], form)
    case = keep_plan(plan, author_role=role)
    if act == "register":
        case.register()
    kept(plan.name)
    return plan_html(case)


def plan_html(case: TrialCase) -> str:
    """The plan as it is kept, and its document to take away."""
    from nbconvert.filters import markdown2html

    text = case.document()
    # The page has a first heading of its own.
    shown = re.sub(r"^(#+ )", r"#\1", text, flags=re.M)
    return (
        f'<h2 class="question">{escape(case.title)}</h2><div class="card"><p class="answer">{escape(case.state_words)}</p>'
        f"{_file(text.encode(), 'text/markdown', f'{_stem(case)}.md', 'Download the plan (Markdown)')}</div>"
        f'<article class="prose">{markdown2html(shown)}</article>'
    )


def _pdf_html(case: TrialCase) -> str:
    return _file(case.pdf(), "application/pdf", f"{_stem(case)}.pdf", "Download the plan (PDF)")


def _stem(case: TrialCase) -> str:
    return "".join(c if c.isalnum() else "_" for c in case.name)[:60] + "_plan"


def _file(data: bytes, kind: str, name: str, words: str) -> str:
    content = base64.b64encode(data).decode()
    return f'<p><a class="download" download="{escape(name)}" href="data:{kind};base64,{content}">{escape(words)}</a></p>'
