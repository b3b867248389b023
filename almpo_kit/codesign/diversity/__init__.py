"""Where a panel differs: groups of opinion, who gains and who loses, what nobody would trade, and a budget shared fairly."""
