"""How wide words are, and where to break or shorten them.

Browsers set a chart in whichever font of the stack they have. The widths here are those of Helvetica
and Arial with 5% to spare, which also covers Segoe UI, Roboto and San Francisco.
"""

from __future__ import annotations

from functools import lru_cache

_NARROW, _WIDE = "ijlI.,:;'|!·’‘ ()[]ftr/-\u202f", "mwMW—@%…●■"
_SPARE = 1.05


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text.

    Parameters
    ----------
    text : str
    size : float
        Font size in pixels.

    Returns
    -------
    float
        Pixels, erring on the wide side.
    """
    em = 0.0
    for c in text:
        if c in _NARROW:
            em += 0.3
        elif c in _WIDE:
            em += 0.88
        elif c.isupper() or c in "<>+=~&":
            em += 0.69
        elif ord(c) > 0x2E80:  # ideographs and the like fill their square
            em += 1.0
        else:
            em += 0.548
    return em * size * _SPARE * (1.06 if bold else 1.0)


def fit(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """``text``, shortened with an ellipsis where it is wider than ``room`` pixels."""
    text = " ".join(str(text).split())
    if text_width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        mid = (low + high + 1) // 2
        if text_width(text[:mid].rstrip() + "…", size, bold=bold) <= room:
            low = mid
        else:
            high = mid - 1
    return text[:low].rstrip(" ,.;:–-/(") + "…"


def wrap(text: str, size: float, room: float, *, bold: bool = False, lines: int | None = None) -> list[str]:
    """``text`` in lines no wider than ``room`` pixels; a word that is wider by itself is broken.

    With ``lines``, what does not fit into so many lines ends in an ellipsis.
    """
    out: list[str] = []
    line = ""
    # Only plain spaces break: a thin or no-break space holds a number and its unit together.
    words = [p for w in str(text).replace("\n", " ").split(" ") if w for p in _pieces(w, size, room, bold)]
    for i, word in enumerate(words):
        trial = f"{line} {word}" if line else word
        if text_width(trial, size, bold=bold) <= room or not line:
            line = trial
            continue
        if lines is not None and len(out) == lines - 1:
            return [*out, fit(" ".join([line, *words[i:]]), size, room, bold=bold)]
        out.append(line)
        line = word
    return [*out, line] if line else out


def _pieces(word: str, size: float, room: float, bold: bool) -> list[str]:
    pieces = []
    while text_width(word, size, bold=bold) > room and len(word) > 1:
        n = max(1, sum(text_width(word[: k + 1], size, bold=bold) <= room for k in range(len(word))))
        pieces.append(word[:n])
        word = word[n:]
    return [*pieces, word]


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as close to ``wanted`` as possible, at least ``gap`` apart and within ``low``…``high``.

    Parameters
    ----------
    wanted : list of float, length n
        In any order; the order is kept.

    Returns
    -------
    list of float, length n
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, list[int]]] = []
    for i in order:
        blocks.append((wanted[i], [i]))
        while len(blocks) > 1 and _top(*blocks[-1], gap) < _bottom(*blocks[-2], gap) + gap:
            _, later = blocks.pop()
            _, earlier = blocks.pop()
            members = earlier + later
            blocks.append((sum(wanted[m] for m in members) / len(members), members))
    out = [0.0] * len(wanted)
    for centre, members in blocks:
        for k, m in enumerate(members):
            out[m] = _top(centre, members, gap) + k * gap
    return _inside(out, order, gap, low, high)


def _top(centre: float, members: list[int], gap: float) -> float:
    return centre - gap * (len(members) - 1) / 2


def _bottom(centre: float, members: list[int], gap: float) -> float:
    return centre + gap * (len(members) - 1) / 2


def _inside(out: list[float], order: list[int], gap: float, low: float, high: float) -> list[float]:
    floor = low
    for i in order:
        out[i] = max(out[i], floor)
        floor = out[i] + gap
    ceiling = high
    for i in reversed(order):
        out[i] = min(out[i], ceiling)
        ceiling = out[i] - gap
    return out
