"""Blocks of text of a web page, by lxml. Runs only in the confined process; nothing that the page links to is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_DROPPED = frozenset(
    (
        *("script", "style", "nav", "footer", "aside", "form", "noscript", "template", "svg"),
        *("iframe", "object", "embed", "head", "button", "select", "option", "canvas", "audio"),
        *("video", "map", "dialog", "math"),
    )
)
_BLOCKS = frozenset(
    (
        *("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("tr", "table", "section", "article", "main", "header", "blockquote", "pre", "figure"),
        *("figcaption", "caption", "br", "hr", "title", "body", "html", "thead", "tbody", "tfoot"),
        *("address", "details", "summary", "fieldset", "center"),
    )
)
_CELLS, _CELL = frozenset(["td", "th"]), "\x1f"
_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]))", re.I)
_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog"])
#: Deeper nesting than any page that people wrote.
DEEPEST = 400


def load() -> None:
    """Load the library before the limits are set."""
    import lxml.html  # noqa: F401


def records_of(data: bytes, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the page says of itself, then its blocks.

    Parameters
    ----------
    data : bytes
        UTF-8: the parent has settled the encoding.

    Yields
    ------
    dict
        ``meta`` (lists by name), ``lang``, ``title``; then ``block`` each; last ``hidden`` and ``deep``, counts of
        signs left out since they are not shown, or since they are nested too deep.
    """
    import lxml.html

    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        yield {"fault": "damaged"}
        return
    yield _about(root)
    counts = {"hidden": 0, "deep": 0}
    signs = 0
    for block in _blocks(root, counts):
        signs += len(block)
        yield {"block": block}
        if signs > order["signs"]:
            yield {"full": 1}
            return
    yield counts


def _about(root: Any) -> dict[str, Any]:
    meta: dict[str, list[str]] = {}
    for number, item in enumerate(root.iter("meta")):
        name = (item.get("name") or item.get("property") or "").strip().lower()[:60]
        if name and number < 500:
            meta.setdefault(name, []).append((item.get("content") or "")[:20_000])
    title = next((t.text or "" for t in root.iter("title")), "")
    return {"meta": meta, "lang": (root.get("lang") or "")[:20], "title": title[:2_000]}


def _blocks(root: Any, counts: dict[str, int]) -> Iterator[str]:
    """Text by block, walked without recursion, so that no depth of nesting costs a stack."""
    held: list[str] = []
    # Left from: "in" at an element's start, "out" at its end, "tail" for what follows it.
    todo: list[tuple[str, Any, int]] = [("in", root, 0)]
    while todo:
        step, node, depth = todo.pop()
        if step == "tail":
            held.append(node.tail or "")
            continue
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in _BLOCKS:
            yield from _said(held)
            held = []
        elif tag in _CELLS and step == "out":
            held.append(_CELL)
        if step == "out":
            continue
        if not tag or _left_out(node, tag, depth, counts):
            continue
        held.append(node.text or "")
        todo.append(("out", node, depth))
        for child in reversed(node):
            todo.append(("tail", child, depth))
            todo.append(("in", child, depth + 1))
    yield from _said(held)


def _left_out(node: Any, tag: str, depth: int, counts: dict[str, int]) -> bool:
    if tag in _DROPPED or (node.get("role") or "").lower() in _ROLES:
        return True
    unseen = node.get("hidden") is not None or _UNSEEN.search((node.get("style") or "")[:2_000])
    if unseen or depth > DEEPEST:
        counts["hidden" if unseen else "deep"] += sum(len(t.strip()) for t in node.itertext())
        return True
    return False


def _said(held: list[str]) -> Iterator[str]:
    # Cells of a row stay apart, by a tab; all other white space is one space.
    parts = (" ".join(part.split()) for part in "".join(held).split(_CELL))
    said = "\t".join(p for p in parts if p)
    if said:
        yield said
