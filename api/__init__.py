"""The doors: HTTP, command line, demo."""
