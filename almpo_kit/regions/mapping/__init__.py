"""Any regional answer on a map: rows, places, classes and words behind one verb, ``atlas``."""
