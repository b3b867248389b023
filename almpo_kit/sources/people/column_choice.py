"""Which column of a register is which of ours, where several could be: the one whose cells can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from almpo_kit.sources.intake.headings import nearest, plain
from almpo_kit.sources.people.cell_values import Said, number_of, occupation_of, region_of
from almpo_kit.sources.people.headings_known import bare
from almpo_kit.vocabulary.errors import ParameterError

_TRIED = 200


@dataclass
class Choice:
    """``columns``: our column -> headings in the file, the one that is read first; ``others`` are kept as they are."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def choose(
    columns: Mapping[str, list[str]],
    known: Mapping[str, str],
    mapping: Mapping[str, str],
    ours: frozenset[str],
) -> Choice:
    """Assign the file's columns.

    Parameters
    ----------
    columns : mapping of heading to cells
    known : mapping
        Plain or bare heading -> our column.
    mapping : mapping
        The person's own: heading -> our column; it goes before everything.
    ours : frozenset of str

    Raises
    ------
    ParameterError
        The mapping names a column that the file or the frame does not have, or one of ours twice.
    """
    mapped = _mapped(columns, mapping, ours)
    choice = Choice()
    for heading in columns:
        name = mapped.get(plain(heading)) or known.get(plain(heading)) or known.get(bare(heading), "")
        taken = name in mapped.values() and plain(heading) not in mapped and name not in ("text", "skills")
        if name and not taken:
            choice.columns.setdefault(name, []).append(heading)
        else:
            choice.others.append(heading)
    for name, headings in choice.columns.items():
        headings.sort(key=lambda h: (-_readable(name, columns[h]), plain(h) != name))
        if name in ("text", "skills"):
            headings.sort(key=list(columns).index)
        elif name == "occupation" and len(headings) > 1:
            # The column of codes is the occupation; the others are titles in words.
            choice.columns["text"] = [*headings[1:], *choice.columns.get("text", [])]
            del headings[1:]
            return _without_rest(choice)
    return _without_rest(choice)


def _without_rest(choice: Choice) -> Choice:
    for name, headings in choice.columns.items():
        if name not in ("text", "skills") and len(headings) > 1:
            choice.others += headings[1:]
            del headings[1:]
    return choice


def _readable(name: str, cells: list[str]) -> float:
    rules: dict[str, Callable[[str], Said]] = {"geo": region_of, "occupation": occupation_of}
    filled = [c for c in cells if c][:_TRIED]
    if not filled or name in ("text", "skills", "id", "source", "eligible_for", "period"):
        return 0.0
    said = [rules.get(name, lambda c: number_of(c, "."))(c) for c in filled]
    return sum(not s.fault and s.note != "title" for s in said) / len(filled)


def _mapped(
    columns: Mapping[str, list[str]], mapping: Mapping[str, str], ours: frozenset[str]
) -> dict[str, str]:
    present = {plain(h): h for h in columns}
    for theirs, mine in mapping.items():
        if plain(theirs) not in present:
            near = nearest(theirs, list(present))
            hint = f" Did you mean {present[near]!r}?" if near else f" It has: {', '.join(columns)[:300]}."
            raise ParameterError(f"mapping: the file has no column {theirs!r}.{hint}")
        if mine not in ours:
            raise ParameterError(
                f"mapping: {mine!r} is no column of ours; choose one of {', '.join(sorted(ours))}."
            )
    single = [m for m in mapping.values() if m not in ("text", "skills")]
    if twice := {m for m in single if single.count(m) > 1}:
        raise ParameterError(f"mapping: {', '.join(sorted(twice))} can come from one column only.")
    return {plain(theirs): mine for theirs, mine in mapping.items()}
