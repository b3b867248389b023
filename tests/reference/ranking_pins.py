"""Pins of TOPSIS, weighted sums and PROMETHEE II: pyDecision, scikit-criteria and pymcdm on invented tables.

Run with these three installed (pydecision 5.1.8, scikit-criteria 0.10, pymcdm 1.4; not in the project's lock but for
pymcdm): python ranking_pins.py, seconds. Writes ranking_pins.json beside it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import skcriteria
from pyDecision.algorithm import promethee_ii, topsis_method
from pymcdm import normalizations
from pymcdm.methods import PROMETHEE_II, TOPSIS, WSM
from skcriteria.agg import similarity
from skcriteria.pipeline import mkpipe
from skcriteria.preprocessing.invert_objectives import NegateMinimize
from skcriteria.preprocessing.scalers import VectorScaler

OF_PYMCDM = {
    "usual": "usual",
    "u_shape": "ushape",
    "v_shape": "vshape",
    "level": "level",
    "linear": "vshape_2",
}
SHAPES = ("usual", "u_shape", "v_shape", "level", "linear", "gaussian")


def main() -> None:
    rng = np.random.default_rng(11)
    cases = []
    for n, k in ((4, 6), (6, 6), (10, 8), (3, 2)):
        x = rng.uniform(1, 50, (n, k)).round(2)
        sign = rng.choice([-1, 1], k)
        sign[0] = 1
        w = rng.dirichlet(np.ones(k))
        shapes = [SHAPES[int(i)] for i in rng.integers(0, 6, k)]
        q, s = rng.uniform(0, 5, k).round(2), rng.uniform(2, 20, k).round(2)
        p = (q + rng.uniform(1, 20, k)).round(2)
        # V-shape knows no q; pyDecision ignores it.
        flows = promethee_ii(
            x * sign, W=w, Q=q, S=s, P=p, F=[f"t{SHAPES.index(f) + 1}" for f in shapes],
            sort=False, graph=False, verbose=False,
        )  # fmt: skip
        cases.append(
            {
                "values": x.tolist(),
                "sign": sign.tolist(),
                "weights": w.tolist(),
                "shapes": [
                    {"shape": f, "q": float(a), "p": float(b), "s": float(c)}
                    for f, a, b, c in zip(shapes, q, p, s, strict=True)
                ],
                "promethee_pydecision": np.asarray(flows)[:, 1].tolist(),
                "topsis_pydecision": [
                    float(v)
                    for v in topsis_method(
                        x, w, ["max" if g > 0 else "min" for g in sign], graph=False, verbose=False
                    )
                ],
                "topsis_skcriteria": skcriteria_topsis(x, sign, w),
                "topsis_range_pymcdm": TOPSIS(normalizations.minmax_normalization)(x, w, sign).tolist(),
                "sum_range_pymcdm": WSM(normalizations.minmax_normalization)(x, w, sign).tolist(),
                "sum_best_pymcdm": WSM(normalizations.linear_normalization)(x, w, sign).tolist(),
                # The same thresholds for every criterion; pymcdm has no Gaussian.
                "promethee_pymcdm": {
                    ours: PROMETHEE_II(theirs, p=np.full(k, 9.0), q=np.full(k, 2.0))(x, w, sign).tolist()
                    for ours, theirs in OF_PYMCDM.items()
                },
            }
        )
    Path(__file__).with_suffix(".json").write_text(json.dumps(cases))


def skcriteria_topsis(x: np.ndarray, sign: np.ndarray, w: np.ndarray) -> list[float]:
    """TOPSIS with minimised criteria negated and vectors scaled."""
    table = skcriteria.mkdm(x, [int(g) for g in sign], weights=w)
    pipe = mkpipe(NegateMinimize(), VectorScaler(target="matrix"), similarity.TOPSIS())
    return pipe.evaluate(table).e_.similarity.tolist()


if __name__ == "__main__":
    main()
