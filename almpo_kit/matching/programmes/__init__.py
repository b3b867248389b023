"""From gap to programme: which training places a budget should buy, and how much of that is known."""
