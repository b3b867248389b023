"""Keeping the evidence base alive: screen, code, settle, retrain, compare, promote, watch, answer."""

__all__: list[str] = []
