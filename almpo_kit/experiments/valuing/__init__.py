"""Which trial would most improve the next decisions."""
