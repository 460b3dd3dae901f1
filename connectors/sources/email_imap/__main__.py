"""The IMAP source as a program."""

from connectors.sources.base import run
from connectors.sources.email_imap.source import ImapSource

if __name__ == "__main__":
    run(ImapSource())
