"""The same tree as the text of a regulation, and as the steps of a caseworker's form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from almpo_kit.vocabulary.provenance import SYNTHETIC


def regulation(leaves: pd.DataFrame, *, basis: str, warnings: Sequence[str], synthetic: bool) -> str:
    """Numbered articles.

    Parameters
    ----------
    leaves : DataFrame
        ``rule, programme, says`` of each leaf.
    basis : str
        What the rules rest on, a sentence.
    warnings : sequence of str
        What stands in front.
    synthetic : bool
    """
    lines = [f"{SYNTHETIC} DATA: not for use.", ""] if synthetic else []
    for warning in warnings:
        lines += [f"Caution: {warning}", ""]
    lines.append("Article 1. Offers")
    for at, row in enumerate(leaves.itertuples(), start=1):
        who = "Every person" if row.rule == "everybody" else f"A person for whom this holds: {row.rule},"
        lines.append(f"({at}) {who} is offered {row.programme}.")
    if len(leaves) > 1:
        lines.append(
            f"({len(leaves) + 1}) Exactly one of paragraphs 1 to {len(leaves)} applies to each person."
        )
    lines += [
        "",
        "Article 2. The caseworker decides",
        "(1) Article 1 is advice. The caseworker may offer something else, or nothing, and writes down why.",
        "(2) Where an answer needed for Article 1 is not known, no advice is given.",
        "(3) No person loses a benefit for declining an offer made on the ground of Article 1.",
        "",
        "Article 3. Basis and review",
        f"(1) {basis}",
        "(2) Article 1 lapses when the people or the programmes change; it is then learned and judged anew.",
    ]
    return "\n".join(lines)


def steps(nodes: pd.DataFrame) -> list[dict[str, Any]]:
    """The steps of a form; every text is safe to put into HTML.

    Parameters
    ----------
    nodes : DataFrame
        As :attr:`PolicyTree.nodes`.

    Returns
    -------
    list of dict
        ``step`` (from 1), ``question``, and for both answers ``yes_step``/``no_step`` (the next step, or None) and
        ``yes_offer``/``no_offer`` (the programme, or ""). A tree without questions is one step with question "" and
        both offers alike.
    """
    inner = nodes[nodes["feature"] != ""]
    if inner.empty:
        offer = escape(str(nodes["programme"].iloc[0]))
        return [
            {
                "step": 1,
                "question": "",
                "yes_step": None,
                "yes_offer": offer,
                "no_step": None,
                "no_offer": offer,
            }
        ]
    number = {int(node): at for at, node in enumerate(inner["node"], start=1)}
    offers = dict(zip(nodes["node"], nodes["programme"], strict=True))
    columns = zip(inner["node"], inner["question"], inner["yes"], inner["no"], strict=True)
    return [
        {
            "step": number[int(node)],
            "question": escape(str(question)),
            "yes_step": number.get(int(yes)),
            "yes_offer": escape(str(offers[yes])),
            "no_step": number.get(int(no)),
            "no_offer": escape(str(offers[no])),
        }
        for node, question, yes, no in columns
    ]
