"""A sweep: all reports of a series, skipped where nothing changed, made side by side otherwise, and listed on a page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import tracking_outbox
from almpo_kit.workbench.sweeps import cluster as clusters
from almpo_kit.workbench.sweeps import index, inputs, side_by_side, standing
from almpo_kit.workbench.sweeps.draining import Draining
from almpo_kit.workbench.sweeps.outcomes import Outcome, Sweep
from almpo_kit.workbench.sweeps.series import Item, Series, plan
from almpo_kit.workbench.warm import addresses, preloads, starting

Say = Callable[[str], None]
_MOST_JOBS, _LONGEST = 64, 200
#: Minutes; our slowest report takes two.
TIME_LIMIT, _LONGEST_LIMIT = 60.0, 10_000
_ASKED, _FAILED = "it was asked for again", "it failed last time"


def sweep(
    name: str,
    each: Mapping[str, Sequence[str]],
    given: Mapping[str, str] | None = None,
    *,
    jobs: int = 1,
    cluster: str = "",
    out: Path | None = None,
    with_pdf: bool = False,
    again: bool = False,
    time_limit: float = TIME_LIMIT,
    say: Say = lambda text: None,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Make a series of reports. One that was ended in the middle goes on when it is asked for again.

    Parameters
    ----------
    name : str
        Of the notebook.
    each : mapping of str to sequence of str
        Parameters that vary, with values or groups (``EU27``, ``NUTS2``, ``EL*``); several make every combination.
    given : mapping of str to str, optional
        Parameters that do not vary.
    jobs : int
        Notebooks that compute at the same time, in processes of this machine; one more is prepared meanwhile.
    cluster : str
        Dask instead: address of a scheduler (``tcp://host:8786``), or ``local:N``.
    out : Path, optional
        Folder of the series; ``reports/<name>`` when left out. An edition is compared with what stands in its folder
        there; files are replaced and never written into, so a copy by hard links stays as it is.
    with_pdf : bool
        Also print PDFs.
    again : bool
        Make those too that are unchanged.
    time_limit : float
        Minutes for each report; one that takes longer is ended and fails, so that the others get their turn.
    say : callable
        Told in a line what was done. What it raises ends the sweep.
    progress : callable, optional
        Called with the number of reports that are done and that there are.

    Raises
    ------
    ParameterError
        Unknown notebook, parameter, value or cluster. Nothing was started.
    ReportError
        The cluster cannot be reached, or the index not be written. Reports that were made are whole.
    """
    if not 0 < time_limit < _LONGEST_LIMIT:
        raise ParameterError(
            f"--time-limit takes minutes above 0 and below {_LONGEST_LIMIT:,}, not {time_limit:g}."
        )
    series = plan(name, each, given, out=out)
    if not 1 <= jobs <= _MOST_JOBS:
        raise ParameterError(f"--jobs takes 1 to {_MOST_JOBS}, not {jobs}.")
    where = clusters.checked(cluster) if cluster else ""
    why = _reasons(series, with_pdf=with_pdf, again=again)
    todo = [item for item in series.items if why[item.folder]]
    known = [_unchanged(item) for item in series.items if not why[item.folder]]
    telling = _Telling(len(series.items), len(known), say, progress)
    tasks = [_task(series, item, with_pdf, why[item.folder], time_limit) for item in todo]
    answers: dict[Path, dict[str, Any]] = {}
    # Also runs of earlier days, when the store was away.
    draining = Draining() if todo or tracking_outbox.waiting() else None
    try:
        with (
            draining or contextlib.nullcontext(),
            contextlib.closing(_results(tasks, jobs, where, say)) as results,
        ):
            for number, answer in results:
                answers[todo[number].folder] = answer
                telling.told(todo[number], answer, why[todo[number].folder])
    except BaseException:
        if answers:
            index.refresh(series, answers)
        raise
    page = index.refresh(series, answers)
    return _summed(series, known, answers, why, page, draining.unlogged if draining else "")


