"""Rules of a few questions, the best there are, and how they read."""
