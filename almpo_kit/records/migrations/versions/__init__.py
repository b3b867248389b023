"""One file a form, read by Alembic."""
