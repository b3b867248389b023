"""Gap map, time profile and forest: what a reader must be able to tell from them."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.forest_rows import estimates as rows_of
from almpo_kit.figures.forest_rows import shared, short_citation
from almpo_kit.figures.gap_shades import SHADES, cells_of, shade
from almpo_kit.figures.profile_cells import Cell, shortage
from almpo_kit.figures.svg import svg
from almpo_kit.figures.theme import contrast, letter_on, luminance
from almpo_kit.figures.time_tracks import timed, tracks
from almpo_kit.vocabulary.finding import Check

from .stand_ins import answer, estimates, gap_map, prediction, profile, time_profile
from .test_draw import words


@pytest.mark.parametrize(
    ("citation", "label"),
    [
        ("Fein D. & Hamadyk J. (2018) Bridging the divide", "Fein & Hamadyk 2018"),
        ("Reme S.E. et al. (2019) A trial", "Reme et al. 2019"),
        (
            "(2023) How sensitive are matching estimates of policy effects",
            "“How sensitive are matching…” 2023",
        ),
        ("(2023) The effects of more intensive counseling for youth", "“Effects of more intensive…” 2023"),
        ("Monitoring job search effort: An evaluation", "“Monitoring job search effort”"),
        ("Job practice: an evaluation (Sweden, IFAU)", "“Job practice”"),
    ],
)
def test_every_study_has_a_usable_short_label(citation, label):
    assert short_citation(citation) == label


def test_no_label_of_the_base_is_long_or_begins_with_a_year():
    sources = pytest.importorskip("almpo_kit.sources")
    labels = [short_citation(c) for c in sources.effects()["citation"].unique()]
    assert max(map(len, labels)) <= 40
    assert not [x for x in labels if re.match(r"\d{4}", x)]


def of_one_study(**columns):
    table = estimates(4, study_id="s", sample_id="s", citation="Ann A. (2001) A study", band="short")
    return table.assign(programme_type="training", **columns)


def test_estimates_of_one_study_stand_together_and_read_differently():
    table = of_one_study(part=["arm A", "arm B"] * 2, target_group=["men", "men", "women", "women"])
    labels = [row["label"] for row in drawn(draw(answer(table)), "text")]
    assert labels.count("Ann 2001, DE") == 1
    assert {"men, arm A", "men, arm B", "women, arm A", "women, arm B"} <= set(labels)


def test_what_a_study_shares_is_said_once():
    rows = rows_of(of_one_study(horizon_months=12.0, part=["a", "b", "c", "d"]))
    common, rest = shared(rows)
    assert common == "12 months"
    assert sorted(rest) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("width", [720, 328])
def test_long_details_are_wrapped_not_cut(width):
    course = "A long course for people who look for work, "
    table = of_one_study(part=[f"{course}started after {i} months" for i in range(4)])
    labels = [row["label"] for row in drawn(draw(answer(table), width=width), "text")]
    for i in range(4):
        assert any(label.endswith(f"after {i} months") or f"{i} months" in label for label in labels)
    assert not [label for label in labels if label.endswith("…")]


def test_studies_follow_each_other_by_mean_effect():
    table = of_one_study(study_id=["s", "t", "s", "t"], citation=["Ann A. (2001) x", "Bob B. (2002) y"] * 2)
    table["effect"] = [9.0, 5.0, -8.0, 4.0]
    assert [e.label for e in rows_of(table)] == ["Bob 2002", "Bob 2002", "Ann 2001", "Ann 2001"]


def two_bands(finding):
    object.__setattr__(finding.provenance, "options", {"minimum_samples": 5})
    return finding


def test_each_group_says_why_it_has_no_average():
    table = estimates(6, programme_type="training", band=["short"] * 4 + ["long"] * 2)
    table.loc[:2, "why_not"] = "no standard error"
    lettering = words(svg(draw(two_bands(answer(table)))))
    assert "No average: 1 of 4 usable, 5 samples needed" in lettering
    assert "No average: 2 usable, 5 samples needed" in lettering
    assert "4 estimates, 4 samples" in lettering


def drawn(chart, kind):
    """Rows of all marks of a kind, as placed."""
    spec = chart.to_dict()
    names = [layer["data"]["name"] for layer in spec["layer"] if layer["mark"]["type"] == kind]
    return [row for name in names for row in spec["datasets"][name]]


def crossings(chart):
    """Labels that an upright line of the plot runs through."""
    upright = [r for r in drawn(chart, "rule") if r["x"] == r.get("x2") and abs(r["y"] - r["y2"]) > 1]
    assert upright
    return [
        text["label"]
        for text in drawn(chart, "text")
        for line in upright
        if min(line["y"], line["y2"]) - 6 < text["y"] < max(line["y"], line["y2"]) + 6
    ]


def test_on_a_phone_no_line_crosses_words():
    finding = answer(estimates(8, programme_type="training"))
    assert not crossings(draw(finding, width=328))
    # On a desk the labels stand beside the plot, at the height of its lines.
    assert crossings(draw(finding, width=720))


def test_every_cell_of_a_gap_map_says_how_many_samples():
    lettering = words(svg(draw(gap_map(2))))
    assert lettering.count("nothing") >= 2
    assert "moderate" in lettering and "1 EU" in lettering
    assert "2 of 8 combinations of programme and group have no study in the base" in lettering


def test_a_gap_map_on_a_phone_names_what_is_missing():
    lettering = words(svg(draw(gap_map(3), width=328)))
    assert lettering.count("Nothing on all jobseekers.") == 3
    assert "moderate certainty" in lettering


def test_a_gap_map_changes_sides_where_heads_do_not_fit():
    wide = gap_map(14)
    turned = wide.table.rename(columns={"row_label": "column_label", "column_label": "row_label"})
    object.__setattr__(wide, "table", turned)
    wide.fields.update(rows="target_group", columns="programme_type")
    picture = svg(draw(wide))
    assert "…" not in words(picture)
    assert words(picture).count("nothing") >= 14


def test_shades_fall_evenly_into_the_dark_and_letters_stay_readable():
    light = [luminance(colour) for _, colour in SHADES]
    assert light == sorted(light, reverse=True) and len(SHADES) == 5
    assert min(a - b for a, b in pairwise(light)) > 0.04
    for _, colour in SHADES:
        assert contrast(letter_on(colour), colour) >= 4.5


def test_an_empty_cell_and_a_full_one_are_told_apart_without_colour():
    cells = cells_of(gap_map(1).table, "programme_type", "target_group").values()
    assert [c.shade for c in cells] == [-1, 1, 3, 4]
    assert [c.pooled for c in cells] == [False, False, True, True]
    assert len({shade(c) for c in cells}) == 4


def test_a_time_profile_joins_only_series_and_lists_the_rest():
    finding = time_profile(estimates(8))
    made = tracks(timed(finding.table))
    assert sorted(len(t.points) for t in made) == [1, 2, 3]
    assert [t.number for t in made] == [1, 2, 3]
    lettering = words(svg(draw(finding)))
    assert "months since entry" in lettering and "Up to 1 year" in lettering
    assert "Not counted from entry, so not on the axis" in lettering
    assert "On average 1.5 points (95%: 0.5 to 2.5) up to 1 year after entry" in lettering
    assert "1 to 2 years 1 of 2 samples" in lettering


def test_points_of_one_month_do_not_hide_each_other():
    finding = time_profile(estimates(9))
    at = [(p.month, p.aside) for t in tracks(timed(finding.table)) for p in t.points]
    assert len(set(at)) == len(at)
    ends = [aside for month, aside in at if month == 24.0]
    assert all(aside <= 0 for aside in ends)


def test_a_time_profile_without_months_says_so():
    finding = time_profile(estimates(4))
    finding.table["from_entry"] = False
    assert "none is counted from entry" in words(svg(draw(finding, width=328)))


@pytest.mark.parametrize(
    ("samples", "usable", "said"),
    [(3, 3, "3 samples – too few"), (6, 2, "6 samples, 2 usable – too few"), (1, 0, "1 sample, none usable")],
)
def test_the_shortage_is_read_from_the_counts(samples, usable, said):
    cell = Cell(9, samples, usable, 5, 0, (1,), (np.nan,) * 5, "too little to say", "", "words nobody parses")
    assert shortage(cell) == said


def test_another_minimum_is_drawn_as_such():
    table = profile().table.assign(minimum=8)
    assert "Fewer than 8 independent samples" in words(svg(draw(profile(table))))
    assert isinstance(table, pd.DataFrame)


@pytest.mark.parametrize("width", [720, 328])
def test_a_figure_says_whose_effect_each_average_is(width):
    whose = ["itt", "att", "att"]
    timed_ = time_profile(estimates(8))
    timed_.fields["bands"] = timed_.fields["bands"].assign(
        estimand=whose, mean=[1.5, 2.0, np.nan], low=0.5, high=2.5
    )
    table = profile().table.assign(estimand=whose * 2)
    pooled = table["band"].ne("long")
    table = table.assign(**{c: table[c].mask(pooled, 1.0) for c in ("mean", "low", "high")})
    mapped = gap_map(2)
    mapped.table["estimand"] = ["itt", "itt", "itt", "att"] * 2
    for finding in (timed_, profile(table), mapped):
        lettering = words(svg(draw(finding, width=width))).replace("\n", " ")
        assert "for all who were offered it (ITT)" in lettering, finding.figure
        assert "cannot be compared" in lettering, finding.figure
    assert "up to 1 year after entry (ITT)" in words(svg(draw(timed_, width=720)))
    assert "certainty · ITT" in words(svg(draw(profile(table), width=width)))
    assert "moderate certainty · ATT" in words(svg(draw(mapped, width=328)))
    one = profile(table.assign(estimand="att"))
    assert "cannot be compared" not in words(svg(draw(one, width=width)))


def test_a_predicted_effect_says_what_it_leaves_out_of_what_was_asked():
    finding = prediction(4, estimand="att")
    left_out = Check("not carried", "failed", "The evidence does not carry the unemployment rate.")
    object.__setattr__(finding, "checks", (left_out, Check("money", "failed", "Elsewhere.")))
    lettering = words(svg(draw(finding)))
    assert left_out.sentence in lettering and "Elsewhere." not in lettering
    assert "for those who took part (ATT)" in lettering
