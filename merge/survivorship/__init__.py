"""Which value wins: pure strategies, with the lineage of every golden value."""
