"""Which records are one customer, which value wins, whose customer it is."""
