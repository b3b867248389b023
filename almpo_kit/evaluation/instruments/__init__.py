"""Instrumental variables: two-stage least squares, how strong the instrument is, and who complied."""
