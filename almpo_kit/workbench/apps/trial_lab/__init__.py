"""The trial lab: can we learn it, with which design, by which plan; draw, watch, result, and which trial next."""
