"""Drafts of a strategy: parameters with their reasons, compared and merged."""
