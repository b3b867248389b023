"""Monitoring of programmes (European Social Fund Plus, Youth Guarantee): gross outcomes of participants, never effects."""
