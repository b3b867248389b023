"""Training programmes to try a plan with: invented costs, lengths, places and effects, labelled SYNTHETIC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import pandas as pd

#: programme, ISCED-F 2013 field, ISCO-08 groups it leads to, cost of a place (euro), months of lock-in, places.
_ROWS = (
    ("Software and data", "061", "25|35", 6500.0, 7.0, 400.0),
    ("Nursing and care assistance", "091", "53|32", 4800.0, 6.0, 600.0),
    ("Building trades", "073", "71", 4200.0, 5.0, 500.0),
    ("Electrical and electronic trades", "071", "74|31", 5200.0, 6.0, 350.0),
    ("Metal and machinery", "071", "72", 4600.0, 5.0, 400.0),
    ("Driving and logistics", "104", "83|93", 2900.0, 3.0, 700.0),
    ("Cooking and hospitality", "101", "51|94", 2600.0, 3.0, 800.0),
    ("Office and accounts", "041", "41|43|33", 2400.0, 4.0, 900.0),
    ("Sales and customer service", "041", "52|42", 1900.0, 2.0, 900.0),
)
#: Points of employment with its 95% interval: a wide one, because it stands for no study.
_EFFECT, _LOW, _HIGH = 6.0, -1.0, 13.0
_SOURCE = "SYNTHETIC programmes"


def synthetic_programmes() -> pd.DataFrame:
    """Nine invented training programmes.

    Returns
    -------
    DataFrame
        ``programme, field`` (ISCED-F 2013)``, occupation`` (ISCO-08 prefixes joined by "|")``, cost`` (euro a
        place)``, lock_in_months, capacity`` (places)``, effect, effect_low, effect_high`` (points of employment)``,
        programme_type, certainty, source``; everything in it is invented.
    """
    import pandas as pd

    names = ["programme", "field", "occupation", "cost", "lock_in_months", "capacity"]
    table = pd.DataFrame(_ROWS, columns=names).assign(
        effect=_EFFECT,
        effect_low=_LOW,
        effect_high=_HIGH,
        programme_type="training",
        certainty="too little to say",
        source=_SOURCE,
    )
    return stamp(table, DataVersion("synthetic_programmes", "1", kind="synthetic"))
