"""The design, written down before anything is estimated."""
