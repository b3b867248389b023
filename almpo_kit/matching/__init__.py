"""Between job demand and supply: text to occupations and skills, moves, mismatch, assignment, cycle, places."""

from almpo_kit.matching.balance.local_balance import Balance, balance
from almpo_kit.matching.balance.small_cells import suppress
from almpo_kit.matching.balance.stock_counts import stocks

__all__ = [
    "Balance",
    "balance",
    "stocks",
    "suppress",
]
