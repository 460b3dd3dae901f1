"""A gzip file that would grow without measure is refused while it does (CWE-409)."""

from gzip import GzipFile
from pathlib import Path

from connectors.sources.values import ConfigError

# Deflate can reach 1032; texts of records stay below 50. Small files may do as they like.
_MOST_TIMES = 250
_FREE_BYTES = 256 * 1024 * 1024


class BoundedGzip(GzipFile):
    """A gzip file that ends with ConfigError once it has become far larger than any text of records does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._name = path.name
        self._most = max(_FREE_BYTES, path.stat().st_size * _MOST_TIMES)

    def read(self, size: int | None = -1) -> bytes:
        """As of any file."""
        return self._within(super().read(size))

    def readline(self, size: int | None = -1) -> bytes:
        """As of any file."""
        return self._within(super().readline(size))

    def _within(self, data: bytes) -> bytes:
        if self.tell() > self._most:
            raise ConfigError(
                f"{self._name} expands to more than {_MOST_TIMES} times its size, which no file of records does; "
                "check where it is from."
            )
        return data
