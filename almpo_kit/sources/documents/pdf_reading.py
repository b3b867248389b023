"""A PDF as text: what the confined process found, judged: refused, degraded or whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from almpo_kit.sources.documents.bibliographic_guesses import (
    guess_abstract,
    guess_authors,
    guess_doi,
    guess_title,
    guess_year,
)
from almpo_kit.sources.documents.cleaning import clean
from almpo_kit.sources.documents.languages import language_of
from almpo_kit.sources.documents.limits import Limits
from almpo_kit.sources.documents.reading import Reading
from almpo_kit.sources.documents.separate_process import Outcome, read_apart
from almpo_kit.sources.intake.problems import counted
from almpo_kit.vocabulary.errors import DataError

_OCR = "Run text recognition (OCR) on it first, e.g. with `ocrmypdf`, and give the result."
_FAULTS = {
    "password": "is locked with a password. Open it, remove the password and save it again.",
    "security": "is locked in a way that is not read (a certificate). Ask the publisher for an open copy.",
    "damaged": "is damaged: it is no whole PDF. Download it again.",
    "unknown": "is damaged: it is no whole PDF. Download it again.",
    "missing": "is damaged: it is no whole PDF. Download it again.",
    "page": "is damaged: its pages cannot be found. Download it again.",
}
#: Signs a page below which it is a picture of a page; share of signs that stand for nothing, to refuse and to tell.
_SCANNED, _UNREADABLE, _ODD = 40, 0.3, 0.02
_FEW_HIDDEN, _SIDEWAYS = 20, 80
#: What looks like a word, and the share of them below which letters stand for others.
_WORDLIKE = re.compile(r"[(\[\"'“‘„«]*[\w.,/’'–−+*%€$=<>:-]+[)\].,;:!?\"'”’»%*]*")
_WORDS, _GARBLED = 100, 0.4


def read_pdf(name: str, data: bytes, limits: Limits) -> Reading:
    """Read a PDF in a process of its own.

    Raises
    ------
    DataError
        Locked, damaged, a scan without text, or too much work; the message names the way out.
    """
    outcome = read_apart("pdf", data, limits)
    stopped = 0
    if outcome.ending == "crash" and (good := _last_good(outcome)):
        # The same file fails at the same page: what stands before it is read again, alone.
        stopped = good + 1
        outcome = read_apart("pdf", data, _first_pages(limits, good))
    _refuse_endings(name, outcome, limits)
    head, *rest = outcome.records
    pages = [r for r in rest if "page" in r]
    found = next((r for r in rest if "text" in r), {"text": "", "passages": [], "title": "", "running": []})
    _refuse_unreadable(name, head, pages, found)
    reading = _reading(head, found)
    _tell_missing(reading, head, rest, pages, stopped)
    _tell_odd(reading, head, pages, found)
    return reading


def _last_good(outcome: Outcome) -> int:
    return max((r["page"] for r in outcome.records if r.get("signs")), default=0)


def _first_pages(limits: Limits, pages: int) -> Limits:
    from dataclasses import replace

    return replace(limits, pages=pages)


def _refuse_endings(name: str, outcome: Outcome, limits: Limits) -> None:
    pages = sum("page" in r for r in outcome.records)
    so_far = f" ({pages:,} pages were read by then)" if pages else ""
    way_out = "Nothing was taken in. Save it anew from a PDF viewer ('print to PDF'), or give a part of it."
    if outcome.ending == "time":
        raise DataError(
            f"{name} took longer than {limits.seconds} seconds{so_far} and was stopped. {way_out}"
        )
    if outcome.ending == "memory":
        raise DataError(f"{name} needed more than {limits.memory:,} MB of memory and was stopped. {way_out}")
    if outcome.ending == "output":
        raise DataError(f"{name} holds more text than any publication and was stopped. {way_out}")
    if outcome.ending == "crash" or not outcome.records:
        raise DataError(
            f"{name} made the reader fail; it is damaged, hostile, or needs more than {limits.memory:,} MB of memory. "
            f"Nothing else was touched. {way_out}"
        )


def _refuse_unreadable(
    name: str, head: dict[str, Any], pages: Sequence[dict[str, Any]], found: dict[str, Any]
) -> None:
    if fault := head.get("fault"):
        raise DataError(f"{name} {_FAULTS.get(fault, _FAULTS['unknown'])}")
    if not head["pages"] or all("fault" in p for p in pages):
        raise DataError(f"{name} {_FAULTS['page']}")
    signs, pictures = sum(p.get("signs", 0) for p in pages), sum(p.get("picture", 0) > 0.3 for p in pages)
    hidden = sum(p.get("hidden_signs", 0) for p in pages)
    if not found["text"] and hidden:
        raise DataError(
            f"{name} shows no text; what it holds is invisible on the page ({hidden:,} signs). {_OCR}"
        )
    if not found["text"] or (signs < _SCANNED * len(pages) and pictures >= 0.5 * len(pages)):
        few = f"only {signs:,} signs" if signs else "no text"
        what = f"is a scan: pictures of pages, and {few}" if pictures else f"shows {few}"
        raise DataError(f"{name} {what} ({counted(len(pages), 'page')}). {_OCR}")
    if found["unmapped"] > _UNREADABLE * signs:
        raise DataError(
            f"{name} does not say which letters its signs are ({found['unmapped']:,} of {signs:,} stand for nothing). {_OCR}"
        )
    if _garbled(found["text"]):
        raise DataError(f"{name} does not say which letters its signs are: hardly a word can be read. {_OCR}")


def _garbled(text: str) -> bool:
    """Whether the signs stand for other letters than they seem, as in files without the table of their fonts."""
    tokens = text[:60_000].split()
    if len(tokens) < _WORDS or language_of(text):
        return False
    words = sum(_WORDLIKE.fullmatch(t) is not None and t.strip(".,;:()").isalnum() for t in tokens)
    return words < _GARBLED * len(tokens)


def _reading(head: dict[str, Any], found: dict[str, Any]) -> Reading:
    text: str = found["text"]
    meta = {key: clean(value) for key, value in head["meta"].items()}
    title, by = guess_title(meta, found["title"], text)
    rows = [
        (i, page, start, end, text[start:end], *box)
        for i, (_, page, start, end, *box) in enumerate(found["passages"])
    ]
    reading = Reading(text=text, title=title, pages=head["pages"], passages=rows)
    reading.abstract, reading.doi = guess_abstract(text), guess_doi(text)
    reading.authors, reading.year = guess_authors(meta), guess_year(text)
    given = {"title": title, "abstract": reading.abstract, "authors": reading.authors, "DOI": reading.doi}
    given |= {"year": "yes" if reading.year == reading.year else ""}
    guessed, unknown = [k for k, v in given.items() if v], [k for k, v in given.items() if not v]
    if guessed:
        where = f" (the title: {by})" if title else ""
        reading.noted("guessed", f"Guessed from the file, to be looked at: {', '.join(guessed)}{where}.")
    if unknown:
        reading.noted("not found", f"Not found in the file: {', '.join(unknown)}.")
    return reading


def _tell_missing(
    reading: Reading,
    head: dict[str, Any],
    rest: Sequence[dict[str, Any]],
    pages: Sequence[dict[str, Any]],
    stopped: int,
) -> None:
    total, last = head["pages"], pages[-1]["page"]
    if stopped:
        reading.failed(
            "damaged", f"The file is damaged from page {stopped} on; the {last:,} pages before were read."
        )
    elif any("full" in r for r in rest):
        reading.failed("length", f"The text is longer than is kept: {last:,} of {total:,} pages were read.")
    elif last < total:
        reading.failed("length", f"The file has {total:,} pages; the first {last:,} were read.")
    if broken := [p["page"] for p in pages if "fault" in p]:
        reading.failed("pages", f"{_listed(broken)} damaged and not read.")
    scanned = [p["page"] for p in pages if p.get("signs", 1) < _SCANNED and p.get("picture", 0) > 0.3]
    if scanned:
        reading.failed(
            "scanned", f"{_listed(scanned)} without text, only a picture: text recognition (OCR) is missing."
        )
    if cut := [p["page"] for p in pages if p.get("cut")]:
        reading.failed(
            "crowded", f"{_listed(cut)} with more signs than a page can show; the rest was left out."
        )


def _tell_odd(
    reading: Reading, head: dict[str, Any], pages: Sequence[dict[str, Any]], found: dict[str, Any]
) -> None:
    signs, hidden = sum(p.get("signs", 0) for p in pages), sum(p.get("hidden_signs", 0) for p in pages)
    if hidden:
        sample = next(clean(p["hidden"]) for p in pages if p.get("hidden_signs"))[:80]
        where = _listed([p["page"] for p in pages if p.get("hidden_signs")])
        # A few dots beside a figure happen to everybody; a sentence does not.
        tell = reading.failed if hidden > _FEW_HIDDEN else reading.noted
        tell(
            "hidden text",
            f"{where}: {hidden:,} signs cannot be seen on the page (white, transparent or off the page) and were left out: "
            f"{sample!r}.",
        )
    if sideways := [p["page"] for p in pages if p.get("turned", 0) > _SIDEWAYS]:
        reading.failed("turned", f"{_listed(sideways)}: text that runs sideways or aslant was left out.")
    if unseen := [p["page"] for p in pages if p.get("unchecked")]:
        reading.failed(
            "hidden text", f"{_listed(unseen)} with too many parts to look for text that cannot be seen."
        )
    if found["unmapped"] > _ODD * signs:
        reading.failed(
            "letters", f"{found['unmapped']:,} of {signs:,} signs stand for no letter; words may be broken."
        )
    if found["turning"]:
        reading.failed(
            "direction", f"{found['turning']:,} marks that turn the direction of writing were taken out."
        )
    if ocr := [p["page"] for p in pages if p.get("ocr")]:
        reading.noted(
            "recognised", f"{_listed(ocr)}: the text is from text recognition and may hold wrong letters."
        )
    if head["encrypted"]:
        reading.noted(
            "protected", "The publisher restricts printing or copying; it opens without a password."
        )
    if found["running"]:
        shown = "; ".join(repr(r[:50]) for r in found["running"][:3])
        reading.noted("running heads", f"Left out since they stand on page after page: {shown}.")


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers[:6])
    more = f" and {len(numbers) - 6:,} more" if len(numbers) > 6 else ""
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {shown}{more}"
