"""Which vintage of NUTS a file's codes are of: the one whose list holds them all, or it says that none or several do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from almpo_kit.vocabulary.places import EU27


@dataclass(frozen=True)
class Dating:
    """The vintage of some codes.

    Parameters
    ----------
    vintage : str
        The vintage taken for the file; empty where no code is of any list.
    of : dict of str to str
        Code → vintage; only codes that some list holds.
    unknown : tuple of str
        Codes in no list.
    notices : tuple of str
    """

    vintage: str
    of: dict[str, str]
    unknown: tuple[str, ...]
    notices: tuple[str, ...]


def date(codes: Iterable[str], lists: Mapping[str, frozenset[str]]) -> Dating:
    """Date the codes of one file.

    Parameters
    ----------
    codes : iterable of str
        NUTS codes of levels 1 to 3.
    lists : mapping of str to frozenset of str
        Vintage → all its codes, in the order of time.
    """
    every = sorted(set(codes))
    known = [c for c in every if any(c in held for held in lists.values())]
    unknown = tuple(c for c in every if c not in set(known))
    # Lists of older vintages may not cover countries outside the EU: those must not decide.
    deciding = [c for c in known if c[:2] in EU27] or known
    fits = [v for v, held in lists.items() if deciding and all(c in held for c in deciding)]
    best = fits[-1] if fits else _nearest(deciding, lists)
    of = {c: best if c in lists.get(best, ()) else _newest(c, lists) for c in known}
    return Dating(best, of, unknown, tuple(_notices(deciding, fits, best, of, unknown, tuple(lists))))


def _newest(code: str, lists: Mapping[str, frozenset[str]]) -> str:
    return next(v for v in reversed(list(lists)) if code in lists[v])


def _nearest(codes: list[str], lists: Mapping[str, frozenset[str]]) -> str:
    """The vintage that holds the most codes; of several the newest."""
    return max(lists, key=lambda v: (sum(c in lists[v] for c in codes), v)) if codes else ""


def _notices(
    codes: list[str],
    fits: list[str],
    best: str,
    of: dict[str, str],
    unknown: tuple[str, ...],
    vintages: tuple[str, ...],
) -> Iterable[str]:
    if len(fits) > 1:
        yield (
            f"The codes fit NUTS {', '.join(fits)} alike: which vintage is ambiguous, and they are taken as {best}. "
            "Where a region kept its code and changed its territory, the two differ."
        )
    if codes and not fits:
        others = sorted(c for c in codes if of[c] != best)
        yield (
            f"The file mixes vintages of NUTS: {len(codes) - len(others)} codes are of {best}, {len(others)} are not "
            f"({', '.join(f'{c} of {of[c]}' for c in others[:8])}{', …' if len(others) > 8 else ''}). Each row says "
            "which; regions.convert brings them to one."
        )
    if unknown:
        yield (
            f"{len(unknown)} region code{'s' if len(unknown) > 1 else ''} in no list of NUTS {', '.join(vintages)} "
            f"({', '.join(unknown[:8])}{', …' if len(unknown) > 8 else ''}): left out, nothing was guessed."
        )
