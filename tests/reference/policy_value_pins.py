"""Pins of lines in features and of self-normalised weighting: statsmodels and scikit-learn on sixty invented people.

Run: .venv/bin/python tests/reference/policy_value_pins.py (seconds). Writes policy_value_pins.json beside it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from sklearn.linear_model import Ridge


def main() -> None:
    rng = np.random.default_rng(20)
    n = 60
    x = rng.normal(size=(n, 3)).round(3) * [1, 5, 0.1] + [0, 3, 1]
    weight, cluster = rng.uniform(0.5, 2, n).round(3), rng.integers(0, 20, n)
    y = (x @ [0.5, 0.2, 1.0] + rng.normal(size=n)).round(3)
    centre = weight @ x / weight.sum()
    z = (x - centre) / np.sqrt(weight @ (x - centre) ** 2 / weight.sum())
    groups = {"groups": cluster, "use_correction": False}
    design = sm.add_constant(z)
    ols = sm.WLS(y, design, weights=weight).fit(cov_type="cluster", cov_kwds=groups)
    many = len(np.unique(cluster))
    # Only g / (g - 1) is corrected for, as the values of policies are.
    cov = ols.cov_params() * many / (many - 1)
    ratio, outcome = rng.uniform(0, 4, n).round(3), rng.normal(5, 2, n).round(3)
    snips = sm.WLS(outcome, np.ones(n), weights=weight * ratio).fit(cov_type="cluster", cov_kwds=groups)
    penalties = [1e-3, 1e-2, 1e-1, 1.0]
    pins = {
        "x": x.tolist(),
        "gains": np.column_stack([np.zeros(n), y]).tolist(),
        "weight": weight.tolist(),
        "cluster": cluster.tolist(),
        "ols_fitted": ols.fittedvalues.tolist(),
        "ols_error": np.sqrt(np.einsum("ij,jk,ik->i", design, cov, design)).tolist(),
        "ridge_fitted": Ridge(alpha=0.3 * weight.sum()).fit(z, y, sample_weight=weight).predict(z).tolist(),
        "gcv_penalties": penalties,
        "gcv_chosen": min(penalties, key=lambda p: gcv(z, y, weight, p * weight.sum())),
        "ratio": ratio.tolist(),
        "outcome": outcome.tolist(),
        "snips": float(snips.params[0]),
        "snips_error": float(snips.bse[0] * np.sqrt(many / (many - 1))),
    }
    (Path(__file__).with_suffix(".json")).write_text(json.dumps(pins))


def gcv(z: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float) -> float:
    """Generalised cross-validation with the hat matrix written out."""
    n = len(y)
    design = np.column_stack([np.ones(n), z])
    ridge = np.diag([0.0, *np.full(z.shape[1], penalty)])
    hat = design @ np.linalg.solve(design.T @ (weight[:, None] * design) + ridge, design.T * weight)
    residual = y - hat @ y
    return float(weight @ residual**2 / (n - np.trace(hat)) ** 2)


if __name__ == "__main__":
    main()
