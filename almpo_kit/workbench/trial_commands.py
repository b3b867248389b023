"""``almpo trial …``: a trial from its plan to the evidence base."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.broken_pipes import quiet
from almpo_kit.workbench.trial_files import read_plan
from almpo_kit.workbench.typed_acts import as_typed, three_digits

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.workbench.trial_cases import TrialCase

#: Exit code where a published draw is not what seed and list give.
DIFFERS: Final = 1
_KINDS: Final = (".md", ".html", ".pdf", ".json")
_PUBLISHED: Final = "the file that `almpo trial draw` wrote; of late entrants give theirs, too"


def add(verbs: Any) -> None:
    """Add the sub-commands to the command line's verbs."""
    text = "trials: plan, register, draw, verify, watch, analyse, publish"
    main = verbs.add_parser("trial", help=text, description=text)
    acts = main.add_subparsers(dest="action", required=True, metavar="ACTION")

    def act(name: str, run: Any, words: str, *, named: bool = True) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = acts.add_parser(name, help=words, description=words)
        if named:
            added.add_argument("name", metavar="NAME", help="of the trial")
        added.set_defaults(run=run)
        return added

    act("list", quiet(_list), "all trials and where they are", named=False)
    act("example", quiet(_example), "a SYNTHETIC plan to begin with, as JSON", named=False)
    for name, run, words in (
        ("size", quiet(_size), "whether a plan can show the smallest effect that would matter"),
        ("plan", _plan, "keep a plan (JSON); after it was registered, an amendment with --reason"),
    ):
        act(name, run, words, named=False).add_argument("file", type=Path, metavar="PLAN")
    acts.choices["plan"].add_argument("--reason", default="", help="why a registered plan is amended")
    acts.choices["plan"].add_argument("--role", default="", help="what you are, not who")
    act("register", _register, "fix the plan: its digest and the time are kept")
    _drawing(act)
    _measuring(act)
    out = act("export", _export, "the plan with its digest, and what became of it")
    out.add_argument("--out", type=Path, required=True, metavar="FILE", help="new, .md, .html, .pdf or .json")
    out.add_argument("--version", type=int, help="of the plan; the one that counts where left out")
    gone = act("abandon", _abandon, "end a trial; it stays in the registry")
    gone.add_argument("--reason", required=True, help="why, in words")


def _drawing(act: Callable[..., argparse.ArgumentParser]) -> None:
    draw = act("draw", _draw, "draw the list by lots that anybody can draw again")
    draw.add_argument("list", type=Path, metavar="LIST", help="one row a unit, with a column id")
    draw.add_argument(
        "--seed", required=True, help="best one that nobody can choose, e.g. of a public lottery"
    )
    draw.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new CSV: the published draw")
    verify = act("verify", quiet(_verify), "draw again and compare; exit code 1 where it differs")
    verify.add_argument("published", type=Path, metavar="PUBLISHED")
    verify.add_argument("list", type=Path, metavar="LIST")
    late = act("late", _late, "draw people who came after the draw; nobody drawn before is changed")
    late.add_argument("list", type=Path, metavar="LIST", help="the late entrants alone")
    late.add_argument("--seed", required=True, help="a new one, not known when they were entered")
    late.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new CSV: their draw")
    _with_published(late)


def _measuring(act: Callable[..., argparse.ArgumentParser]) -> None:
    look = act("monitor", quiet(_monitor), "look at a running trial; intervals hold however often one looks")
    look.add_argument("data", type=Path, metavar="DATA")
    _with_published(look)
    act("close", _close, "all outcomes are in; from now on the plan cannot be amended")
    analyse = act("analyse", quiet(_analyse), "analyse a closed trial as planned, and keep the result")
    analyse.add_argument("data", type=Path, metavar="DATA")
    _with_published(analyse)
    analyse.add_argument(
        "--because",
        action="append",
        default=[],
        metavar="WHAT=REASON",
        help="what was done otherwise than planned, and why",
    )
    analyse.add_argument(
        "--list",
        type=Path,
        metavar="LIST",
        help="that was drawn: the draw is verified and repeated for the test",
    )
    analyse.add_argument("--study-id", default="", help="in the evidence base; made of the name otherwise")
    analyse.add_argument("--subsidised-job", default="", choices=("", "included", "excluded", "not_stated"))
    analyse.add_argument("--seed", type=int, default=0, help="of the randomisation test")
    publish = act("publish", _publish, "bring the result into a new edition of the evidence base")
    publish.add_argument("--edition", required=True, metavar="NAME", help="a new one, e.g. ministry-2027-1")
    publish.add_argument(
        "--base", default="", help="edition to which it is added; published evidence otherwise"
    )


def _with_published(act: argparse.ArgumentParser) -> None:
    act.add_argument(
        "--published", type=Path, action="append", required=True, metavar="FILE", help=_PUBLISHED
    )


def _case(asked: argparse.Namespace) -> TrialCase:
    from almpo_kit.workbench.trials import open_trial

    return open_trial(asked.name)


def _told(found: Finding) -> None:
    """A Finding on a terminal: what to doubt first, the sentence, the rest."""
    from almpo_kit.sources.intake.problems import ascii_controls

    marks = {"failed": "MIND", "passed": "held", "informational": "note"}
    lines = [f"{marks[c.status]}  {c.sentence}" for c in found.failed]
    lines += [found.sentence]
    lines += [f"{marks[c.status]}  {c.sentence}" for c in found.checks if c.status != "failed"]
    for line in lines:
        # Thin spaces between thousands are for pages.
        print(ascii_controls(line.replace("\u202f", " ")))


