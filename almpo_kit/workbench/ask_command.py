"""``almpo ask "question"``: what the evidence says to a question in words, with its quotes."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from typing import Any

from almpo_kit.workbench.broken_pipes import quiet

#: Exit code where the evidence does not speak of the question.
_NOT_IN_IT = 1
_NARROWEST, _WIDEST = 60, 120


def add(verbs: Any) -> None:
    """Add the command."""
    text = "ask the evidence in words: pooled answers and quotes, or “not in the evidence”"
    asking = verbs.add_parser("ask", help=text, description=text)
    asking.add_argument("question", help="e.g. 'Do wage subsidies help the long-term unemployed?'")
    asking.add_argument(
        "--review", default="", help="also ask the documents that are settled as relevant in this review"
    )
    asking.set_defaults(run=quiet(_ask))


def _ask(asked: argparse.Namespace) -> int:
    from almpo_kit.sources.intake.problems import ascii_controls
    from almpo_kit.workbench.asking import ask
    from almpo_kit.workbench.reviews import open_review

    found = ask(asked.question, review=open_review(asked.review) if asked.review else None)
    width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))

    def tell(text: str, indent: str = "") -> None:
        # A document's text could steer the terminal.
        plain = ascii_controls(" ".join(text.split()))
        print(textwrap.fill(plain, width, initial_indent=indent, subsequent_indent=" " * len(indent)))

    tell(found.sentence)
    for check in found.failed:
        tell(check.sentence, "  MIND  ")
    for row in found.table.to_dict("records"):
        place = ", ".join(
            str(p) for p in (row["title"], row["year"], row["page"] and f"p. {row['page']}") if p
        )
        print()
        tell(f"“{row['sentence']}”", "  ")
        tell(f"{place} ({row['source']})" if row["source"] else place, "    ")
    return 0 if found.in_evidence else _NOT_IN_IT
