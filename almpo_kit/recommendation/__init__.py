"""From evidence and local people to advice: gain in context, policies, places, pathways, price and limits."""

from almpo_kit.recommendation.caseloads.caseload import Caseload, caseload
from almpo_kit.recommendation.caseloads.menu import Menu, menu
from almpo_kit.recommendation.portfolios.portfolio import portfolio
from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio

__all__ = [
    "Caseload",
    "Menu",
    "Portfolio",
    "caseload",
    "menu",
    "portfolio",
]
