"""The EU ALMP Observatory workbench: evidence, then context, then advice.

The wings load when first touched, so that ``import almpo_kit`` costs next to nothing.
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"
__all__ = [
    "codesign",
    "evaluation",
    "evidence",
    "experiments",
    "figures",
    "learning",
    "matching",
    "recommendation",
    "records",
    "regions",
    "sources",
    "vocabulary",
    "workbench",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; its wings are {', '.join(__all__)}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
