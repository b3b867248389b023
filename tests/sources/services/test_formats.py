"""One table, every format: all are read into the same frame, with flags, gaps and notices."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import sources
from almpo_kit.sources.services.formats import observations, read, read_parts
from almpo_kit.sources.services.series import named
from almpo_kit.vocabulary.errors import DataError

from . import official_formats as of
from .small_tables import CELLS, NAN, UNEMPLOYMENT, table
from .small_tables import of as table_of

FORMATS = {
    "SDMX-CSV": lambda t: of.sdmx_csv(t, "lfst_r_lfu3rt"),
    "SDMX-CSV without CONF_STATUS": lambda t: of.sdmx_csv(t, "lfst_r_lfu3rt", confidential=False, eol="\n"),
    "SDMX-CSV 2.0": lambda t: of.sdmx_csv_2(t, "lfst_r_lfu3rt", agency="ESTAT"),
    "TSV": of.tsv,
    "TSV, older heading": lambda t: of.tsv(t, time="time"),
    "TSV, compressed": lambda t: of.tsv(t, compressed=True),
    "JSON-stat": of.json_stat,
    "JSON-stat, dense": lambda t: of.json_stat(t, dense=True),
    "SDMX-ML, generic": lambda t: of.sdmx_ml_generic(t, "lfst_r_lfu3rt"),
    "SDMX-ML, structure-specific": lambda t: of.sdmx_ml_structure_specific(t, "lfst_r_lfu3rt"),
    "SDMX-ML with OBS_STATUS": lambda t: of.sdmx_ml_structure_specific(t, "lfst_r_lfu3rt", flag="OBS_STATUS"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_all_formats_give_the_same_frame(name: str) -> None:
    frame = read(FORMATS[name](table()), "", UNEMPLOYMENT)
    assert list(frame.columns) == (
        ["geo", "nuts_version", "indicator", "unit", "age", "period", "value", "flag", "source"]
    )
    rows = frame.set_index(["geo", "period"])
    assert rows["value"].to_dict() == {
        ("AT1", "2023"): 5.3,
        ("AT11", "2023"): 4.2,
        ("AT11", "2024"): 4.5,
        ("EL30", "2023"): 12.25,
        ("NL35", "2023"): 0.0,
        ("NL35", "2024"): 3.1,
        ("PT19", "2023"): 6.1,
    }
    # Letters apart, as published; a value of zero flagged "not applicable" stays a value.
    flagged = rows["flag"].dropna().to_dict()
    confidential_lost = "CONF" in name
    assert flagged == {
        ("AT11", "2024"): "b p",
        ("EL30", "2023"): "u",
        ("NL35", "2023"): "z",
        ("NL35", "2024"): "e",
        ("PT19", "2023"): "d",
    }
    assert set(frame["nuts_version"]) == {"2024"}
    assert set(frame["source"]) == {"Eurostat lfst_r_lfu3rt"}
    assert set(frame["unit"]) == {"PC_ACT"} and set(frame["age"]) == {"Y15-74"}
    told = " ".join(frame.attrs["notices"])
    assert "ATZZ" in told and "XX11" in told and "DE99" in told and "1 of level 0" in told
    withheld = "no flag: 1" if confidential_lost else "c: 1"
    assert f"1 cells are published without a value ({withheld})" in told


def test_formats_agree_exactly() -> None:
    frames = [read(make(table()), "", UNEMPLOYMENT) for make in FORMATS.values()]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


def test_a_plain_table_has_no_flags_and_no_withheld_cells() -> None:
    frame = read(of.plain_csv(table(), compressed=True), "text/csv", UNEMPLOYMENT)
    again = read(of.tsv(table()), "", UNEMPLOYMENT)
    pd.testing.assert_frame_equal(frame.drop(columns="flag"), again.drop(columns="flag"))
    assert frame["flag"].isna().all()


def test_labels_beside_codes_are_read_as_codes() -> None:
    """Eurostat's ``label=both``: ``freq:Time frequency`` over ``A:Annual``; the OECD repeats columns as labels."""
    lines = (
        "DATAFLOW:Name,LAST UPDATE,freq:Time frequency,isced11:Level,sex:Sex,age:Age class,unit:Unit,geo:Place,"
        "TIME_PERIOD:Time,OBS_VALUE:Value,OBS_FLAG:Flag\n"
        "ESTAT:LFST_R_LFU3RT(1.0),01/11/26,A:Annual,TOTAL:All,T:Total,Y15-74:From 15 to 74,PC:Percentage,"
        "AT11:Burgenland,2024,4.5,b:break in time series\n"
    )
    frame = read(lines.encode(), "", UNEMPLOYMENT)
    assert frame[["geo", "value", "flag"]].to_numpy().tolist() == [["AT11", 4.5, "b"]]


