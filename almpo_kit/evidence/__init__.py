"""What works: pooling, multilevel averages with robust inference, answers that refuse when they must."""

from almpo_kit.evidence.answers import Answer, answer
from almpo_kit.evidence.clustering import MultilevelEffect, multilevel
from almpo_kit.evidence.estimand_conversion import convert
from almpo_kit.evidence.holdings import Coverage, coverage
from almpo_kit.evidence.pooling import PooledEffect, pool
from almpo_kit.evidence.profiles import Profile, profile
from almpo_kit.evidence.selection import select

__all__ = [
    "Answer",
    "Coverage",
    "MultilevelEffect",
    "PooledEffect",
    "Profile",
    "answer",
    "convert",
    "coverage",
    "multilevel",
    "pool",
    "profile",
    "select",
]
