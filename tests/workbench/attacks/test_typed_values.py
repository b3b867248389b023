"""Values, names and schedules that somebody types or drops in: refused in words, and nowhere else than meant."""

from __future__ import annotations

import ast
import os
import shlex
from pathlib import Path

import pytest
from papermill.translators import PythonTranslator

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.workbench import execution, file_names, parameters, reports
from almpo_kit.workbench.schedules import reading

KINDS = {k: parameters.Parameter(k, k, None, "") for k in parameters._PARSERS if k != "Place"}
NASTY = [
    *(
        "9" * 5_000,
        "9" * 4_000,
        "-" + "9" * 400,
        "1e400",
        "nan",
        "٣",
        "²",
        "1_0",
        "0x10",
        "a" * 100_001,
        "\ud800",
    ),
    *(
        "../../etc/passwd",
        "/dev/zero",
        "$(id)",
        "`id`",
        "a\nb",
        "a\x1b]0;x\x07",
        "'\"\\",
        "{x.__class__}",
        "\u2028",
    ),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_of_its_kind_or_refused(kind: str) -> None:
    for typed in NASTY:
        try:
            held = parameters.resolve(KINDS, {kind: typed})[kind]
        except ParameterError as refused:
            assert len(str(refused)) < 6_000
            assert "\x1b" not in str(refused) and "\ud800" not in str(refused)
            continue
        assert (kind in ("Text", "File") and held == typed) or (held is None and not typed.strip())


@pytest.mark.parametrize("typed", [v for v in NASTY if len(v) < 1_000])
def test_a_value_reaches_its_notebook_as_text_and_never_as_code(typed: str) -> None:
    source = PythonTranslator.codify({"word": typed})
    (assigned,) = ast.parse(source).body
    assert isinstance(assigned, ast.Assign) and ast.literal_eval(assigned.value) == typed


@pytest.mark.parametrize("typed", [v for v in NASTY if v != "\ud800"])
def test_a_value_leads_to_no_other_folder_and_to_no_command(typed: str) -> None:
    edition = file_names.joined([typed])
    assert edition not in ("", ".", "..") and "/" not in edition and len(edition) < 100
    if "\n" in typed or len(typed) > 9_999:
        return
    words = shlex.split(reports._command("what_works", {"word": typed}))
    assert words == ["almpo", "report", "what_works", "-p", f"word={typed}"]
    assert shlex.split(reports._command(typed, {}))[2:] == [typed]


@pytest.mark.parametrize("name", ["..", "x; touch y", "-rf", "~", "a/b", "{x}", "\u202e", "çà"])
def test_what_a_notebook_is_called_is_a_folder_below_reports(name: str) -> None:
    stem = name if reports._PLAIN_NAME.fullmatch(name) else file_names.joined([name])
    assert reports._PLAIN_NAME.fullmatch(stem)


def test_braces_in_a_path_are_braces() -> None:
    """papermill fills them in from the parameters, with attributes of these."""
    path = Path("/a/{country.__class__}/{{x}}/{")
    assert execution._literal(path).format(country="EL") == str(path)


PLAIN = "report: country_brief\nwhen: quarterly at 06:00\ntimezone: Europe/Brussels\n"
SCHEDULES = {
    "code": PLAIN + "each: !!python/object/apply:os.system ['true']\n",
    "an anchor that multiplies": "a: &a [x, x]\nb: [*a, *a]\n" + PLAIN,
    "lists within lists": PLAIN + "each: " + "[" * 2_000 + "\n",
    "a number of thousands of digits": PLAIN + f"jobs: {'9' * 5_000}\n",
    "a path for a report": PLAIN.replace("country_brief", "../../tmp/x.ipynb"),
    "a file for a zone": PLAIN.replace("Europe/Brussels", "../../../etc/localtime"),
    "a second header of a letter": PLAIN + 'notify:\n  email: ["a@b.eu\\nBcc: c@d.eu"]\n',
    "an address of the machine's own": PLAIN + "notify:\n  webhook: http://127.0.0.1:9/\n",
    "a secret for a parameter": PLAIN + "parameters:\n  country: ${AWS_SECRET_ACCESS_KEY}\n",
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_hostile_schedule_stops_no_other(name: str, home: Path) -> None:
    (home / "good.yml").write_text(PLAIN)
    (home / "s.yml").write_text(SCHEDULES[name])
    found, wrong = reading.read_all(home)
    assert [s.name for s in found] == ["good"] and len(wrong) == 1
    assert isinstance(wrong[0], AlmpoError) and str(wrong[0]).startswith("s.yml")


def test_a_pipe_among_the_schedules_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.yml")
    with pytest.raises(ParameterError, match="no file"):
        reading.read(tmp_path / "s.yml")
