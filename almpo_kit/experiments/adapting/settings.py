"""Settings to try rules in: published ones, with where each number stands, and SYNTHETIC ones of the field."""

from __future__ import annotations

from typing import Final

from almpo_kit.experiments.adapting.adaptive_setting import AdaptiveSetting
from almpo_kit.vocabulary.errors import ParameterError

_REPOSITORY: Final = "github.com/maxkasy/R-AdaptiveExperiments at 55f478b"
#: Purchases by price (300 to 800 kwacha) in five strata, as the authors' programme printed them: strata in turn, prices within.
_ASHRAF: Final = (
    (0.8974359, 0.7272727, 0.7027027, 0.4666667, 0.4242424, 0.4444444),
    (0.7428571, 0.6315789, 0.7368421, 0.3888889, 0.6578947, 0.6315789),
    (0.7894737, 0.5714286, 0.6666667, 0.4871795, 0.4102564, 0.5714286),
    (0.7333333, 0.6250000, 0.6578947, 0.5000000, 0.1935484, 0.3636364),
    (0.7297297, 0.7435897, 0.7750000, 0.6410256, 0.5000000, 0.6250000),
)
_CALLS: Final = (
    *("no SMS, 10:00", "SMS 1 h before, 10:00", "SMS 24 h before, 10:00"),
    *("no SMS, 18:30", "SMS 1 h before, 18:30", "SMS 24 h before, 18:30"),
)

#: Name -> setting.
ADAPTIVE_SETTINGS: Final[dict[str, AdaptiveSetting]] = {
    s.name: s
    for s in (
        AdaptiveSetting(
            name="migration",
            arms=("arm 1", "arm 2", "arm 3", "arm 4"),
            means=((0.5895954, 0.5679862, 0.3605442, 0.359736),),
            batch_size=93,
            batches=10,
            source=(
                "Bryan, Chowdhury, Mobarak (2014), seasonal migration in Bangladesh, as calibrated by Kasy, Sautmann (2021) "
                f"Econometrica 89, 113-132; {_REPOSITORY}, status_ExpectedRegret.txt"
            ),
        ),
        AdaptiveSetting(
            name="water_prices",
            arms=("300", "400", "500", "600", "700", "800"),
            means=_ASHRAF,
            batch_size=125,
            batches=4,
            source=(
                "Ashraf, Berry, Shapiro (2010), purchases of water treatment in Zambia by price and stratum, as calibrated by "
                f"Kasy, Sautmann (2021) Econometrica 89, 113-132; {_REPOSITORY}, status_ExpectedRegret_Covariates.txt"
            ),
        ),
        AdaptiveSetting(
            name="farmers_calls",
            arms=_CALLS,
            means=((139 / 867, 624 / 3188, 324 / 1766, 48 / 334, 166 / 987, 222 / 1258),),
            batch_size=600,
            batches=14,
            source=(
                "Kasy, Sautmann (2021), enrolment calls to farmers in Odisha, 8,400 calls up to 30 June 2019; "
                "github.com/maxkasy/Precision-Agriculture-for-Development at 49fd1b3, tabulated_PAD.tex"
            ),
        ),
        AdaptiveSetting(
            name="digital_skills",
            arms=("usual service", "short course", "long course", "course with mentor"),
            means=((0.30, 0.33, 0.36, 0.40),),
            source="SYNTHETIC: employed after a year",
        ),
        AdaptiveSetting(
            name="no_difference",
            arms=("usual service", "course A", "course B", "course C"),
            means=((0.30, 0.30, 0.30, 0.30),),
            source="SYNTHETIC: no arm does anything",
        ),
        AdaptiveSetting(
            name="different_groups",
            arms=("usual service", "classroom", "on the job", "voucher"),
            means=((0.42, 0.46, 0.52, 0.44), (0.30, 0.31, 0.37, 0.42), (0.18, 0.28, 0.20, 0.19)),
            strata=("under 30", "30 to 49", "50 and over"),
            strata_shares=(0.3, 0.45, 0.25),
            batch_size=200,
            source="SYNTHETIC: the best arm differs by age",
        ),
        AdaptiveSetting(
            name="recession",
            arms=("usual service", "short course", "long course", "course with mentor"),
            means=((0.40, 0.43, 0.46, 0.50),),
            trend=-0.15,
            source="SYNTHETIC: everybody's chances fall by 15 points over the trial",
        ),
        AdaptiveSetting(
            name="turn",
            arms=("usual service", "short course", "long course", "course with mentor"),
            means=((0.30, 0.45, 0.32, 0.33),),
            later_means=((0.30, 0.30, 0.32, 0.45),),
            changes_after=0.5,
            batch_size=200,
            source="SYNTHETIC: half way, the best arm becomes useless and another the best",
        ),
        AdaptiveSetting(
            name="earnings",
            arms=("usual service", "course", "course with wage subsidy"),
            means=((1000.0, 1040.0, 1120.0),),
            kind="continuous",
            sd=600.0,
            source="SYNTHETIC: monthly earnings in euro",
        ),
    )
}


def adaptive_setting(name: str) -> AdaptiveSetting:
    """A setting by name; ``ADAPTIVE_SETTINGS`` lists them.

    Raises
    ------
    ParameterError
    """
    if name not in ADAPTIVE_SETTINGS:
        raise ParameterError(
            f"adaptive_setting() got {name!r}; known are {', '.join(ADAPTIVE_SETTINGS)}, or make an AdaptiveSetting."
        )
    return ADAPTIVE_SETTINGS[name]
