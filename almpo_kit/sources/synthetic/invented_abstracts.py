"""One invented study and the texts on it: an abstract, sometimes the sections of a paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from almpo_kit.sources.synthetic.invented_neighbours import NEAR, TOPICS
from almpo_kit.sources.synthetic.invented_prints import (
    CLOSE,
    MIDDLE,
    OPEN,
    Estimate,
    amount,
    choose,
    draw_estimate,
    figures,
    stars,
    written,
)
from almpo_kit.sources.synthetic.invented_wording import Wording

#: Share of programme types, targets and designs among evaluations; the rest are as likely as each other.
_TYPES: Final = {
    "services": 0.25,
    "training": 0.25,
    "employment_incentives": 0.17,
    "supported_employment": 0.09,
    "direct_job_creation": 0.08,
    "start_up_incentives": 0.06,
    "sanctions_monitoring": 0.06,
    "mixed": 0.04,
}
_DESIGNS: Final = {
    "rct": 0.35,
    "matching": 0.27,
    "did": 0.16,
    "rd": 0.09,
    "iv": 0.07,
    "timing_of_events": 0.06,
}
_MONTHS: Final = (6, 12, 18, 24, 30, 36, 48, 60)


@dataclass
class Study:
    """What is true of one invented study."""

    programme_type: str
    target_group: str
    country: str
    design: str
    n: int
    start: int
    end: int
    estimates: list[Estimate] = field(default_factory=list)


@dataclass
class Draft:
    """A text under construction: amounts are still marked; ``stated`` are the fields that it says."""

    title: str
    abstract: str
    body: str
    stated: set[str]


def draw_study(rng: np.random.Generator, wording: Wording, estimates: int) -> Study:
    """A study with its estimates: one outcome at several horizons, or several outcomes at one."""
    start = int(rng.integers(1996, 2021))
    study = Study(
        str(rng.choice(list(_TYPES), p=list(_TYPES.values()))),
        str(choose(rng, list(wording.targets))),
        str(choose(rng, list(wording.countries))),
        str(rng.choice(list(_DESIGNS), p=list(_DESIGNS.values()))),
        round(10 ** rng.uniform(2.2, 4.6)),
        start,
        start + int(rng.integers(1, 4)),
    )
    if study.programme_type == "supported_employment":
        study.target_group = "disabled"
    origin = "random_assignment" if study.design == "rct" and rng.random() < 0.6 else "start"
    origin = "end" if rng.random() < 0.07 else origin
    months = rng.permutation(_MONTHS)
    outcomes = rng.permutation(list(wording.outcomes))
    for at in range(estimates):
        study.estimates.append(draw_estimate(rng, str(outcomes[at % 2]), int(months[at // 2]), origin))
    return study


class Writer:
    """Fills templates with the words of one study, the same word for a code throughout one text or not."""

    def __init__(self, rng: np.random.Generator, wording: Wording, language: str, study: Study) -> None:
        self.rng, self.wording, self.language, self.study = rng, wording, language, study

    def words(self) -> dict[str, Any]:
        """Words for one sentence."""
        s, w, rng = self.study, self.wording, self.rng
        return {
            "programme": choose(rng, w.programmes[s.programme_type]),
            "target": choose(rng, w.targets[s.target_group]),
            "country": choose(rng, w.countries[s.country]),
            "design": choose(rng, w.designs[s.design]),
            "n": written(s.n, 0, rng, self.language),
            "start": s.start,
            "end": s.end,
            "age": int(rng.integers(22, 55)),
            "weeks": int(rng.integers(4, 60)),
            "rate": written(float(rng.uniform(3, 19)), 1, rng, self.language),
            "cost": written(float(rng.integers(2, 90)) * 100, 0, rng, self.language),
        }

    def sentence(self, templates: tuple[str, ...], stated: set[str], **more: str) -> str:
        """One sentence; what it names is added to ``stated``."""
        template = str(choose(self.rng, templates))
        names = {
            "programme": "programme_type",
            "target": "target_group",
            "country": "country",
            "design": "design",
        }
        stated.update(code for name, code in names.items() if f"{{{name}}}" in template)
        words = self.words() | more
        lead = (
            "outcome"
            if template.startswith("{outcome}")
            else "programme"
            if template.startswith("{programme}")
            else ""
        )
        if lead:
            words[lead] = _capital(str(words[lead]))
        return _capital(
            re.sub(r" ([.,])(?=\s|$)", r"\1", " ".join(filter(None, template.format(**words).split(" "))))
        )

    def horizon(self, e: Estimate) -> str:
        """When the effect was measured, in words."""
        months = int(e.horizon_months)
        templates = self.wording.horizons[e.horizon_from]
        if months % 12 or months == 12:
            templates = tuple(t for t in templates if "{years}" not in t)
        return str(choose(self.rng, templates)).format(
            months=months, years=f"{months // 12} {_YEARS[self.language]}"
        )

    def result(self, e: Estimate, name: int, stated: set[str]) -> str:
        """The sentence that prints an estimate."""
        w, rng = self.wording, self.rng
        ratio = e.unit == "log_hazard_ratio"
        signed = bool(ratio or e.unit == "share" or rng.random() < 0.3)
        e.printed = {}
        said = amount(e, rng, self.language, name, signed=signed)
        beside = figures(e, rng, self.language, signed=signed)
        templates = w.signed if signed else w.rises if e.effect > 0 else w.falls
        stated |= {"outcome", "horizon_months"}
        return self.sentence(
            templates,
            stated,
            outcome=str(choose(rng, w.outcomes[e.outcome])),
            amount=said,
            figures=beside,
            horizon=self.horizon(e),
        )


_YEARS: Final = {"en": "years", "de": "Jahre", "fr": "ans"}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def evaluation(
    rng: np.random.Generator, wording: Wording, language: str, study: Study, *, full: bool
) -> Draft:
    """A text on a study; about one in eight prints no number."""
    writer, stated = Writer(rng, wording, language, study), set[str]()
    outcome = str(choose(rng, wording.outcomes[study.estimates[0].outcome]))
    title = writer.sentence(wording.titles, stated, outcome=outcome)
    silent = rng.random() < 0.12 and not full
    parts = [writer.sentence(wording.openings, set())]
    if rng.random() < 0.75 or full:
        parts.append(writer.sentence(wording.aims, stated))
    if rng.random() < 0.92:
        parts.append(writer.sentence(wording.methods, stated))
    shown = study.estimates[:2]
    if silent:
        said, e = str(choose(rng, wording.outcomes[shown[0].outcome])), shown[0]
        parts.append(writer.sentence(wording.nothing, stated, outcome=said, horizon=writer.horizon(e)))
        stated |= {"outcome", "horizon_months"}
        study.estimates = [e]
        e.printed = {"kind": "no number"}
    else:
        parts += [writer.result(e, at, stated) for at, e in enumerate(shown)]
    parts += [writer.sentence(wording.asides, set()), writer.sentence(wording.closings, set())]
    if language == "en" and rng.random() < 0.5:
        # Evaluations speak of neighbouring topics too.
        _, pool = TOPICS[str(choose(rng, list(TOPICS)))]
        plain = tuple(s for s in pool if not re.search(r"\{(x|y|se|n)\}|[0-9]", s))
        at = int(rng.integers(1, len(parts)))
        parts.insert(at, writer.sentence(plain, set()))
    abstract = " ".join(p for p in parts if p)
    return Draft(title, abstract, _paper(writer, stated) if full else "", stated)


def _paper(writer: Writer, stated: set[str]) -> str:
    """Sections and a table, in which the estimates beyond the second stand."""
    w, study = writer.wording, writer.study
    heads = _HEADINGS[writer.language]
    lines = [heads[0], writer.sentence(w.aims, stated), writer.sentence(w.asides, set()), ""]
    lines += [heads[1], writer.sentence(w.methods, stated), writer.sentence(w.asides, set()), "", heads[2]]
    for at, e in enumerate(study.estimates[2:], start=2):
        lines.append(_table_line(writer, e, at) if at % 2 else writer.result(e, at, stated))
    lines += ["", _NOTES[writer.language], "", heads[3], writer.sentence(w.closings, set())]
    return "\n".join(lines)


def _table_line(writer: Writer, e: Estimate, name: int) -> str:
    """A row as text of a table gives it: ``Earnings, month 12   124** (41)``."""
    label = str(choose(writer.rng, writer.wording.outcomes[e.outcome]))
    shown = written(e.effect, e.decimals, writer.rng, writer.language)
    se = written(e.se, len(f"{e.se:.4f}".rstrip("0").partition(".")[2]), writer.rng, writer.language)
    e.printed = {"kind": "table"}
    return f"\n{_capital(label)}, {_MONTH[writer.language]} {int(e.horizon_months)}, {_IN[e.unit]}  {OPEN}{name}{MIDDLE}{shown}{CLOSE}{stars(e.z)} ({se})\n"


_MONTH: Final = {"en": "month", "de": "Monat", "fr": "mois"}
_IN: Final = {
    "percentage_points": "pp",
    "share": "share",
    "eur_per_month": "EUR/month",
    "eur_per_year": "EUR/year",
    "percent": "%",
    "days": "days",
    "weeks": "weeks",
    "months": "months",
    "log_hazard_ratio": "log hazard",
}
_HEADINGS: Final = {
    "en": ("1 Introduction", "2 Data and method", "3 Results", "4 Conclusion"),
    "de": ("1 Einleitung", "2 Daten und Methode", "3 Ergebnisse", "4 Schluss"),
    "fr": ("1 Introduction", "2 Données et méthode", "3 Résultats", "4 Conclusion"),
}
_NOTES: Final = {
    "en": "Notes: standard errors in parentheses. *** p<0.01, ** p<0.05, * p<0.1.",
    "de": "Anmerkung: Standardfehler in Klammern. *** p<0,01, ** p<0,05, * p<0,1.",
    "fr": "Notes : erreurs types entre parenthèses. *** p<0,01, ** p<0,05, * p<0,1.",
}


def neighbour(rng: np.random.Generator, wording: Wording, language: str) -> tuple[Draft, str]:
    """A text that is no evaluation of a programme, and its topic."""
    topic = str(choose(rng, list(TOPICS)))
    titles, pool = TOPICS[topic]
    study = draw_study(rng, wording, 1)
    writer, nothing = Writer(rng, wording, language, study), set[str]()

    def fill(template: str) -> str:
        return writer.sentence(
            (template,),
            nothing,
            x=written(float(rng.uniform(0.4, 6)), 1, rng, language),
            se=written(float(rng.uniform(0.2, 2)), 1, rng, language),
            y=str(int(rng.integers(2, 9))),
            outcome="earnings",
        )

    first = [pool[0]] if rng.random() < 0.7 else []
    chosen = first + [str(s) for s in rng.permutation(list(pool[1:]))[: int(rng.integers(2, 5))]]
    parts = [writer.sentence(wording.openings, nothing)]
    if topic in NEAR and rng.random() < 0.7:
        parts.append(writer.sentence(wording.aims, nothing))
    parts += [fill(s) for s in chosen]
    # The sentences of evaluations are no privilege of theirs.
    for templates, often in ((wording.asides, 0.5), (wording.methods, 0.4), (wording.closings, 0.5)):
        if rng.random() < often:
            parts.append(writer.sentence(templates, nothing))
    if rng.random() < 0.4:
        parts.append(writer.result(study.estimates[0], 0, nothing))
    titles = wording.titles if topic in NEAR and rng.random() < 0.6 else titles
    return Draft(fill(str(choose(rng, titles))), " ".join(p for p in parts if p), "", set()), topic
