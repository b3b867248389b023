"""Words that speak for a code, before anything is learned."""
