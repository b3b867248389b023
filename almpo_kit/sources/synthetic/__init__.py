"""Invented labour markets, labelled SYNTHETIC everywhere, whose truth is known."""
