"""Small real servers that tests read from and change by attribute."""
