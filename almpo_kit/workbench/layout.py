"""The parts of a page that are not Findings: masthead, the answers in short, all cautions, the references."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.rendering import checks_html, picture_html, table_html

if TYPE_CHECKING:
    import pandas as pd


class Block:
    """A piece of HTML that a notebook shows as it is."""

    def __init__(self, html: str) -> None:
        self.html = html

    def __repr__(self) -> str:
        # No memory address: executed notebooks are compared byte by byte.
        return "Block(…)"

    def _repr_html_(self) -> str:
        return self.html


def masthead(title: str, standfirst: str, *, eyebrow: str = "EU ALMP Observatory") -> Block:
    """The top of a page: what it answers, in a title and one sentence."""
    return Block(
        f'<header class="masthead"><p class="eyebrow">{escape(eyebrow)}</p><h1>{escape(title)}</h1>'
        f'<p class="standfirst">{escape(standfirst)}</p></header>'
    )


def in_short(**findings: Finding) -> Block:
    """One line an answer: the heading is the keyword with its underscores as spaces."""
    items = "".join(
        f"<li><strong>{escape(name.replace('_', ' '))}</strong>{escape(finding.sentence)}</li>"
        for name, finding in findings.items()
    )
    return Block(f'<ul class="in-short">{items}</ul>')


def picture(finding: Finding, name: str) -> Block:
    """Another drawing of a Finding than its default one."""
    return Block(picture_html(finding, name))


#: Kind of Finding -> drawings beside its default one.
_FURTHER: dict[str, tuple[str, ...]] = {"Overlap": ("balance_love",), "Heterogeneity": ("toc",)}


def further(finding: Finding) -> tuple[Block, ...]:
    """The further drawings of a Finding that has some: balance beside overlap, targeting beside groups.

    A step that was refused has none.
    """
    names = _FURTHER.get(type(finding).__name__, ())
    return tuple(picture(finding, name) for name in names if name != finding.figure)


def compact(finding: Finding) -> Block:
    """A Finding in little: question, sentence, picture and what limits it; for pages that show many."""
    drawn = picture_html(finding) if finding.figure else ""
    return Block(
        f'<section class="finding"><h3 class="question">{escape(finding.question)}</h3>'
        f'<p class="answer-line">{escape(finding.sentence)}</p>{drawn}'
        f"{checks_html(tuple(c for c in finding.checks if c.name == 'what is missing'))}</section>"
    )


def table(frame: pd.DataFrame, caption: str) -> Block:
    """A table of a frame under its caption."""
    return Block(table_html(frame, caption=caption))


def prose(text: str) -> Block:
    """Plain text as it stands, line by line."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return Block(f'<div class="prose">{lines}</div>')


def cautions(*findings: Finding) -> Block:
    """Every failed check of these Findings, each once; says so when there is none."""
    failed = tuple(dict.fromkeys(check for finding in findings for check in finding.failed))
    if not failed:
        return Block("<p>No check failed. That does not make the evidence thick: see what it rests on.</p>")
    return Block(checks_html(failed))


def references(studies: pd.DataFrame, study_ids: Iterable[str]) -> Block:
    """The studies behind an answer, alphabetically, each with its link where there is one.

    Parameters
    ----------
    studies : DataFrame, shape (n_studies, ...)
        With ``study_id``, ``citation`` and ``url``.
    study_ids : iterable of str
    """
    cited = studies[studies["study_id"].isin(set(study_ids))].sort_values("citation")
    return Block(f'<ol class="references">{"".join(map(_reference, cited["citation"], cited["url"]))}</ol>')


def link(url: object) -> str:
    """A web address as a link, or nothing.

    Anything else in a data file (javascript:, file:) does not become one.
    """
    if isinstance(url, str) and url.startswith(("https://", "http://")):
        return f'<a href="{escape(url, quote=True)}" rel="noopener">Source</a>'
    return ""


def _reference(citation: str, url: object) -> str:
    return f"<li>{escape(f'{citation} ')}{link(url)}</li>" if link(url) else f"<li>{escape(citation)}</li>"
