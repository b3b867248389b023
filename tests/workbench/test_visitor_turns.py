"""Places and turns of the app server's visitors, without a server."""

from __future__ import annotations

import asyncio

import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.visitors import places, wakings

FAST = places.Patience(back=20, reload=8, first=60, idle=1000, yielding=300, retry=15)


def _seated(held: places.Places, visitor: str, kernel: str, now: float = 0.0) -> places.Place:
    place = held.take(visitor, "evidence", now, known=True)
    assert place is not None
    place.kernel = kernel
    return place


def test_a_kernel_goes_with_its_tab_even_if_busy() -> None:
    held = places.Places(9, FAST)
    never, cut, leaving, there = (_seated(held, "v", kernel) for kernel in "abcd")
    for kernel in "bcd":
        held.connect(kernel, 1)
    held.disconnect("b", 100)
    held.leave("c", 100)
    assert held.overdue(59) == []
    assert held.overdue(109) == [never, leaving]
    assert held.overdue(121) == [never, cut, leaving]
    held.connect("b", 119)
    held.connect("c", 107)
    assert held.overdue(200) == [never], "a tab that came back keeps its kernel"
    assert there in held


def test_a_slow_browser_keeps_its_place_while_it_asks_but_not_for_ever() -> None:
    held = places.Places(9, FAST)
    slow, cut = _seated(held, "v", "a"), _seated(held, "w", "b")
    held.connect("b", 1)
    held.disconnect("b", 2)
    for now in (20, 40, 60):
        held.heard("a", now)
        held.heard("b", now)
    assert held.overdue(119) == [cut], "who was connected and is cut has her own time"
    for now in range(80, 700, 20):
        held.heard("a", now)
    assert held.overdue(639) == [cut] and held.overdue(660) == [slow, cut]


def test_a_reload_finds_its_place_again_and_a_second_tab_does_not() -> None:
    held = places.Places(9, FAST)
    place = _seated(held, "v", "a")
    held.connect("a", 1)
    assert held.left_behind("v", "evidence") is None, "the first tab is still open"
    held.leave("a", 2)
    assert held.left_behind("v", "evidence") is place
    held.reclaim(place, 2)
    held.leave("a", 3)
    assert held.overdue(20) == [], "the goodbye of the page before came late"
    held.connect("a", 20)
    held.leave("a", 21)
    assert held.left_behind("w", "evidence") is None and held.left_behind("v", "regions") is None
    held.disconnect("a", 21)
    held.disconnect("a", 21)
    held.connect("a", 22)
    assert held.left_behind("v", "evidence") is None
    held.disconnect("a", 23)
    assert held.left_behind("v", "evidence") is place, "after a cut"


def test_whoever_waits_longest_is_let_in_first() -> None:
    held = places.Places(1, FAST)
    place = _seated(held, "first", "a")
    assert held.take("second", "evidence", 1, known=True) is None
    assert held.take("third", "evidence", 2, known=True) is None
    assert held.take("stranger", "evidence", 2, known=False) is None
    held.give_up(place)
    assert held.take("third", "evidence", 16, known=True) is None, "the place is the second one's"
    assert held.take("stranger", "evidence", 16, known=False) is None
    assert held.take("second", "evidence", 17, known=True) is not None
    # Who does not ask again is forgotten.
    held = places.Places(1, FAST)
    place = _seated(held, "first", "a")
    assert held.take("second", "evidence", 1, known=True) is None
    held.give_up(place)
    assert held.take("third", "evidence", 100, known=True) is not None


def test_whoever_goes_to_another_app_keeps_her_turn() -> None:
    held = places.Places(1, FAST)
    place = _seated(held, "first", "a")
    held.connect("a", 1)
    assert held.take("second", "regions", 2, known=True) is None
    assert held.is_full() and held.sits("first") and not held.sits("second")
    assert held.moved_from("first") is None, "a second tab does not close the first"
    held.leave("a", 3)
    assert held.moved_from("first") is place and held.moved_from("second") is None
    held.give_up(place)
    assert held.take("first", "regions", 3, known=True, moves=True) is not None
    assert held.take("second", "regions", 4, known=True) is None and len(held) == 1


