"""The e-mail source as a program."""

from connectors.sources.base import run
from connectors.sources.email.source import EmailSource

if __name__ == "__main__":
    run(EmailSource())
