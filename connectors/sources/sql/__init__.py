"""Any database SQLAlchemy can reach."""
