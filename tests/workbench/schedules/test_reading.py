"""A schedule is ten lines that are understood whole, or refused with the line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.schedules import reading

GOOD = """\
report: country_brief
each:
  country: EU27
when: quarterly on day 2 at 06:00
timezone: Europe/Rome
jobs: 2
retries: 3
keep: 4
notify:
  email: [ada@office.example, "${ALMPO_SECOND}"]
  webhook: ${ALMPO_WEBHOOK}
"""


def read(home: Path, text: str) -> reading.Schedule:
    path = home / "reports" / "schedules" / "briefs.yml"
    path.write_text(text, encoding="utf-8")
    return reading.read(path)


def test_a_schedule_of_ten_lines(home: Path) -> None:
    found = read(home, GOOD)
    assert (found.name, found.report, found.each) == ("briefs", "country_brief", {"country": "EU27"})
    assert (found.when.zone, found.jobs, found.retries, found.keep, found.pdf) == (
        "Europe/Rome",
        2,
        3,
        4,
        False,
    )
    assert found.notify.email == ("ada@office.example", "${ALMPO_SECOND}")
    assert found.notify.webhook == "${ALMPO_WEBHOOK}"


def test_norway_stays_norway_and_lists_are_one_text(home: Path) -> None:
    text = (
        "report: what_works\nwhen: daily at 06:00\ntimezone: UTC\neach: {target_group: [NO, 'a, b', 010]}\n"
    )
    name = next(iter(reading._parameters("what_works")))
    assert read(home, text.replace("target_group", name)).each == {name: "NO,a\\, b,010"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("country: EU27", "country: [EL, NO]"), r"line 3, `each`: parameter 'country': .*'NO'"),
        (("retries:", "retires:"), r"line 7: there is no name `retires`. Did you mean `retries`\?"),
        (
            ("country: EU27", "contry: EU27"),
            "line 3, `each`: there is no parameter `contry`. Did you mean `country`",
        ),
        (("country_brief", "country_breif"), "line 1, `report`: there is no notebook"),
        (("country_brief", "../../etc/passwd"), "not a path"),
        (("keep: 4", "keep: four"), "line 8, `keep`: 'four' is not a number of editions from 1 to 1000"),
        (("keep: 4", "keep: 0"), "from 1 to 1000"),
        (("keep: 4", "keep: 4\nkeep: 5"), "line 9: `keep` stands here and in line 8"),
        (("timezone: Europe/Rome\n", ""), "has no `timezone`"),
        (("Europe/Rome", "Rome"), "line 5, `timezone`: .*Did you mean 'Europe/Rome'"),
        (("quarterly on day 2 at 06:00", "whenever"), "line 4, `when`: 'whenever' is not a time"),
        (("quarterly on day 2 at 06:00", "*/5 6 * * *"), "line 4: this is not YAML.*in quotes"),
        (
            ("${ALMPO_WEBHOOK}", "https://chat.example/secret-path"),
            "line 11, `notify`: the address of a webhook is a secret",
        ),
        (("ada@office.example", "ada@office.example\\nBcc: x"), "is not an e-mail address"),
        (("ada@office.example", "ada"), "is not an e-mail address"),
        (("jobs: 2", "jobs: ${JOBS}"), r"read under `notify` only"),
        (("jobs: 2", "jobs: !!python/object:os.system x"), "has no meaning in a schedule"),
        (("jobs: 2", "jobs: &a 2\npdf: *a"), "line 6: `\\*` and `&`"),
        (("jobs: 2", "parameters:\n  country: IT"), "stands under `each` and under `parameters`"),
        (("jobs: 2", "jobs: [2]"), "one text was expected"),
        (("report: country_brief", "- report"), "not YAML|lines of `name: value`"),
        (("jobs: 2", "\tjobs: 2"), "not YAML"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(
    home: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(ParameterError, match=told) as caught:
        read(home, GOOD.replace(*change))
    assert "briefs.yml" in str(caught.value)
    assert "secret-path" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "x" * 30_000,
        "[" * 5_000,
        "a: " * 3_000,
        "\x00",
        "{a: {b: {c: {d: {e: {f: {g: 1}}}}}}}",
    ],
)
def test_nonsense_and_bombs_are_refused(home: Path, text: str) -> None:
    with pytest.raises(ParameterError):
        read(home, text)


def test_one_broken_file_does_not_stop_the_others(home: Path) -> None:
    folder = home / "reports" / "schedules"
    (folder / "good.yml").write_text(GOOD)
    (folder / "bad.yml").write_text("report: nothing\n")
    (folder / "Bad Name.yml").write_text(GOOD)
    (folder / "notes.txt").write_text("not a schedule")
    found, wrong = reading.read_all()
    assert [s.name for s in found] == ["good"]
    assert len(wrong) == 2


def test_the_committed_examples_are_read_and_mean_27_and_244_reports(home: Path) -> None:
    from almpo_kit.workbench.sweeps.expansion import expand

    shutil.copytree(ROOT / "reports" / "schedules", home / "reports" / "schedules", dirs_exist_ok=True)
    found, wrong = reading.read_all()
    assert not wrong
    counts = {s.name: sum(len(expand(values)) for values in s.each.values()) for s in found}
    assert counts == {"country_briefs": 27, "regions": 244}
