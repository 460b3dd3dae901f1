"""Uploads on their way to the source that reads them: clear files in the private folder of one run."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from connectors.process import PrivateFolder
from connectors.upload_form import PREFIX, upload_ids
from core.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class OpenedUpload:
    """A file name and the content in pieces."""

    name: str
    parts: Iterator[bytes]


OpenUpload = Callable[[str], AbstractContextManager[OpenedUpload]]


def no_uploads(upload_id: str) -> AbstractContextManager[OpenedUpload]:
    """For a runner without a workspace: there are none."""
    del upload_id
    raise NotFound("upload.unknown", "Uploads belong to a workspace; name one with --workspace.")


def with_uploads(config: Mapping[str, Any], folder: PrivateFolder, opened: OpenUpload) -> Mapping[str, Any]:
    """The configuration with the uploads it names put into the folder, under their own names, and named by path.

    Streams are called after files, so the names do not depend on the folder: a second file of a name gets a number.
    Raises Invalid ``upload.mixed``, NotFound ``upload.unknown``.
    """
    ids = upload_ids(config)
    texts = [one for one in config.get("paths") or () if isinstance(one, str) and one.startswith(PREFIX)]
    if not texts:
        return config
    if len(ids) != len(config["paths"]):
        raise Invalid("upload.mixed", "'paths' names uploads or files, not both; use a connection for each.")
    taken: set[str] = set()
    paths = []
    for upload_id in ids:
        with opened(upload_id) as upload:
            paths.append(str(folder.place(_free(upload.name, taken), upload.parts)))
    return {**config, "paths": paths}


def _free(name: str, taken: set[str]) -> str:
    endings = "".join(PurePosixPath(name).suffixes[-2:] if name.endswith(".gz") else PurePosixPath(name).suffixes[-1:])
    stem, number = name.removesuffix(endings), 1
    while (found := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    taken.add(found)
    return found + endings
