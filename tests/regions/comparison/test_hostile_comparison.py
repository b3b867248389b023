"""Frames that a careless or hostile caller may give, to all four verbs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.vocabulary.errors import AlmpoError, DesignError, FrameError, PlaceError
from almpo_kit.vocabulary.finding import Finding

from .worlds import codes, frame_of, places_of

GEOS = codes(80)
PLACES = places_of(GEOS)
ON = ("unemployment_rate", "employment_rate", "gdp_per_head_pps")
RNG = np.random.default_rng(11)
WORLD = np.column_stack([RNG.gamma(4, 2, 80), RNG.normal(70, 5, 80), 3e4 * np.exp(RNG.normal(0, 0.3, 80))])
FRAME = pd.concat(
    [
        frame_of(WORLD * (1 + 0.02 * RNG.normal(size=WORLD.shape)), GEOS, ON, y)
        for y in ("2022", "2023", "2024")
    ],
    ignore_index=True,
)

VERBS: dict[str, Callable[..., Finding]] = {
    "peers": lambda f, p, **k: regions.peers(f, p, region=GEOS[3], draws=5, **k),
    "typology": lambda f, p, **k: regions.typology(f, p, classes=3, draws=3, clouds=19, **k),
    "convergence": regions.convergence,
    "transitions": lambda f, p, **k: regions.transitions(f, p, draws=3, **k),
}


@pytest.fixture(params=sorted(VERBS))
def verb(request: pytest.FixtureRequest) -> Callable[..., Finding]:
    return VERBS[str(request.param)]


def test_a_sound_frame_gives_a_finding_with_everything(verb: Callable[..., Finding]) -> None:
    found = verb(FRAME, PLACES)
    assert found.question.endswith(("2024", "2022–2024")) and found.sentence and len(found.table)
    assert found.checks and found.rests_on and found.figure
    assert found.metrics() and all(isinstance(v, float) for v in found.metrics().values())
    json.dumps(found.provenance.as_dict(), allow_nan=False)
    assert "nan" not in " ".join([found.sentence, *(c.sentence for c in found.checks)]).split()
    assert "<table" in found._repr_html_()


def test_the_same_call_twice_is_the_same(verb: Callable[..., Finding]) -> None:
    a, b = verb(FRAME, PLACES), verb(FRAME.copy(), PLACES.copy())
    pd.testing.assert_frame_equal(a.table, b.table)
    assert a.sentence == b.sentence and a.checks == b.checks


def test_the_callers_frames_are_left_alone(verb: Callable[..., Finding]) -> None:
    frame, places = FRAME.copy(), PLACES.copy()
    verb(frame, places)
    pd.testing.assert_frame_equal(frame, FRAME)
    pd.testing.assert_frame_equal(places, PLACES)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda f: f.iloc[:0], DesignError),
        (lambda f: f.drop(columns="value"), FrameError),
        (lambda f: f.assign(value="many"), FrameError),
        (lambda f: f.assign(value=np.nan), DesignError),
        (lambda f: f.assign(value=np.inf), DesignError),
        (lambda f: pd.concat([f, f.head(5)]), FrameError),
        (lambda f: f.assign(unit=np.where(np.arange(len(f)) % 2, "PC", "THS")), DesignError),
        (lambda f: f.assign(nuts_version="2021"), DesignError),
        (lambda f: f.assign(value=5.0), DesignError),
    ],
    ids=["empty", "no value", "words", "missing", "infinite", "twice", "units", "old codes", "all the same"],
)
def test_spoilt_frames_are_refused_in_our_own_words(
    verb: Callable[..., Finding], spoil: Callable[[pd.DataFrame], pd.DataFrame], error: type[AlmpoError]
) -> None:
    try:
        found = verb(spoil(FRAME), PLACES)
    except AlmpoError as refused:
        assert isinstance(refused, error), refused
    else:
        # Moves between equal classes of equal values are no error: nobody moves.
        assert isinstance(found, regions.Transitions) and found.moved == 0


def test_no_regions_in_the_taxonomy(verb: Callable[..., Finding]) -> None:
    with pytest.raises(PlaceError, match="lists no NUTS-2 region"):
        verb(FRAME, PLACES.assign(version="2016"))


def test_years_as_numbers_and_extra_rows_do_no_harm(verb: Callable[..., Finding]) -> None:
    numbers: Any = FRAME.assign(period=FRAME["period"].astype(int))
    more = FRAME.head(40).assign(geo=[f"{g[:2]}ZZ{i % 10}"[:4] for i, g in enumerate(GEOS[:40])])
    extra = pd.concat([numbers, more.drop_duplicates(["geo", "period"]).assign(value=99.0)])
    pd.testing.assert_frame_equal(verb(extra, PLACES).table, verb(FRAME, PLACES).table)
