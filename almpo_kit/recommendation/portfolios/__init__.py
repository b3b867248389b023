"""Which mix of programmes a budget should buy, how sure that is, and what would be worth finding out first."""
