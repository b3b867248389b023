"""Rules that say which programme a person is offered."""
