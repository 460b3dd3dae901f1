"""Programs of ours in a forked process: the command line as a user starts it."""

import sys
from importlib import import_module


def ingot(arguments: list[str]) -> None:
    """``ingot ARGUMENTS``; ends the process with its exit code."""
    sys.argv = ["ingot", *arguments]
    import_module("api.cli.main").run()
