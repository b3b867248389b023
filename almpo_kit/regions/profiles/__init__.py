"""The parts of :func:`almpo_kit.regions.profile`: rows and words."""
