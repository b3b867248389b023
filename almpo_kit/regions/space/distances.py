"""Distances on the globe and the k nearest points."""

from __future__ import annotations

import numpy as np

#: Mean radius of the Earth (IUGG), in km.
EARTH_KM = 6371.0088


def _on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Unit vectors, shape (n, 3), of longitudes and latitudes in degrees."""
    along, up = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)])


def arc_km(lon1: np.ndarray, lat1: np.ndarray, lon2: np.ndarray, lat2: np.ndarray) -> np.ndarray:
    """Great-circle distance in km between points in degrees, elementwise.

    Computed from the chord, which keeps its digits where points are close.
    """
    chord = np.linalg.norm(_on_sphere(lon1, lat1) - _on_sphere(lon2, lat2), axis=1)
    arc: np.ndarray = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return arc


def nearest(lon: np.ndarray, lat: np.ndarray, k: int) -> np.ndarray:
    """The k nearest other points on the globe.

    Parameters
    ----------
    lon, lat : array, shape (n,)
        Degrees.
    k : int
        Less than n.

    Returns
    -------
    array of int, shape (n, k)
        Positions, nearest first. Of points equally far (to a millimetre) the earlier one comes first, whatever the
        search tree does.
    """
    from scipy.spatial import cKDTree

    points = _on_sphere(lon, lat)
    n = len(points)
    # A few more than asked for, so that ties at the k-th place are all seen.
    chord, found = cKDTree(points).query(points, k=min(n, k + 9))
    arc = np.round(2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0)), 6)
    own = found == np.arange(n)[:, None]
    order = np.lexsort((found, np.where(own, np.inf, arc)), axis=1)
    nearest_first: np.ndarray = np.take_along_axis(found, order, axis=1)[:, :k]
    return nearest_first
