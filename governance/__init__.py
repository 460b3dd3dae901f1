"""What may be held, seen and changed."""
