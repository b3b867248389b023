"""``almpo codesign …``: plans, invitations, rounds and results of consultations, and the page of participants."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.workbench.broken_pipes import quiet
from almpo_kit.workbench.new_files import must_be_new, write_new

if TYPE_CHECKING:
    from almpo_kit.records.invitations import Invitation

_ROW: Final = ("role", "geo", "sector", "language")
_LARGEST = 1_000_000
PORT: Final = 8867


def add(verbs: Any) -> None:
    """Add the sub-commands to the command line's verbs."""
    text = "consultations: plans, invitations, rounds, results, and the page of participants"
    main = verbs.add_parser("codesign", help=text, description=text)
    acts = main.add_subparsers(dest="action", required=True, metavar="ACTION")

    def act(name: str, run: Any, words: str, *, named: bool = True) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = acts.add_parser(name, help=words, description=words)
        if named:
            added.add_argument("name", help="of the consultation")
        added.set_defaults(run=run)
        return added

    act("list", quiet(_list), "all consultations", named=False)
    plan = act("plan", _plan, "keep a plan (JSON); possible until its first round is opened")
    plan.add_argument("file", type=Path)
    for name, run, words in (
        ("open", _open, "open a round; from the first on the plan is fixed"),
        ("close", _close, "close a round"),
    ):
        act(name, run, words).add_argument("round", type=int)
    _inviting(act)
    out = act(
        "export", _export, "answers, reasons and participation as CSV, as far as the plan lets them be seen"
    )
    out.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    _serving(act("serve", _serve, "serve the page of participants, and nothing else", named=False))


def _inviting(act: Any) -> None:
    invite = act(
        "invite", _invite, "make one link a row of a CSV: role, geo and, if known, sector and language"
    )
    invite.add_argument("rows", type=Path, metavar="FILE")
    renew = act("renew", _renew, "a new link for an invitation; the old one opens nothing any more")
    renew.add_argument("number", help="e.g. P-003")
    for asked in (invite, renew):
        asked.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new CSV for the links")
        asked.add_argument(
            "--address",
            default=f"http://127.0.0.1:{PORT}",
            help="where participants reach the page, e.g. https://ask.example.org",
        )
    act("withdraw", _withdraw, "end an invitation; what was answered stays").add_argument("number")
    erase = act("erase", _erase, "delete what an invited person answered, on request")
    erase.add_argument("number")
    erase.add_argument("--reason", required=True, help="e.g. 'asked for it by letter'")


def _serving(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--ip", default="127.0.0.1", help="where to listen; encryption is a matter of a proxy in front"
    )
    serve.add_argument("--port", type=int, default=PORT)
    serve.add_argument(
        "--languages",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="more languages: DIR/fr/codesign.po",
    )
    serve.add_argument(
        "--behind-proxy",
        action="store_true",
        help="believe the proxy's X-Forwarded-For and X-Forwarded-Proto",
    )


def _store() -> Any:
    from almpo_kit.workbench import record_keeping

    return record_keeping.store()


def _list(asked: argparse.Namespace) -> int:
    held = _store().consultations()
    held["digest"] = held["digest"].astype(str).str[:12]
    print(held.to_string(index=False) if len(held) else "No consultation has been kept yet.")
    return 0


def _plan(asked: argparse.Namespace) -> int:
    from almpo_kit.vocabulary.consultations import Plan

    try:
        plain = json.loads(_text(asked.file))
    except ValueError as error:
        raise DataError(f"{asked.file} is no JSON ({error}). Nothing was kept.") from None
    if not isinstance(plain, dict):
        raise DataError(f"{asked.file} must hold one object with title, question, consent, places and items.")
    one = _store().keep_consultation(asked.name, Plan.from_plain(plain))
    print(f"{one.name}: version {one.version} of its plan, digest {one.digest[:12]}")
    return 0


def _open(asked: argparse.Namespace) -> int:
    _store().open_round(asked.name, asked.round)
    print(f"Round {asked.round} of {asked.name} is open.")
    return 0


def _close(asked: argparse.Namespace) -> int:
    _store().close_round(asked.name, asked.round)
    print(f"Round {asked.round} of {asked.name} is closed.")
    return 0


def _invite(asked: argparse.Namespace) -> int:
    rows = _rows(asked.rows)
    _reachable(asked.address)
    with _LinksFile(asked.out) as held:
        made = _store().invite(asked.name, rows)
        held.write(links_csv(made, asked.address, [r.get("language", "") for r in rows]))
    print(
        f"Links of {len(made)} invited are in {asked.out}. Only their hashes were kept: hand them out, then delete the file."
    )
    return 0


