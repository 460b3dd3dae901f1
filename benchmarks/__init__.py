"""Benchmarks: one script a figure."""
