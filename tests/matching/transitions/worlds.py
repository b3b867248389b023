"""Small worlds of occupations and skills, made up, in the frames that the sources hand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from hypothesis import strategies as st

from almpo_kit.matching.transitions.skill_space import SkillSpace, skill_space

#: ESCO code -> (label, essential skills, optional skills).
PLACE = Mapping[str, tuple[str, Sequence[str], Sequence[str]]]

KITCHEN: PLACE = {
    "5131.1": ("waiter", ["serve", "carry", "smile", "cash", "clean"], ["wine"]),
    "5132.1": ("barista", ["serve", "brew", "smile", "cash", "clean"], ["wine", "latte art"]),
    "5120.1": ("cook", ["chop", "fry", "season", "clean", "plan menus"], ["wine"]),
    "5120.2": ("grill cook", ["chop", "fry", "grill", "clean", "season"], []),
    "3434.1": ("chef", ["chop", "fry", "season", "plan menus", "lead", "budget"], ["wine", "grill"]),
    "7112.1": ("bricklayer", ["mortar", "lay bricks", "level", "carry", "measure"], ["clean"]),
    "7122.1": ("tile fitter", ["mortar", "lay tiles", "level", "measure", "cut tiles"], ["clean"]),
    "2611.1": ("lawyer", ["plead", "law", "write briefs", "argue", "research law"], []),
    "9412.1": ("kitchen porter", ["clean", "carry"], []),
}
GROUPS = {
    "S1": ["serve", "smile", "cash", "wine"],
    "S2": ["chop", "fry", "grill", "season", "brew", "latte art"],
    "S3": ["lay bricks", "lay tiles", "mortar", "cut tiles", "level"],
    "K0421": ["law", "research law"],
}
_KNOWLEDGE = {"law", "wine"}
_REUSE = {
    "smile": "transversal",
    "clean": "cross-sector",
    "carry": "cross-sector",
    "plead": "occupation-specific",
}


def relations(place: PLACE = KITCHEN, covers: str = "all of a made-up kitchen") -> pd.DataFrame:
    """Relations of a world."""
    rows = [
        (code, f"id-{skill}", relation)
        for code, (_, essential, optional) in place.items()
        for relation, names in (("essential", essential), ("optional", optional))
        for skill in names
    ]
    frame = pd.DataFrame(rows, columns=["occupation", "skill", "relation"])
    frame.attrs["covers"] = covers
    return frame


def occupations(place: PLACE = KITCHEN) -> pd.DataFrame:
    """ISCO groups above, and the occupations of a world."""
    rows = [(c, label, 5, f"{label} (m/f)\n{label}s abroad", c[:4]) for c, (label, _, _) in place.items()]
    groups = sorted({c[:n] for c in place for n in (1, 2, 3, 4)})
    rows += [(g, f"group {g}", len(g), "", g if len(g) == 4 else "") for g in groups]
    frame = pd.DataFrame(rows, columns=["code", "label", "level", "alternatives", "isco"])
    frame["uri"] = [f"http://data.europa.eu/esco/occupation/{c}" if "." in c else "" for c in frame["code"]]
    return frame


def skills(place: PLACE = KITCHEN) -> pd.DataFrame:
    """Groups and skills of a world; its knowledge has a field."""
    names = sorted({s for _, essential, optional in place.values() for s in (*essential, *optional)})
    above = {s: g for g, members in GROUPS.items() for s in members}
    rows = [(g, f"group {g}", None, 3, None, None, None, "") for g in GROUPS]
    for s in names:
        kind = "knowledge" if s in _KNOWLEDGE else "skill"
        field = "0421" if s == "law" else None
        rows.append(
            (
                f"id-{s}",
                s,
                above.get(s),
                4,
                kind,
                _REUSE.get(s, "sector-specific"),
                field,
                f"{s} well\n{s} fast",
            )
        )
    columns = ["code", "label", "parent", "level", "kind", "reuse", "field", "alternatives"]
    return pd.DataFrame(rows, columns=columns)


def space(place: PLACE = KITCHEN, **options: float) -> SkillSpace:
    """The space of a world."""
    return skill_space(relations(place), skills(place), **options)


@st.composite
def random_spaces(draw: st.DrawFn) -> SkillSpace:
    """Spaces of two to seven occupations and up to ten skills in up to three groups."""
    n, m = draw(st.integers(2, 7)), draw(st.integers(2, 10))
    kinds = st.sampled_from(["essential", "optional", ""])
    rows = [
        (f"51{20 + i}.1", f"s{j}", kind)
        for i in range(n)
        for j in range(m)
        if (kind := draw(kinds)) or j == i % m
    ]
    frame = pd.DataFrame(rows, columns=["occupation", "skill", "relation"]).replace(
        {"relation": {"": "essential"}}
    )
    names = [f"s{j}" for j in range(m)]
    parents = [draw(st.sampled_from(["g1", "g2", "g3", None])) for _ in names]
    taxonomy = pd.DataFrame({"code": names, "label": names, "parent": parents, "level": 4})
    weight = st.sampled_from([0.0, 0.3, 0.5, 1.0])
    return skill_space(frame, taxonomy, optional=draw(weight), related=draw(weight))
