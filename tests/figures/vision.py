"""Colours as the colour-blind and a grey printer show them.

Matrices: Machado, Oliveira and Fernandes (2009) IEEE Trans. Vis. Comput. Graph. 15, 1291-1298, severity 1.0, on
linear RGB. Distances: CIE 1976 L*a*b* under D65.
"""

from __future__ import annotations

import numpy as np

PROTAN = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
DEUTAN = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
TRITAN = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
GREY = [[0.2126, 0.7152, 0.0722]] * 3
#: Name -> what happens to linear RGB.
SIGHTS: dict[str, np.ndarray] = {
    "full": np.eye(3),
    "protan": np.array(PROTAN),
    "deutan": np.array(DEUTAN),
    "tritan": np.array(TRITAN),
    "grey": np.array(GREY),
}
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])


def linear(image: np.ndarray) -> np.ndarray:
    """sRGB 0-255 to linear 0-1, shape (..., 3)."""
    c = np.asarray(image, dtype=float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def seen(image: np.ndarray, sight: str) -> np.ndarray:
    """sRGB 0-255 as seen, shape (..., 3)."""
    light = np.clip(linear(image) @ SIGHTS[sight].T, 0, 1)
    out = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return (out * 255).round().astype(np.uint8)


def rgb(colour: str) -> np.ndarray:
    """``#RRGGBB`` to 0-255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def lab(colour: str, sight: str = "full") -> np.ndarray:
    """L*a*b* of a colour as seen."""
    ratio = (_XYZ @ np.clip(SIGHTS[sight] @ linear(rgb(colour)), 0, 1)) / _WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(a: str, b: str, sight: str = "full") -> float:
    """How far two colours are from each other as seen; about 2 can just be told apart side by side."""
    return float(np.linalg.norm(lab(a, sight) - lab(b, sight)))
