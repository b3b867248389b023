"""When a schedule runs: words or a cron line, in a time zone, as moments that exist and come once.

The clock of a place jumps twice a year. A time of day that does not exist that day runs once, right after the jump;
one that exists twice runs once, the first time. Only a line whose hour starts with ``*`` ("every hour") follows the
hours as they pass, as cron does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from almpo_kit.vocabulary.errors import ParameterError

#: What tells the time; tests hand in their own, so that nobody waits for a quarter.
Clock = Callable[[], datetime]

_DAYS = {
    day.lower(): number
    for number, day in enumerate(
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    )
}
_QUARTERS = "1,4,7,10"
_AT = r"at (?P<hour>\d{1,2}):(?P<minute>\d{2})"
_WORDS = re.compile(
    rf"(?:(?P<rhythm>quarterly|monthly)(?: on (?:day (?P<day>\d{{1,2}})|(?P<last>the last day)))?"
    rf"|weekly on (?P<weekdays>[a-z]+(?:(?:, | and |, and )[a-z]+)*)"
    rf"|(?P<working>on working days)|(?P<daily>daily)) {_AT}"
)
_EXAMPLES = (
    '"quarterly at 06:00", "monthly on day 3 at 06:00", "monthly on the last day at 06:00", "weekly on Monday at '
    '06:00", "on working days at 06:00", "daily at 06:00", or a cron line of five fields such as "0 6 1 1,4,7,10 *"'
)
#: More than any jump of a clock that people live by.
_JUMP = timedelta(hours=3)
#: A quarter is 92 days; a line that never comes within this is refused.
_HORIZON = timedelta(days=366 * 9)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def cron_line(text: str) -> str:
    """The cron line of what a person wrote; a cron line stays as it is.

    Raises
    ------
    ParameterError
        Neither; the message shows both.
    """
    asked = " ".join(text.split())
    found = _WORDS.fullmatch(asked.lower())
    if found is None:
        if len(asked.split()) == 5 and re.fullmatch(r"[0-9A-Za-z*,/#\- ]+", asked):
            return asked
        raise ParameterError(f"{text!r} is not a time to run at; write {_EXAMPLES}.")
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        raise ParameterError(f"{hour:02d}:{minute:02d} is not a time of day; write e.g. 06:00.")
    return f"{minute} {hour} {_date_fields(found)}"


def _date_fields(found: re.Match[str]) -> str:
    """Day of the month, month and day of the week of words that matched."""
    if found["daily"]:
        return "* * *"
    if found["working"]:
        return "* * 1-5"
    if found["weekdays"]:
        days = re.split(r", and | and |, ", found["weekdays"])
        unknown = [day for day in days if day not in _DAYS]
        if unknown:
            raise ParameterError(f"{unknown[0]!r} is not a day of the week; write e.g. Monday.")
        return f"* * {','.join(str(n) for n in sorted({_DAYS[day] for day in days}))}"
    day = "L" if found["last"] else int(found["day"] or 1)
    if day != "L" and not 1 <= int(day) <= 28:
        raise ParameterError(
            f"not every month has a day {day}; write a day from 1 to 28, or `on the last day`."
        )
    return f"{day} {_QUARTERS if found['rhythm'] == 'quarterly' else '*'} *"


@dataclass(frozen=True)
class When:
    """Times to run at: the words as written, their cron line, and the zone whose clock is meant."""

    words: str
    line: str
    zone: str

    def next_after(self, moment: datetime) -> datetime:
        """The first slot later than ``moment``, in UTC.

        Raises
        ------
        ParameterError
            The line never comes, e.g. on 31 February.
        """
        found: list[datetime] = []
        for face in self._faces(moment, reverse=False):
            at = self._moments(face)
            found += [slot for slot in at if slot > moment]
            if found and (not self._passing or at[-1:] > [min(found) + _JUMP]):
                return min(found)
        raise ParameterError(f"{self.words!r} never comes; no calendar has such a day.")

    def latest(self, moment: datetime) -> datetime | None:
        """The last slot at or before ``moment``, in UTC; None where there was none in nine years."""
        found: list[datetime] = []
        for face in self._faces(moment, reverse=True):
            at = self._moments(face)
            found += [slot for slot in at if slot <= moment]
            if found and (not self._passing or (at and at[0] < max(found) - _JUMP)):
                return max(found) if moment - max(found) < _HORIZON else None
        return None

    @property
    def _passing(self) -> bool:
        """By the hours as they pass only where every hour is meant; else by the face of the clock."""
        return self.line.split()[1].startswith("*")

    def _faces(self, moment: datetime, *, reverse: bool) -> Iterator[datetime]:
        """What the clock shows at slots from about ``moment`` on, or back from it, as if no clock ever jumped."""
        from cronsim import CronSim

        begin = self.local(moment + (_JUMP if reverse else -_JUMP)).replace(
            tzinfo=None, second=0, microsecond=0
        )
        return iter(CronSim(self.line, begin, reverse=reverse))

    def _moments(self, face: datetime) -> list[datetime]:
        zone = ZoneInfo(self.zone)
        if not self._passing:
            return [_moment(face, zone)]
        both = {face.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        return sorted(at for at in both if at.astimezone(zone).replace(tzinfo=None) == face)

    def local(self, slot: datetime) -> datetime:
        """``slot`` on the clock of the zone."""
        return slot.astimezone(ZoneInfo(self.zone))

    def explained(self) -> str:
        """The times in plain words, with their zone."""
        if self.words != self.line:
            return f"{self.words} ({self.zone})"
        from cronsim import CronSim

        told = CronSim(self.line, datetime(2026, 1, 1, tzinfo=UTC)).explain()
        return f"{told[:1].lower()}{told[1:]} ({self.zone})"


def _moment(face: datetime, zone: ZoneInfo) -> datetime:
    """The moment when a clock of the zone shows ``face``: the first of two; right after the jump where there is none."""
    moment = face.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == face:
        return moment
    # Before the jump the clock had the offset of fold 0: with that of fold 1 one lands before the jump.
    before = face.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _jump(min(before, moment), max(before, moment), zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment in between at which the clock jumps."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def read(text: str, zone: str) -> When:
    """Times from words or a cron line.

    Parameters
    ----------
    text : str
    zone : str
        IANA name, e.g. ``Europe/Rome``.

    Raises
    ------
    ParameterError
        No such time or zone, or a line that never comes.
    """
    from cronsim import CronSimError

    when = When(" ".join(text.split()), cron_line(text), known_zone(zone))
    try:
        when.next_after(now())
    except CronSimError as error:
        raise ParameterError(
            f"{text!r} is not a cron line ({str(error).lower()}); write {_EXAMPLES}."
        ) from None
    return when


def known_zone(zone: str) -> str:
    """The name of a time zone.

    Raises
    ------
    ParameterError
        There is none of this name; the nearest is named.
    """
    import difflib
    from zoneinfo import available_timezones

    zones = available_timezones()
    if zone in zones:
        return zone
    by_city = {name.rpartition("/")[2].lower(): name for name in sorted(zones) if name.startswith("Europe/")}
    near = difflib.get_close_matches(zone.rpartition("/")[2].lower().replace(" ", "_"), list(by_city), n=1)
    hint = f" Did you mean {by_city[near[0]]!r}?" if near else " Write e.g. Europe/Brussels."
    raise ParameterError(f"there is no time zone {zone!r}.{hint}")
