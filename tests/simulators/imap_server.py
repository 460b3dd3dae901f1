"""A small IMAP server on loopback that misbehaves as real ones do, for what Dovecot cannot be made to do.

It keeps folders, UIDs and UIDVALIDITY as RFC 3501 says; each fault has a name and a switch.
"""

import re
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

_BASE = ("IMAP4rev1",)


@dataclass
class Folder:
    """A folder: messages by UID, each with its day of arrival."""

    validity: int = 7
    attributes: str = ""
    next_uid: int = 1
    messages: dict[int, tuple[bytes, str]] = field(default_factory=dict)

    def add(self, raw: bytes, day: str = "01-May-2026 09:00:00 +0000") -> int:
        uid = self.next_uid
        self.next_uid += 1
        self.messages[uid] = (raw, day)
        return uid


@dataclass
class ImapServer:
    """The server, its mailbox and its faults.

    Attributes:
        extensions: what CAPABILITY tells beside IMAP4rev1.
        wants_id: shows no folder before ID, as NetEase does.
        drops: how often the connection is cut in the middle of the body of a UID.
        refuses: UIDs that FETCH answers ``refusal`` for, and whatever is asked for with them.
        hides: UIDs that FETCH says nothing of.
        lies: UIDs whose size is told as 10.
        faulty: commands that the connection is cut at.
        sign_in_answer: what a sign-in is refused with, when set.
        greeting: the first line.
        chatter: untagged answers about something else before each FETCH.
    """

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder()})
    extensions: tuple[str, ...] = ()
    wants_id: bool = False
    drops: dict[int, int] = field(default_factory=dict)
    refuses: set[int] = field(default_factory=set)
    refusal: str = "NO some messages could not be fetched"
    hides: set[int] = field(default_factory=set)
    lies: set[int] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    faulty: frozenset[str] = frozenset()
    sign_in_answer: str = ""
    greeting: str = "* OK ready"
    chatter: bool = False
    password: str = "sesame-4711"
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @contextmanager
    def served(self) -> Iterator["ImapServer"]:
        """Serve on a free port of loopback until the block is left."""
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"imap": self}))
        server.daemon_threads = True
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    @property
    def config(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": "sales@example.cn",
            "credentials": {"auth_type": "password", "password": self.password},
            "timeout_seconds": 5,
        }


class _Cut(Exception):
    pass


