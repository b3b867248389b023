"""The statistics themselves: plain arrays in, plain numbers out; nothing is validated, nothing is told."""
