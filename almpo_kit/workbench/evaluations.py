"""One evaluation from persons to verdict: an example, or what a person brought, walked through all steps.

What a step refuses stands in its place, with the reason; nothing of a person's rows is kept or shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.evaluation_files import Case

Progress = Callable[[int, int], None]
#: Step -> the question that it answers, in the order of the protocol.
STEPS: dict[str, str] = {
    "design": "What is compared with what?",
    "overlap": "Can the groups be compared?",
    "estimate": "What did the programme do?",
    "heterogeneity": "For whom did it do more?",
    "refutation": "What would break this result?",
    "verdict": "How far can it be believed?",
}
_ROWS = "What goes into the evidence base?"


@dataclass(frozen=True)
class Walk:
    """The steps of an evaluation, each a Finding: what was answered, or why it was not.

    Parameters
    ----------
    case : Case
    override : str
        The reason given for going on where a step said stop.
    seed : int
    design, overlap, estimate, heterogeneity, refutation, verdict : Finding
    """

    case: Case
    override: str
    seed: int
    design: Finding
    overlap: Finding
    estimate: Finding
    heterogeneity: Finding
    refutation: Finding
    verdict: Finding

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings.values())

    @property
    def findings(self) -> dict[str, Finding]:
        """Step -> Finding, in the order of the protocol."""
        return {name: getattr(self, name) for name in STEPS}

    def with_differences(self, progress: Progress | None = None) -> Walk:
        """The same walk, with whom effects differ for (a minute or so)."""
        from almpo_kit import evaluation

        if not isinstance(self.estimate, evaluation.Estimate):
            return self
        whom = attempt(
            evaluation.heterogeneity,
            self.estimate,
            seed=self.seed,
            override=self.override,
            progress=progress,
        )
        return replace(self, heterogeneity=whom, verdict=_verdict(self, heterogeneity=whom))

    def with_doubts(self, whole_seconds: float = 0.0, progress: Progress | None = None) -> Walk:
        """The same walk, with attempts to break the result.

        Parameters
        ----------
        whole_seconds : float
            Time for all of them; 0 for a minute for each contrast.
        progress : callable, optional
        """
        from almpo_kit import evaluation

        if not isinstance(self.estimate, evaluation.Estimate):
            return self
        whole_seconds = whole_seconds or 60.0 * len(self.estimate.fit.contrasts)
        doubts = attempt(
            evaluation.refute,
            self.estimate,
            seed=self.seed,
            override=self.override,
            whole_seconds=whole_seconds,
            progress=progress,
        )
        return replace(self, refutation=doubts, verdict=_verdict(self, refutation=doubts))

    def rows(self, **study: Any) -> Finding:
        """Rows for the evidence base as the table of a Finding, or why there are none.

        Parameters
        ----------
        **study
            Arguments of ``evaluation.publish``.
        """
        import pandas as pd

        try:
            return _published(self.verdict, **study)
        except (DesignError, ParameterError) as refused:
            # A page has taken minutes by then: what is wrong with the study stands in its place.
            why = " ".join(str(refused).split()).removesuffix(".")
            return Finding(
                question=_ROWS,
                sentence=f"No rows were made: {why}.",
                table=pd.DataFrame(),
                checks=(Check("publish", "failed", f"No rows were made: {why}."),),
                provenance=self.verdict.provenance,
            )


def _published(verdict: Finding, **study: Any) -> Finding:
    from inspect import Parameter, signature

    from almpo_kit import evaluation

    if not isinstance(verdict, evaluation.Verdict):
        raise DesignError("there is no verdict to publish: the design itself was refused.")
    asked = signature(evaluation.publish).parameters.values()
    missing = [p.name for p in asked if p.default is Parameter.empty and p.name not in ("verdict", *study)]
    if missing:
        raise ParameterError(
            f"the evidence base also needs {', '.join(missing)}; write them under [study] in the design "
            "(docs/evaluation.md has one to copy), or give them here."
        )
    rows = evaluation.publish(verdict, **study)
    return Finding(
        question=_ROWS,
        sentence=f"{len(rows)} rows for the evidence base, {verdict.verdict}.",
        table=rows,
        provenance=verdict.provenance,
    )


def walk(
    case: Case,
    *,
    method: str = "",
    override: str = "",
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
) -> Walk:
    """Take a case through design, overlap and estimate to a first verdict.

    ``with_differences`` and ``with_doubts`` of the result ask the rest, which takes longer.

    Parameters
    ----------
    case : Case
    method : str
        Estimator; the default of the way of assignment where empty.
    override : str
        Why to go on where a step says stop; recorded with every later result. Without it the walk ends there.
    seed, workers : int
    progress : callable, optional
        Called with (done, total) inside a long step.

    Raises
    ------
    ParameterError
        No such method for this way of assignment.
    """
    from almpo_kit import evaluation

    design = attempt(evaluation.design, case.persons, **case.plan)
    overlap, estimate = (_not_reached(name, "design", design) for name in ("overlap", "estimate"))
    if isinstance(design, evaluation.Design):
        overlap = attempt(evaluation.overlap, design, seed=seed, workers=workers, override=override)
        estimate = _not_reached("estimate", "overlap", overlap)
    if isinstance(overlap, evaluation.Overlap):
        asked = {"method": method} if method else {}
        estimate = attempt(
            evaluation.estimate,
            overlap,
            seed=seed,
            workers=workers,
            override=override,
            progress=progress,
            **asked,
        )
    kinds = {"design": evaluation.Design, "overlap": evaluation.Overlap, "estimate": evaluation.Estimate}
    found = {"design": design, "overlap": overlap, "estimate": estimate}
    stopped = next((name for name, kind in kinds.items() if not isinstance(found[name], kind)), "")
    whom, doubts = (
        _not_reached(name, stopped, estimate) if stopped else _not_asked(name, estimate)
        for name in ("heterogeneity", "refutation")
    )
    taken = Walk(case, override, seed, design, overlap, estimate, whom, doubts, design)
    return replace(taken, verdict=_verdict(taken))


def learners_beside(walk: Walk, *, keep: bool = False, whole_seconds: float = 90.0) -> Finding:
    """All candidate learners of a walk's effects on the same folds, or why there is nothing to compare.

    Parameters
    ----------
    walk : Walk
    keep : bool
        Also log each learner as a run of its own, and register the chosen model with its card.
    whole_seconds : float
        What has not been begun by then is told as not tried.

    Raises
    ------
    TrackingError
        ``keep``, and the run store cannot be written.
    """
    from almpo_kit import evaluation

    if not isinstance(walk.estimate, evaluation.Estimate):
        return replace(walk.heterogeneity, question="Which learner tells people apart best?")
    found = attempt(
        evaluation.compare_learners,
        walk.estimate,
        seed=walk.seed,
        whole_seconds=whole_seconds,
        override=walk.override,
    )
    if keep and isinstance(found, evaluation.LearnerComparison):
        from almpo_kit.workbench.learner_runs import log_learners

        log_learners(found, name=walk.case.name)
    return found


def _verdict(walk: Walk, **newer: Finding) -> Finding:
    """The verdict on the last step that was reached."""
    from almpo_kit import evaluation

    found = walk.findings | newer
    kinds = {
        "refutation": evaluation.Refutation,
        "estimate": evaluation.Estimate,
        "overlap": evaluation.Overlap,
        "design": evaluation.Design,
    }
    reached = next((found[name] for name, kind in kinds.items() if isinstance(found[name], kind)), None)
    if reached is None:
        said = f"No verdict: the design was refused. {walk.design.sentence}"
        return _absent("verdict", walk.design.provenance, said)
    whom = found["heterogeneity"]
    known = {"heterogeneity": whom} if isinstance(whom, evaluation.Heterogeneity) else {}
    return attempt(evaluation.verdict, reached, **known)


def _not_reached(name: str, stopped: str, before: Finding) -> Finding:
    """The place of a step that could not begin; the reason stands where the evaluation stopped."""
    return _absent(name, before.provenance, f"Not reached: the evaluation stopped at “{STEPS[stopped]}”")


def _not_asked(name: str, before: Finding) -> Finding:
    """The place of a step that nobody asked for yet."""
    return _absent(name, before.provenance, "Not asked yet.")


def _absent(name: str, provenance: Provenance, sentence: str) -> Finding:
    import pandas as pd

    return Finding(
        question=STEPS[name],
        sentence=sentence,
        table=pd.DataFrame(),
        checks=(Check(f"{name}_absent", "informational", f"The step “{name}” was not taken."),),
        provenance=provenance,
    )
