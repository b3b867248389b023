"""Experiments: size, declare, draw, adapt, infer, hold to the plan, and say which trial comes next."""
