"""What to read first: ranking by active learning, its simulation, and the counts of a PRISMA flow."""
