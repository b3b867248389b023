"""From one model to the next: is the new one better, may it take over, and has the world moved under it."""
