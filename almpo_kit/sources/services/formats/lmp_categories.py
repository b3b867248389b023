"""Categories of labour market measures, as the services code them, in the numbers of the LMP classification."""

from __future__ import annotations

import re

_TOTAL = re.compile(r"TOT(?P<low>\d)_(?P<high>\d)")
_OECD = re.compile(r"LMP_(?P<number>\d)0")
_PLAIN = re.compile(r"(?:LMP_?)?(?P<number>\d(?:\.?\d)*)")


def category(code: str) -> str:
    """``TOT2_7`` → ``2-7``, ``LMP_20`` → ``2``, ``2`` → ``2``; a code of another form stays as published.

    >>> category("TOT1_9"), category("LMP_40"), category("11")
    ('1-9', '4', '11')
    """
    text = code.strip().upper()
    if total := _TOTAL.fullmatch(text):
        return f"{total['low']}-{total['high']}"
    found = _OECD.fullmatch(text) or _PLAIN.fullmatch(text)
    return found["number"] if found else code.strip()
