"""What policies are worth to people who were not chosen by them."""
