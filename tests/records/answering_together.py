"""What participants' processes do to a store in the tests. One process loads the libraries and forks the others."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd  # noqa: F401  (loaded once, before the forks)
import sqlalchemy  # noqa: F401

from almpo_kit import records
from tests.records.labelling import all_well, fork
from tests.records.panels import CODE, NAME, right_answers

THREADS = 5


def place_of(folder: str) -> str:
    return (Path(folder) / "place").read_text(encoding="utf-8")


def tokens_of(folder: str) -> list[str]:
    """Links of all who were invited, one a line."""
    return (Path(folder) / "tokens").read_text(encoding="utf-8").split()


def said_by(k: int, number: int, turn: int) -> dict[str, dict[str, float]]:
    """What the k-th participant answers in a round; in the end she answers otherwise than at first."""
    return right_answers(10_000 * number + 10 * k + turn)


def crowd(folder: str, processes: int, number: int) -> None:
    """Everybody answers a round twice, five at a time in each process; the round is closed by nobody."""
    store, tokens = records.open_store(place_of(folder)), tokens_of(folder)
    needs_code = store.consultation(NAME).plan.disclosure == "anonymous"
    writers = processes * THREADS

    def writer(w: int) -> None:
        for k in range(w, len(tokens), writers):
            answer(store, tokens[k], k, number, CODE if needs_code else "")

    def process(p: int) -> None:
        # An error in a thread must not go unnoticed.
        errors: list[BaseException] = []

        def guarded(w: int) -> None:
            try:
                writer(w)
            except BaseException as error:  # noqa: BLE001
                errors.append(error)

        threads = [threading.Thread(target=guarded, args=(p * THREADS + t,)) for t in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    all_well([fork(lambda p=p: process(p)) for p in range(processes)])  # type: ignore[misc]


def answer(store: records.Store, token: str, k: int, number: int, code: str) -> None:
    """Agree, answer, change her mind; the last request is sent twice, as by a page that lost the connection."""
    if number == 1:
        digest = store.enter(token).consultation.digest
        store.consent(token, language="en", digest=digest, code=code)
    store.answer(token, number, said_by(k, number, 0), key=f"first-{number}", code=code)
    for _ in range(2):
        receipt = store.answer(
            token,
            number,
            said_by(k, number, 1),
            reasons={"agree": f"Because of what I saw, {k} times."},
            key=f"second-{number}",
            code=code,
        )
        assert receipt.revision == 2


def answer_on(folder: str, told: str, last: int | None, heard: int | None) -> None:
    """One participant revises for ever, or to the end; each request has a name of its own."""
    store, token = records.open_store(place_of(folder)), tokens_of(folder)[0]
    done = Path(told).read_text(encoding="utf-8").count("\n")
    with Path(told).open("a", encoding="utf-8", buffering=1) as acknowledged:
        i = done
        while last is None or i < last:
            receipt = store.answer(token, 1, said_by(0, 1, i), key=f"request-{i}")
            if heard is not None:
                os.write(heard, b"x")
            acknowledged.write(f"{receipt.revision}\n")
            i += 1


def killed_while_answering(folder: str, kills: int, seed: int) -> None:
    """Kill whoever writes at random moments, each time after it was started anew; then let it finish."""
    lot, told = random.Random(seed), Path(folder) / "told"
    told.touch()
    for _ in range(kills):
        ear, mouth = os.pipe()
        child = fork(lambda mouth=mouth: answer_on(folder, str(told), None, mouth))  # type: ignore[misc]
        for _ in range(lot.randint(0, 4)):
            os.read(ear, 1)
        time.sleep(lot.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ear)
        os.close(mouth)
        text = told.read_text(encoding="utf-8")
        # A kill can cut the test's own notes; the store is what is tested.
        told.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
    done = told.read_text(encoding="utf-8").count("\n")
    all_well([fork(lambda: answer_on(folder, str(told), done + 3, None))])


def fill_the_disk(folder: str, room: int) -> None:
    """Answer until a file may not grow any more; go on when it may, with the request that failed."""
    all_well([fork(lambda: _fill(folder, room))])


def _fill(folder: str, room: int) -> None:
    place, token = place_of(folder), tokens_of(folder)[1]
    store = records.open_store(place)
    long = {"agree": "so it is. " * 150}
    store.answer(token, 1, {}, reasons=long, key="before")
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(place).stat().st_size + room, resource.RLIM_INFINITY))
    i, said = 0, ""
    with contextlib.suppress(records.RecordsError):
        for i in range(10_000):
            store.answer(token, 1, said_by(1, 1, i), reasons=long, key=f"request-{i}")
    try:
        store.answer(token, 1, said_by(1, 1, i), reasons=long, key=f"request-{i}")
    except records.RecordsError as error:
        said = str(error)
    held = store.own_answers(token)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    receipt = store.answer(token, 1, said_by(1, 1, i), reasons=long, key=f"request-{i}")
    told = {
        "failed": i,
        "said": said,
        "held": held == {1: said_by(1, 1, i - 1)},
        "revision": receipt.revision,
    }
    (Path(folder) / "full").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    # What is loaded at the first use is loaded before the forks.
    with tempfile.TemporaryDirectory() as warm:
        records.open_store(f"{warm}/records.db").consultations()
    for call in " ".join(sys.argv[1:]).split(" -- "):
        name, *arguments = call.split(" ")
        globals()[name](*(int(a) if a.isdigit() else a for a in arguments))
