"""What all other packages stand on: records, errors, settings, database, keys."""
