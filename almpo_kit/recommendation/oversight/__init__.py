"""What the law on automated advice asks to be written down, filled from the record and never invented."""
