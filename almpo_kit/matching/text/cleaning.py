"""What people paste becomes plain text: no markup, no invisible signs, a bounded length. Nothing is ever executed."""

from __future__ import annotations

import html
import re
import unicodedata

#: What is looked at of a raw text, and what is kept of it after cleaning: a CV of fifteen pages.
MOST_RAW, MOST_CLEAN = 1_000_000, 40_000

# A tag is bounded, so that a text full of "<" costs no more than its length.
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,20})\b[^<>]{0,2000}>|<!--.{0,5000}?-->|<![^<>]{0,500}>", re.DOTALL
)
_UNSEEN = ("script", "style", "template", "noscript")
_INLINE = {"a", "abbr", "b", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u"}
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
#: Joiners, marks of direction, byte order marks, soft hyphens: they stand inside words and hide them.
_INVISIBLE = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
    ]
)
_PICTURES = {"So", "Sk", "Cs", "Co", "Cn"}


def clean(text: object) -> str:
    """Plain text of at most 40,000 characters; ``""`` for what is no text.

    Markup is dropped (scripts and styles with their content), entities are read, compatibility forms are
    made plain (NFKC), control characters, emoji and invisible marks go. Line breaks stay: they say what
    is a title.

    Parameters
    ----------
    text : object
        A string; anything else (None, NaN, a number) is no text.
    """
    if not isinstance(text, str):
        return ""
    plain = _without_markup(text[:MOST_RAW])
    plain = unicodedata.normalize("NFKC", plain.replace("\r\n", "\n").replace("\r", "\n")).translate(
        _INVISIBLE
    )
    plain = "".join(c if c == "\n" or c.isalnum() else _plain(c) for c in plain)
    return _BREAKS.sub("\n", _SPACES.sub(" ", plain)).strip()[:MOST_CLEAN]


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cc", "Zl", "Zp"):
        return "\n" if category != "Cc" else " "
    return " " if category in _PICTURES else sign


def _without_markup(text: str) -> str:
    if "<" in text:
        for name in _UNSEEN:
            text = _without_element(text, name)
        text = _TAG.sub(lambda m: " " if m[2] is None else "" if m[2].lower() in _INLINE else "\n", text)
    return html.unescape(text) if "&" in text else text


def _without_element(text: str, name: str) -> str:
    """The text without an element and its content; an element that never ends takes the rest with it."""
    # ASCII only: str.lower may change the length of other text and shift every position.
    lower = re.sub("[A-Z]", lambda m: m[0].lower(), text) if "<" in text else text
    kept, at = [], 0
    while (start := lower.find(f"<{name}", at)) >= 0:
        after = lower[start + len(name) + 1 : start + len(name) + 2]
        if after.isalnum():
            kept.append(text[at : start + 1])
            at = start + 1
            continue
        kept.append(text[at:start])
        end = lower.find(f"</{name}", start)
        close = lower.find(">", end) if end >= 0 else -1
        at = close + 1 if close >= 0 else len(text)
    kept.append(text[at:])
    return "\n".join(kept) if len(kept) > 1 else text
