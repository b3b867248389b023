"""The formats in which official statistics arrive, all read into the same frame."""

from almpo_kit.sources.services.formats.reading import observations, read

__all__ = ["observations", "read"]
