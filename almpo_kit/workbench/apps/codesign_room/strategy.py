"""Strategy: a draft whose every parameter remembers who set it, why, and on what; what follows from it; two versions beside each other."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.codesign_room.shown import stacked
from almpo_kit.workbench.apps.screen import Screen, part_html
from almpo_kit.workbench.policy_drafts import PolicyDraft, policy_draft

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase

_PANEL, _OTHER = "the panel's goals", "something else"
#: Parameter -> what it is called; those of a strategy have consequences.
_PARAMETERS: Final = {
    _PANEL: "Goals: the panel’s weights",
    "budget": "Budget (euro)",
    "people": "People who could take part",
    "place": "Place (NUTS code)",
    "displacement": "Jobs that others lose (share, 0 to 1)",
    "band": "When the effect counts (short, medium, long)",
    "evidence": "Evidence (published, example)",
    _OTHER: "Something else, in words",
}
_LEAST, _EXPORTS = 12, {"md": "text (Markdown)", "csv": "table (CSV)", "json": "JSON"}
_NUMBERS = ("budget", "people", "displacement")


def strategy(case: ConsultationCase) -> Screen:
    """The screen of a draft; drafts are kept beside the consultation."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls: dict[str, Any] = {
        "name": widgets.Text(
            description="Name of the draft", value=f"Strategy of {case.name}"[:120], layout=wide
        ),
        "parameter": widgets.Dropdown(
            description="What to set", options=[(w, k) for k, w in _PARAMETERS.items()], layout=wide
        ),
        "value": widgets.Text(
            description="To what", placeholder="not needed for the panel’s weights", layout=wide
        ),
        "argument": widgets.Text(
            description="Why", placeholder="e.g. what the panel weighed in round 3", layout=wide
        ),
        "role": widgets.Text(
            description="Your role (not your name)", placeholder="e.g. regional authority", layout=wide
        ),
        "evidence": widgets.Text(
            description="Resting on (ids, separated by commas)", placeholder="e.g. boheim2023", layout=wide
        ),
        "effect": widgets.Text(
            description="What it does to the budget (euro)", placeholder="e.g. -50000", layout=wide
        ),
        "versions": widgets.Text(description="Compare two versions", placeholder="e.g. 1, 3", layout=wide),
        "other": widgets.Text(
            description="Merge with the draft", placeholder="name of another draft", layout=wide
        ),
    }
    screen = Screen(
        controls,
        lambda **said: _act(case, controls, **said),
        button="Set it",
        more=("evidence", "effect", "versions", "other"),
    )
    screen.answer.value = part_html(lambda: _page(_draft(case, controls["name"].value, "")))
    return screen


def _draft(case: ConsultationCase, name: str, role: str) -> PolicyDraft:
    if not name.strip():
        raise ParameterError("the draft needs a name, e.g. 'Tourism strategy 2027'.")
    return policy_draft(name, store=case.store, role=role.strip())


def _act(case: ConsultationCase, controls: dict[str, Any], *, tell: Any, **said: str) -> str:
    draft = _draft(case, said["name"], said["role"])
    told = ""
    if said["other"].strip():
        told = _merge(draft, _draft(case, said["other"], said["role"]))
    elif said["versions"].strip():
        return _compared(draft, said["versions"])
    elif said["argument"].strip() or said["value"].strip():
        told = f"Version {_set(case, draft, said)} of “{draft.name}” was kept; earlier ones stay."
        controls["value"].value = controls["argument"].value = ""
    tell("Working out what follows …")
    return f'<p class="answer-line" role="status">{escape(told)}</p>' + _page(draft)


def _set(case: ConsultationCase, draft: PolicyDraft, said: dict[str, str]) -> int:
    if not draft.version:
        draft.set("place", case.plan.places[0], argument="The first place of the consultation.")
    if said["parameter"] == _PANEL:
        return draft.set_goals(case.wished_goals(), argument=said["argument"])
    name, value = said["parameter"], said["value"].strip()
    if not value:
        raise ParameterError("say to what it is set (“To what”).")
    if name == _OTHER:
        name, _, value = (part.strip() for part in value.partition(":"))
        if not value:
            raise ParameterError(
                "write what is set, a colon, and to what, e.g. 'courses: from November to March'."
            )
    return draft.set(
        name,
        _number(value, _PARAMETERS[name]) if name in _NUMBERS else value,
        argument=said["argument"],
        evidence=[e.strip() for e in said["evidence"].split(",") if e.strip()],
        budget_effect=_number(said["effect"], "the effect on the budget") if said["effect"].strip() else None,
    )


def _number(text: str, what: str) -> float | int:
    try:
        found = float(text.replace("\u202f", "").replace(" ", "").replace("€", ""))
    except ValueError:
        raise ParameterError(
            f"{what}: {text!r} is no number; write it without points and commas, e.g. 2000000, or 0.25."
        ) from None
    return int(found) if found == int(found) else found


def _merge(draft: PolicyDraft, other: PolicyDraft) -> str:
    merged = draft.merge(other)
    if merged.clean:
        return f"“{other.name}” was merged in: version {draft.version}."
    which = ", ".join(c.parameter for c in merged.conflicts)
    return f"Nothing was written: both drafts set {which} otherwise. Set it in one of them to what should hold, and merge again."


def _compared(draft: PolicyDraft, versions: str) -> str:
    parts = [p.strip() for p in versions.split(",")]
    if len(parts) != 2 or not all(p.isdigit() for p in parts):
        raise ParameterError(f"compare two versions by their numbers, e.g. '1, {max(draft.version, 2)}'.")
    found = draft.compare(int(parts[0]), int(parts[1]))
    head = f'<h2 class="question">What differs between versions {parts[0]} and {parts[1]} of “{escape(draft.name)}”?</h2>'
    return head + (table_html(found, label="Differences") if len(found) else "<p>Nothing.</p>")


def _page(draft: PolicyDraft) -> str:
    if not draft.version:
        return (
            '<h2 class="question">What should be done?</h2><div class="card"><p class="answer">This draft is empty. Set the goals to '
            "the panel’s weights first, and say why; every change is a version that stays.</p></div>"
        )
    links = "".join(_link(draft, kind, words) for kind, words in _EXPORTS.items())
    history = draft.history()
    return (
        f'<h2 class="question">{escape(draft.name)}, version {draft.version}</h2>'
        + stacked([("mix.csv", draft.consequences)])
        + f"<h3>What is set, and why</h3>{table_html(_rows(draft), label='Parameters')}"
        f"<details><summary>Every change ({len(history)})</summary>{table_html(history, label='History')}</details>{links}"
    )


def _rows(draft: PolicyDraft) -> Any:
    import pandas as pd

    rows = [
        (name, _words(s.value), s.argument, ", ".join(s.evidence), s.role, s.budget_effect)
        for name, s in draft.parameters.items()
    ]
    columns = ["parameter", "value", "why", "resting on", "role", "effect on the budget (€)"]
    return pd.DataFrame(rows, columns=columns)


def _words(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"weights", "from"}:
        shares = ", ".join(f"{k} {100 * v:.0f}%" for k, v in value["weights"].items())
        return f"{shares} ({value['from'].get('source', '')})"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _link(draft: PolicyDraft, kind: str, words: str) -> str:
    content = base64.b64encode(draft.export(kind).encode("utf-8")).decode()
    return f'<p><a class="download" download="strategy.{kind}" href="data:text/plain;base64,{content}">Download the draft as {words}</a></p>'
