"""Schedules from their files, strictly: what is not understood is an error with its line, never ignored."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import notebooks
from almpo_kit.workbench.parameters import Parameter, declared, resolve
from almpo_kit.workbench.schedules import lined_yaml, times
from almpo_kit.workbench.schedules.lined_yaml import Lined
from almpo_kit.workbench.schedules.schedule import Notify, Schedule
from almpo_kit.workbench.sweeps.expansion import group, listed

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\]+@[A-Za-z0-9.-]+")
_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def folder() -> Path:
    """Where the schedules are."""
    return root() / "reports" / "schedules"


def read_all(where: Path | None = None) -> tuple[list[Schedule], list[ParameterError]]:
    """Every schedule that can be read, by name, and what is wrong with the others.

    One broken file does not keep the others from running.
    """
    found, wrong = [], []
    paths = [p for p in sorted((where or folder()).glob("*.y*ml")) if p.suffix in (".yml", ".yaml")]
    for path in paths:
        try:
            found.append(read(path))
        except ParameterError as error:
            wrong.append(error)
    return found, wrong


def read(path: Path) -> Schedule:
    """One schedule.

    Raises
    ------
    ParameterError
        Unknown or missing name, wrong value, no such report or parameter; with file and line.
    """
    if not _NAME.fullmatch(path.stem):
        raise ParameterError(
            f"{path.name}: the name of a schedule has small letters, digits, `-` and `_` only; rename the file."
        )
    fields = _Fields(path.name, _mapping(path.name, lined_yaml.read(path)))
    fields.only("report", "when", "timezone", *_OPTIONAL)
    given: dict[str, Any] = {
        name: fields.at(name, parse) for name, parse in _OPTIONAL.items() if name in fields.values
    }
    report = fields.at("report", _report)
    zone = fields.at("timezone", lambda value: times.known_zone(_text(value)))
    when = fields.at("when", lambda value: times.read(_text(value), zone))
    fields.takes(report)
    return Schedule(name=path.stem, report=report, when=when, **given)


class _Fields:
    """The names of one file, each with what went wrong in its line."""

    def __init__(self, name: str, values: Mapping[str, Lined]) -> None:
        self.name, self.values = name, values

    def only(self, *known: str) -> None:
        """Refuse names that mean nothing."""
        for key, held in self.values.items():
            if key not in known:
                raise ParameterError(
                    f"{self.name}, line {held.line}: {_unknown(key, known, 'A schedule takes')}"
                )

    def at(self, key: str, parse: Callable[[Lined], Any]) -> Any:
        """The value of a name; what is wrong with it is told with its line."""
        if key not in self.values:
            example = {"report": "country_brief", "when": "quarterly at 06:00", "timezone": "Europe/Brussels"}
            raise ParameterError(f"{self.name} has no `{key}`; write e.g. `{key}: {example[key]}`.")
        held = self.values[key]
        try:
            return parse(held)
        except _LineError as error:
            raise ParameterError(f"{self.name}, line {error.line}, `{key}`: {error}") from None
        except ParameterError as error:
            raise ParameterError(f"{self.name}, line {held.line}, `{key}`: {error}") from None

    def takes(self, report: str) -> None:
        """Refuse parameters that the report does not have, or one given twice."""
        parameters, seen = _parameters(report), set[str]()
        for key in ("each", "parameters"):
            for name, held in _mapping_of(self.values.get(key)).items():
                if name not in parameters:
                    told = _unknown(name, tuple(parameters), f"{report} takes", what="parameter")
                    raise ParameterError(f"{self.name}, line {held.line}, `{key}`: {told}")
                if name in seen:
                    raise ParameterError(
                        f"{self.name}, line {held.line}: `{name}` stands under `each` and under `parameters`; keep one."
                    )
                seen.add(name)
                try:
                    _understood(parameters[name], _texts(held))
                except ParameterError as error:
                    raise ParameterError(f"{self.name}, line {held.line}, `{key}`: {error}") from None


class _LineError(ParameterError):
    """An error within a value, with its own line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


def _unknown(name: str, known: tuple[str, ...], takes: str, what: str = "name") -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"there is no {what} `{name}`.{hint} {takes}: {', '.join(known) or 'none'}."


def _mapping(name: str, held: Lined) -> Mapping[str, Lined]:
    if not isinstance(held.value, dict):
        raise ParameterError(f"{name}, line {held.line}: a schedule is lines of `name: value`.")
    return held.value


def _mapping_of(held: Lined | None) -> Mapping[str, Lined]:
    return held.value if held is not None and isinstance(held.value, dict) else {}


