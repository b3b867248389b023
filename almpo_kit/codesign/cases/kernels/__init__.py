"""Pure arrays: they validate nothing."""
