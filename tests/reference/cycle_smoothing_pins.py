"""What statsmodels finds by exponential smoothing, for tests/matching/cycle: ``python cycle_smoothing_pins.py`` in this folder."""

import json
from pathlib import Path

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

pins = json.loads(Path("cycle_pins.json").read_text())
series = {"huron": pins["levels"]["huron"]["values"], "gas": pins["seasons"]["quarters"]["values"]}
out = {}
for name, values in series.items():
    z = np.asarray(values)
    fixed = {"smoothing_level": 0.6, "smoothing_trend": 0.12, "damping_trend": 0.9}
    model = ETSModel(
        z,
        error="add",
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=z[0],
        initial_trend=0.0,
    )
    held = model.smooth(
        [fixed["smoothing_level"], fixed["smoothing_trend"], fixed["damping_trend"], z[0], 0.0]
    )
    free = ETSModel(
        z,
        error="add",
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=z[0],
        initial_trend=0.0,
    ).fit(disp=False)
    theta = ThetaModel(z, deseasonalize=False, use_test=False).fit(use_mle=False)
    out[name] = {
        "values": list(values),
        "fixed": fixed,
        "forecast": np.asarray(held.forecast(8)).tolist(),
        "sse": float(np.sum(np.asarray(held.resid)[1:] ** 2)),
        "best_sse": float(np.sum(np.asarray(free.resid)[1:] ** 2)),
        "theta_alpha": float(theta.params["alpha"]),
        "theta_b0": float(theta.params["b0"]),
        "theta_forecast": np.asarray(theta.forecast(8, theta=2)).tolist(),
    }
Path("cycle_smoothing_pins.json").write_text(json.dumps(out, indent=1) + "\n")
