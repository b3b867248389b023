"""How wide a line of text is at most in the fonts by which a picture's edge is reckoned.

``lettering`` reckons with room to spare, by kinds of letters, to lay out; here a bound is wanted that no word can
pass: advance widths of Arial and of the fonts made to its measure (Liberation Sans, Arimo), each raised to the next
step, so that two short tables hold every letter of the Union's Latin alphabets.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_REGULAR = {
    0.2: "'",
    0.223: "ijlłſ‘’‚\u2009\u202f",
    0.279: " !,./:;I[\\]ft|¦ìíîïĩīĭıŧ\xa0",
    0.334: "()-`r{}¡¨²³´·¸¹ľŀ“”„‹›",
    0.39: '"*ªºť•',
    0.445: "°ĳ",
    0.501: "J^cksvxyzĸ↑↓",
    0.557: "#$0123456789?L_abdeghnopqu¢£¤¥§«¯±¶»ð÷þđħĿŁŋ–†€≈≤≥\u2007",
    0.612: "+<=>FTZ~¬µ¿×ßøŉŦ−■□○●",
    0.668: "&ABEKPSVXYÞď",
    0.723: "CDHNRUwÐĐĦ∞",
    0.779: "GOQ©®ØĲŊ",
    0.834: "Mm¼½¾",
    0.89: "%æ",
    0.945: "Wœ",
    1.0: "ÆŒ—…‰→←▲▼",
    1.1: "@",
}
_BOLD = {
    0.223: "\u2009\u202f",
    0.279: " ',./I\\ijlıłſ‘’‚\xa0",
    0.334: "!()-:;[]`ft|¡¦¨²³´·¸¹ŧ‹›",
    0.39: "*r{}ªºľ•",
    0.445: "°",
    0.501: '"zŀť“”„↑↓',
    0.557: "#$0123456789J_aceksvxy¢£¤¥§«¯±¶»÷ĳĸ–†€≈≤≥\u2007",
    0.612: "+<=>?FLTZ^bdghnopqu~¬µ¿×ßðøþđħĿŁŋŦ−■□○●",
    0.668: "EPSVXYÞ",
    0.723: "&ABCDHKNRUÐďĐĦŉ∞",
    0.779: "GOQw©®ØŊ",
    0.834: "M¼½¾Ĳ",
    0.89: "%mæ",
    0.945: "Wœ",
    1.0: "@ÆŒ—…‰→←▲▼",
}
#: Of any other letter, whichever font it comes from.
_WIDEST = 1.3
_EM = tuple({c: em for em, letters in table.items() for c in letters} for table in (_REGULAR, _BOLD))


@lru_cache(maxsize=1024)
def _em(letter: str, bold: bool) -> float:
    table = _EM[bold]
    if letter in table:
        return table[letter]
    # An accent stands over its letter and makes it no wider; the few that do are in the tables.
    return table.get(unicodedata.normalize("NFD", letter)[0], _WIDEST)


@lru_cache(maxsize=4096)
def at_most(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that one line of text takes at most; a little is for letters that lean out of their place."""
    return sum(_em(c, bold) for c in text) * size + 0.2
