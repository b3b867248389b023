"""Official services: which series we keep, how they are fetched, and the store that keeps the last good version."""
