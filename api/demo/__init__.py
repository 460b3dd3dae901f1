"""A made-up world of customers with known truth, and the four channels through which it is seen."""
