"""Averages and regressions of estimates of which several share a sample, and everything that reads a fit."""
