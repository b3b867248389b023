"""Effects of a trial from its design: by people, blocks, groups, pairs, steps, saturation."""
