"""From a verdict to rows of the evidence base."""
