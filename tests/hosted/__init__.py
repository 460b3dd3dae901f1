"""Hosting sources of others, and our sources hosted by others. Nearly all of it needs a network: the full tier."""
