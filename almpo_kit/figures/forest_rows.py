"""What a forest plot lists: rows in order, their labels, and the part of the axis worth showing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.scales import finite
from almpo_kit.figures.wording import column, plural, words
from almpo_kit.vocabulary.horizons import BAND_LABELS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

#: ``Vork A.``, ``van der Klaauw B. A randomized …``, ``Pessoa e Costa S.``: a family name before initials.
_PERSON = re.compile(r"([^\W\d][\w'’ -]*?),? (?:[A-Z]\.[ -]?)+(?!\w\w)|([^\W\d][\w'’ -]*?) (?:[A-Z]\.[ -]?)+")
_YEAR = re.compile(r"\(((?:19|20)\d\d)\w?\)")

#: Target groups in few words; the others are short already.
_WHOM = {
    "long_term_unemployed": "long-term unempl.",
    "disabled": "disabled",
    "disadvantaged": "disadvantaged",
    "welfare_recipients": "on welfare",
}


@dataclass(frozen=True)
class Estimate:
    """One row of a forest plot."""

    label: str
    place: str
    parts: tuple[str, str, str, str]
    sample: str
    programme_type: str
    band: str
    effect: float
    low: float
    high: float
    weight: float
    used: bool
    why_not: str

    @property
    def study(self) -> str:
        """``Hoff et al. 2021, DK``."""
        return f"{self.label}, {self.place}" if self.place else self.label

    @property
    def detail(self) -> str:
        """When, which programme, for whom, which arm: what tells estimates of one study apart."""
        return ", ".join(filter(None, self.parts))

    @property
    def what(self) -> str:
        """The same without when."""
        return ", ".join(filter(None, self.parts[1:]))

    @property
    def has_se(self) -> bool:
        """Whether there is an interval to draw."""
        return self.low == self.low and self.high == self.high


def estimates(table: pd.DataFrame) -> list[Estimate]:
    """Rows with an effect, by programme type, then horizon band, then study, then effect (largest first).

    The estimates of one study stay together; studies follow each other by their mean effect.
    """
    rows = [e for e in listed(table) if e.effect == e.effect]
    means = _means(rows)
    kind_at = {k: i for i, k in enumerate(PROGRAMME_TYPES)}
    band_at = {b: i for i, b in enumerate(BAND_LABELS)}
    return sorted(
        rows,
        key=lambda e: (
            kind_at.get(e.programme_type, 99),
            e.programme_type,
            band_at.get(e.band, 99),
            -means[e.programme_type, e.band, e.study],
            e.study,
            -e.effect,
        ),
    )


def listed(table: pd.DataFrame) -> list[Estimate]:
    """Every row of the table, in its order."""
    if "effect" not in table:
        return []
    frame = zip(
        _labels(table),
        words(table, "country"),
        _parts(table),
        words(table, "sample_id"),
        words(table, "programme_type"),
        words(table, "band"),
        *(column(table, c) for c in ("effect", "low", "high", "weight")),
        _flags(table),
        words(table, "why_not"),
        strict=True,
    )
    return [Estimate(*each) for each in frame]


def _means(rows: list[Estimate]) -> dict[tuple[str, str, str], float]:
    """Mean effect of each study within its group."""
    held: dict[tuple[str, str, str], list[float]] = {}
    for e in rows:
        held.setdefault((e.programme_type, e.band, e.study), []).append(e.effect)
    return {key: sum(effects) / len(effects) for key, effects in held.items()}


def _flags(table: pd.DataFrame) -> list[bool]:
    return [bool(v) and v == v for v in table["used"]] if "used" in table else [False] * len(table)


def _labels(table: pd.DataFrame) -> list[str]:
    cited, ids = words(table, "citation"), words(table, "study_id")
    return [short_citation(c) if c else i or "study not named" for c, i in zip(cited, ids, strict=True)]


def _parts(table: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """When; the programme's name where its study has several; for whom; which arm or subgroup."""
    months, groups_ = column(table, "horizon_months"), words(table, "target_group")
    spans = [plural(round(m), "month") if m == m else "" for m in months]
    whom = ["" if g == "all" else _WHOM.get(g, TARGET_GROUPS.get(g, g)) for g in groups_]
    programmes, studies = words(table, "programme_name"), words(table, "study_id")
    several: dict[str, set[str]] = {}
    for study, programme in zip(studies, programmes, strict=True):
        several.setdefault(study, set()).add(programme)
    named = [p if len(several[s]) > 1 else "" for s, p in zip(studies, programmes, strict=True)]
    return list(zip(spans, named, whom, words(table, "part"), strict=True))


