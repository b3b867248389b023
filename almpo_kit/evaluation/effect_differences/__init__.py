"""For whom effects differ, and whether they do: learned on some people, tested on others."""
