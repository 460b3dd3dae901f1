"""Files: CSV, JSON lines and Parquet."""
