"""Who sits on the panel: how it compares with the region it speaks about, and what that does to the answers."""
