"""The formats in which official statistics arrive, all read into the same frame."""

from almpo_kit.sources.services.formats.reading import frame_of, observations, read, read_parts

__all__ = ["frame_of", "observations", "read", "read_parts"]
