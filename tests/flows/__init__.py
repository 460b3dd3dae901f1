"""The program as its users run it: processes, signals, files."""
