"""Languages of what participants see: catalogues of gettext, numbers and money as each language writes them.

A language is a folder ``locale/<language>/codesign.po``; message ids are English. Others are added by a folder of the same
form (``folders=``), without a line of code. Catalogues are read from ``.po`` once, at the start.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from almpo_kit.vocabulary.errors import DataError

FOLDER: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "codesign"
#: Message ids are written in it.
ENGLISH: Final = "en"
_LARGEST = 2_000_000


@dataclass(frozen=True)
class Speech:
    """What is said in one language.

    Parameters
    ----------
    language : str
    messages : mapping
        Message id -> text, or -> texts by plural form.
    plural : callable, optional
        Number -> which plural form.
    name : str
        Of the language, in itself.
    """

    language: str
    messages: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    plural: Any = None
    name: str = "English"

    def say(self, words: str, /, **values: Any) -> str:
        """A message; what stands in ``%(…)s`` is put in. It is plain text: whoever shows it escapes it."""
        found = self.messages.get(words) or words
        text = found if isinstance(found, str) else found[0]
        return text % values if values else text

    def count(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """A message about ``n`` of something."""
        found = self.messages.get(one)
        if isinstance(found, tuple) and self.plural is not None:
            text = found[min(self.plural(n), len(found) - 1)]
        else:
            text = one if n == 1 else many
        return text % {"n": n, **values}

    def number(self, value: float, digits: int = 2) -> str:
        """A number with at most so many decimals."""
        from babel.numbers import format_decimal

        pattern = "#,##0." + "#" * digits if digits else "#,##0"
        return str(format_decimal(value, format=pattern, locale=self._locale)).replace("-", "−")

    def typed(self, value: float) -> str:
        """A number as a person would type it into a field: no separators of thousands."""
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if self._decimal_comma() else text

    def euro(self, value: float) -> str:
        """Whole euro."""
        from babel.numbers import format_currency

        pattern = "¤#,##0" if self._locale == ENGLISH else "#,##0\u00a0¤"
        return str(format_currency(value, "EUR", format=pattern, locale=self._locale, currency_digits=False))

    def date(self, day: str) -> str:
        """A day that is given as an ISO date."""
        from babel.dates import format_date

        pattern = "d MMMM y" if self._locale == ENGLISH else "long"
        return str(format_date(date.fromisoformat(day), format=pattern, locale=self._locale))

    def moment(self, at: datetime) -> str:
        """A coming minute on this machine's clock, with its zone, and its day where that is another one."""
        local = _whole_minute(at).astimezone()
        zone = local.strftime("%z")
        told = f"{local:%H:%M} (UTC{'' if zone == '+0000' else f'{zone[:3]}:{zone[3:]}'})"
        today = datetime.now(UTC).astimezone().date()
        return told if local.date() == today else f"{self.date(local.date().isoformat())}, {told}"

    def wait(self, until: datetime) -> str:
        """How long it is until then, in whole minutes, hours or days, never too short."""
        from babel.dates import format_timedelta

        left = max(until - datetime.now(UTC), timedelta(minutes=1))
        # Rounded up in the unit it is told in: babel takes the largest one that is there at least one and a half times.
        steps = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
        for step in steps:
            if left >= 1.5 * step or step is steps[0]:
                left = step * -(-left // step)
        return str(format_timedelta(left, granularity="minute", threshold=1.5, locale=self._locale))

    @property
    def _locale(self) -> str:
        """How numbers and dates are written: as in English where nobody knows the language."""
        return _known(self.language)

    def _decimal_comma(self) -> bool:
        from babel.numbers import get_decimal_symbol

        return bool(get_decimal_symbol(self._locale) == ",")


@cache
def _known(language: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return ENGLISH


def speeches(*folders: Path) -> dict[str, Speech]:
    """Every language that can be spoken.

    Parameters
    ----------
    folders : Path
        More folders of ``<language>/codesign.po``; what they say goes before what is built in.

    Returns
    -------
    dict
        Language -> what is said in it; English is always there.

    Raises
    ------
    DataError
        A catalogue that cannot be read or whose placeholders differ from the English ones.
    """
    found = {ENGLISH: Speech(ENGLISH)}
    for folder in (FOLDER, *folders):
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder of languages; it must hold e.g. fr/{DOMAIN}.po.")
        for file in sorted(folder.glob(f"*/{DOMAIN}.po")):
            language = file.parent.name
            read = read_catalogue(file)
            before = found.get(language)
            merged = {**(before.messages if before else {}), **read.messages}
            found[language] = Speech(language, merged, read.plural, read.name)
    return found


def read_catalogue(file: Path) -> Speech:
    """One catalogue.

    Raises
    ------
    DataError
        It cannot be read, its folder is no language, or a placeholder is missing or new.
    """
    from babel import Locale, UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po

    language = file.parent.name
    try:
        locale = Locale.parse(language)
        if file.stat().st_size > _LARGEST:
            raise ValueError("it is larger than 2 MB")
        with file.open("rb") as held:
            catalogue = read_po(held, locale=language, abort_invalid=True)
    except (UnknownLocaleError, PoFileError, ValueError, OSError) as error:
        raise DataError(
            f"{file} is no catalogue of a language ({error}); start from a copy of el/{DOMAIN}.po."
        ) from None
    messages = dict(_told(catalogue, file))
    form = gettext.c2py(catalogue.plural_expr)
    return Speech(language, messages, form, str(locale.get_display_name(language)).capitalize())


def _told(catalogue: Any, file: Path) -> Iterable[tuple[str, str | tuple[str, ...]]]:
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(texts):
            continue
        wanted = placeholders(ids[-1])
        if any(placeholders(t) != wanted for t in texts[-1:]) or any(placeholders(t) - wanted for t in texts):
            raise DataError(
                f"{file}: the translation of {ids[0]!r} must keep {', '.join(sorted(wanted)) or 'no placeholder'}."
            )
        yield ids[0], texts if isinstance(message.id, tuple) else texts[0]


def _whole_minute(at: datetime) -> datetime:
    """Rounded up: whoever comes then does not come too early."""
    return (at + timedelta(seconds=59, microseconds=999_999)).replace(second=0, microsecond=0)


def placeholders(text: str) -> set[str]:
    """What is put into a message, e.g. ``{"%(n)s"}``."""
    return set(re.findall(r"%(?:\([a-z_]+\))?[a-z%]", text))
