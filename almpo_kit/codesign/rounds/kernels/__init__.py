"""Pure arithmetic of rounds: arrays in, arrays out, nothing validated."""
