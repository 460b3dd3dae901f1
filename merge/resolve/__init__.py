"""Which records are one customer: clusters, the incremental step, permanent ids, unmerge."""
