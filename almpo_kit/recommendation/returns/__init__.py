"""What a participant's gain costs, when it pays back, and for whom."""
