"""What moved between two editions of the evidence base, and why."""
