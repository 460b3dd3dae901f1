"""Trees grown by LightGBM's own library, by its C interface: its Python package takes most of a second to load.

https://lightgbm.readthedocs.io/en/stable/C-API.html. What is called has been the same in all of version 4; a test holds
the trees to those that the package grows.
"""

import ctypes
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_FLOAT32 = 0
_ROW_MAJOR = 1
_BY_SPLITS = 0
_ROOM = 1 << 20
_NAMES = ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll")


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    """The shared library. Raises ImportError where LightGBM is not installed, OSError where it cannot be loaded."""
    package = find_spec("lightgbm")
    if package is None or package.origin is None:
        raise ImportError("lightgbm")
    folder = Path(package.origin).parent
    places = (place / name for place in (folder / "lib", folder / "bin", folder.parent) for name in _NAMES)
    path = next((place for place in places if place.is_file()), None)
    if path is None:  # another build than the wheels: it knows itself where its library is
        from lightgbm import basic  # noqa: PLC0415  (loads the whole package)

        return ctypes.CDLL(vars(basic)["_LIB"]._name)  # noqa: SLF001  (ctypes tells it nowhere else)
    return ctypes.CDLL(str(path))


def _call(name: str, *arguments: Any) -> None:
    if getattr(_library(), name)(*arguments) != 0:
        raise RuntimeError(name)


def _text(parameters: Mapping[str, Any]) -> bytes:
    told = (
        f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in parameters.items()
    )
    return " ".join(told).encode()


def _set(data: ctypes.c_void_p, field: bytes, values: npt.NDArray[np.float32]) -> None:
    _call("LGBM_DatasetSetField", data, field, values.ctypes, ctypes.c_int(len(values)), ctypes.c_int(_FLOAT32))


def grown(
    matrix: npt.NDArray[np.float32], same: npt.NDArray[np.float32], worth: npt.NDArray[np.float32] | None,
    parameters: Mapping[str, Any], rounds: int,
) -> str:  # fmt: skip
    """LightGBM's text of trees that tell which rows are one customer.

    Args:
        matrix: a row for each pair.
        same: 1 for rows that are one customer, 0 for others.
        worth: what each row counts for; all the same where None.
        parameters: LightGBM's, a list for several values.
        rounds: how many trees.

    Raises ImportError and OSError where the library cannot be loaded.
    """
    data, trees, told = ctypes.c_void_p(), ctypes.c_void_p(), _text(parameters)
    rows = np.ascontiguousarray(matrix)
    try:
        _call(
            "LGBM_DatasetCreateFromMat", rows.ctypes, ctypes.c_int(_FLOAT32), ctypes.c_int32(rows.shape[0]),
            ctypes.c_int32(rows.shape[1]), ctypes.c_int(_ROW_MAJOR), told, None, ctypes.byref(data),
        )  # fmt: skip
        _set(data, b"label", same)
        if worth is not None:
            _set(data, b"weight", worth)
        _call("LGBM_BoosterCreate", data, told, ctypes.byref(trees))
        for _ in range(rounds):
            _call("LGBM_BoosterUpdateOneIter", trees, ctypes.byref(ctypes.c_int()))
        return _saved(trees)
    finally:
        for free, handle in (("LGBM_BoosterFree", trees), ("LGBM_DatasetFree", data)):
            if handle.value is not None:
                _call(free, handle)


def _saved(trees: ctypes.c_void_p) -> str:
    size = _ROOM
    while True:
        text, length = ctypes.create_string_buffer(size), ctypes.c_int64()
        _call(
            "LGBM_BoosterSaveModelToString", trees, ctypes.c_int(0), ctypes.c_int(-1), ctypes.c_int(_BY_SPLITS),
            ctypes.c_int64(size), ctypes.byref(length), text,
        )  # fmt: skip
        if length.value <= size:
            return text.value.decode()
        size = length.value
