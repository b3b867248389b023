"""Pictures of reports: ours (plain views, SVG written directly) beside plain Altair and vl-convert, in one run.

Both draw the same figures from the same findings: once as this wing does for a reader, once as Altair does by itself
(chart objects, checked against the schema, handed to vl-convert). Processor seconds, so that a busy machine does not
blur the ratio; the pictures are compared byte by byte.

    python benchmarks/drawing.py [--times 3]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from figures.stand_ins import MAKERS  # noqa: E402

from almpo_kit.figures import draw  # noqa: E402
from almpo_kit.figures.svg import by_vega  # noqa: E402
from almpo_kit.figures.svg_sheet import written  # noqa: E402

#: The pictures of the country brief.
KINDS = ("evidence_profile", "forest", "region_map", "region_ranking", "trajectory", "context", "target")
WIDTHS = (720, 328)


def ours(finding: Any, kind: str, width: int) -> tuple[float, float, Any]:
    """Seconds to draw and to write, and the picture (None where Vega has to draw it)."""
    start = time.process_time()
    chart = draw(finding, kind, width=width)
    drawn = time.process_time()
    spec = json.loads(json.dumps(chart.to_dict(), sort_keys=True, default=str))
    picture = written(spec, "a1")
    return drawn - start, time.process_time() - drawn, picture


def altair_alone(finding: Any, kind: str, width: int) -> tuple[float, float, Any]:
    """Seconds to make and check the chart, and to render it; and the picture."""
    chart = draw(finding, kind, width=width)
    start = time.process_time()
    _ = chart.layer  # from here on Altair's own objects
    spec = chart.to_dict(validate=True)
    made = time.process_time()
    picture = by_vega(spec, "a1")
    return made - start, time.process_time() - made, picture


def main() -> None:
    """Print a row for each figure and the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="runs of each; the fastest counts")
    times = parser.parse_args().times
    for way in (ours, altair_alone):
        way(MAKERS["region_map"](6), "region_map", 720)  # imports, the engine's start
    print(
        f"{'figure':18} {'width':>5}  {'draw':>7} {'write':>7}  {'Altair':>7} {'Vega':>7}  ratio  same bytes"
    )
    total = [0.0, 0.0]
    for kind in KINDS:
        for width in WIDTHS:
            finding = MAKERS[kind](13)
            mine = min((ours(finding, kind, width) for _ in range(times)), key=lambda r: r[0] + r[1])
            plain = min((altair_alone(finding, kind, width) for _ in range(times)), key=lambda r: r[0] + r[1])
            sums = [sum(mine[:2]), sum(plain[:2])]
            total = [a + b for a, b in zip(total, sums, strict=True)]
            numbers = "  ".join(f"{a * 1000:5.0f}ms {b * 1000:5.0f}ms" for a, b, _ in (mine, plain))
            print(f"{kind:18} {width:5}  {numbers}  {sums[1] / sums[0]:5.1f}  {mine[2] == plain[2]}")
    print(f"whole: ours {total[0]:.2f} s, Altair and Vega {total[1]:.2f} s, ratio {total[1] / total[0]:.1f}")


if __name__ == "__main__":
    main()
