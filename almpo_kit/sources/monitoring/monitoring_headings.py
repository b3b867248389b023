"""What monitoring files call their columns."""

from __future__ import annotations

from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.people.headings_known import bare

#: Our column -> what else it is called.
SYNONYMS: dict[str, str] = {
    "geo": "geo ms member_state memberstate country ms_code country_code nuts region land pays pais paese",
    "period": "period year reporting_year ir_year data_year time reference_year jahr annee année ano anno rok",
    "programme": "programme program cci programme_code cci_code op_code programme_title",
    "indicator": "indicator indicator_code ind_code code indicator_id id_indicator indicator_no",
    "label": "label indicator_name ind_title ind_short_title ind_long_title indicator_title name_of_indicator title description",
    "group": "group sex gender breakdown age age_group target_group category category_of_region",
    "unit": "unit measurement_unit ind_unit unit_of_measure measure_unit",
    "value": "value achieved achieved_value implemented implemented_value cumulative_value total total_value total_implemented count number obs_value wert",
}


def monitoring_headings() -> dict[str, str]:
    """Heading, as ``plain`` or ``bare`` spells it -> our column."""
    words = [(word, ours) for ours, several in SYNONYMS.items() for word in several.split()]
    return {bare(w): ours for w, ours in words} | {plain(w): ours for w, ours in words}
