"""Numbers that lead to one person and carry their own proof: bank accounts, tax and identity numbers of several countries.

Only numbers with check digits or a letter pattern of their own are known, so that codes and counts are not taken for
them; other countries' numbers are known by their column's heading alone.
"""

from __future__ import annotations

import re

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
#: Italy's codice fiscale.
_ITALIAN = re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b", re.IGNORECASE)
#: Spain's DNI and NIE.
_SPANISH = re.compile(r"\b([XYZ]?)(\d{7,8})-?([A-Z])\b")
#: Poland's PESEL and Greece's AMKA have eleven digits.
_ELEVEN = re.compile(r"(?<![\w.,])\d{11}(?![\w]|[.,]\d)")
_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_REMOVED = "[identity number removed]"


def is_identity_number(cell: str) -> bool:
    """Whether a cell is such a number and nothing else."""
    text = cell.strip()[:60]
    return any(p.fullmatch(text) and proved(text) for p, proved in _KINDS)


def without_identity_numbers(text: str) -> str:
    """A text in which such numbers are replaced.

    >>> without_identity_numbers("paid to DE89 3704 0044 0532 0130 00, in DE21 2512 2513 2514")
    'paid to [identity number removed], in DE21 2512 2513 2514'
    """
    for pattern, proved in _KINDS:
        text = pattern.sub(lambda m, proved=proved: _REMOVED if proved(m[0]) else m[0], text)  # type: ignore[misc]
    return text


def _is_account(text: str) -> bool:
    """ISO 13616: the rest after division by 97 is 1."""
    plain = text.replace(" ", "")
    turned = "".join(str(int(c, 36)) for c in plain[4:] + plain[:4])
    return len(plain) >= 15 and int(turned) % 97 == 1


def _is_spanish(text: str) -> bool:
    found = _SPANISH.fullmatch(text)
    if found is None or len(found[1] + found[2]) != 8:
        return False
    number = int({"": "", "X": "0", "Y": "1", "Z": "2"}[found[1]] + found[2])
    return _LETTERS[number % 23] == found[3]


def _is_eleven(text: str) -> bool:
    digits = [int(c) for c in text]
    pesel = sum(d * w for d, w in zip(digits, (1, 3, 7, 9) * 2 + (1, 3, 1), strict=True)) % 10 == 0
    # AMKA begins with the day and month of birth and ends with Luhn's digit.
    born = 1 <= int(text[:2]) <= 31 and 1 <= int(text[2:4]) <= 12
    luhn = sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0
    month = int(text[2:4]) % 20
    return (pesel and 1 <= month <= 12 and 1 <= int(text[4:6]) <= 31) or (born and luhn)


_KINDS = (
    (_IBAN, _is_account),
    (_ITALIAN, lambda _: True),
    (_SPANISH, _is_spanish),
    (_ELEVEN, _is_eleven),
)
