"""One form for one meaning: pure standardisers, one module per kind of value, Chinese and international."""
