"""The document of a trial: its plan with time and digest, and what became of it; Markdown, a page, a PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit import experiments
from almpo_kit.experiments.planning.plain_markdown import table, text
from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.workbench.assets import FOLDER, stylesheet

if TYPE_CHECKING:
    from datetime import datetime

    from almpo_kit.experiments import Power
    from almpo_kit.records import KeptPlan, KeptResult, KeptTrial
    from almpo_kit.vocabulary.trial_plans import TrialPlan


def document(kept: KeptTrial, version: int | None = None) -> str:
    """One version of the plan as Markdown, with its digest and the time at which it stood, and what the registry says.

    Parameters
    ----------
    kept : KeptTrial
    version : int, optional
        The one that counts where left out.

    Raises
    ------
    ParameterError
        There is no such version.
    """
    if version is not None and not 1 <= version <= len(kept.plans):
        raise ParameterError(
            f"the plan of {kept.name!r} has versions 1 to {len(kept.plans)}, not {version!r}."
        )
    one = kept.held if version is None else kept.plans[version - 1]
    sized, why_not = _sized(one.plan)
    written = experiments.plan_document(
        one.plan, sized=sized, at=_fixed(kept, one), version=one.version, why_not=why_not
    )
    return "\n\n".join([written.rstrip(), *_registry(kept)]) + "\n"


def _sized(plan: TrialPlan) -> tuple[Power | None, str]:
    """What the plan can see by formula, or why no formula says it."""
    if plan.rule is not None:
        return None, "an adaptive trial has no formula; it is simulated with experiments.simulate_rule"
    try:
        found = experiments.power(
            plan.design,
            plan.primary,
            effect=plan.smallest_effect,
            losses=plan.losses,
            alpha=plan.alpha,
            method="closed",
        )
    except AlmpoError as error:
        return None, str(error)
    return found, ""


def _fixed(kept: KeptTrial, one: KeptPlan) -> datetime:
    """When it was fixed: registered, or kept, where it was not registered or amended later."""
    step = next((s for s in kept.steps if s.state == "registered"), None)
    return step.at if step is not None and step.plan_version == one.version else one.at


def _registry(kept: KeptTrial) -> Iterator[str]:
    yield "## In the registry"
    rows = [(s.state, f"{s.at:%Y-%m-%d %H:%M:%S} UTC", s.plan_digest[:12], s.reason) for s in kept.steps]
    yield table(["state", "since", "plan", "reason"], rows)
    if kept.amendments:
        yield "### Amendments after it was registered"
        yield table(
            ["version", "when", "digest", "reason"],
            [(p.version, f"{p.at:%Y-%m-%d %H:%M} UTC", p.digest[:12], p.reason) for p in kept.amendments],
        )
    if kept.draws:
        yield "### Draws"
        yield "Whoever has the list draws it again from the seed and compares the digests (SHA-256)."
        for d in kept.draws:
            yield table(
                [text(d.stage), "published"],
                [("seed", d.seed), ("list", d.list_digest), ("draw", d.draw_digest)]
                + [(str(k), str(v)) for k, v in d.counts.items()],
            )
    if kept.looks:
        yield f"### Looks\n\nSomebody looked {len(kept.looks)} time{'s' * (len(kept.looks) > 1)} while it ran."
    for result in kept.results:
        yield from _result(result)


def _result(result: KeptResult) -> Iterator[str]:
    yield f"### Result {result.number}, {result.at:%Y-%m-%d %H:%M} UTC"
    yield text(result.sentence)
    if not result.deviations:
        yield "Nothing was done otherwise than planned, as far as draw and data show."
        return
    yield table(
        ["done otherwise", "planned", "done", "reason", "may change the verdict"],
        [
            (d["what"], d["planned"], d["done"], d["reason"] or "none given", "yes" if d["serious"] else "no")
            for d in result.deviations
        ],
    )


def page(markdown: str, title: str) -> str:
    """One HTML page that stands alone offline."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from nbconvert.filters import markdown2html

    template = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("trial.html.j2")
    return str(template.render(title=title, style=stylesheet(), body=markdown2html(markdown)))


def pdf(markdown: str, title: str) -> bytes:
    """The page, printed.

    Raises
    ------
    ReportError
        No browser that could print it.
    """
    from almpo_kit.workbench.pdf import print_page, require_browser

    browser = require_browser()
    with tempfile.TemporaryDirectory(prefix="almpo-trial-") as folder:
        source, target = Path(folder) / "trial.html", Path(folder) / "trial.pdf"
        source.write_text(page(markdown, title), encoding="utf-8")
        print_page(source, target, browser)
        return target.read_bytes()
