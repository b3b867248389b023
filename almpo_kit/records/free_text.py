"""What people type: cleaned, bounded, and refused where it looks as if it named or numbered somebody.

A pattern finds addresses and numbers, never a name: "Anna did not want to travel" passes. The screens ask for no names;
this is the second net, not the first.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from almpo_kit.vocabulary.errors import ParameterError

_EMAIL = re.compile(r"[\w.+-]+\s*(?:@|[(\[]\s*at\s*[)\]])\s*[\w-]+(?:\s*\.\s*|\s+dot\s+)\w+", re.I)
#: Seven digits or more that only signs or single spaces part: telephones, registers, most identity numbers.
_DIGITS = re.compile(r"\+?\(?\d(?:[ .()/\\_:+-]{0,2}\d){6,}")
#: Letters and digits run together with five digits or more: the other identity numbers, passports, accounts.
_MIXED = re.compile(r"\b(?=[^\W_]*[^\W\d_])(?:[^\W\d_]*\d){5,}[^\W_]*\b")
_BRITISH = re.compile(r"\b[A-Z]{2} ?(?:\d\d ?){3}[A-D]\b", re.I)
_MONEY = re.compile(r"(?:€|EUR|euros?)\s*\d[\d .,']*|\d[\d .,']*\s*(?:€|EUR\b|euros?\b)", re.I)
_YEARS = re.compile(r"\b(?:19|20)\d\d\s*[-–/]\s*(?:(?:19|20)?\d\d)\b(?![-./\d])")
_DATE = re.compile(r"\b(?:((?:19|20)\d\d)[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]((?:19|20)\d\d))\b")
#: A date this many years ago is more likely a birthday than an appointment.
_BIRTHDAY_YEARS = 12


def clean(value: object, name: str, *, least: int = 0, most: int = 200) -> str:
    """Text without control characters and without spaces at its ends.

    Raises
    ------
    ParameterError
        No text, too short, too long, or characters that are none.
    """
    if not isinstance(value, str):
        raise ParameterError(f"{name} must be text, not {type(value).__name__}; e.g. {name}='…'.")
    found = unicodedata.normalize("NFC", value)
    kept = "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in found
    )
    kept = re.sub(r"[^\S\n]+", " ", kept).strip()
    if not least <= len(kept) <= most:
        wanted = f"{least} to {most} characters" if least else f"at most {most} characters"
        raise ParameterError(f"{name} has {len(kept)} characters; write {wanted}.")
    return kept


def impersonal(value: object, name: str, *, least: int = 0, most: int = 200) -> str:
    """Text that holds no address, telephone, identity number or birthday.

    Raises
    ------
    ParameterError
        It does, with what was found (its kind, never the text itself); or as :func:`clean`.
    """
    kept = clean(value, name, least=least, most=most)
    kind = personal(kept)
    if kind:
        raise ParameterError(
            f"{name} seems to hold {kind}; records hold nothing that tells who a person is. Leave it out and say it in "
            "general words, e.g. 'cannot travel to the course every day'. Nothing was written."
        )
    return kept


def personal(text: str) -> str:
    """What kind of personal identifier a text seems to hold, "" where none is seen.

    Examples
    --------
    >>> personal("call 0176 123 456 78")
    'a telephone or identity number'
    >>> personal("the course starts in March and costs 1 200 000 euro in all")
    ''
    """
    # Letters from elsewhere that look like digits, and signs that nobody sees, would otherwise hide a number.
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    if _EMAIL.search(plain):
        return "an e-mail address"
    this_year = datetime.now(UTC).year
    for found in _DATE.finditer(plain):
        if int(found[1] or found[2]) <= this_year - _BIRTHDAY_YEARS:
            return "a date of birth"
    left = _YEARS.sub(" – ", _MONEY.sub(" – ", _DATE.sub(" – ", plain)))
    if _DIGITS.search(left) or _MIXED.search(left) or _BRITISH.search(left):
        return "a telephone or identity number"
    return ""


def reason_in_words(value: object, name: str = "reason", *, least: int = 12, most: int = 1000) -> str:
    """A reason that somebody else can read.

    Raises
    ------
    ParameterError
        Shorter than ``least`` characters, no words, or as :func:`impersonal`.
    """
    kept = impersonal(value, name, most=most)
    letters = {c.lower() for c in kept if c.isalpha()}
    if len(kept) < least or len(letters) < 4 or len(kept.split()) < 2:
        raise ParameterError(
            f"{name} must say why in words, {least} characters or more, e.g. 'course is too far without a car'."
        )
    return kept