def _renew(asked: argparse.Namespace) -> int:
    _reachable(asked.address)
    with _LinksFile(asked.out) as held:
        made = _store().renew_invitation(asked.name, asked.number)
        held.write(links_csv([made], asked.address, [""]))
    print(f"The new link of {made.number} is in {asked.out}; the old one opens nothing any more.")
    return 0


def _withdraw(asked: argparse.Namespace) -> int:
    _store().withdraw_invitation(asked.name, asked.number)
    print(f"{asked.number} is withdrawn; what was answered stays.")
    return 0


def _erase(asked: argparse.Namespace) -> int:
    blanked = _store().erase_invited(asked.name, asked.number, reason=asked.reason)
    print(f"{blanked} answers and reasons of {asked.number} were deleted.")
    return 0


def _export(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.safe_csv import safe_csv

    must_be_new(asked.out, "--out")
    store = _store()
    one = store.consultation(asked.name)
    judged = store.judgements(asked.name)
    files = {
        "plan.json": json.dumps({"digest": one.digest, **one.plan.to_plain()}, ensure_ascii=False, indent=1)
        + "\n",
        "judgements.csv": safe_csv(judged),
        "reasons.csv": safe_csv(store.reasons(asked.name)),
        "participation.csv": safe_csv(store.participation(asked.name)),
        "rounds.csv": safe_csv(store.rounds(asked.name)),
    }
    try:
        asked.out.mkdir()
    except OSError as error:
        raise DataError(
            f"{asked.out} cannot be made ({error.strerror}); choose another with --out."
        ) from None
    for name, text in files.items():
        write_new(asked.out / name, text.encode(), "--out")
    for number, why in judged.attrs.get("withheld", {}).items():
        print(f"Round {number} is not in it: {why}", file=sys.stderr)
    print(asked.out)
    return 0


def _serve(asked: argparse.Namespace) -> int:
    import logging

    from almpo_kit.workbench.answering import server

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    return server.serve(
        store=_store(),
        ip=asked.ip,
        port=asked.port,
        languages=asked.languages,
        behind_proxy=asked.behind_proxy,
    )


# ---- files ---------------------------------------------------------------------------------------------


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise DataError(f"{path} is larger than 1 MB; is it the right file?")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path} is not written in UTF-8; save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).") from None


def _rows(path: Path) -> list[dict[str, str]]:
    text = _text(path)
    first = text.split("\n", 1)[0]
    held = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = [(n or "").strip().lower() for n in held.fieldnames or []]
    if not {"role", "geo"} <= set(names) or set(names) - set(_ROW):
        raise ParameterError(
            f"{path} must have the columns role and geo, may have sector and language, and nothing else: names and addresses of "
            "people stay with you. Its rows get numbers in their order, e.g. P-001."
        )
    rows = []
    for line in held:
        if None in line:
            raise ParameterError(
                f"{path}: line {held.line_num} has more cells than the first line has columns. Nobody was invited."
            )
        cells = [line.get(n) for n in held.fieldnames or []]
        rows.append({n: (c or "").strip() for n, c in zip(names, cells, strict=True) if (c or "").strip()})
    return [r for r in rows if r]


def links_csv(made: Sequence[Invitation], address: str, languages: Sequence[str]) -> str:
    """Links as CSV, one a row."""
    import pandas as pd

    from almpo_kit.workbench.answering.rendering import PATH
    from almpo_kit.workbench.safe_csv import safe_csv

    begun = f"{address.rstrip('/')}{PATH}"
    rows = [
        (one.number, one.role, one.geo, one.sector, f"{begun}/{one.token}{f'?lang={said}' if said else ''}")
        for one, said in zip(made, languages, strict=True)
    ]
    return safe_csv(pd.DataFrame(rows, columns=["number", "role", "geo", "sector", "link"]))


def _reachable(address: str) -> None:
    """Look at an address before links are made of it: they are shown once."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", address):
        raise ParameterError(
            f"--address {address!r} is not where a page is reached; write e.g. https://ask.example.org. Nobody was invited."
        )


class _LinksFile:
    """A file that only its owner reads, made before the links are: they are shown this once."""

    def __init__(self, path: Path) -> None:
        must_be_new(path, "--out")
        self._path, self._made = path, False

    def __enter__(self) -> _LinksFile:
        try:
            self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise DataError(f"{self._path} cannot be made ({error.strerror}). Nobody was invited.") from None
        return self

    def write(self, text: str) -> None:
        """Write all of it."""
        self._made = True
        try:
            with os.fdopen(os.dup(self._handle), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as error:
            raise DataError(
                f"{self._path} could not be written ({error.strerror}). The invitations were made, but their links are lost: "
                "make new ones with `almpo codesign renew`."
            ) from None

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)
        if not self._made:
            self._path.unlink(missing_ok=True)
