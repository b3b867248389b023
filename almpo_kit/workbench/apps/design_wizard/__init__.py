"""The ALMP Design Wizard: where, for whom, with what, for which goals; the strategy, how to do it, and a document."""
