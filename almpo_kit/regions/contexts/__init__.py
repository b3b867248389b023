"""The parts of :func:`almpo_kit.regions.context`: trigger, thresholds, axes, table, words and checks."""