def test_those_left_alone_longest_yield_to_people_who_wait() -> None:
    held = places.Places(2, FAST)
    old, young = _seated(held, "a", "a"), _seated(held, "b", "b", 100)
    held.connect("a", 1)
    held.connect("b", 101)
    assert held.overdue(500) == []
    assert held.take("c", "evidence", 500, known=True) is None
    assert held.overdue(501) == [old], "one waits, one yields"
    assert held.overdue(1050) == [old], "nobody waits any more, and one was left alone too long"
    young.used = old.used = 1050
    assert held.overdue(1051) == []


def test_how_many_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(places.MOST_VARIABLE, raising=False)
    assert places.most_people() >= 2
    assert places.most_people(7) == 7
    monkeypatch.setenv(places.MOST_VARIABLE, "12")
    assert places.most_people() == 12
    for wrong in ("0", "-1", "many", "1e3"):
        monkeypatch.setenv(places.MOST_VARIABLE, wrong)
        with pytest.raises(ParameterError, match="whole number"):
            places.most_people()


class Bedroom:
    """Kernels that wake in a few milliseconds, and who did."""

    def __init__(self, *apps: str, fails: str = "", at_once: int = 2) -> None:
        self.woken: list[str] = []
        self.most, self.now, self.fails = 0, 0, fails
        self.ended: list[str] = []
        self.wakings = wakings.Wakings(self._wake, self._end, apps, at_once=at_once)

    async def _wake(self, app: str) -> wakings.Awake:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.005)
        self.now -= 1
        self.woken.append(app)
        if app == self.fails:
            raise RuntimeError("asleep")
        return wakings.Awake(f"{app}{len(self.woken)}", app, (), asyncio.get_running_loop().time())

    async def _end(self, kernel: str) -> None:
        self.ended.append(kernel)


def test_twenty_at_once_are_served_in_turn() -> None:
    async def party() -> tuple[Bedroom, list[int]]:
        room, served = Bedroom("a", "b"), list[int]()

        async def one(number: int) -> None:
            await room.wakings.next("ab"[number % 2])
            served.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))
        assert not room.wakings.waiting
        return room, served

    room, served = asyncio.run(party())
    assert room.most == 2
    assert all(abs(number - at) <= 2 for at, number in enumerate(served)), served
    assert len(room.woken) == 20, "nothing is kept ready while somebody waits"


def test_what_nobody_has_seen_is_given_to_the_next() -> None:
    async def impatient() -> tuple[Bedroom, str]:
        room = Bedroom()
        gone = asyncio.ensure_future(room.wakings.next("a"))
        await asyncio.sleep(0.001)
        gone.cancel()
        awake = await room.wakings.next("a")
        await asyncio.sleep(0.02)
        return room, awake.kernel

    room, kernel = asyncio.run(impatient())
    assert kernel == "a1", "the kernel that woke for the one who left"
    assert not room.ended and len(room.wakings.ready) == len(room.woken) - 1


def test_one_is_kept_ready_but_not_beside_people_and_not_of_an_app_that_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wakings, "_POLITE_SECONDS", 0.05)

    async def quiet() -> Bedroom:
        room = Bedroom("a", "b", fails="b")
        room.wakings.pump()
        await asyncio.sleep(0.03)
        assert room.woken.count("a") == 1 and room.woken.count("b") == 1
        await room.wakings.next("a")
        await asyncio.sleep(0.02)
        assert room.woken.count("a") == 1, "her own app is drawn first"
        await asyncio.sleep(0.12)
        assert room.woken.count("a") == 3, "people are coming to it, so two"
        assert room.woken.count("b") == 1, "not again and again"
        with pytest.raises(RuntimeError, match="asleep"):
            await room.wakings.next("b")
        await room.wakings.close()
        return room

    asyncio.run(quiet())
