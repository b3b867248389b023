"""Co-design: panels, rounds, weights, rankings, groups, cases, and where belief and evidence part."""
