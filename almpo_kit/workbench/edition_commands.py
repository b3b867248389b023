"""``almpo evidence editions | add | diff``: which editions there are, keeping one's own, what moved between two."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DataError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.evidence import EditionDiff

#: Endings of files that hold coded estimates; a word with one of them is meant as a file.
_FILES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".dta", ".parquet")
_NARROWEST, _WIDEST = 60, 120
#: More moved conclusions than this are for a spreadsheet.
_SHOWN = 40


def add(actions: Any) -> None:
    """Add these actions to ``almpo evidence``."""
    actions.add_parser("editions", help="which editions of the evidence base there are").set_defaults(
        run=_editions
    )
    keeping = actions.add_parser("add", help="keep a checked copy of your own coded sheet as an edition")
    keeping.add_argument("file", type=Path)
    keeping.add_argument("--edition", required=True, metavar="NAME", help="its name, e.g. ministry-2026-1")
    keeping.add_argument("--sheet", help="which sheet of a workbook")
    keeping.set_defaults(run=_add)
    diff = actions.add_parser("diff", help="which conclusions moved between two editions, and why")
    for name in ("before", "after"):
        diff.add_argument(name, metavar=name.upper(), help="an edition's name, or a file of coded estimates")
    diff.add_argument("--csv", type=Path, metavar="FILE", help="also write the conclusions that moved")
    diff.set_defaults(run=_diff)


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

    taken = sources.read_effects(asked.file, sheet=asked.sheet)
    _look(taken.problems, asked.file)
    print(sources.keep_edition(taken.effects, asked.edition, note=f"from {asked.file.name}"))
    return 0


def _diff(asked: argparse.Namespace) -> int:
    from almpo_kit import evidence

    frames = [_loaded(name) for name in (asked.before, asked.after)]
    names = (_called(asked.before), _called(asked.after))
    if names[0] == names[1] and asked.before != asked.after:
        names = (asked.before, asked.after)
    found = evidence.compare(*frames, names=names)
    width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
    print("\n".join(told(found, width)))
    if asked.csv is not None:
        _write(found.table, asked.csv)
    return 0


def _called(name: str) -> str:
    return Path(name).name if _is_file(name) else name


def _is_file(name: str) -> bool:
    """Whether a person means a file: it has the ending of one, or a folder before it."""
    return name.lower().endswith(_FILES) or "/" in name or "\\" in name


def _loaded(name: str) -> pd.DataFrame:
    """An edition by its name, or the estimates of a file."""
    from almpo_kit import sources

    if not _is_file(name):
        return sources.effects(name)
    if not Path(name).exists():
        known = ", ".join(sources.editions()["edition"])
        raise ParameterError(f"there is no file {name!r}; give a file's path or an edition's name ({known}).")
    taken = sources.read_effects(Path(name))
    _look(taken.problems, Path(name))
    return taken.effects


def _look(problems: pd.DataFrame, file: Path) -> None:
    """Say that there is something to look at in a file, which does not stand in the way."""
    if len(problems):
        n = f"{len(problems)} thing{'s' * (len(problems) > 1)}"
        print(f"{file.name}: {n} to look at; `almpo evidence check {file.name}` lists them.", file=sys.stderr)


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


def _write(table: pd.DataFrame, path: Path) -> None:
    try:
        table.to_csv(path, index=False)
    except OSError as error:
        raise DataError(
            f"{path} cannot be written ({error.strerror}); choose another file with --csv."
        ) from None
    print(f"Wrote {len(table)} rows to {path.name}.", file=sys.stderr)
