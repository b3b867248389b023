"""How one step of an evaluation follows from another, and what a person decides against the checks."""
