"""Which records are alike: columns to attributes, blocking, comparisons on characters, weights, rules."""
