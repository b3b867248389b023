"""What can be known to be wrong with a design before anything is estimated."""
