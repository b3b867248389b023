"""The case library: finding cases, and which mechanisms stand beside which results and effects."""
