"""Flows and time: what moves data through the other packages."""
