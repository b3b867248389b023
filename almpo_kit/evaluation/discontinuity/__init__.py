"""Regression discontinuity: people just on either side of a cut-off."""
