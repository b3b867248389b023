"""The widgets of an app as plain HTML that looks the same and does nothing.

Made of the state that the widgets tell a browser, thus of what any browser would show of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from almpo_kit.workbench.apps.visitors.own_programs import words_of

State = Mapping[str, Mapping[str, Any]]
_REFERENCE = "IPY_MODEL_"
_LAYOUT = (
    "width",
    "min_width",
    "max_width",
    "height",
    "min_height",
    "max_height",
    "display",
    "flex",
    "margin",
)


def as_html(outputs: Sequence[Mapping[str, Any]], state: State) -> str:
    """What a notebook shows, if it shows widgets.

    Parameters
    ----------
    outputs : sequence of dict
        Outputs of its cells.
    state : mapping of str to mapping
        Widget id to what a browser is told of it.
    """
    shown = [output.get("data", {}).get("application/vnd.jupyter.widget-view+json") for output in outputs]
    return "".join(_widget(view["model_id"], state) for view in shown if view)


def _widget(reference: object, state: State) -> str:
    told = state.get(str(reference).removeprefix(_REFERENCE))
    if told is None:
        return ""
    drawn = _DRAWN.get(str(told.get("_model_name", "")).removesuffix("Model"))
    return drawn(told, state) if drawn else ""


def _children(told: Mapping[str, Any], state: State) -> list[str]:
    return [_widget(child, state) for child in told.get("children") or ()]


def _opening(tag: str, classes: str, told: Mapping[str, Any], state: State) -> str:
    own = " ".join(str(name) for name in told.get("_dom_classes") or ())
    layout = state.get(str(told.get("layout", "")).removeprefix(_REFERENCE), {})
    style = ";".join(f"{key.replace('_', '-')}:{layout[key]}" for key in _LAYOUT if layout.get(key))
    styled = f' style="{escape(style)}"' if style else ""
    return f'<{tag} class="{escape(f"{classes} {own}".strip())}"{styled}>'


def _label(told: Mapping[str, Any]) -> str:
    words = told.get("description") or ""
    return f'<label class="widget-label">{escape(str(words))}</label>' if words else ""


def _html(told: Mapping[str, Any], state: State) -> str:
    start = _opening("div", "widget-inline-hbox widget-html", told, state)
    # As in the live app it is put where scripts in it do not run.
    return f'{start}{_label(told)}<div class="widget-html-content">{told.get("value", "")}</div></div>'


def _box(kind: str) -> Callable[[Mapping[str, Any], State], str]:
    def drawn(told: Mapping[str, Any], state: State) -> str:
        start = _opening("div", f"widget-box {kind}".strip(), told, state)
        return f"{start}{''.join(_children(told, state))}</div>"

    return drawn


def _tab(told: Mapping[str, Any], state: State) -> str:
    chosen = told.get("selected_index")
    names = "".join(
        f'<li class="lm-TabBar-tab{" lm-mod-current" if at == chosen else ""}">{escape(str(title))}</li>'
        for at, title in enumerate(told.get("titles") or ())
    )
    children = told.get("children") or ()
    inner = _widget(children[chosen], state) if chosen is not None and chosen < len(children) else ""
    bar = f'<div class="lm-TabBar"><ul class="lm-TabBar-content">{names}</ul></div>'
    start = _opening("div", "widget-tab", told, state)
    return f'{start}{bar}<div class="widget-tab-contents">{inner}</div></div>'


def _accordion(told: Mapping[str, Any], state: State) -> str:
    opened, titles = told.get("selected_index"), told.get("titles") or ()
    parts = []
    for at, child in enumerate(told.get("children") or ()):
        title = escape(str(titles[at])) if at < len(titles) else ""
        inner = _widget(child, state) if at == opened else ""
        inside = f'<div class="jupyter-widget-Collapse-contents">{inner}</div>' if at == opened else ""
        parts.append(f'<div class="jupyter-widget-Collapse-header"><span>{title}</span></div>{inside}')
    return f"{_opening('div', 'widget-accordion', told, state)}{''.join(parts)}</div>"


def _dropdown(told: Mapping[str, Any], state: State) -> str:
    labels, at = told.get("_options_labels") or (), told.get("index")
    chosen = escape(str(labels[at])) if at is not None and at < len(labels) else ""
    start = _opening("div", "widget-inline-hbox widget-dropdown", told, state)
    return f"{start}{_label(told)}<select disabled><option>{chosen}</option></select></div>"


def _text(told: Mapping[str, Any], state: State) -> str:
    value = told.get("value")
    said = "" if value is None else escape(str(value))
    hint = escape(str(told.get("placeholder") or ""))
    start = _opening("div", "widget-inline-hbox widget-text", told, state)
    return f'{start}{_label(told)}<input disabled value="{said}" placeholder="{hint}"></div>'


def _textarea(told: Mapping[str, Any], state: State) -> str:
    start = _opening("div", "widget-inline-hbox widget-textarea", told, state)
    hint, value = escape(str(told.get("placeholder") or "")), escape(str(told.get("value") or ""))
    return f'{start}{_label(told)}<textarea disabled placeholder="{hint}">{value}</textarea></div>'


def _checkbox(told: Mapping[str, Any], state: State) -> str:
    start = _opening("div", "widget-inline-hbox widget-checkbox", told, state)
    ticked = " checked" if told.get("value") else ""
    words = escape(str(told.get("description") or ""))
    return f'{start}<label class="widget-label-basic"><input type="checkbox" disabled{ticked}> <span>{words}</span></label></div>'


def _button(told: Mapping[str, Any], state: State) -> str:
    start = _opening("span", "widget-button", told, state)
    return f"{start}{escape(str(told.get('description') or ''))}</span>"


def _upload(told: Mapping[str, Any], state: State) -> str:
    start = _opening("span", "widget-button widget-upload", told, state)
    return f"{start}{escape(str(told.get('description') or ''))} ({len(told.get('value') or ())})</span>"


def _of_its_own(told: Mapping[str, Any], state: State) -> str:
    return f"{_opening('div', 'widget-any', told, state)}{words_of(told)}</div>"


_DRAWN: dict[str, Callable[[Mapping[str, Any], State], str]] = {
    "HTML": _html,
    "Box": _box(""),
    "VBox": _box("widget-vbox"),
    "HBox": _box("widget-hbox"),
    "Tab": _tab,
    "Accordion": _accordion,
    "Dropdown": _dropdown,
    "Text": _text,
    "FloatText": _text,
    "IntText": _text,
    "BoundedFloatText": _text,
    "BoundedIntText": _text,
    "Combobox": _text,
    "Textarea": _textarea,
    "Checkbox": _checkbox,
    "Button": _button,
    "FileUpload": _upload,
    "Any": _of_its_own,
}
