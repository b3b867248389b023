"""Power of a declared trial by running it."""

from __future__ import annotations

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.kernels.diagnosands import found_share
from almpo_kit.experiments.declaring.replications import Progress, replicate


def simulated_power(
    declared: Declaration, replications: int, seed: int, progress: Progress = None
) -> tuple[float, float]:
    """Chance that the programme's effect is found; with several programmes, of the one that is found least often.

    Parameters
    ----------
    declared : Declaration
    replications : int
    seed : int
    progress : callable or None

    Returns
    -------
    (power, mc_se) : (float, float)
        Runs that could not be analysed count as not found.
    """
    power, mc_se = found_share(replicate(declared, replications, seed, progress).p_value, declared.alpha)
    least = int(power.argmin())
    return float(power[least]), float(mc_se[least])
