"""The way out: which addresses may be reached, and the only two ways of reaching them."""
