"""Whether the groups can be compared at all: balance, common support, what trimming changes."""
