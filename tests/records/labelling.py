"""What experts' processes do to a store in the tests. One process loads the libraries and forks the experts."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd  # noqa: F401  (loaded once, before the forks)
import sqlalchemy  # noqa: F401

from almpo_kit import records

REVIEW = "almp"
DOCUMENTS = [f"d{i}" for i in range(5)]
PILE = [f"p{i}" for i in range(40)]


def fork(work: Callable[[], None]) -> int:
    """Do the work in a process of its own; its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    finally:
        # Whatever happens, this copy must not go on with the rest of the program.
        if code:
            import traceback

            traceback.print_exc()
        os._exit(code)
    raise AssertionError("unreachable")


def all_well(children: list[int]) -> None:
    """Wait for them and see that each ended well."""
    codes = [os.waitpid(child, 0)[1] for child in children]
    assert not any(codes), codes


def experts(place: str, folder: str, how_many: int, times: int) -> None:
    """Experts at once, two windows each; what each saw, did and was answered stands in a file of its own."""
    all_well([fork(lambda k=k: expert(place, folder, k, times)) for k in range(how_many)])  # type: ignore[misc]


def expert(place: str, folder: str, k: int, times: int) -> None:
    """One window: look, decide, keep or take back; a conflict is written down and looked at again."""
    lot, coder = random.Random(k), f"coder {k // 2}"
    store = records.open_store(place)
    with (Path(folder) / f"{k}.jsonl").open("w", encoding="utf-8", buffering=1) as told:
        for i in range(times):
            document, field = lot.choice(DOCUMENTS), lot.choice(["design", "outcome"])
            seen = store.labels(REVIEW, coder=coder, documents=[document], field=field)
            number = None if seen.empty else int(seen["label_id"].iloc[0])
            try:
                if number is not None and lot.random() < 0.25:
                    kept = store.undo_label(number, coder=coder)
                    told.write(json.dumps(["undone", kept, number]) + "\n")
                else:
                    said = f"{k}-{i}"
                    kept = store.label(REVIEW, document, field, said, coder=coder, expected=number)
                    told.write(json.dumps(["kept", kept, number, said]) + "\n")
            except records.ConflictError:
                told.write(json.dumps(["conflict"]) + "\n")
            if i % 3 == 0:
                told.write(
                    json.dumps(["claimed", store.claim(REVIEW, f"reader {k}", PILE, 3, coders=2)]) + "\n"
                )


def batch(i: int) -> list[dict[str, str]]:
    """The i-th request of an expert: three labels."""
    return [
        {"review": REVIEW, "document_id": f"d{i}", "field": field, "value": f"{field} {i}"}
        for field in ("design", "country", "outcome")
    ]


def label_on(place: str, told: str, last: int | None = None, heard: int | None = None) -> None:
    """Go on labelling where it was acknowledged last, for ever or to the end; each request has a name."""
    done = [line for line in Path(told).read_text(encoding="utf-8").split("\n")[:-1] if line]
    i = int(done[-1].split()[0]) + 1 if done else 0
    store = records.open_store(place)
    with Path(told).open("a", encoding="utf-8", buffering=1) as acknowledged:
        while last is None or i <= last:
            numbers = store.label_many(batch(i), coder="coder A", token=f"request-{i}")
            if heard is not None:
                os.write(heard, b"x")
            changed = store.label(
                REVIEW,
                f"d{i}",
                "design",
                f"better {i}",
                coder="coder A",
                expected=numbers[0],
                token=f"change-{i}",
            )
            if heard is not None:
                os.write(heard, b"x")
            acknowledged.write(" ".join(map(str, (i, *numbers, changed))) + "\n")
            i += 1


def killed_again_and_again(place: str, told: str, kills: int, seed: int) -> None:
    """Kill the expert at random moments, each time after it was started anew; then let it finish."""
    lot = random.Random(seed)
    for _ in range(kills):
        ear, mouth = os.pipe()
        child = fork(lambda mouth=mouth: label_on(place, told, heard=mouth))  # type: ignore[misc]
        # After so many halves of its work, from none to four, and a moment.
        for _ in range(lot.randint(0, 4)):
            os.read(ear, 1)
        time.sleep(lot.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ear)
        os.close(mouth)
        _whole_lines(Path(told))
    done = Path(told).read_text(encoding="utf-8").count("\n")
    all_well([fork(lambda: label_on(place, told, done + 3))])


def _whole_lines(told: Path) -> None:
    # A kill can cut the test's own notes; the store is what is tested.
    text = told.read_text(encoding="utf-8")
    if not text.endswith("\n"):
        told.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")


def fill_the_disk(place: str, told: str, room: int) -> None:
    """Label until a file may not grow any more; go on when it may, with the request that failed."""
    all_well([fork(lambda: _fill(place, told, room))])


def _fill(place: str, told: str, room: int) -> None:
    store = records.open_store(place)
    store.label_many(batch(0), coder="coder A", token="request-0")
    grown = Path(place).stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (grown, resource.RLIM_INFINITY))
    i = 0
    with contextlib.suppress(records.RecordsError):
        for i in range(1, 10_000):
            store.label_many(batch(i), coder="coder A", token=f"request-{i}")
    said = ""
    try:
        store.label_many(batch(i), coder="coder A", token=f"request-{i}")
    except records.RecordsError as error:
        said = str(error)
    kept = len(store.labels(REVIEW))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.label_many(batch(i), coder="coder A", token=f"request-{i}")
    Path(told).write_text(json.dumps({"failed": i, "said": said, "kept": kept}), encoding="utf-8")


def open_together(place: str, how_many: int) -> None:
    """Open one store at the same moment."""
    all_well([fork(lambda: _opened(place)) for _ in range(how_many)])


def _opened(place: str) -> None:
    assert records.open_store(place).draft("Plan").content == {"n": 1}


def killed_while_opening(place: str, form_1: str, turns: int, seed: int) -> None:
    """Kill who upgrades an older store; what is left must be of one form, and open the next time."""
    from tests.records.test_upgrade import form_of, make_form_1

    lot = random.Random(seed)
    for turn in range(turns):
        target = f"{place}-{turn}"
        make_form_1(Path(target), Path(form_1))
        child = fork(lambda target=target: _opened(target))  # type: ignore[misc]
        time.sleep(lot.uniform(0.0, 0.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = form_of(Path(target))
        store = records.open_store(target)
        store.label(REVIEW, "d1", "design", "randomised", coder="coder A")
        assert store.draft("Plan").content == {"n": 1}
        print(found, flush=True)


if __name__ == "__main__":
    # What is loaded at the first use is loaded before the forks.
    with tempfile.TemporaryDirectory() as warm:
        records.open_store(f"{warm}/records.db").labels(REVIEW)
    # Several calls with "--" between them: starting and loading costs more than most of them.
    for call in " ".join(sys.argv[1:]).split(" -- "):
        name, *arguments = call.split(" ")
        globals()[name](*(int(a) if a.isdigit() else a for a in arguments))
