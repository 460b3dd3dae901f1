"""The contenders of ``benchmarks.match``: each a process of its own, CSV in, CSV of id and cluster out."""
