"""When a schedule runs: words, cron lines, and the two days a year on which clocks jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.schedules import times


def slots(words: str, zone: str, begin: datetime, end: datetime) -> list[datetime]:
    when, found, at = times.read(words, zone), [], begin
    while (at := when.next_after(at)) <= end:
        found.append(at)
    return found


def faces(words: str, zone: str, day: datetime, days: int = 2) -> list[str]:
    return [
        f"{s.astimezone(ZoneInfo(zone)):%d %H:%M %z}" for s in slots(words, zone, day, day + timedelta(days))
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("quarterly at 06:00", "0 6 1 1,4,7,10 *"),
        ("Quarterly on day 3 at 6:05", "5 6 3 1,4,7,10 *"),
        ("monthly on day 3 at 06:00", "0 6 3 * *"),
        ("monthly on the last day at 06:00", "0 6 L * *"),
        ("weekly on Monday at 06:00", "0 6 * * 1"),
        ("weekly on Sunday and Monday at 06:00", "0 6 * * 0,1"),
        ("weekly on Monday, Tuesday, and Friday at 06:00", "0 6 * * 1,2,5"),
        ("on working days at 06:00", "0 6 * * 1-5"),
        ("daily  at 23:59", "59 23 * * *"),
        ("*/30 6 * * MON", "*/30 6 * * MON"),
    ],
)
def test_words_are_cron_lines(words: str, line: str) -> None:
    assert times.read(words, "Europe/Brussels").line == line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("hourly", "is not a time to run at"),
        ("daily at 24:00", "is not a time of day"),
        ("monthly on day 30 at 06:00", "on the last day"),
        ("weekly on Mondy at 06:00", "'mondy' is not a day of the week"),
        ("0 6 * * * *", "five fields"),
        ("61 6 * * *", "bad minute"),
        ("0 6 31 2 *", "bad day-of-month"),
        ("0 6 30 2 1#5", ""),
    ],
)
def test_what_is_no_time_is_refused(words: str, told: str) -> None:
    if told:
        with pytest.raises(ParameterError, match=told):
            times.read(words, "Europe/Brussels")
    else:  # either day matches: allowed by cron
        assert times.read(words, "Europe/Brussels").next_after(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_zone_is_suggested() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'Europe/Rome'"):
        times.read("daily at 06:00", "Rome")
    with pytest.raises(ParameterError, match="no time zone 'XX'"):
        times.read("daily at 06:00", "XX")


def test_a_time_that_does_not_exist_runs_once_right_after_the_jump() -> None:
    day = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert faces("30 2 * * *", "Europe/Brussels", day) == ["29 03:00 +0200", "30 02:30 +0200"]
    assert faces("*/20 2 * * *", "Europe/Brussels", day, 1) == ["29 03:00 +0200"]
    # Half an hour only, at the other end of the world.
    assert faces("15 2 * * *", "Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC), 1) == [
        "04 02:30 +1100",
    ]


def test_a_time_that_exists_twice_runs_once() -> None:
    day = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert faces("30 2 * * *", "Europe/Brussels", day) == ["25 02:30 +0200", "26 02:30 +0100"]
    assert faces("*/30 2 * * *", "Europe/Brussels", day, 1) == ["25 02:00 +0200", "25 02:30 +0200"]


def test_every_hour_follows_the_hours_as_they_pass() -> None:
    spring, autumn = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert len(faces("30 * * * *", "Europe/Brussels", spring, 1)) == 24
    assert len(faces("30 * * * *", "Europe/Brussels", autumn, 1)) == 24
    assert faces("30 * * * *", "Europe/Brussels", autumn, 1)[2:4] == ["25 02:30 +0200", "25 02:30 +0100"]


@pytest.mark.parametrize("words", ["30 2 * * *", "*/7 2,3 * * *", "30 */2 * * *", "0 6 L * *", "17 * * * 0"])
@pytest.mark.parametrize("zone", ["Europe/Brussels", "Australia/Lord_Howe", "America/New_York", "UTC"])
@pytest.mark.parametrize(
    "jump", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
)
def test_looking_back_finds_what_looking_ahead_did(words: str, zone: str, jump: datetime) -> None:
    """At any moment around a jump, the last slot is the one that counting forwards passes last."""
    begin, end = jump - timedelta(days=2), jump + timedelta(days=8)
    ahead = slots(words, zone, begin, end)
    assert ahead == sorted(set(ahead))
    when = times.read(words, zone)
    for step in range(97, 10 * 1440, 97):
        moment = begin + timedelta(minutes=step)
        before = [s for s in ahead if s <= moment]
        if before:
            assert when.latest(moment) == before[-1]
    for slot in ahead[:50]:
        assert when.latest(slot) == slot


@pytest.mark.parametrize("zone", ["Europe/Brussels", "Australia/Lord_Howe", "America/New_York"])
def test_passing_hours_are_those_that_a_minute_hand_counts(zone: str) -> None:
    """Minute by minute through both jumps: a slot wherever the clock of the zone shows one."""
    for begin in (datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC)):
        minutes = [begin + timedelta(minutes=m) for m in range(1, 31 * 1440)]
        shown = [m.astimezone(ZoneInfo(zone)) for m in minutes]
        expected = [
            m for m, face in zip(minutes, shown, strict=True) if face.minute == 30 and face.hour % 2 == 0
        ]
        assert slots("30 */2 * * *", zone, begin, minutes[-1]) == expected


def test_twenty_years_of_quarters_come_once_each() -> None:
    found = slots(
        "quarterly at 02:30",
        "Europe/Brussels",
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2046, 1, 2, tzinfo=UTC),
    )
    assert len(found) == 80
    assert {s.astimezone(ZoneInfo("Europe/Brussels")).strftime("%d %H:%M") for s in found} == {"01 02:30"}


def test_plain_words_for_a_cron_line() -> None:
    assert (
        times.read("0 6 1 1,7 *", "Europe/Rome")
        .explained()
        .startswith("at 06:00 on the first day of January and July")
    )
    assert times.read("daily at 06:00", "Europe/Rome").explained() == "daily at 06:00 (Europe/Rome)"
