"""Beveridge curves, turning points and tightness of national (and, where held, regional) labour markets."""

from almpo_kit.regions.beveridge.curve import BeveridgeCurve, beveridge
from almpo_kit.regions.beveridge.tightness import Tightness, tightness
from almpo_kit.regions.beveridge.turning_points import TurningPoints, turning_points

__all__ = ["BeveridgeCurve", "Tightness", "TurningPoints", "beveridge", "tightness", "turning_points"]
