"""The parts of the gate by themselves: limits on guesses, names, the secret, sessions, addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.gate import addresses, gate, hosts, landing, secret
from almpo_kit.workbench.apps.gate.door import Door
from almpo_kit.workbench.apps.gate.guesses import Guesses
from almpo_kit.workbench.apps.gate.sessions import SECONDS, Sessions


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_guesses_of_one_come_back_with_time() -> None:
    clock = Clock()
    guesses = Guesses(clock, most=3, every=60)
    for _ in range(3):
        assert guesses.wait("192.0.2.1") == 0
        guesses.wrong("192.0.2.1")
    assert guesses.wait("192.0.2.1") == 60 and guesses.wait("192.0.2.2") == 0
    clock.now = 59
    assert guesses.wait("192.0.2.1") == 1
    clock.now = 60
    assert guesses.wait("192.0.2.1") == 0
    guesses.wrong("192.0.2.1")
    assert guesses.wait("192.0.2.1") == 60
    clock.now = 10_000
    for _ in range(3):
        assert guesses.wait("192.0.2.1") == 0
        guesses.wrong("192.0.2.1")
    assert guesses.wait("192.0.2.1") == 60, "waiting long saves up no more than the first tries"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("unknown", "unknown", True),
    ],
)
def test_one_line_is_one_address(one: str, other: str, same: bool) -> None:
    guesses = Guesses(Clock(), most=1, every=60)
    guesses.wrong(one)
    assert (guesses.wait(other) > 0) is same


def test_many_who_guess_slow_down_but_do_not_shut_out() -> None:
    clock = Clock()
    guesses = Guesses(clock, most_together=50, every_together=2)
    for i in range(50):
        guesses.wrong(f"10.0.{i // 250}.{i % 250}")
    assert guesses.wait("192.0.2.1") == 2
    clock.now = 2
    assert guesses.wait("192.0.2.1") == 0


def test_guesses_take_bounded_memory() -> None:
    guesses = Guesses(Clock())
    for i in range(12_000):
        guesses.wrong(f"10.{i // 65_536}.{i // 256 % 256}.{i % 256}")
    assert len(guesses) == 10_000


def test_the_secret(tmp_path: Path) -> None:
    held = tmp_path / "token"
    held.write_text("a token from a file\n")
    assert secret.read({}) == ""
    assert secret.read({"ALMPO_APPS_TOKEN": "x" * 16}) == "x" * 16
    assert secret.read({"ALMPO_APPS_PASSWORD": "twelve chars"}) == "twelve chars"
    assert secret.read({"ALMPO_APPS_TOKEN_FILE": str(held)}) == "a token from a file"
    for wrong, words in (
        ({"ALMPO_APPS_TOKEN": "x" * 15}, "15 characters"),
        ({"ALMPO_APPS_PASSWORD": "elevenchars"}, "11 characters"),
        ({"ALMPO_APPS_TOKEN": "x" * 2000}, "2000 characters"),
        ({"ALMPO_APPS_TOKEN": "x" * 16, "ALMPO_APPS_PASSWORD": "y" * 16}, "not both"),
        ({"ALMPO_APPS_TOKEN_FILE": str(tmp_path / "nothing")}, "cannot be read"),
    ):
        with pytest.raises(ParameterError, match=words):
            secret.read(wrong)
    environment = {"ALMPO_APPS_TOKEN": "x", "ALMPO_APPS_PASSWORD_FILE": "y", "HOME": "z"}
    secret.forget(environment)
    assert environment == {"HOME": "z"}
    # Typed on another keyboard, the same letter comes in two pieces.
    assert secret.is_right(" cafe\u0301 au lait ", secret.digest("caf\u00e9 au lait"))
    assert not secret.is_right("x" * 1025, secret.digest("x" * 1025))


def test_an_open_door_takes_no_word_and_a_locked_one_only_its_own() -> None:
    assert not Door("").is_locked and not Door("").is_right("")
    door = Door("right word here!")
    assert door.is_locked and door.is_right("right word here!")
    assert not door.is_right("") and not door.is_right("right word here")
    assert door.cookie("a:1") != door.cookie("a:2") != Door("x", "/b/").cookie("a:2")


def test_sessions_end() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    one, other = sessions.begin(), sessions.begin()
    assert one != other and len(one) == 43
    sessions.end(one)
    assert not sessions.holds(one) and sessions.holds(other) and not sessions.holds("")
    clock.now = SECONDS + 1
    assert not sessions.holds(other)
    first = sessions.begin()
    for _ in range(10_000):
        sessions.begin()
    assert not sessions.holds(first), "bounded"


def test_names_and_paths() -> None:
    known = hosts.hosts(["Apps.Example.org", " "])
    assert known.knows("apps.example.org:443") and known.knows("apps.example.org.")
    assert not any(
        map(known.knows, ("xapps.example.org", "example.org", "a@apps.example.org", "apps.example.org/a"))
    )
    for wrong in ("https://a.org", "a.org:80", "a b", "*"):
        with pytest.raises(ParameterError, match="is not a name"):
            hosts.hosts([wrong])
    assert [gate.base_address(said) for said in ("", "/", "a", "/a/b", "//a//")] == [
        "/",
        "/",
        "/a/",
        "/a/b/",
        "/a/",
    ]
    assert gate.base_address("/user/anna@x.org/") == "/user/anna@x.org/"
    for wrong in ("/../a/", "/a?b/", "/a b/", '/"/', "/./"):
        with pytest.raises(ParameterError, match="is not a path"):
            gate.base_address(wrong)


def test_addresses_below_a_path() -> None:
    known = addresses.known(["one", "a.b"])

    def name(path: str) -> str:
        found = addresses.find(path, "/apps/", known)
        return found.name if found else ""

    assert name("/apps/") == "landing" and name("/apps/voila/render/one.ipynb") == "app"
    assert (
        name("/apps/voila/render/axb.ipynb") == ""
        and name("/") == ""
        and name("/voila/render/one.ipynb") == ""
    )
    assert name("/healthz") == name("/apps/healthz") == "health"
    assert name("/codesign_answer") == name("/x/codesign_answer/y") == "participants"
    assert name("/apps/voila/render/codesign_answer") == "" and name("/apps/\n") == ""
    assert addresses.find("/voila/render/.ipynb", "/", addresses.known([])) is None


def test_a_folder_of_other_notebooks_is_listed_too(tmp_path: Path) -> None:
    (tmp_path / "a b&c.ipynb").write_text('{"metadata": {}}')
    page = landing.Landing(landing.read(tmp_path), "/x/").page(can_leave=False).decode()
    assert 'href="/x/voila/render/a%20b%26c.ipynb"' in page and "a b&amp;c" in page
    assert addresses.find("/x/voila/render/a%20b%26c.ipynb", "/x/", addresses.known(["a b&c"]))
    assert "There are no apps here yet" in landing.Landing([], "/").page(can_leave=False).decode()