class _Handler(socketserver.StreamRequestHandler):
    imap: ImapServer
    timeout = 30
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.imap.connections += 1
        self.folder = Folder()
        self.known = False
        self.told = 0
        self._say(self.imap.greeting)
        with suppress(_Cut, OSError):
            while line := self.rfile.readline():
                tag, _, rest = line.decode("utf-8").strip().partition(" ")
                self.imap.commands.append(rest.split(" {", maxsplit=1)[0])
                if not self._command(tag, rest):
                    return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("utf-8") + b"\r\n")

    def _command(self, tag: str, rest: str) -> bool:
        name = rest.split(" ", maxsplit=1)[0].upper()
        name = rest.upper().split(" ")[1] if name == "UID" else name
        if name in self.imap.faulty:
            return False
        answer = getattr(self, f"_do_{name.lower()}", None)
        self._say(f"{tag} {answer(rest) if answer else 'BAD what is that'}")
        return name != "LOGOUT"

    def _do_capability(self, _: str) -> str:
        self._say("* CAPABILITY " + " ".join((*_BASE, *self.imap.extensions)))
        return "OK done"

    def _do_login(self, rest: str) -> str:
        if self.imap.sign_in_answer:
            return self.imap.sign_in_answer
        return "OK done" if self.imap.password in rest else "NO [AUTHENTICATIONFAILED] no"

    def _do_id(self, _: str) -> str:
        self.known = True
        self._say('* ID ("name" "test")')
        return "OK done"

    def _do_starttls(self, _: str) -> str:
        # Somebody in between adds what the client would take for the server's words under TLS.
        return "OK begin\r\n* CAPABILITY IMAP4rev1 LOGINDISABLED"

    def _do_noop(self, _: str) -> str:
        if len(self.folder.messages) != self.told:
            self.told = len(self.folder.messages)
            self._say(f"* {self.told} EXISTS")
        return "OK done"

    def _do_logout(self, _: str) -> str:
        self._say("* BYE")
        return "OK done"

    def _do_list(self, _: str) -> str:
        for name, folder in self.imap.folders.items():
            raw = name.encode("utf-8")
            # Half of the servers send a literal here at times.
            self.wfile.write(b'* LIST (%s) "." {%d}\r\n%s\r\n' % (folder.attributes.encode(), len(raw), raw))
        return "OK done"

    def _named(self, rest: str) -> Folder | None:
        found = re.search(r'"((?:[^"\\]|\\.)*)"', rest)
        name = re.sub(r"\\(.)", r"\1", found[1]) if found else ""
        return None if name in self.imap.closed else self.imap.folders.get(name)

    def _do_status(self, rest: str) -> str:
        folder = self._named(rest)
        if folder is None:
            return "NO no such folder"
        numbers = f"MESSAGES {len(folder.messages)} UIDNEXT {folder.next_uid} UIDVALIDITY {folder.validity}"
        self._say(f'* STATUS "x" ({numbers})')
        return "OK done"

    def _do_examine(self, rest: str) -> str:
        if self.imap.wants_id and not self.known:
            return "NO EXAMINE Unsafe Login. Please contact kefu@example.com for help"
        folder = self._named(rest)
        if folder is None:
            return "NO no such folder"
        self.folder, self.told = folder, len(folder.messages)
        self._say(f"* {len(folder.messages)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {folder.validity}] ok")
        return "OK [READ-ONLY] done"

    def _uids(self, text: str) -> list[int]:
        found: set[int] = set()
        highest = max(self.folder.messages, default=0)
        for part in text.split(","):
            ends = [highest if end == "*" else int(end) for end in part.split(":")]
            found |= {uid for uid in self.folder.messages if min(ends) <= uid <= max(ends)}
        return sorted(found)

    def _do_search(self, rest: str) -> str:
        uids = self._uids(rest.split(" ")[3])
        # Split over two answers and out of order, which is allowed.
        self._say("* SEARCH " + " ".join(str(uid) for uid in reversed(uids[1:])))
        self._say("* SEARCH" + "".join(f" {uid}" for uid in uids[:1]))
        return "OK done"

    def _do_fetch(self, rest: str) -> str:
        uids = self._uids(rest.split(" ")[2])
        if self.imap.chatter:
            self._say("* 1 FETCH (FLAGS (\\Seen))")
            self._say('* OK [ALERT] "a (word" {of')
        if "BODY" not in rest:
            return self._sizes(uids)
        if self.imap.refuses & set(uids):
            return self.imap.refusal
        first = re.search(r"<0\.(\d+)>", rest)
        # Not in the order of the question, which is allowed.
        for uid in reversed(uids):
            self._body(uid, int(first[1]) if first else None)
        return "OK done"

    def _sizes(self, uids: Sequence[int]) -> str:
        for uid in sorted(set(uids) - self.imap.hides):
            raw, day = self.folder.messages[uid]
            size = 10 if uid in self.imap.lies else len(raw)
            self._say(f'* {uid} FETCH (INTERNALDATE "{day}" RFC822.SIZE {size} UID {uid})')
        return "OK done"

    def _body(self, uid: int, first: int | None) -> None:
        raw = self.folder.messages[uid][0][:first]
        mark = "BODY[]" if first is None else "BODY[]<0>"
        if not raw:
            self._say(f'* {uid} FETCH ({mark} "" UID {uid})')
            return
        self.wfile.write(b"* %d FETCH (%s {%d}\r\n" % (uid, mark.encode(), len(raw)))
        if self.imap.drops.get(uid, 0) > 0:
            self.imap.drops[uid] -= 1
            self.wfile.write(raw[: len(raw) // 2])
            raise _Cut
        self.wfile.write(raw + b" UID %d)\r\n" % uid)
