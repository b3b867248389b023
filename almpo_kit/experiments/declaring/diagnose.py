"""Run a declared trial many times and say what it is good for."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.diagnosis import Diagnosis
from almpo_kit.experiments.declaring.diagnosis_words import checks_of, design_words, effect_words, sentence_of
from almpo_kit.experiments.declaring.kernels.diagnosands import DIAGNOSANDS, diagnosands
from almpo_kit.experiments.declaring.replications import Progress, Replications, replicate
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import Provenance


class Diagnosed(NamedTuple):
    """Figures (value, Monte-Carlo error) by arm, the arm found least often, and why some runs had no answer."""

    by_arm: dict[str, dict[str, tuple[float, float]]]
    least: str
    truth: dict[str, float]
    why_not: str

    @property
    def figures(self) -> dict[str, tuple[float, float]]:
        """Of the arm found least often."""
        return self.by_arm[self.least]


def diagnose(
    declaration: Declaration, *, replications: int = 1000, seed: int = 0, progress: Progress = None
) -> Diagnosis:
    """Run a declared trial many times: how often it finds the effect, how far it is off, whether its intervals hold.

    Parameters
    ----------
    declaration : Declaration
        See :func:`declare`.
    replications : int
        20 to 100,000.
    seed : int
        Run ``i`` has a random stream of its own: more runs begin with the same ones.
    progress : callable, optional
        Told (done, total); whatever it raises ends the work at once and is passed on.

    Returns
    -------
    Diagnosis

    Raises
    ------
    ParameterError

    References
    ----------
    Blair, Cooper, Coppock & Humphreys (2019), Am. Polit. Sci. Rev. 113, 838–859. Gelman & Carlin (2014), Perspect. Psychol.
    Sci. 9, 641–651. Morris, White & Crowther (2019), Stat. Med. 38, 2074–2102.
    """
    declared(declaration, "diagnose")
    found = diagnosed(declaration, replicate(declaration, replications, seed, progress))
    figures = found.figures
    return Diagnosis(
        question=f"What would {design_words(declaration)} find, if {effect_words(declaration)}?",
        sentence=sentence_of(declaration, found.least, figures, replications),
        table=_table(found),
        checks=checks_of(declaration, figures, found.truth[found.least], found.why_not),
        provenance=Provenance(
            method="experiments.diagnose",
            options={"declaration": declaration.to_plain(), "replications": replications},
            seed=seed,
            synthetic=declaration.synthetic,
        ),
        figure=None,
        rests_on=f"{replications} simulated trials",
        mc_se=figures["power"][1],
        bias_mc_se=figures["bias"][1],
        coverage_mc_se=figures["coverage"][1],
        truth=found.truth[found.least],
        cost=declaration.cost,
        replications=replications,
        failed_share=figures["failed"][0],
        power=figures["power"][0],
        bias=figures["bias"][0],
        rmse=figures["rmse"][0],
        coverage=figures["coverage"][0],
        se_ratio=figures["se_ratio"][0],
        wrong_sign=figures["wrong_sign"][0],
        exaggeration=figures["exaggeration"][0],
    )


def declared(given: Any, verb: str) -> None:
    """Refuse what is no declaration."""
    if not isinstance(given, Declaration):
        raise ParameterError(
            f"{verb}() takes what experiments.declare(design, outcome, effect=…) gives, not a {type(given).__name__}."
        )


def diagnosed(declaration: Declaration, runs: Replications) -> Diagnosed:
    """Figures of each arm.

    Parameters
    ----------
    declaration : Declaration
    runs : Replications
    """
    by_arm, truth = {}, dict(zip(declaration.effects, declaration.truth, strict=True))
    for a, (arm, true) in enumerate(truth.items()):
        by_arm[arm] = diagnosands(
            runs.effect[:, a],
            runs.se[:, a],
            runs.low[:, a],
            runs.high[:, a],
            runs.p_value[:, a],
            true,
            declaration.alpha,
        )
    least = min(by_arm, key=lambda arm: by_arm[arm]["power"][0])
    return Diagnosed(by_arm, least, truth, runs.why_not)


def _table(found: Diagnosed) -> pd.DataFrame:
    rows = [
        {
            "arm": arm,
            "figure": name,
            "value": figures[name][0],
            "mc_se": figures[name][1],
            "words": DIAGNOSANDS[name],
        }
        for arm, figures in found.by_arm.items()
        for name in DIAGNOSANDS
    ]
    return pd.DataFrame(rows)
