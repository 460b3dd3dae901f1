"""What a record is found by, packed into its own row. Pure."""

import struct
from collections.abc import Iterable

Key = tuple[int, int]
"""What a key is of (one bit for each group of kinds) and its keyed hash."""
Shared = tuple[int, int]
"""A value and the name of who bears it, both keyed hashes; 0 for no name that counts."""

_KEY, _SHARED, _TOKEN = struct.Struct(">Hq"), struct.Struct(">qq"), struct.Struct(">q")


def pack_keys(keys: Iterable[Key]) -> bytes:
    """As a record keeps its keys."""
    return b"".join(_KEY.pack(*key) for key in keys)


def unpack_keys(packed: bytes | None) -> tuple[Key, ...]:
    """The keys of a record; none where they were never made."""
    return tuple(_KEY.iter_unpack(packed or b""))


def pack_shared(values: Iterable[Shared]) -> bytes:
    """As a record keeps its shared values."""
    return b"".join(_SHARED.pack(*value) for value in values)


def unpack_shared(packed: bytes | None) -> tuple[Shared, ...]:
    """The shared values of a record."""
    return tuple(_SHARED.iter_unpack(packed or b""))


def values_of(packed: bytes | None) -> set[int]:
    """The shared values of a record without their names."""
    return {value for value, _ in _SHARED.iter_unpack(packed)} if packed else set()


def pack_tokens(tokens: Iterable[int]) -> bytes:
    """As a record keeps its search tokens."""
    return b"".join(_TOKEN.pack(token) for token in sorted(tokens))


def unpack_tokens(packed: bytes | None) -> set[int]:
    """The search tokens of a record."""
    return {token for (token,) in _TOKEN.iter_unpack(packed or b"")}