def shared(rows: list[Estimate]) -> tuple[str, list[str]]:
    """What all estimates of a study have in common, and what is left to say of each."""
    same = [len(set(values)) == 1 for values in zip(*(e.parts for e in rows), strict=True)]
    common = ", ".join(p for p, s in zip(rows[0].parts, same, strict=True) if s and p)
    rest = [", ".join(p for p, s in zip(e.parts, same, strict=True) if p and not s) for e in rows]
    return common, [r or "estimate" for r in rest]


def short_citation(citation: str) -> str:
    """``Fein D. & Hamadyk J. (2018) Bridging …`` -> ``Fein & Hamadyk 2018``; where no authors are
    named the first words of the title, ``“How sensitive are matching…” 2023``."""
    found = _YEAR.search(citation)
    head = citation[: found.start()].strip() if found else citation
    year = f" {found[1]}" if found else ""
    if "et al" in head[:60]:
        first = head.split("et al")[0].strip(" ,")
        match = _PERSON.match(f"{first} ")
        return f"{(match[1] or match[2]) if match else first} et al.{year}"
    people = _people(head, whole=found is not None)
    if not people:
        return f"“{_first_words(_YEAR.sub('', citation).strip())}”{year}"
    return (" & ".join(people) if len(people) <= 2 else f"{people[0]} et al.") + year


def _first_words(title: str) -> str:
    """As much of a title as a label holds, in whole words, without the article before it."""
    whole = re.split(r"[.:?(;,]", title)[0].strip()
    short = re.sub(r"^(?:The|An?) ", "", whole)
    kept = short[:29].rsplit(" ", 1)[0] if len(short) > 29 else short
    return kept if kept == whole else f"{kept[:1].upper()}{kept[1:]}{'…' if kept != short else ''}"


def _people(head: str, *, whole: bool) -> list[str]:
    """Family names at the beginning of a citation; ``whole`` says that nothing but names stands in it."""
    parts = [p.strip() for p in re.split(r", | & | and |; ", head) if p.strip(" ,.")]
    people = []
    for part in parts:
        match = _PERSON.match(f"{part} ")
        if match is None:
            break
        people.append(match[1] or match[2])
    if not people and whole and ":" not in head and len(head) <= 90:
        return [p.strip(" ,.") for p in parts]
    return people


def window(rows: list[Estimate], *more: float) -> tuple[float, float]:
    """The part of the axis to show: zero, every estimate that is not far out, and most of the intervals.

    Far out is beyond three interquartile ranges from the middle half. What lies outside gets an arrow at the
    edge, and its number stands in full beside it; otherwise one odd study would flatten all the others.
    """
    effects = sorted(e.effect for e in rows)
    core = finite([*effects, *more]) or [0.0]
    if len(effects) >= 4:
        q1, q3 = effects[len(effects) // 4], effects[(3 * len(effects)) // 4]
        reach = 3 * max(q3 - q1, 0.05 * max(abs(q1), abs(q3)), 1e-9)
        core = [v for v in core if q1 - reach <= v <= q3 + reach] or core
    low, high = min(*core, 0.0), max(*core, 0.0)
    reach = (high - low) or max(abs(low), 1.0)
    ends = [v for e in rows if e.has_se for v in (e.low, e.high)]
    low = max(min([low, *ends]), low - 0.6 * reach)
    high = min(max([high, *ends]), high + 0.6 * reach)
    pad = 0.05 * (high - low or 1.0)
    return low - pad, high + pad


def groups(rows: list[Estimate]) -> list[tuple[str, str, list[Estimate]]]:
    """(programme type, band, rows), in order."""
    out: list[tuple[str, str, list[Estimate]]] = []
    for e in rows:
        if not out or out[-1][:2] != (e.programme_type, e.band):
            out.append((e.programme_type, e.band, []))
        out[-1][2].append(e)
    return out


def written(e: Estimate, digits: int) -> str:
    """``2.4 (0.6 to 4.2)`` or ``2.4 (no SE)``."""
    inside = f"{number(e.low, digits)} to {number(e.high, digits)}" if e.has_se else "no SE"
    return f"{number(e.effect, digits)} ({inside})"


def unit_digits(unit: str, rows: list[Estimate]) -> int:
    """Decimals: none for money, two for log ratios, one otherwise."""
    if unit.startswith("log_") or (rows and max(abs(e.effect) for e in rows) < 1):
        return 2
    return 0 if unit.startswith(("eur", "usd", "dem", "cop", "etb")) else 1


def band_words(band: str) -> str:
    """A band's label with a capital; empty where there is none."""
    label = BAND_LABELS.get(band, band)
    return label[:1].upper() + label[1:]


def as_pooled(finding: Any) -> Any:
    """The pooled effect that a Finding carries, or is; None where there is none."""
    own = getattr(finding, "pooled", None)
    if own is None and finite([getattr(finding, "mean", None)]):
        own = finding
    return own if own is not None and finite([getattr(own, "mean", None)]) else None
