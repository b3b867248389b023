"""The guard in tests/conftest.py: tests reach loopback and nothing else."""

from __future__ import annotations

import socket

import pytest

pytest_plugins = ("pytester",)


def test_loopback_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as end,
    ):
        assert end.getpeername() == server.getsockname()


@pytest.mark.parametrize("caught", [True, False])
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('socket.create_connection(("192.0.2.1", 9), timeout=0.1)', "*192.0.2.1*"),
        ('socket.create_connection(("service.example", 9), timeout=0.1)', "*service.example*"),
        ('socket.getaddrinfo("service.example", 443)', "*service.example*"),
    ],
)
def test_another_machine_fails_the_test(
    pytester: pytest.Pytester, body: str, says: str, caught: bool
) -> None:
    from pathlib import Path

    conftest = (Path(__file__).parents[2] / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(conftest)
    text = f"    try:\n        {body}\n    except OSError:\n        pass\n" if caught else f"    {body}\n"
    pytester.makepyfile(f"import socket\n\n\ndef test_it():\n{text}")
    result = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider")
    assert result.ret == 1
    result.stdout.fnmatch_lines([says])
