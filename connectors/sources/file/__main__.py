"""The file source as a program."""

from connectors.sources.base import run
from connectors.sources.file.source import FileSource

if __name__ == "__main__":
    run(FileSource())
