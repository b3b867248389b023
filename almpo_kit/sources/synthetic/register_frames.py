"""An invented register as frames: persons, entries, and a row a person and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.sources.synthetic.register_paths import IN_WORK, REGISTERED, Drawn
from almpo_kit.sources.synthetic.register_people import HISTORY, People, education_labels
from almpo_kit.sources.synthetic.register_programmes import NO_PROGRAMME

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, np.dtype[Any]]

FIRST_YEAR = 2018


def month_label(month: int) -> str:
    """The calendar month that is `month` months after the first in which people register.

    >>> month_label(0), month_label(-1)
    ('2018-01', '2017-12')
    """
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"


def labels(months: Array) -> Array:
    """Calendar months, as text."""
    low, high = (int(months.min()), int(months.max())) if months.size else (0, 0)
    return np.array([month_label(m) for m in range(low, high + 1)], dtype=object)[months - low]


def names(n: int) -> Array:
    """Ids, in order."""
    width = len(str(n))
    return np.char.add("p", np.char.zfill(np.arange(1, n + 1).astype(str), width)).astype(object)


def persons_frame(
    people: People, geo: Array, local: Array, drawn: Drawn, arms: tuple[str, ...], at_entry: bool, source: str
) -> pd.DataFrame:
    """One row a person, as known in the month of registration; with ``treatment`` where all were assigned then."""
    import pandas as pd

    year = people.earnings_before[:, -12:]
    frame = pd.DataFrame(
        {
            "id": names(len(people)),
            "geo": geo[people.region],
            "entry_date": labels(people.registered_from),
            "entry_month": people.registered_from.astype(float),
            "age": people.age,
            "female": people.female.astype(float),
            "education": np.array(education_labels(), dtype=object)[people.education],
            "migrant": people.migrant.astype(float),
            "health_limitation": people.health.astype(float),
            "months_employed_24": people.employed_before.sum(axis=1).astype(float),
            "months_registered_24": people.registered_before.sum(axis=1).astype(float),
            "earnings_year_before": year.sum(axis=1).round(2),
            "local_unemployment": local[people.region],
            "source": source,
        }
    )
    if at_entry:
        frame.insert(1, "treatment", np.array([*arms, NO_PROGRAMME], dtype=object)[drawn.arm])
    return frame


def entries_frame(people: People, drawn: Drawn, arms: tuple[str, ...], source: str) -> pd.DataFrame:
    """One row a start of a programme. People were told in the month before, or in the month itself."""
    import pandas as pd

    rows = np.flatnonzero(drawn.arm >= 0)
    begun = people.registered_from[rows] + drawn.start[rows]
    told = begun - ((drawn.start[rows] > 1) & (rows % 2 == 0))
    return pd.DataFrame(
        {
            "id": names(len(people))[rows],
            "programme": np.array(arms, dtype=object)[drawn.arm[rows]],
            "start": labels(begun),
            "end": labels(people.registered_from[rows] + drawn.left[rows]),
            "announced": labels(told),
            "source": source,
        }
    )


def months_frame(
    people: People, state: Array, earnings: Array, rows: slice, source: str, total: int
) -> pd.DataFrame:
    """One row a person and month, from 24 months before registration on.

    Parameters
    ----------
    state, earnings : Array, shape (n, months + 1)
    rows : slice
        Which persons.
    total : int
        How many persons there are, for their ids.
    """
    import pandas as pd

    state, earnings = state[rows], earnings[rows]
    length = HISTORY + state.shape[1]
    first = people.registered_from[rows] - HISTORY
    period = labels((first[:, None] + np.arange(length)).ravel())
    work = np.hstack([people.employed_before[rows], state == IN_WORK])
    registered = np.hstack([people.registered_before[rows], state == REGISTERED])
    pay = np.hstack([people.earnings_before[rows], earnings])
    return pd.DataFrame(
        {
            "id": pd.Series(np.repeat(names(total)[rows], length), dtype="str"),
            "period": pd.Series(period, dtype="str"),
            "employed": work.ravel().astype(float),
            "earnings": pay.ravel().astype(float),
            "registered": registered.ravel().astype(float),
            "source": source,
        }
    )


def drawn_earnings(people: People, drawn: Drawn, gains: Array, rng: np.random.Generator) -> Array:
    """Earnings in each month from registration on, shape (n, months + 1).

    Parameters
    ----------
    gains : Array, shape (k,)
        Change of log earnings in jobs found after entering each programme.
    """
    gain = np.append(gains, 0.0)[drawn.arm]
    earnings = np.zeros(drawn.state.shape)
    for t in range(drawn.state.shape[1]):
        pay = np.exp(
            people.log_wage + gain * (drawn.start <= t) + 0.08 * rng.standard_normal(len(gain)) - 0.0032
        )
        earnings[:, t] = np.where(drawn.state[:, t] == IN_WORK, np.round(pay, 2), 0.0)
    return earnings
