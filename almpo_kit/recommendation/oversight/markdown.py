"""The oversight file as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from almpo_kit.recommendation.oversight.dates import AI_ACT, CHECK, GDPR, MILESTONES

if TYPE_CHECKING:
    from almpo_kit.recommendation.fairness.fairness_audit import FairnessAudit
    from almpo_kit.recommendation.oversight.oversight_file import OversightFile


def markdown_of(file: OversightFile) -> str:
    """The whole file.

    Parameters
    ----------
    file : OversightFile

    Returns
    -------
    str
    """
    blocks = [
        f"# Oversight file: {plain(file.system_name)}",
        plain(file.sentence),
        _cautions(file),
        f"Provider: {_or_open(file.provider)}. Deployer: {_or_open(file.deployer)}. Law: {AI_ACT}; {GDPR}. This is no legal "
        "advice.",
        _classification(file),
        _dates(),
        *(_part(file, part) for part in dict.fromkeys(file.table["part"])),
        _audit(file.audit)
        if file.audit is not None
        else "## Fairness audit\n\nNone was given; what the record holds of one stands above.",
    ]
    return "\n\n".join(b for b in blocks if b) + "\n"


def plain(text: object) -> str:
    """Text that Markdown and HTML leave as it is, on one line."""
    one = " ".join(str(text).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", one)


def _or_open(text: str) -> str:
    return plain(text) if text else "**to be filled in**"


def _cautions(file: OversightFile) -> str:
    return "\n".join(f"- **Caution.** {plain(c.sentence)}" for c in file.failed)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _classification(file: OversightFile) -> str:
    rows = [_row(plain(p.provision), plain(p.words), f"**{p.applies}**", plain(p.why)) for p in file.points]
    head = [_row("Provision", "What it covers", "Applies", "Why"), _row(*["---"] * 4)]
    return "\n".join(
        [
            "## Classification (AI Act, Article 6 and Annex III)",
            "",
            f"Presumption: **{plain(file.presumption)}**. What is not decided counts as high-risk. Decided by: **to be filled "
            "in**, on: **to be filled in**.",
            "",
            *head,
            *rows,
        ]
    )


def _dates() -> str:
    rows = [_row(plain(m.what), m.enacted, plain(m.since) or "no change known") for m in MILESTONES]
    head = [_row("What", "Date in the text of 2024", "Since then"), _row(*["---"] * 3)]
    return "\n".join([f"## Dates of application ({CHECK})", "", *head, *rows])


def _answer(text: str, rest: str, by_whom: str) -> str:
    if rest:
        return f"{plain(text)} **Still to be filled in by {plain(by_whom)}: {plain(rest)}**"
    return f"**To be filled in by {plain(by_whom)}**" if by_whom else plain(text)


def _part(file: OversightFile, part: str) -> str:
    mine = file.table[file.table["part"] == part]
    rows = [
        _row(
            plain(r.provision),
            plain(r.item),
            _answer(str(r.text), str(r.rest), str(r.by_whom)),
            plain(r.status),
        )
        for r in mine.itertuples()
    ]
    head = [_row("Provision", "What is asked", "Answer", "Status"), _row(*["---"] * 4)]
    return "\n".join([f"## {plain(part)}", "", *head, *rows])


def _audit(audit: FairnessAudit) -> str:
    lines = ["## Fairness audit", "", plain(audit.sentence), ""]
    if len(audit.flags):
        lines += [_row("Stage", "Warning", "What to do"), _row(*["---"] * 3)]
        lines += [_row(plain(f.stage), plain(f.found), plain(f.what_to_do)) for f in audit.flags.itertuples()]
    else:
        lines.append("No warnings.")
    lines += ["", *(f"- {plain(c.sentence)}" for c in audit.checks if not c.name.startswith("flag"))]
    return "\n".join(lines)
