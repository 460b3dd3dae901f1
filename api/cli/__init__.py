"""The command line: ``main`` and one module a group of commands."""
