"""Which documents are one publication, and which are on one study."""