def test_a_zip_with_one_file_and_a_mark_of_utf8() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("estat_lfst_r_lfu3rt.tsv", of.tsv(table()))
    assert len(read(packed.getvalue(), "application/zip", UNEMPLOYMENT)) == 7
    marked = b"\xef\xbb\xbf" + of.sdmx_csv(table(), "lfst_r_lfu3rt")
    assert len(read(marked, "", UNEMPLOYMENT)) == 7
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DataError, match="holds 2 files"):
        read(packed.getvalue(), "", UNEMPLOYMENT)


def test_a_whole_dataset_is_cut_down_to_the_series() -> None:
    whole = pd.concat([table(), table(sex="F"), table(age="Y20-64"), table(isced11="ED5-8")])
    for make in (of.tsv, of.json_stat):
        pd.testing.assert_frame_equal(
            read(make(whole), "", UNEMPLOYMENT), read(make(table()), "", UNEMPLOYMENT)
        )


def test_dg_empl_writes_names_in_capitals() -> None:
    lmp = named("lmp_expenditure_by_category")
    key = {"freq": "A", "unit": "PC_GDP", "exptype": "XTOT", "lmp_type": "TOT2_7", "geo": ""}
    long = of.long_table({("AT", "2022"): (0.5, "p"), ("EL", "2022"): (0.4, "")}, key)
    capitals = long.rename(columns=str.upper)
    cube = of.json_stat(capitals).replace(b'"time"', b'"TIME_PERIOD"')
    for data in (cube, of.tsv(capitals), of.sdmx_csv(capitals, "LMP_IND_EXP", agency="EMPL")):
        frame = read(data, "", lmp)
        assert frame[["geo", "category", "value"]].to_numpy().tolist() == [
            ["AT", "2-7", 0.5],
            ["EL", "2-7", 0.4],
        ]
        assert frame["source"].unique().tolist() == ["DG EMPL LMP_IND_EXP"]


def test_parts_of_an_answer_are_read_as_one() -> None:
    """Split by years: dated together, an empty part is no fault, and the same cell twice is one."""
    cells = {
        ("NL31", "2018"): (3.0, ""),
        ("AT11", "2018"): (5.0, "c"),
        ("NL35", "2024"): (3.1, "p"),
        ("AT11", "2024"): (4.0, ""),
    }
    early, late = ({k: v for k, v in cells.items() if k[1] == y} for y in ("2018", "2024"))
    empty = of.sdmx_csv(table(early), "lfst_r_lfu3rt").partition(b"\r\n")[0] + b"\r\n"
    parts = [(empty, ""), *((of.sdmx_csv(table(c), "lfst_r_lfu3rt"), of.SDMX_CSV) for c in (early, late))]
    whole = read(of.sdmx_csv(table(cells), "lfst_r_lfu3rt"), "", UNEMPLOYMENT)
    frame = read_parts(parts, UNEMPLOYMENT)
    pd.testing.assert_frame_equal(frame, whole)
    assert frame.attrs["notices"] == whole.attrs["notices"]
    assert "mixes vintages" in " ".join(frame.attrs["notices"])
    with pytest.raises(DataError, match="2 values for"):
        read_parts([parts[1], parts[1]], UNEMPLOYMENT)
    with pytest.raises(DataError, match="no rows"):
        read_parts([(empty, "")], UNEMPLOYMENT)
    other = (of.sdmx_csv(table().drop(columns="sex"), "lfst_r_lfu3rt"), "")
    with pytest.raises(DataError, match="do not belong together"):
        read_parts([parts[1], other], UNEMPLOYMENT)


def test_quarters() -> None:
    vacancies = named("job_vacancy_rate_quarterly")
    long = table_of(
        vacancies,
        {("DE", "2024-Q1"): (2.5, ""), ("DE", "2024-Q2"): (2.4, "p"), ("EU27_2020", "2024-Q1"): (2.6, "")},
    )
    for make in (of.tsv, of.json_stat, lambda t: of.sdmx_csv(t, "jvs_q_nace2")):
        frame = read(make(long), "", vacancies)
        assert frame["period"].tolist() == ["2024-Q1", "2024-Q2", "2024-Q1"]
        assert frame["nuts_version"].isna().all()
    unhyphened = of.tsv(long).replace(b"2024-Q", b"2024Q")
    pd.testing.assert_frame_equal(read(unhyphened, "", vacancies), read(of.tsv(long), "", vacancies))


