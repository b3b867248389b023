"""What people decide, kept append-only: overrides and drafts."""