def _text(held: Lined) -> str:
    if not isinstance(held.value, str) or not held.value.strip():
        raise _LineError(held.line, "one text was expected.")
    if "${" in held.value:
        raise _LineError(held.line, "${NAME} of the environment is read under `notify` only.")
    return held.value.strip()


def _texts(held: Lined) -> str:
    """A text, or a list as one text with commas, as `--each` takes it."""
    if isinstance(held.value, list):
        return ",".join(_text(item).replace(",", "\\,") for item in held.value)
    return _text(held)


def _report(held: Lined) -> str:
    """The name of a curated notebook, without number; never a path."""
    name = _text(held)
    if "/" in name or name.endswith(".ipynb"):
        raise _LineError(held.line, "write the name of the report, e.g. country_brief, not a path.")
    return notebooks.find(name).stem.lstrip("0123456789_")


def _parameters(report: str) -> dict[str, Parameter]:
    """What the notebook declares; read as JSON, because a list of schedules shall not wait for nbformat."""
    path = notebooks.find(report)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise ParameterError(f"{path} is not a readable notebook: {error}") from None
    for cell in cells:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            return declared("".join(cell["source"]))
    return {}


def _understood(parameter: Parameter, text: str) -> None:
    """Refuse values that the report would refuse in the morning. Names of regions are looked up only then: that takes
    seconds."""
    for item in listed(text):
        members = group(item, parameter.kind)
        if parameter.kind != "Place":
            for value in members:
                resolve({parameter.name: parameter}, {parameter.name: value})


def _values(parse: Callable[[Lined], str]) -> Callable[[Lined], dict[str, str]]:
    def read_values(held: Lined) -> dict[str, str]:
        if not isinstance(held.value, dict) or not held.value:
            raise _LineError(held.line, "write one line of `name: value` for each parameter, indented.")
        return {name: parse(value) for name, value in held.value.items()}

    return read_values


def _whole(least: int, most: int, unit: str) -> Callable[[Lined], int]:
    def read_whole(held: Lined) -> int:
        text = _text(held)
        if not (text.isascii() and text.isdigit() and len(text) < 10) or not least <= int(text) <= most:
            raise _LineError(held.line, f"{text!r} is not a number of {unit} from {least} to {most}.")
        return int(text)

    return read_whole


def _flag(held: Lined) -> bool:
    text = _text(held).lower()
    if text not in _FLAGS:
        raise _LineError(held.line, f"{text!r} is neither true nor false.")
    return _FLAGS[text]


def _notify(held: Lined) -> Notify:
    if not isinstance(held.value, dict):
        raise _LineError(held.line, "write `email:` and `webhook:` below it, indented.")
    for key, value in held.value.items():
        if key not in ("email", "webhook"):
            raise _LineError(value.line, _unknown(key, ("email", "webhook"), "It takes"))
    email, webhook = held.value.get("email"), held.value.get("webhook")
    return Notify(_addresses(email) if email else (), _webhook(webhook) if webhook else "")


def _addresses(held: Lined) -> tuple[str, ...]:
    items = held.value if isinstance(held.value, list) else [held]
    found = []
    for item in items:
        text = item.value.strip() if isinstance(item.value, str) else ""
        if not (_ADDRESS.fullmatch(text) or _VARIABLE.fullmatch(text)):
            raise _LineError(
                item.line, f"{text!r} is not an e-mail address; write name@office.example or ${{NAME}}."
            )
        found.append(text)
    return tuple(found)


def _webhook(held: Lined) -> str:
    """The address of a webhook lets anybody write there: it is a secret as a whole, and never in a file."""
    text = held.value.strip() if isinstance(held.value, str) else ""
    if not _VARIABLE.fullmatch(text):
        raise _LineError(
            held.line,
            "the address of a webhook is a secret: put it into the environment and write its name, "
            "e.g. webhook: ${ALMPO_WEBHOOK}.",
        )
    return text


_OPTIONAL: dict[str, Callable[[Lined], Any]] = {
    "each": _values(_texts),
    "parameters": _values(_text),
    "jobs": _whole(1, 64, "jobs"),
    "time_limit": _whole(1, 9999, "minutes"),
    "cluster": _text,
    "pdf": _flag,
    "retries": _whole(0, 20, "retries"),
    "retry_wait": _whole(0, 360, "minutes"),
    "keep": _whole(1, 1000, "editions"),
    "catch_up": _whole(0, 8760, "hours"),
    "notify": _notify,
}
