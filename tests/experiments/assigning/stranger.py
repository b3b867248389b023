"""A stranger's script: the draw once more from seed and list, with nothing but the standard library. Run by the tests."""

import hashlib
import json
import sys
from fractions import Fraction


def lot(stage, unit):
    return int.from_bytes(hashlib.sha256(f"{seed}\n{stage}\n{unit}".encode()).digest()[:8], "big")


def turn_by_turn(units, block, weights, start_at, blocks_at, units_at):
    row, share, e = [], [Fraction(w, sum(weights)) for w in weights], Fraction(1, 2 * len(weights) - 2)
    for t in range(1, sum(weights) + 1):
        behind = [s * t - row.count(a) for a, s in enumerate(share)]
        row.append(min(((1 - e - b) / share[a], a) for a, b in enumerate(behind) if b >= e)[1])
    line = sorted(units, key=lambda u: (lot(blocks_at, block[u]), lot(units_at, u)))
    start = lot(start_at, "")
    return {u: row[(start + t) % len(row)] for t, u in enumerate(line)}


told = json.load(sys.stdin)
seed, stage, weights = told["seed"], told["stage"], told["weights"]
stages = [f"{stage}: {part}" for part in ("start", "blocks", "units")]
drawn = turn_by_turn(told["block"], told["block"], weights, *stages)
for level, (places, inner) in told.get("within", {}).items():
    here = {u: p for u, p in told["place"].items() if drawn[p] == places}
    stages = [f"{stage}: people, {part} at {level}" for part in ("start", "blocks", "units")]
    drawn |= turn_by_turn(here, here, inner, *stages)
print(json.dumps(drawn))
