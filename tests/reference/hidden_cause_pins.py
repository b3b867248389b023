"""Robustness values of the Darfur survey by PySensemakr 0.0.8 and statsmodels: writes ``hidden_cause_pins.json``.

Only statistics of the survey are kept, none of its rows. Its functions on models fail under pandas 3, those on statistics
do not; the partial R² come from statsmodels. PySensemakr is no dependency: install it without its own dependencies to a
folder of its own and put that on PYTHONPATH.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import sensemakr
import statsmodels.api as sm
import statsmodels.formula.api as smf
from sensemakr import bias_functions, sensitivity_statistics

COVARIATES = ("age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur", "female", "village")


def partial(model, names):
    f = np.asarray(model.f_test(names).fvalue).item()
    q = len(names)
    return f * q / (f * q + model.df_resid)


def darfur():
    data = sensemakr.load_darfur()
    right = " + ".join(COVARIATES)
    outcome = smf.ols(f"peacefactor ~ directlyharmed + {right}", data=data).fit()
    harmed = smf.ols(f"directlyharmed ~ {right}", data=data).fit()
    estimate, se = float(outcome.params["directlyharmed"]), float(outcome.bse["directlyharmed"])
    df = int(outcome.df_resid)
    t = pd.Series([estimate / se])
    rows = []
    r2_d, r2_y = partial(harmed, ["female"]), partial(outcome, ["female"])
    for k in (1, 2, 3):
        d = k * r2_d / (1 - r2_d)
        crossing = k * r2_d**2 / ((1 - k * r2_d) * (1 - r2_d))
        y = ((np.sqrt(k) + np.sqrt(crossing)) / np.sqrt(1 - crossing)) ** 2 * (r2_y / (1 - r2_y))
        common = {"r2dz_x": d, "r2yz_dx": y, "se": se, "dof": df}
        rows.append(
            {
                "times": k,
                "r2_treatment": d,
                "r2_outcome": y,
                "bias": float(bias_functions.bias(**common)),
                "adjusted": float(bias_functions.adjusted_estimate(estimate=estimate, **common)),
                "adjusted_se": float(bias_functions.adjusted_se(**common)),
            }
        )
    return {
        "estimate": estimate,
        "se": se,
        "df": df,
        "female": [r2_d, r2_y],
        "robustness": float(
            sensitivity_statistics.robustness_value(t_statistic=t, dof=df, alpha=1.0).iloc[0]
        ),
        "significance": float(
            sensitivity_statistics.robustness_value(t_statistic=t, dof=df, alpha=0.05).iloc[0]
        ),
        "bounds": rows,
    }


def simulated():
    """A small made-up sample with a group of dummies and weights, rows and all."""
    draw = np.random.default_rng(6)
    n = 120
    x = np.column_stack(
        [draw.normal(size=n), draw.gamma(2, 4000, n), draw.integers(0, 2, n), draw.integers(0, 2, n)]
    )
    x[:, 3] *= 1 - x[:, 2]
    d = (draw.normal(size=n) + 0.5 * x[:, 0] - x[:, 2] > 0).astype(float)
    y = 2 * d + x @ [1.0, 0.0004, -1.0, 0.5] + draw.normal(size=n) * 2
    weight = draw.uniform(0.5, 2, n)
    names = {"a": [0], "b": [1], "c": [2, 3]}
    out = {"x": x.tolist(), "d": d.tolist(), "y": y.tolist(), "weight": weight.tolist(), "fits": {}}
    for key, w in (("plain", np.ones(n)), ("weighted", weight)):
        outcome = sm.WLS(y, sm.add_constant(np.column_stack([d, x])), weights=w).fit()
        taking = sm.WLS(d, sm.add_constant(x), weights=w).fit()
        out["fits"][key] = {
            "estimate": outcome.params[1],
            "se": outcome.bse[1],
            "df": int(outcome.df_resid),
            "with_treatment": {k: partial(taking, [f"x{c + 1}" for c in v]) for k, v in names.items()},
            "with_outcome": {k: partial(outcome, [f"x{c + 2}" for c in v]) for k, v in names.items()},
        }
    return out


if __name__ == "__main__":
    strong = pd.Series([25.0])
    pins = {
        "darfur": darfur(),
        "simulated": simulated(),
        "strong": {
            "t": 25.0,
            "df": 10,
            "robustness": float(
                sensitivity_statistics.robustness_value(t_statistic=strong, dof=10, alpha=1.0).iloc[0]
            ),
            "significance": float(
                sensitivity_statistics.robustness_value(t_statistic=strong, dof=10, alpha=0.05).iloc[0]
            ),
        },
    }
    text = json.dumps(pins, indent=1, default=float)
    (Path(__file__).parent / "hidden_cause_pins.json").write_text(text + "\n", encoding="utf-8")
