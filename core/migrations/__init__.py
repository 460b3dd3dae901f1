"""Alembic migrations. Revisions import nothing of ours."""
