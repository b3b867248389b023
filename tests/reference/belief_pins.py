"""Pins of bounded three-term metalogs from pymetalog 0.2.2 (of the authors of rmetalog, Keelin's own software).

Run in an environment of its own: ``pip install pymetalog``; then ``python belief_pins.py > belief_pins.json``.
"""

import json

import pymetalog as pm

ENDS = (-30, 50)
TRIPLETS = [(8.0, 12.0, 18.0), (-5.0, 0.0, 15.0), (1.0, 2.0, 3.5), (-20.0, 5.0, 30.0), (30.0, 41.0, 47.0)]
P = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]

rows = []
for triplet in TRIPLETS:
    fitted = pm.metalog(
        x=list(triplet),
        probs=[0.1, 0.5, 0.9],
        bounds=list(ENDS),
        boundedness="b",
        term_limit=3,
        term_lower_bound=3,
    )
    quantiles = [float(pm.qmetalog(fitted, y=[p], term=3)[0]) for p in P]
    rows.append(
        {"given": triplet, "terms": [float(a) for a in fitted.output_dict["A"]["a3"]], "quantiles": quantiles}
    )
print(json.dumps({"ends": ENDS, "p": P, "rows": rows}, indent=1))
