"""YAML with the line of every value, read strictly: plain text, lists and mappings of names, each name once.

Values stay as typed: ``country: NO`` is Norway, not "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError

#: A schedule has ten lines; nothing longer is read.
_MOST_CHARACTERS, _MOST_BRACKETS, _DEEPEST = 10_000, 100, 5
_PLAIN = frozenset(["str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value"])


@dataclass(frozen=True)
class Lined:
    """A text, a list of these or a mapping of names to these, with the line it stands in (from 1)."""

    value: str | list[Lined] | dict[str, Lined]
    line: int


def read(path: Path) -> Lined:
    """The content of a file.

    Raises
    ------
    ParameterError
        Not readable, not YAML, or with what a schedule has no use for: anchors, tags, a name twice.
    """
    import yaml

    try:
        # A pipe or a device has no end; and a file is looked at before it is read.
        if not path.is_file():
            raise ParameterError(f"{path.name} is no file.")
        if path.stat().st_size > 4 * _MOST_CHARACTERS:
            raise ParameterError(
                f"{path.name} is too long for a schedule: over {_MOST_CHARACTERS} characters."
            )
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path.name} cannot be read as text: {error}.") from None
    if len(text) > _MOST_CHARACTERS:
        raise ParameterError(f"{path.name} is too long for a schedule: over {_MOST_CHARACTERS} characters.")
    if sum(text.count(sign) for sign in "[{") > _MOST_BRACKETS:
        raise ParameterError(f"{path.name} has too many brackets for a schedule.")
    try:
        _refuse_references(yaml, text, path.name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ParameterError(f"{path.name}{_where(error)}: {_problem(error)}") from None
    if node is None:
        raise ParameterError(f"{path.name} is empty; write at least `report:`, `when:` and `timezone:`.")
    return _lined(yaml, node, path.name, 0)


def _refuse_references(yaml: Any, text: str, name: str) -> None:
    """Anchors multiply: some lines of them fill any memory."""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            line = event.start_mark.line + 1
            raise ParameterError(
                f"{name}, line {line}: `*` and `&` at the start mean something else in YAML; put the text in quotes, "
                'e.g. when: "*/30 6 * * *".'
            )


def _where(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark is not None else ""


def _problem(error: Any) -> str:
    """What is wrong, without the excerpt."""
    told = str(getattr(error, "problem", "") or "not YAML").replace("\n", " ")
    if "mapping values are not allowed" in told:
        told += " (a colon within a text: put the text in quotes)"
    if "scanning an alias" in str(getattr(error, "context", "")):
        told += (
            ' (`*` at the start means something else in YAML: put the text in quotes, e.g. "*/30 6 * * *")'
        )
    if "'\\t'" in told:
        told += " (indent with spaces)"
    return f"this is not YAML: {told}."


def _lined(yaml: Any, node: Any, name: str, depth: int) -> Lined:
    line = node.start_mark.line + 1
    if depth > _DEEPEST:
        raise ParameterError(f"{name}, line {line}: nested too deep for a schedule.")
    if node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN:
        raise ParameterError(
            f"{name}, line {line}: a tag ({node.tag}) has no meaning in a schedule; remove it."
        )
    if isinstance(node, yaml.ScalarNode):
        empty = node.value in ("", "~", "null") and node.style is None
        return Lined("" if empty else node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Lined([_lined(yaml, item, name, depth + 1) for item in node.value], line)
    found: dict[str, Lined] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ParameterError(f"{name}, line {at}: a name was expected.")
        if key.value in found:
            raise ParameterError(
                f"{name}, line {at}: `{key.value}` stands here and in line {found[key.value].line}; keep one."
            )
        # The line of the name, which is what a person looks for, is that of the value unless that is a block.
        found[key.value] = Lined(_lined(yaml, value, name, depth + 1).value, at)
    return Lined(found, line)