def _list(_: argparse.Namespace) -> int:
    from almpo_kit.sources.intake.problems import ascii_controls
    from almpo_kit.workbench import record_keeping

    held = record_keeping.store().trials()
    if not len(held):
        print("No trial has been kept yet; `almpo trial example` writes a plan to begin with.")
        return 0
    held["since"] = held["at"].dt.strftime("%Y-%m-%d")
    shown = held[["name", "state", "since", "design", "country", "primary", "people", "edition", "synthetic"]]
    for line in shown.to_string(index=False).splitlines():
        print(ascii_controls(line))
    return 0


def _example(_: argparse.Namespace) -> int:
    from almpo_kit.workbench.example_trials import example_plan

    print(json.dumps(example_plan().to_plain(), indent=1, ensure_ascii=False))
    return 0


def _size(asked: argparse.Namespace) -> int:
    from almpo_kit import experiments
    from almpo_kit.experiments.planning.plan_document import size_beside_looks

    plan = read_plan(asked.file)
    _told(
        experiments.power(
            plan.design, plan.primary, effect=plan.smallest_effect, losses=plan.losses, alpha=plan.alpha
        )
    )
    if looks := size_beside_looks(plan):
        print(f"MIND  {looks}")
    return 0


def _plan(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench import record_keeping

    plan = read_plan(asked.file)
    kept = record_keeping.store().keep_trial_plan(
        plan.name, plan, author_role=asked.role, reason=asked.reason
    )
    print(f"{kept.name}: version {kept.version} of its plan, digest {kept.digest}")
    return 0


def _register(asked: argparse.Namespace) -> int:
    kept = _case(asked).register()
    print(
        f"{kept.name} is registered since {kept.registered:%Y-%m-%d %H:%M:%S} UTC, digest {kept.held.digest}"
    )
    return 0


def _draw(asked: argparse.Namespace) -> int:
    _told(_case(asked).draw(asked.list, asked.seed, out=asked.out))
    print(
        f"Who was drawn where is in {asked.out}; publish it with seed and list. The store keeps only digests."
    )
    return 0


def _verify(asked: argparse.Namespace) -> int:
    found = _case(asked).verify(asked.list, asked.published)
    _told(found)
    return 0 if found.same else DIFFERS


def _late(asked: argparse.Namespace) -> int:
    _told(_case(asked).late(asked.list, list(asked.published), seed=asked.seed, out=asked.out))
    print(f"Who was drawn where is in {asked.out}.")
    return 0


def _monitor(asked: argparse.Namespace) -> int:
    _told(_case(asked).monitor(asked.data, list(asked.published)))
    return 0


def _close(asked: argparse.Namespace) -> int:
    kept = _case(asked).close()
    print(f"{kept.name} is closed since {kept.at:%Y-%m-%d %H:%M} UTC; analyse it as planned.")
    return 0


def _analyse(asked: argparse.Namespace) -> int:
    case = _case(asked)
    try:
        found = case.analyse(
            asked.data,
            _reasons(asked.because),
            published=list(asked.published),
            units=asked.list,
            closing=False,
            study_id=asked.study_id,
            includes_subsidised_job=asked.subsidised_job,
            seed=asked.seed,
        )
    except (DesignError, ParameterError) as error:
        raise type(error)(as_typed(str(error))) from error
    _told(found)
    for line in found.table.to_string(index=False, float_format=three_digits).splitlines():
        print(line)
    return 0


def _publish(asked: argparse.Namespace) -> int:
    _told(_case(asked).publish(asked.edition, base=asked.base))
    return 0


def _export(asked: argparse.Namespace) -> int:
    from almpo_kit.workbench.new_files import must_be_new, write_new
    from almpo_kit.workbench.trial_documents import page

    kind = asked.out.suffix.lower()
    if kind not in _KINDS:
        raise ParameterError(f"--out {asked.out} ends in {kind!r}; choose {', '.join(_KINDS)}.")
    must_be_new(asked.out, "--out")
    case = _case(asked)
    if kind == ".json":
        plan = (
            case.store.trial_plan(asked.name, asked.version).plan if asked.version is not None else case.plan
        )
        data = (json.dumps(plan.to_plain(), indent=1, ensure_ascii=False) + "\n").encode()
    elif kind == ".pdf":
        data = case.pdf(asked.version)
    else:
        written = case.document(asked.version)
        data = (written if kind == ".md" else page(written, case.title)).encode()
    write_new(asked.out, data, "--out")
    print(asked.out)
    return 0


def _abandon(asked: argparse.Namespace) -> int:
    kept = _case(asked).abandon(asked.reason)
    print(f"{kept.name} is abandoned; it stays in the registry with its reason.")
    return 0


def _reasons(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        what, sign, reason = one.partition("=")
        if not sign or not what.strip() or not reason.strip():
            raise ParameterError(
                f"--because {one!r} must say what and why, e.g. --because estimator='two offices were closed'."
            )
        if what.strip() in found:
            raise ParameterError(f"--because names {what.strip()!r} twice; give one reason for it.")
        found[what.strip()] = reason.strip()
    if found:
        print(f"Otherwise than planned: {', '.join(found)}.", file=sys.stderr)
    return found
