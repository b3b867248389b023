"""What has been studied, and what nobody has."""
