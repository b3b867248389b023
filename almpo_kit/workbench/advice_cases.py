"""Whose people advice is learned from: a person's own register or trial, or the SYNTHETIC example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.workbench import evaluation_files
from almpo_kit.workbench.advice_examples import example
from almpo_kit.workbench.advice_people import AdviceCase, case_of
from almpo_kit.workbench.caseloads import SUM
from almpo_kit.workbench.evaluation_cases import evaluation_case
from almpo_kit.workbench.evaluation_files import Case

if TYPE_CHECKING:
    import pandas as pd

#: Bytes of a list of programmes, and of its headings: telling the separator takes time as the square of these.
_LARGEST_LIST, _LONGEST_HEAD = 1_000_000, 2_000


def advice_case(
    *,
    persons: str = "",
    design: str = "",
    entries: str = "",
    months: str = "",
    programmes: str = "",
    features: Sequence[str] = (),
    groups: Sequence[str] = (),
    target: str = SUM,
    seed: int = 0,
) -> AdviceCase:
    """The people of a person's own files, or the SYNTHETIC example where none are given.

    Parameters
    ----------
    persons, design, entries, months : str
        Files, as of ``evaluation_case``. The estimand becomes that of everybody ("ate"), whatever the design says.
    programmes : str
        A file with one row a programme: ``programme, programme_type``, optional ``unit_cost_eur, duration_months, capacity,
        cost_source``. Without it the types are those of ``[study]`` in the design, and nothing costs anything.
    features, groups : sequence of str
        What rules may look at, and what fairness is audited by; by default the modifiers of the design, and these with
        its sensitive covariates.
    target : str
        ``"months in work"`` or a column of outcomes.
    seed : int

    Raises
    ------
    DesignError
        Only a part of what is needed was given.
    DataError, ParameterError, FrameError
        Files or words that are none.
    """
    if not persons:
        if given := [
            name for name, path in {"design": design, "entries": entries, "months": months}.items() if path
        ]:
            raise DesignError(
                f"no file of persons was given, but {', '.join(given)}: one row a person, with an id."
            )
        return example(target=target, seed=seed)
    case = evaluation_case(persons=persons, design=design, entries=entries, months=months)
    table = _programme_table(programmes, programmes) if programmes else _from_study(case)
    return case_of(case, table, features=features, groups=groups, target=target, seed=seed)


def uploaded(files: Mapping[str, tuple[str, bytes]]) -> AdviceCase:
    """The people of files that were dropped into the browser; they are read from memory.

    Parameters
    ----------
    files : mapping of {"persons", "design", "entries", "months", "programmes"} to (file name, bytes)

    Raises
    ------
    DataError, DesignError, FrameError, ParameterError
        As :func:`advice_case`.
    """
    case = evaluation_files.uploaded({kind: file for kind, file in files.items() if kind != "programmes"})
    given = files.get("programmes")
    table = _programme_table(*given) if given else _from_study(case)
    return case_of(case, table, target=counted(case))


def counted(case: Case) -> str:
    """What gains are counted in: months in work where the design has a path of them, else its first outcome."""
    outcomes = case.plan["outcomes"]
    measured = outcomes if isinstance(outcomes, list | tuple) else [outcomes]
    path = [
        column
        for one in measured
        if (one.outcome, one.unit) == ("employment_probability", "percentage_points")
        for column in one.columns
    ]
    return SUM if len(path) > 1 else str(measured[0].columns[0])


def _programme_table(name: str, content: Any) -> pd.DataFrame:
    """A file of programmes."""
    import csv
    from io import BytesIO

    import pandas as pd

    from almpo_kit.sources.given_files import read_file
    from almpo_kit.vocabulary.errors import DataError

    # Bytes only: of a name, pandas would fetch an address and unpack whatever is packed.
    data = content if isinstance(content, bytes) else read_file(content)[1]
    if len(data) > _LARGEST_LIST or len(data.partition(b"\n")[0]) > _LONGEST_HEAD:
        raise DataError(
            f"the programmes in {name} are no list of programmes: {len(data):,} bytes, the first line "
            f"{len(data.partition(b'\n')[0]):,}. Is it the right file?"
        )
    try:
        return pd.read_csv(BytesIO(data), sep=None, engine="python")
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"the programmes in {name} cannot be read ({first[:200]}). Give a CSV file with programme, programme_type, "
            "unit_cost_eur, duration_months, capacity."
        ) from None


def _from_study(case: Case) -> pd.DataFrame:
    import pandas as pd

    types: Mapping[str, str] = case.study.get("programme_types", {})
    offered = {arm: kind for arm, kind in types.items() if kind != "no_programme"}
    if not offered:
        raise DesignError(
            "say what type each programme is: programme_types under [study] in the design, or a file of programmes "
            "(programme, programme_type, unit_cost_eur, …)."
        )
    return pd.DataFrame({"programme": list(offered), "programme_type": list(offered.values())})
