"""Partial masks, one module a kind of value; chosen by governance.masking."""
