"""A small consultation with every kind of question, people who were invited to it, and the page served for real."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from almpo_kit.records import Store
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.vocabulary.consultations import Plan

CODE = "blue horse"
GOALS = {
    "jobs": {"en": "more people in work", "el": "περισσότεροι άνθρωποι σε εργασία"},
    "months": {"en": "more months in work", "el": "περισσότεροι μήνες εργασίας"},
    "equity": {"en": "reaching those furthest from work", "el": "όσοι απέχουν περισσότερο από την εργασία"},
}
COSTS = {"school": 900_000.0, "lab": 400_000.0, "fund": 300_000.0}
COURSE = {
    "programme_type": "training",
    "outcome": "employment_probability",
    "unit": "percentage_points",
    "horizon_months": 24,
    "low": -30,
    "high": 50,
}


def _text(words: str) -> dict[str, str]:
    return {"en": words, "el": f"({words})"}


def plan(**changed: Any) -> Plan:
    """One question of each kind."""
    items = (
        Item("winter", "statement", _text("Training should take place in winter.")),
        Item("share", "points", _text("Share out 100 points."), options=GOALS),
        Item("swings", "swing", _text("Which improvement is worth most?"), options=GOALS),
        Item("pairs", "pairwise", _text("Of two goals, which counts more?"), options=GOALS),
        Item("ends", "best_worst", _text("Which counts most, which least?"), options=GOALS),
        Item("effect", "quantity", _text("How many more of 100 are in work?"), quantity=COURSE),
        Item(
            "money",
            "budget",
            _text("What would you fund?"),
            options={k: _text(f"the {k}") for k in COSTS},
            cost=COSTS,
            budget=1_000_000.0,
        ),
    )
    given: dict[str, Any] = {
        "title": _text("Skills for tourism"),
        "question": _text("Which skills policy helps?"),
        "consent": _text("Answers are kept under a pseudonym."),
        "places": ("EL42",),
        "items": items,
        "rounds": 2,
        "least_group": 3,
        "synthetic": True,
    }
    return Plan(**{**given, **changed})


#: An answer to each item.
ANSWERS: dict[str, dict[str, float]] = {
    "winter": {"": 7.0},
    "share": {"jobs": 50.0, "months": 30.0, "equity": 20.0},
    "swings": {"jobs": 100.0, "months": 40.0, "equity": 0.0},
    "pairs": {"jobs>months": 3.0, "jobs>equity": 1.0, "months>equity": 0.2},
    "ends": {
        "best:jobs>months": 2.0,
        "best:jobs>equity": 5.0,
        "worst:jobs>equity": 5.0,
        "worst:months>equity": 3.0,
    },
    "effect": {"0.1": -2.0, "0.5": 4.5, "0.9": 12.0},
    "money": {"school": 0.0, "lab": 1.0, "fund": 1.0},
}
#: The same, as a form sends it.
FIELDS = {
    "winter~value": "7",
    "share~n~jobs": "50",
    "share~n~months": "30",
    "share~n~equity": "20",
    "swings~n~jobs": "100",
    "swings~n~months": "40",
    "swings~n~equity": "0",
    "pairs~way~jobs>months": "first",
    "pairs~much~jobs>months": "3",
    "pairs~way~jobs>equity": "same",
    "pairs~way~months>equity": "second",
    "pairs~much~months>equity": "5",
    "ends~best": "jobs",
    "ends~worst": "equity",
    "ends~over~months": "2",
    "ends~over~equity": "5",
    "ends~under~months": "3",
    "effect~n~0.1": "-2",
    "effect~n~0.5": "4,5",
    "effect~n~0.9": "12",
    "money~fund~lab": "1",
    "money~fund~fund": "1",
}


def invited(store: Store, name: str, people: int = 5, **changed: Any) -> list[str]:
    """A consultation with an open first round; the secret parts of its links."""
    store.keep_consultation(name, plan(**changed))
    rows = [{"role": "employers", "geo": "EL42", "language": "en"}] * people
    made = store.invite(name, rows)
    store.open_round(name, 1)
    return [i.token for i in made]


def answered(store: Store, tokens: list[str], *, round: int = 1, code: str = CODE) -> None:
    """Everybody agrees and says the same."""
    for k, token in enumerate(tokens):
        one = store.enter(token).consultation
        store.consent(token, language="en", digest=one.digest, code=code)
        store.answer(
            token, round, ANSWERS, reasons={"winter": f"reason {k}"}, key=f"key-{round}-{k}", code=code
        )


@contextmanager
def served(store: Store) -> Iterator[str]:
    """Where the page is served, in a thread of this process."""
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    from almpo_kit.workbench.answering.server import LARGEST_REQUEST, application

    up, held = threading.Event(), {}

    async def main() -> None:
        sockets = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(application(store), max_body_size=LARGEST_REQUEST)
        server.add_sockets(sockets)
        held.update(port=sockets[0].getsockname()[1], stop=asyncio.Event(), loop=asyncio.get_running_loop())
        up.set()
        await held["stop"].wait()
        server.stop()
        await server.close_all_connections()

    running = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    running.start()
    assert up.wait(60)
    yield f"http://127.0.0.1:{held['port']}/codesign_answer/"
    held["loop"].call_soon_threadsafe(held["stop"].set)
    running.join(10)


@dataclass
class Got:
    """An answer of the server."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Browser:
    """A browser without scripts: it keeps cookies by path and follows nothing."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | bytes | None = None,
        **headers: str,
    ) -> Got:
        """One request; ``path`` begins after ``/codesign_answer/``."""
        at = urlsplit(self.base)
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
        sent: dict[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
        token = path.split("/")[0].split("?")[0]
        if token in self.cookies:
            sent.setdefault("Cookie", self.cookies[token])
        body = (
            fields
            if isinstance(fields, bytes)
            else urlencode(fields).encode()
            if fields is not None
            else None
        )
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        try:
            connection.request(method, at.path + path, body, sent)
            answer = connection.getresponse()
            got = Got(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()
        for name, cookie in SimpleCookie(got.headers.get("Set-Cookie", "")).items():
            self.cookies[token] = f"{name}={cookie.value}"
        return got

    def get(self, path: str, **headers: str) -> Got:
        """Load a page."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, fields: Mapping[str, str] | bytes, **headers: str) -> Got:
        """Send a form."""
        return self.ask("POST", path, fields, **headers)