def test_ilo_and_oecd_write_three_letters_and_capital_flags() -> None:
    ilo = named("unemployment_rate_ilo")
    long = table_of(
        ilo, {("AUT", "2024"): (5.2, "B"), ("GRC", "2024"): (10.1, "A"), ("BRA", "2024"): (7.0, "")}
    )
    frame = read(of.sdmx_csv_2(long, "DF_UNE_DEAP_SEX_AGE_RT", agency="ILO"), "", ilo)
    # "A" says that a value is normal, so it is no flag.
    assert frame[["geo", "value"]].to_numpy().tolist() == [["AT", 5.2], ["EL", 10.1]]
    assert frame["flag"].fillna("").tolist() == ["b", ""]
    assert "BRA" in " ".join(frame.attrs["notices"])
    oecd = named("lmp_expenditure_oecd")
    rows = [
        {
            "REF_AREA": "DEU",
            "MEASURE": "EXP",
            "PROGRAMME": p,
            "UNIT_MEASURE": "PT_B1GQ",
            "TIME_PERIOD": "2022",
        }
        | {"OBS_VALUE": v, "OBS_FLAG": ""}
        for p, v in {"LMP_20": 0.17, "LMP_40": 0.02, "LMP_100": 1.2}.items()
    ]
    spent = read(of.sdmx_csv_2(pd.DataFrame(rows), "DSD_LMP@DF_LMP", agency="OECD.ELS.JAI"), "", oecd)
    assert spent["category"].tolist() == ["2", "4"] and spent["scope"].unique().tolist() == ["oecd"]


@pytest.mark.parametrize("make", [of.sdmx_ml_generic, of.sdmx_ml_structure_specific])
def test_xml_is_read_as_sdmx1_reads_it(make: object) -> None:
    """The reference: sdmx1, which is not used for reading because of its speed (see the slow test below)."""
    import sdmx

    data = make(table(), "lfst_r_lfu3rt")  # type: ignore[operator]
    message = sdmx.read_sdmx(io.BytesIO(data))
    theirs = {
        (str(o.key["geo"].value), str(o.key["TIME_PERIOD"].value)): (
            float(str(o.value)),
            str(o.attached_attribute["OBS_FLAG"].value) if o.attached_attribute else "",
        )
        for o in message.data[0].obs  # type: ignore[attr-defined]
    }
    ours = observations(data).table
    mine = {
        (g, p): (v, f.replace(" ", ""))
        for g, p, v, f in ours[["geo", "@period", "@value", "@flag"]].itertuples(index=False)
    }
    assert {k: (repr(v), f) for k, (v, f) in mine.items()} == {
        k: (repr(v), f) for k, (v, f) in theirs.items()
    }
    assert len(mine) == len(CELLS)


@pytest.mark.slow
def test_reading_is_several_times_as_fast_as_sdmx1() -> None:
    import time

    import sdmx

    codes = [*sources.nuts("2024", 3)["code"], *sources.nuts("2024", 2)["code"]]
    cells = {(g, str(y)): (float(i), "") for i, g in enumerate(codes) for y in range(1980, 2024)}
    population = named("population_nuts3")
    long = pd.concat([table_of(population, cells).assign(sex=s) for s in "TMF"])
    data = of.sdmx_ml_structure_specific(long, "demo_r_pjanaggr3")
    start = time.process_time()
    read(data, "", population)
    ours = time.process_time() - start
    start = time.process_time()
    sdmx.to_pandas(sdmx.read_sdmx(io.BytesIO(data)).data[0])  # type: ignore[attr-defined]
    theirs = time.process_time() - start
    print(f"\n{len(long):,} observations: {ours:.1f} s here, {theirs:.1f} s in sdmx1 (× {theirs / ours:.0f})")
    assert theirs > 3 * ours


_REGIONS = sources.nuts("2024", 2)["code"].tolist()


@settings(max_examples=5, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(_REGIONS), st.integers(1999, 2025).map(str)),
        st.tuples(
            st.one_of(st.just(NAN), st.integers(0, 1000).map(lambda k: k / 10)),
            st.sampled_from(["", "b", "bp", "c", "du", "e", "u"]),
        ),
        min_size=1,
        max_size=40,
    ).filter(lambda cells: any(v == v for v, _ in cells.values()))
)
def test_any_table_comes_back_from_every_format(cells: dict[tuple[str, str], tuple[float, str]]) -> None:
    long = table(cells)
    wanted = {k: (v, " ".join(f)) for k, (v, f) in cells.items() if v == v}
    for name, make in FORMATS.items():
        if "CONF_STATUS" in name and any("c" in f for _, f in cells.values()):
            continue
        frame = read(make(long), "", UNEMPLOYMENT)
        found = {
            (g, p): (v, f)
            for g, p, v, f in zip(
                frame["geo"], frame["period"], frame["value"], frame["flag"].fillna(""), strict=True
            )
        }
        assert found == wanted, name
