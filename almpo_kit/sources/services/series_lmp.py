"""Spending on labour market measures and their participants, by category.

The LMP database left Eurostat for DG EMPL's own service; the OECD publishes expenditure and stocks of its members
by the same categories. The two are scopes of their own and are never mixed.
"""

from __future__ import annotations

from almpo_kit.sources.services.series_kinds import Series

_OECD_ORDER = ("REF_AREA", "MEASURE", "PROGRAMME", "UNIT_MEASURE")
#: Categories 1, 2 and 4 to 7: the active ones; 8 and 9 (supports) are not programmes.
_OECD_ACTIVE = ("LMP_10", "LMP_20", "LMP_40", "LMP_50", "LMP_60", "LMP_70")
_LMPDATA = (
    "dataflow and dimensions as in the R package LMPdata (2024), written at DG EMPL; exptype XTOT (total) as labelled "
    "there, lmp_type TOT2_7 as in requests to the sister dataflow LMP_IND_ACTRU; the order is not confirmed"
)

LMP: tuple[Series, ...] = (
    Series(
        "lmp_expenditure_by_category",
        "",
        "EMPL",
        "LMP_IND_EXP",
        {"freq": "A", "unit": "PC_GDP", "exptype": "XTOT", "lmp_type": "", "geo": ""},
        levels=(0,),
        frequency="A",
        unit="PC_GDP",
        age="",
        start="1998",
        title="Spending on labour market measures by category, % of GDP",
        checked=f"{_LMPDATA}; that it is in % of GDP is documented, its code PC_GDP is not confirmed",
        unsure=("unit", "exptype"),
        frame="expenditure",
        category="lmp_type",
        measure="expenditure",
        scope="dg_empl",
    ),
    Series(
        "lmp_expenditure_meur_by_category",
        "",
        "EMPL",
        "LMP_EXPSUMM",
        {"freq": "A", "unit": "MIO_EUR", "exptype": "XTOT", "lmp_type": "", "geo": ""},
        levels=(0,),
        frequency="A",
        unit="MIO_EUR",
        age="",
        start="1998",
        title="Spending on labour market measures by category, million euro",
        checked=f"{_LMPDATA}; unit MIO_EUR as in its example",
        frame="expenditure",
        category="lmp_type",
        measure="expenditure",
        scope="dg_empl",
    ),
    Series(
        "lmp_participants_by_category",
        "",
        "EMPL",
        "LMP_PARTSUMM",
        {
            "freq": "A",
            "geo": "",
            "lmp_type": "",
            "sex": "T",
            "age": "TOTAL",
            "stk_flow": "STOCK",
            "unit": "PER",
        }
        | {"regis_es": "TOTAL"},
        levels=(0,),
        frequency="A",
        unit="PER",
        age="TOTAL",
        start="1998",
        title="Participants in labour market measures by category, annual average stock",
        checked="seven dimensions, freq among them, so one of these does not exist; age TOTAL and the codes of lmp_type "
        "as in requests to LMP_IND_ACTRU (A.RT.TOTAL.M+F.REG_UNE.TOT2_7.GEO); the other codes are not confirmed",
        unsure=("sex", "age", "stk_flow", "unit", "regis_es"),
        frame="expenditure",
        category="lmp_type",
        measure="participants",
        scope="dg_empl",
    ),
    Series(
        "lmp_expenditure_oecd",
        "",
        "OECD",
        "OECD.ELS.JAI,DSD_LMP@DF_LMP,1.0",
        {"REF_AREA": "", "MEASURE": "EXP", "PROGRAMME": _OECD_ACTIVE, "UNIT_MEASURE": "PT_B1GQ"},
        levels=(0,),
        frequency="A",
        unit="PC_GDP",
        age="",
        start="2000",
        title="Spending on active measures by category, % of GDP, OECD members",
        checked="a request .EXP.LMP_10+…+LMP_70.PT_B1GQ of 2026 in public code gives order and codes",
        order=_OECD_ORDER,
        geo="REF_AREA",
        frame="expenditure",
        category="PROGRAMME",
        measure="expenditure",
        scope="oecd",
    ),
)
