"""What is said about stopping."""

from __future__ import annotations

from almpo_kit.learning.stopping.kernels.ledger import quiet_after
from almpo_kit.learning.stopping.reading import Reading
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: The theorem, as it is told.
THEOREM = (
    "If a given number of documents is relevant, each draw by lot is relevant with a known chance, in whatever order "
    "others were read in between. Bets at those odds gain nothing on average, so that against the true number they "
    "reach {odds} to 1 with a chance of {chance} at most, however often one looks (Ville 1939; Waudby-Smith and Ramdas "
    "2020). Numbers against which they did are ruled out."
)


def percent(share: float) -> str:
    """A share for people: ``95%``, ``97.5%``."""
    text = f"{100 * share:.4g}"
    return f"{text}%"


def counted(count: int, one: str, many: str = "") -> str:
    """``1 document``, ``1 234 documents``."""
    return f"{number(count, 0)} {one if count == 1 else many or one + 's'}"


def low_percent(share: float) -> str:
    """A share that is promised: rounded down."""
    return f"{int(1000 * share + 1e-6) / 10:g}%"


def sentence(reading: Reading, highest: int, recall: float, confidence: float, needed: int, dry: int) -> str:
    """May she stop, with what guarantee, or what it would take."""
    found, rest = reading.found, reading.remaining
    if not rest:
        return f"All {counted(reading.n_documents, 'document')} were read; {number(found, 0)} are relevant."
    if found == 0 and highest == 0:
        return "Reading may stop: nothing relevant was found, and nothing relevant is left."
    share = found / highest if highest else 1.0
    held = (
        f"at least {low_percent(share)} of the relevant documents were found ({number(found, 0)} of {number(highest, 0)} at "
        f"most), with {percent(confidence)} confidence"
    )
    if share >= recall - 1e-9:
        return f"Reading may stop: {held}. {counted(rest, 'document')} {'is' if rest == 1 else 'are'} left unread."
    return f"Do not stop yet. {_so_far(reading, found, held, highest)} {_price(needed, rest, recall, dry)}"


def _so_far(reading: Reading, found: int, held: str, highest: int) -> str:
    if highest >= reading.n_documents - len(reading.relevant) + found:
        return (
            f"{counted(found, 'relevant document')} {'was' if found == 1 else 'were'} found, but nothing is known yet about those "
            "that are left."
        )
    return f"So far {held}."


def _price(needed: int, rest: int, recall: float, dry: int) -> str:
    lead = f"first read by rank until {dry} more in a row are irrelevant, then " if dry else ""
    said = (
        f"{lead}read {counted(needed, 'more document')} drawn by lot, {number(100 * needed / rest, 0)}% of those that are left: "
        f"if none of them is relevant, {percent(recall)} is reached."
    )
    return said[:1].upper() + said[1:]


def dry_left(ranked_dry: int, n_documents: int) -> int:
    """How many more by rank have to be irrelevant before draws by lot count."""
    return max(0, quiet_after(n_documents) - ranked_dry)


def checks(reading: Reading, confidence: float, ignored: int) -> tuple[Check, ...]:
    """What the guarantee stands on."""
    chance, odds = percent(round(1 - confidence, 6)), number(1 / (1 - confidence), 0)
    told = [
        Check("guarantee", "informational", THEOREM.format(odds=odds, chance=chance)),
        Check(
            "own decisions",
            "informational",
            "Relevant means: what the reader would call relevant. If she overlooks one in ten of those she reads, one in "
            "ten of those found are missing on top.",
        ),
        Check(
            "by lot",
            "informational",
            "It holds only if documents marked as read by lot were drawn by this tool from all that were "
            "left, and every one drawn was decided, also the hard ones.",
        ),
        Check(
            "one pool",
            "informational",
            "It is about the documents of this pool. What is added later is a pool of its own, and what no search found "
            "is not counted.",
        ),
    ]
    if not reading.by_lot and reading.remaining:
        said = (
            "Nothing was read by lot. What a ranking leaves at its end may be what it cannot recognise; only draws by lot "
            "tell."
        )
        told.insert(0, Check("draws by lot", "failed", said))
    if ignored:
        said = (
            f"{counted(ignored, 'draw')} by lot came before {quiet_after(reading.n_documents)} documents in a row by rank were "
            "irrelevant; they count as read, not for the bound."
        )
        told.append(Check("early draws", "informational", said))
    return tuple(told)


def plan_words(by: str, dry: int, limit: int, back: int) -> str:
    """Why the next one is read by rank or by lot."""
    if by == "lot":
        return f"Read the next one by lot: the last {counted(dry, 'document')} by rank were irrelevant."
    if back:
        return f"Read {counted(back, 'document')} by rank: the lot found a relevant one, from which the ranking may have learned."
    left = limit - dry
    return f"Read on by rank, until {counted(left, 'more document')} in a row {'is' if left == 1 else 'are'} irrelevant."
