"""Where the group stands on an item, as rows that are picture and text alternative in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.consultation_items import Item, said
from almpo_kit.workbench.answering.phrases import unit_words
from almpo_kit.workbench.localisation import Speech

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.codesign.rounds.feedback import Feedback


@dataclass(frozen=True)
class Row:
    """One bar.

    Parameters
    ----------
    label : str
    start, width : float
        Of the bar, in per cent of the line.
    middle : float or None
        A mark on it.
    value : str
        What it says, in words.
    mine : bool
        The reader's own former answer lies here.
    """

    label: str
    start: float
    width: float
    middle: float | None
    value: str
    mine: bool = False


@dataclass(frozen=True)
class Picture:
    """The answers of the group to one item.

    Parameters
    ----------
    n : int
        Participants.
    least : int
        Fewer are not shown.
    sentence : str
    parts : tuple of (caption, tuple of Row)
        Empty where too few answered.
    wordy : bool
        Its labels are sentences, not steps.
    """

    n: int
    least: int
    sentence: str
    parts: tuple[tuple[str, tuple[Row, ...]], ...]
    wordy: bool = False


def picture(found: Feedback, item: Item, own: Mapping[str, float], speech: Speech, least: int) -> Picture:
    """Rows of a feedback.

    Parameters
    ----------
    found : Feedback
    item : Item
    own : mapping
        The reader's own former answer; it is marked, for her alone.
    speech : Speech
    least : int
        Of a group, as planned.
    """
    if not found.shown:
        return Picture(found.n, least, "", ())
    parts: tuple[tuple[str, tuple[Row, ...]], ...]
    if item.kind in ("points", "swing"):
        parts = (("", _spans(found, item, speech)),)
    elif item.kind == "budget":
        parts = (("", _funded(found, item, own, speech)),)
    elif item.kind == "best_worst":
        parts = tuple(_named(found, item, own, speech, q) for q in ("best", "worst"))
    elif item.kind == "pairwise":
        parts = tuple(_pair(found, item, own, speech, p) for p in found.table["part"].unique())
    else:
        parts = (("", _steps(found, item, own, speech)),)
    return Picture(
        found.n, least, _sentence(found, item, speech), parts, item.kind not in ("statement", "quantity")
    )


def _sentence(found: Feedback, item: Item, speech: Speech) -> str:
    if item.kind not in ("statement", "quantity"):
        return ""
    held = found.summary[found.summary["part"] == ("" if item.kind == "statement" else "0.5")].iloc[0]
    low, middle, high = (speech.number(float(held[c]), 1) for c in ("q25", "median", "q75"))
    if item.kind == "quantity":
        return speech.say(
            "The middle half of what people expect goes from %(low)s to %(high)s; the middle answer is %(middle)s (%(unit)s).",
            low=low,
            middle=middle,
            high=high,
            unit=unit_words(item, speech),
        )
    told = speech.say(
        "The middle half of the answers goes from %(low)s to %(high)s; the middle answer is %(middle)s.",
        low=low,
        middle=middle,
        high=high,
    )
    first, last = item.scale
    # Whoever keeps her answer does not open the scale: what its ends mean has to stand beside the bars.
    return f"{told} {first} = {speech.say('I disagree completely')}, {last} = {speech.say('I agree completely')}."


def _rows(table: pd.DataFrame) -> list[Any]:
    return list(table.itertuples())


def _percent(share: float, speech: Speech) -> str:
    return speech.say("%(n)s%%", n=speech.number(100 * share, 0))


def _bar(label: str, share: float, speech: Speech, mine: bool) -> Row:
    return Row(label, 0.0, round(100 * share, 2), None, _percent(share, speech), mine)


def _steps(found: Feedback, item: Item, own: Mapping[str, float], speech: Speech) -> tuple[Row, ...]:
    value = own.get("" if item.kind == "statement" else "0.5")
    last = float(found.table["high"].max())
    rows = []
    for bar in _rows(found.table):
        low, high = float(bar.low), float(bar.high)
        label = speech.number(low, 1)
        if high > low:
            label = speech.say("%(low)s to %(high)s", low=label, high=speech.number(high, 1))
        here = value is not None and (
            value == low if high == low else low <= value < high or value == high == last
        )
        rows.append(_bar(label, float(bar.share), speech, here))
    return tuple(rows)


def _spans(found: Feedback, item: Item, speech: Speech) -> tuple[Row, ...]:
    rows = []
    for held in _rows(found.summary):
        low, middle, high = float(held.q25), float(held.median), float(held.q75)
        told = speech.say(
            "%(middle)s (middle half: %(low)s to %(high)s)",
            middle=speech.number(middle, 0),
            low=speech.number(low, 0),
            high=speech.number(high, 0),
        )
        label = said(item.options[str(held.part)], speech.language)
        rows.append(Row(label, low, max(high - low, 0.5), middle, told))
    return tuple(rows)


def _funded(found: Feedback, item: Item, own: Mapping[str, float], speech: Speech) -> tuple[Row, ...]:
    return tuple(
        _bar(said(item.options[b.part], speech.language), float(b.share), speech, bool(own.get(b.part)))
        for b in _rows(found.table)
    )


def _named(
    found: Feedback, item: Item, own: Mapping[str, float], speech: Speech, question: str
) -> tuple[str, tuple[Row, ...]]:
    place = 0 if question == "best" else 1
    mine = {p.split(":")[1].split(">")[place] for p in own if p.startswith(question)}
    told = found.table[found.table["part"].str.startswith(f"{question}:")]
    rows = tuple(
        _bar(said(item.options[o], speech.language), float(b.share), speech, o in mine)
        for b in _rows(told)
        for o in (str(b.part).split(":")[1],)
    )
    words = (
        speech.say("Named as most important")
        if question == "best"
        else speech.say("Named as least important")
    )
    return words, rows


def _pair(
    found: Feedback, item: Item, own: Mapping[str, float], speech: Speech, part: Any
) -> tuple[str, tuple[Row, ...]]:
    first, second = (said(item.options[o], speech.language) for o in str(part).split(">"))
    words = {
        2: speech.say("“%(option)s” counts much more", option=first),
        1: speech.say("“%(option)s” counts more", option=first),
        0: speech.say("both the same"),
        -1: speech.say("“%(option)s” counts more", option=second),
        -2: speech.say("“%(option)s” counts much more", option=second),
    }
    told = found.table[found.table["part"] == part].sort_values("step", ascending=False)
    mine = _step(own[str(part)]) if str(part) in own else None
    rows = tuple(_bar(words[int(b.step)], float(b.share), speech, mine == int(b.step)) for b in _rows(told))
    return speech.say("“%(first)s” or “%(second)s”", first=first, second=second), rows


def _step(value: float) -> int:
    """As in ``codesign.feedback``: much more begins at four times."""
    if abs(value - 1) < 1e-6:
        return 0
    size = 2 if max(value, 1 / value) >= 4 - 1e-6 else 1
    return size if value > 1 else -size
