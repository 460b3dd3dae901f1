"""What `benchmarks.sync` compares: one script each, run in a process of its own."""
