"""A strategy as a document: on screen, as a page that stands alone offline, and as a PDF."""

from __future__ import annotations

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.rendering import finding_html, number, table_html
from almpo_kit.workbench import layout
from almpo_kit.workbench.page import whole_page
from almpo_kit.workbench.pdf import print_page, require_browser
from almpo_kit.workbench.strategies import Strategy
from almpo_kit.workbench.strategy_wishes import EVIDENCE, GOALS

_TITLES = {
    "portfolio": "The mix",
    "labour_market": "The labour market",
    "gains": "What programmes can be expected to do there",
    "costs": "What an additional job costs",
    "displacement": "If others lose what participants gain",
    "payback": "What comes back to the public purse",
    "implementation": "How to do it",
    "risks": "What can go wrong",
    "information": "What is worth finding out first",
}

_NOT_KEPT = "A draft that was not kept"
#: Answers that are sentences -> columns: what they are grouped by, what is read, how sure it is.
_IN_WORDS = {
    "implementation": ("topic", ("says",), "certainty"),
    "risks": ("risk", ("why", "reduce_by"), "level"),
}


def strategy_body(found: Strategy, draft: str = _NOT_KEPT) -> str:
    """The document without its frame.

    Parameters
    ----------
    found : Strategy
    draft : str
        Which draft it is, in words.
    """
    drawn = found.findings
    synthetic = any(f.provenance.synthetic for f in drawn.values())
    stamp = f'<p class="synthetic">{SYNTHETIC}</p>' if synthetic else ""
    head = layout.masthead(
        "Which programmes, for whom, with this money?",
        f"{found.words()}. {draft}.",
        eyebrow="EU ALMP Observatory · design of active labour market policy",
    )._repr_html_()
    short = layout.in_short(
        The_mix=drawn["portfolio"],
        Labour_market=drawn["labour_market"],
        What_to_expect=drawn["gains"],
        Find_out_first=drawn["information"],
    )._repr_html_()
    parts = "".join(
        f"<h2>{escape(_TITLES[key])}</h2>{finding_html(finding)}{in_words(found, key)}"
        for key, finding in drawn.items()
    )
    cautions = layout.cautions(*drawn.values())._repr_html_()
    return (
        f"{stamp}{head}{short}<h2>What was asked</h2>{_asked(found)}{parts}<h2>Why to doubt it</h2>{cautions}"
        "<h2>What this cannot tell</h2><ul><li>Nobody has evaluated this mix in this place: effects are those of such "
        "programmes elsewhere, or of the people whose register was used.</li><li>How many jobs others lose is an assumption; "
        "it stands beside every net figure.</li><li>Whether the programmes can be delivered: staff, providers and time are "
        "not in it.</li><li>It is advice. People decide, and may decide otherwise with a reason.</li></ul>"
    )


def in_words(found: Strategy, name: str) -> str:
    """An answer that is made of sentences, to be read and not only downloaded; "" for others.

    What holds alike of several types of programme is said once.
    """
    by, columns, sure = _IN_WORDS.get(name, ("", (), ""))
    table = found.findings[name].table
    if not columns or not {by, *columns, sure, "programme_type"} <= set(table.columns):
        return ""
    parts = []
    for topic, rows in table.groupby(by, sort=False):
        said: dict[tuple[str, ...], list[str]] = {}
        for row in rows.to_dict("records"):
            kind = PROGRAMME_TYPES.get(str(row["programme_type"]))
            words = (*(str(row[c]) for c in columns), str(row[sure]))
            said.setdefault(words, []).append(kind.label if kind else str(row["programme_type"]).capitalize())
        items = "".join(
            f"<li><strong>{escape(', '.join(dict.fromkeys(kinds)))}</strong> ({escape(how)}). {escape(_joined(texts))}</li>"
            for (*texts, how), kinds in said.items()
        )
        parts.append(f"<h4>{escape(str(topic).capitalize())}</h4><ul>{items}</ul>")
    return f"<details open><summary>{escape(_TITLES[name])}, in words</summary>{''.join(parts)}</details>"


def _joined(texts: list[str]) -> str:
    """What is the matter, and what makes it less likely."""
    return texts[0] if len(texts) == 1 else f"{texts[0]} Less likely by: {texts[1][:1].lower()}{texts[1][1:]}"


def _asked(found: Strategy) -> str:
    """What was asked, in a table."""
    import pandas as pd

    asked = found.asked
    goals = ", ".join(f"{GOALS[g]} {w:g}" for g, w in asked.goals.items()) or "all alike"
    rows = [
        ("Place", found.labour_market.name),
        ("For whom", found.words().partition(" · ")[0]),
        ("People who could take part", number(asked.people, 0)),
        ("Budget", f"€{number(asked.budget, 0)}"),
        ("Years for which it holds", f"{asked.years:g}"),
        ("Evidence", EVIDENCE[asked.evidence]),
        ("Of 100 jobs gained, others lose", f"{100 * asked.displacement:g} (an assumption)"),
        ("Weights of the goals", f"{goals} ({asked.goals_from['source']})" if asked.goals_from else goals),
    ]
    rows += [(f"Used all the same: {programme}", reason) for programme, reason in asked.forced.items()]
    return table_html(pd.DataFrame(rows, columns=["question", "answer"]), label="What was asked")


def strategy_page(found: Strategy, draft: str = _NOT_KEPT) -> str:
    """The document as one page, without scripts and without a request to anywhere."""
    data = sorted({str(d) for f in found.findings.values() for d in f.provenance.data})
    made = f"Made with the design wizard from: {'; '.join(data) or 'no catalogued data'}."
    return whole_page(strategy_body(found, draft), title=f"Strategy · {found.words()}", made=made)


def strategy_pdf(found: Strategy, draft: str = _NOT_KEPT) -> bytes:
    """The document as a PDF.

    Raises
    ------
    ReportError
        No browser to print with; the page can be had all the same.
    """
    executable = require_browser()
    with TemporaryDirectory() as folder:
        page, target = Path(folder) / "strategy.html", Path(folder) / "strategy.pdf"
        page.write_text(strategy_page(found, draft), encoding="utf-8")
        print_page(page, target, executable)
        return target.read_bytes()
