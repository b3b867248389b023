"""What each programme would give a person in a context: evidence and local people, weighed."""
