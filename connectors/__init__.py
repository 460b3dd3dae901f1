"""How outside systems are read."""
