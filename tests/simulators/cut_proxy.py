"""A proxy between us and PostgreSQL that cuts connections with a TCP reset, after so many bytes or behind a COMMIT."""

import asyncio
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import Literal, Self

from psycopg.conninfo import conninfo_to_dict

Way = Literal["up", "down"]
# A simple query of PostgreSQL's protocol 3: its kind, its length, its text.
_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


@dataclass
class CutProxy:
    """Forwards from a free port of loopback to a server; ``passed`` counts bytes since the last ``cut``."""

    server: str
    port: int = 0
    passed: dict[Way, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    commits: int = 0
    cuts: int = 0
    refusing: bool = False
    _at: tuple[Way, int] | None = None
    _commit: int | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self, way: Way, after: int) -> None:
        """Cut once, as soon as that many bytes went that way from now on; the bytes up to there are forwarded."""
        self.passed = {"up": 0, "down": 0}
        self._at, self._commit = (way, after), None

    def cut_behind_commit(self, number: int) -> None:
        """Cut once, when the server has answered that commit (counted from 1): we never learn whether it lasted."""
        self.commits = 0
        self._at, self._commit = None, number

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        listener = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = listener.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listener = listener
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._listener.close()
        for end in self._open:
            end.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = conninfo_to_dict(self.server)
        host, port = str(told.get("host") or "127.0.0.1"), int(str(told.get("port") or 5432))
        if self.refusing:
            _reset(writer)
            return
        if host.startswith("/"):
            there, back = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        else:
            there, back = await asyncio.open_connection(host, port)
        ends = (writer, back)
        self._open |= {*ends}
        await asyncio.gather(self._pump("up", reader, back, ends), self._pump("down", there, writer, ends))
        self._open -= {*ends}

    async def _pump(
        self,
        way: Way,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        try:
            while data := await reader.read(1 << 16):
                if way == "down" and self._commit == 0:
                    self._commit = None
                    self._reset_both(ends)
                    return
                at = self._at
                if at is not None and at[0] == way and self.passed[way] + len(data) >= at[1]:
                    self._at = None
                    writer.write(data[: at[1] - self.passed[way]])
                    await writer.drain()
                    self._reset_both(ends)
                    return
                self.passed[way] += len(data)
                if way == "up" and _COMMIT in data:
                    self.commits += 1
                    self._commit = 0 if self._commit == self.commits else self._commit
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        for end in ends:
            end.close()

    def _reset_both(self, ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        self.cuts += 1
        for end in ends:
            _reset(end)


def _reset(writer: asyncio.StreamWriter) -> None:
    line = writer.get_extra_info("socket")
    if line.family != socket.AF_UNIX:
        # No lingering: the kernel answers with RST where it would have said FIN.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
