"""Making the comparison group like the participants: weights and matches."""
