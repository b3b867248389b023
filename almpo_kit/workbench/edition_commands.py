"""``almpo evidence editions | add | diff``: which editions there are, keeping one's own, what moved between two."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import intake_options
from almpo_kit.workbench.broken_pipes import quiet
from almpo_kit.workbench.new_files import must_be_new, write_new
from almpo_kit.workbench.safe_csv import safe_csv

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import EditionDiff
    from almpo_kit.sources import Intake

#: Endings of files that hold coded estimates; a word with one of them is meant as a file.
_FILES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".dta", ".parquet")
_NARROWEST, _WIDEST = 60, 120
#: More moved conclusions than this are for a spreadsheet.
_SHOWN = 40


def add(actions: Any) -> None:
    """Add these actions to ``almpo evidence``."""
    actions.add_parser("editions", help="which editions of the evidence base there are").set_defaults(
        run=quiet(_editions)
    )
    keeping = actions.add_parser("add", help="keep a checked copy of your own coded sheet as an edition")
    keeping.add_argument("file", type=Path)
    keeping.add_argument("--edition", required=True, metavar="NAME", help="its name, e.g. ministry-2026-1")
    intake_options.add(keeping, keep=True)
    keeping.set_defaults(run=quiet(_add))
    diff = actions.add_parser("diff", help="which conclusions moved between two editions, and why")
    for name in ("before", "after"):
        diff.add_argument(name, metavar=name.upper(), help="an edition's name, or a file of coded estimates")
    diff.add_argument(
        "--csv", type=Path, metavar="FILE", help="also write the conclusions that moved, into a new file"
    )
    intake_options.add(diff)
    diff.set_defaults(run=quiet(_diff))


def _editions(asked: argparse.Namespace) -> int:
    from almpo_kit import sources
    from almpo_kit.sources.intake.problems import ascii_controls

    table = sources.editions()
    shown = table[["edition", "kind", "released", "n_estimates", "n_studies", "note"]]
    for line in shown.to_string(index=False, na_rep="–").splitlines():
        print(ascii_controls(line))
    return 1 if table["note"].str.startswith("DAMAGED").any() else 0


def _add(asked: argparse.Namespace) -> int:
    from almpo_kit import sources

    taken = intake_options.read(asked.file, asked)
    _look(taken, asked.file, asked)
    print(sources.keep_edition(taken.effects, asked.edition, note=f"from {asked.file.name}"))
    return 0


def _diff(asked: argparse.Namespace) -> int:
    from almpo_kit import evidence

    if asked.csv is not None:
        must_be_new(asked.csv, "--csv")
    if intake_options.given(asked) and not (_is_file(asked.before) or _is_file(asked.after)):
        raise ParameterError(
            f"{intake_options.given(asked).split()[0]} says how to read a file, and two editions are compared; leave it out."
        )
    frames = [_loaded(name, asked) for name in (asked.before, asked.after)]
    names = (_called(asked.before), _called(asked.after))
    if names[0] == names[1] and asked.before != asked.after:
        names = (asked.before, asked.after)
    found = evidence.compare(*frames, names=names)
    if asked.csv is not None:
        # Written first: who stops reading the screen still has the file.
        write_new(asked.csv, _table(found.table), "--csv")
        print(f"Wrote {len(found.table)} rows to {asked.csv}.", file=sys.stderr)
    width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
    print("\n".join(told(found, width)))
    return 0


def _table(moved: pd.DataFrame) -> bytes:
    """As UTF-8 with its mark, so that Excel shows letters of all scripts right."""
    return safe_csv(moved).encode("utf-8-sig")


def _called(name: str) -> str:
    return Path(name).name if _is_file(name) else name


def _is_file(name: str) -> bool:
    """Whether a person means a file: it has the ending of one, or a folder before it."""
    return name.lower().endswith(_FILES) or "/" in name or "\\" in name


def _loaded(name: str, asked: argparse.Namespace) -> pd.DataFrame:
    """An edition by its name, or the estimates of a file."""
    from almpo_kit import sources

    if not _is_file(name):
        return sources.effects(name)
    if not Path(name).exists():
        known = ", ".join(sources.editions()["edition"])
        raise ParameterError(f"there is no file {name!r}; give a file's path or an edition's name ({known}).")
    taken = intake_options.read(Path(name), asked)
    _look(taken, Path(name), asked)
    return taken.effects


def _look(taken: Intake, file: Path, asked: argparse.Namespace) -> None:
    """What is to look at in a file and does not stand in the way: rows left out and what concerns the whole
    file in full, the rest by number."""
    problems = taken.problems
    shown = problems["severity"].eq("fatal") | (problems["row"].isna() & problems["column"].eq(""))
    for line in intake_options.lines(problems[shown]):
        print(line, file=sys.stderr)
    if taken.left_out:
        print(f"    note  {taken.failed[0].sentence}", file=sys.stderr)
    if rest := int((~shown).sum()):
        things = f"{rest} {'more ' if shown.any() else ''}thing{'s' * (rest > 1)}"
        check = intake_options.to_check(file, asked)
        print(f"{file}: {things} to look at; `{check}` lists them.", file=sys.stderr)


def told(found: EditionDiff, width: int) -> Iterator[str]:
    """What moved, for a terminal: the sentence, what to mind, then each conclusion in four lines."""
    yield from _wrapped(found.sentence, width)
    for check in found.checks:
        words = f"{'MIND' if check.status == 'failed' else 'note'}  {check.sentence}"
        yield from _wrapped(words, width, initial_indent="  ", subsequent_indent="        ")
    for i, row in enumerate(found.table.head(_SHOWN).to_dict("records"), start=1):
        yield ""
        yield from _wrapped(f"{i:>3}  {row['what']}: {row['kinds']}", width, subsequent_indent="     ")
        for part in ("before", "after", "because"):
            lead = f"     {part:<8} "
            yield from _wrapped(str(row[part]), width, initial_indent=lead, subsequent_indent=" " * len(lead))
    if found.n_moved > _SHOWN:
        yield ""
        yield f"… and {found.n_moved - _SHOWN} more; --csv FILE writes them all."


def _wrapped(text: str, width: int, initial_indent: str = "", subsequent_indent: str = "") -> list[str]:
    """Lines of at most this width; names of estimates and files stay whole, and nothing steers the terminal."""
    from almpo_kit.sources.intake.problems import ascii_controls

    return textwrap.wrap(
        ascii_controls(" ".join(text.split())),
        width,
        initial_indent=initial_indent,
        subsequent_indent=subsequent_indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
