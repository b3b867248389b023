"""From evidence and local people to advice: gain in context, policies, places, pathways, price and limits."""

from almpo_kit.recommendation.caseloads.caseload import Caseload, caseload
from almpo_kit.recommendation.caseloads.menu import Menu, menu

__all__ = [
    "Caseload",
    "Menu",
    "caseload",
    "menu",
]
