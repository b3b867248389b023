"""Monitoring data: read, labelled gross outcomes, and taken for an effect by nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import evidence, sources
from almpo_kit.sources.intake.problems import IntakeError
from almpo_kit.sources.monitoring.common_indicators import COMMON, stage_of
from almpo_kit.sources.monitoring.monitoring_headings import SYNONYMS, monitoring_headings
from almpo_kit.vocabulary.errors import AlmpoError, DataError, DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.frames import check

LONG = """ms;year;cci;ind_code;ind_short_title;gender;value
EL;2023;2021EL05SFPR001;EECO01;Total participants;total;12 345
EL;2023;2021EL05SFPR001;EECR04;In employment upon leaving;total;4 321
EL;2023;2021EL05SFPR001;EECR05;In employment six months after leaving;total;:
GR;2024;2021EL05SFPR001;EECR04;In employment upon leaving;men;7
XX;2024;x;EECR04;In employment upon leaving;men;70
EL;2024;2021EL05SFPR001;PI07;Participants with a plan;total;900
EL;2024;2021EL05SFPR001;EECR04;In employment upon leaving;women;many
"""
WIDE = b"country,year,EECO01 Total participants,EECR04,EECR05\nIT,2023,1000,400,380\nPT,2023,800,,210\n"
YOUTH = b"""geo,time,indicator,unit,value
ES,2022,Share in employment 6 months after exit,%,38.2
ES,2022,Share in employment eighteen months after leaving,%,44.9
ES,2022,Positive exits within four months,%,5.0
ES,2022,Entrants to the Youth Guarantee,persons,51234
"""


def test_a_file_of_the_european_social_fund_plus() -> None:
    found = sources.read_monitoring(LONG.encode(), name="esf.csv")
    table = found.table.set_index(["indicator", "period", "group"])
    assert table.loc[("EECO01", "2023", "total"), "value"] == 12_345
    assert table.loc[("EECR04", "2023", "total"), "stage"] == "on leaving"
    assert table.loc[("EECR05", "2023", "total"), "stage"] == "6 months after leaving"
    assert set(found.table["geo"]) == {"EL"}
    # Kept back by the office, and by us.
    assert (
        table.loc[("EECR05", "2023", "total"), "suppressed"]
        and table.loc[("EECR04", "2024", "men"), "suppressed"]
    )
    assert pd.isna(table.loc[("EECR04", "2024", "men"), "value"])
    assert table.loc[("PI07", "2024", "total"), "label"] == "Participants with a plan"
    assert len(found.problems) == 2 and "XX" in found.problems[0] and "many" in found.problems[1]


def test_a_column_for_each_indicator() -> None:
    found = sources.read_monitoring(WIDE)
    assert len(found.table) == 5 and set(found.table["indicator"]) == {"EECO01", "EECR04", "EECR05"}
    assert found.table.query("geo == 'IT' and indicator == 'EECR05'")["value"].tolist() == [380]


def test_a_file_of_the_youth_guarantee_by_its_words() -> None:
    found = sources.read_monitoring(YOUTH)
    assert found.table["stage"].tolist() == [
        "6 months after leaving",
        "18 months after leaving",
        "on leaving",
        "on entry",
    ]
    # Per cent below ten are no small counts.
    assert not found.table["suppressed"].any() and found.table["value"].tolist()[2] == 5.0


def test_it_says_gross_outcomes_wherever_it_is_shown() -> None:
    found = sources.read_monitoring(WIDE)
    assert found.sentence.startswith("GROSS OUTCOMES, not effects")
    assert found.failed[0].name == "gross outcomes" and "no effect" in found.failed[0].sentence
    assert found.table["source"].str.startswith("GROSS OUTCOMES").all()
    assert found.table["measure"].eq("gross outcome, not an effect").all()
    page = found._repr_html_()
    assert page.index("no effect") < page.index("GROSS OUTCOMES")
    assert found.headline is None and found.certainty is None


def as_effects(table: pd.DataFrame) -> pd.DataFrame:
    """What somebody would have to do to pass monitoring off as evidence, short of inventing a source."""
    return table.assign(
        estimate_id=[f"e{i}" for i in range(len(table))], study_id="s", sample_id=[f"s{i}" for i in range(len(table))],
        programme_type="training", target_group="all", comparator="no_programme", country="IT", nuts=None,
        outcome="employment_probability", unit="percentage_points", horizon_months=6.0, horizon_from="start", effect=10.0, se=1.0,
        se_source="reported", significance="positive", design="rct", start_year=2023.0, end_year=2023.0, n=1000.0, unemployment_rate=8.0,
        quality=None, includes_subsidised_job="excluded",
    )  # fmt: skip


def test_nothing_takes_it_for_an_effect(tmp_path: Path) -> None:
    table = sources.read_monitoring(WIDE).table
    forged = as_effects(table)
    assert len(check(forged.assign(source="a study"), "effects")) == len(forged)
    with pytest.raises(FrameError, match="gross outcomes"):
        check(forged, "effects")
    for verb in (evidence.pool, evidence.multilevel, evidence.select):
        with pytest.raises(DesignError, match="gross outcomes"):
            verb(forged)  # type: ignore[operator]
    with pytest.raises(DesignError, match="gross outcomes"):
        evidence.answer(forged, question="?")
    with pytest.raises(DesignError, match="gross outcomes"):
        evidence.answer(table, question="?")
    # One row among real ones is enough.
    with pytest.raises(DesignError, match="comparison group"):
        evidence.pool(pd.concat([forged.assign(source="a study"), forged.head(1)]))
    path = tmp_path / "effects.csv"
    forged.to_csv(path, index=False)
    with pytest.raises(FrameError):
        sources.read_effects(path)
    table.to_csv(path, index=False)
    with pytest.raises(FrameError):
        sources.read_effects(path)


def test_real_effects_are_taken_as_before() -> None:
    effects = sources.effects()
    assert len(check(effects, "effects")) == len(effects)
    assert len(evidence.select(effects, programme_type="training")) > 0


def test_common_indicators_have_a_stage_and_headings_one_meaning() -> None:
    assert len([c for c in COMMON if c.startswith("EEC")]) == 25
    assert {COMMON[c].stage for c in ("EECR01", "EECR04", "CR05")} == {"on leaving"}
    assert {COMMON[c].stage for c in ("EECR05", "EECR06", "CR06", "CR09")} == {"6 months after leaving"}
    assert set(monitoring_headings().values()) == set(SYNONYMS)
    assert stage_of("something else") == "not stated"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", DataError), (b"\x00\x01", DataError), (b"%PDF", DataError), (b"a,b\n1,2\n", IntakeError),
        (b"geo,year,indicator,value\nXX,2023,EECO01,5\n", IntakeError), (b"geo,year,indicator,value\n,,,\n", AlmpoError),
        (b"geo,year,indicator,value\nIT,20x3,EECO01,500\n", IntakeError), (b"geo,year,indicator,value\nIT,2023,,500\n", IntakeError),
        (b"geo,year,indicator,value\nIT,2023,EECO01,-5\n", IntakeError),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        sources.read_monitoring(data)


def test_a_mapping_names_what_there_is() -> None:
    data = b"wo,wann,was,wieviel\nIT,2023,EECO01,500\n"
    found = sources.read_monitoring(
        data, mapping={"wo": "geo", "wann": "period", "was": "indicator", "wieviel": "value"}
    )
    assert found.table["value"].tolist() == [500]
    with pytest.raises(ParameterError, match="does not fit"):
        sources.read_monitoring(data, mapping={"who": "geo"})


@settings(max_examples=25, deadline=None)
@given(
    st.binary(max_size=200) | st.text(max_size=150).map(lambda t: ("geo,year,indicator,value\n" + t).encode())
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = sources.read_monitoring(data)
    except AlmpoError:
        return
    assert found.table["source"].str.startswith("GROSS OUTCOMES").all()
