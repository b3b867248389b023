"""Between job demand and supply: text to occupations and skills, moves, mismatch, assignment, cycle, places."""

from almpo_kit.matching.balance.local_balance import Balance, balance
from almpo_kit.matching.balance.small_cells import suppress
from almpo_kit.matching.balance.stock_counts import stocks
from almpo_kit.matching.matching_function.matching_function import MatchingFunction, matching_function
from almpo_kit.matching.mismatch.mismatch import mismatch
from almpo_kit.matching.mismatch.mismatch_by_level import MismatchByLevel, mismatch_by_level
from almpo_kit.matching.mismatch.mismatch_result import Mismatch

__all__ = [
    "Balance",
    "MatchingFunction",
    "Mismatch",
    "MismatchByLevel",
    "balance",
    "matching_function",
    "mismatch",
    "mismatch_by_level",
    "stocks",
    "suppress",
]
