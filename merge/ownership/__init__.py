"""Whose customer it is: rules, decisions and assignments."""
