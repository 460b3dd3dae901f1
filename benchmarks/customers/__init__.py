"""Labelled made-up customers: seeded, deterministic, of any size, one module a family; see ``__main__``.

The lists of names and places were written for this package from general knowledge; nothing is copied from a data set.
"""
