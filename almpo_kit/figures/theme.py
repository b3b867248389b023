"""One look for every chart: colours, type and the Altair theme called ``almpo``."""

from __future__ import annotations

from typing import Any

INK, MUTED, RULE = "#1B2430", "#5B6675", "#DDE3EA"
GROUND, CARD = "#FFFFFF", "#F6F8FA"
ACCENT, HIGHLIGHT, CONTEXT = "#0B4EA2", "#D1495B", "#B8C2CC"
MISSING = "#ECEFF2"
WARNING, ERROR = "#8A5A00", "#A1262D"
#: Blue, grey and orange ends of gaps and changes around a real zero; all hold 4.5:1 on white.
GOOD, NEUTRAL, BAD = "#0B4EA2", "#5B6675", "#A84F00"

PROGRAMME_COLOURS: dict[str, str] = {
    "services": "#2F6DB5",
    "training": "#1B8A6B",
    "employment_incentives": "#C77700",
    "supported_employment": "#7B5EA7",
    "direct_job_creation": "#8C564B",
    "start_up_incentives": "#5F7A1F",
    "sanctions_monitoring": "#5B6675",
    "mixed": "#1B2430",
}

#: The reader's own interface font. ``system-ui`` itself is left out: on Linux it may be any face, often a
#: much wider one than these, and lettering is placed by their widths.
FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

#: Below this width, in pixels, a drawing takes its phone layout.
PHONE = 480

#: viridis (van der Walt and Smith 2015) from light to dark; its lightness falls evenly, so it survives grey
#: print and colour-blindness, and its classes are easier to tell apart than those of cividis.
_VIRIDIS = ("#FDE725", "#B5DE2B", "#6DCD59", "#35B779", "#1F9E89", "#26828E", "#31688E", "#3E4989", "#482878")


def sequential(n: int) -> tuple[str, ...]:
    """``n`` colours from light (low) to dark (high), readable in grey print and by the colour-blind."""
    if n < 2:
        return (_VIRIDIS[4],)
    at = [round(i * (len(_VIRIDIS) - 1) / (n - 1)) for i in range(n)]
    return tuple(_VIRIDIS[i] for i in at)


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB`` (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def letter_on(ground: str) -> str:
    """Black or white, whichever reads better on ``ground``."""
    return INK if contrast(INK, ground) >= contrast(GROUND, ground) else GROUND


def config() -> Any:
    """The Altair theme ``almpo``."""
    return {
        "config": {
            "background": GROUND,
            "font": FONT,
            "padding": 0,
            "aria": True,
            "view": {"stroke": None},
            "title": {
                "anchor": "start",
                "frame": "group",
                "color": INK,
                "fontWeight": 600,
                "subtitleColor": MUTED,
                "offset": 12,
                "subtitlePadding": 5,
            },
            "axis": {"gridColor": RULE, "domainColor": MUTED, "labelColor": MUTED, "titleColor": MUTED},
            "range": {"category": list(PROGRAMME_COLOURS.values()), "heatmap": list(_VIRIDIS)},
        }
    }
