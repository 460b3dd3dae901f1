"""Access rules: Cedar text and schema, and the one point that decides by them."""
