"""Drawing: lots that anybody can draw again, balance, late entrants, tests by drawing again."""
