"""Why records are one customer, in lines that add up, and as a signed bundle that anyone can check alone."""