def _reasons(series: Series, *, with_pdf: bool, again: bool) -> dict[Path, str]:
    """Why each report has to be made; empty for those that stand."""
    if again:
        return {item.folder: _ASKED for item in series.items}
    shared, failed = inputs.shared(series.notebook), index.failures(series.folder)
    found = {}
    for item in series.items:
        made_from = shared | inputs.own(item.values, series.files)
        why = standing.why_made(item.folder, item.values, made_from, with_pdf=with_pdf)
        found[item.folder] = why or (_FAILED if item.folder.name in failed else "")
    return found


def _task(series: Series, item: Item, with_pdf: bool, why: str, minutes: float) -> dict[str, Any]:
    return {
        "notebook": str(series.notebook),
        "given": dict(item.given),
        "folder": str(item.folder),
        "pdf": with_pdf,
        "again": why in (_ASKED, _FAILED),
        "minutes": minutes,
        "code": inputs.code(),
    }


def _results(
    tasks: Sequence[Mapping[str, Any]], jobs: int, cluster: str, say: Say
) -> Generator[tuple[int, dict[str, Any]]]:
    if tasks and cluster:
        yield from clusters.results(tasks, cluster, say)
    elif tasks:
        # One process that has imported what this notebook needs serves the kernels of all workers.
        with starting.at_hand(preloads.for_notebook(Path(tasks[0]["notebook"]))) as warm:
            environment = {addresses.VARIABLE: warm} if warm else {}
            with contextlib.closing(side_by_side.results(tasks, jobs, environment)) as results:
                yield from results


class _Telling:
    """Says what was done, one line a report."""

    def __init__(self, total: int, done: int, say: Say, progress: Callable[[int, int], None] | None) -> None:
        self._total, self._done, self._say, self._progress = total, done, say, progress
        if done:
            say(f"{done} of {total} unchanged")
        self._tell_progress()

    def told(self, item: Item, answer: Mapping[str, Any], why: str) -> None:
        self._done += 1
        outcome = _outcome(item, answer, why)
        said = {
            "made": f"made in {outcome.seconds:.1f} s, {outcome.moved}",
            "unchanged": "unchanged: made by another series meanwhile",
            "failed": f"FAILED: {_in_one_line(outcome.reason)}",
        }
        self._say(f"[{self._done}/{self._total}] {item.label} {said[answer['status']]}")
        self._tell_progress()

    def _tell_progress(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total)


def _in_one_line(reason: str) -> str:
    """The beginning and the end: the last words say what to do, and where more is told."""
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    text = " ".join(line if line.endswith((".", ":", "…")) else f"{line}." for line in lines)
    return text if len(text) <= 2 * _LONGEST else f"{text[:_LONGEST]} … {text[-_LONGEST:]}"


def _unchanged(item: Item) -> Outcome:
    manifest = standing.held(item.folder) or {"files": {}}
    return Outcome(item.values, standing.page_of(item.folder, manifest), "nothing changed", 0.0)


def _outcome(item: Item, answer: Mapping[str, Any], why: str) -> Outcome:
    page = Path(answer["page"]) if answer["page"] else None
    if page is None and (manifest := standing.held(item.folder)) is not None:
        page = standing.page_of(item.folder, manifest)
    reason = answer["reason"] or why
    return Outcome(item.values, page, reason, answer["seconds"], answer["differences"])


def _summed(
    series: Series,
    known: Sequence[Outcome],
    answers: Mapping[Path, Mapping[str, Any]],
    why: Mapping[Path, str],
    page: Path,
    unlogged: str,
) -> Sweep:
    by: dict[str, list[Outcome]] = {"made": [], "unchanged": list(known), "failed": []}
    for item in series.items:
        if answer := answers.get(item.folder):
            by[answer["status"]].append(_outcome(item, answer, why[item.folder]))
    unlogged = unlogged or next((a["unlogged"] for a in answers.values() if a["unlogged"]), "")
    return Sweep(tuple(by["made"]), tuple(by["unchanged"]), tuple(by["failed"]), page, unlogged)
