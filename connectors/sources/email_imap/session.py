"""A signed-in, read-only session with an IMAP server, in the words of mail instead of the protocol.

Nothing is ever changed: folders are opened with EXAMINE, bodies are fetched with BODY.PEEK. RFC 3501 and 9051; ID is
RFC 2971, SPECIAL-USE 6154, CONDSTORE and QRESYNC 7162, IDLE 2177.
"""

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from connectors.sources.email_imap import replies
from connectors.sources.email_imap.settings import Settings
from connectors.sources.email_imap.wire import Wire
from connectors.sources.values import ConfigError, TransientError

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A server may end a connection after half an hour of silence (RFC 2177, RFC 9051 section 5.4).
_IDLE_AT_MOST = 28 * 60.0
_ASK_EVERY = 5.0
_GOODBYE = 2.0
# Room for what surrounds a message in an answer, and for servers whose RFC822.SIZE is a little off.
_SLACK = 1024 * 1024
# Answers that pass by themselves (RFC 5530, RFC 9051 section 7.1; the last two are Microsoft's and Google's).
_PASSING = re.compile(rb"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|THROTTLED|OVERQUOTA)\b|too many", re.IGNORECASE)


class ConnectionLost(Exception):
    """The connection ended, timed out or went astray; a new one may go on where this one stopped."""


class FolderGone(Exception):
    """The folder cannot be opened."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open folder: its UIDVALIDITY, and its HIGHESTMODSEQ where the server tells removals by it (QRESYNC)."""

    validity: int
    modseq: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """What the server says of a message: its size in bytes and when it arrived (UTC)."""

    size: int
    arrived: datetime | None


class Session:
    """A session. ``can`` tells which extensions the server offers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idles = 0
        self._tells_removals = False
        with _translated("connect"):
            self._imap = _connected(settings)
        try:
            self._sign_in()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Say goodbye where that is still possible."""
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            # A connection that is lost already is not waited for.
            self._imap.sock.settimeout(_GOODBYE)
            self._imap.logout()
        with contextlib.suppress(OSError):
            self._imap.shutdown()

    def can(self, extension: str) -> bool:
        """Whether the server offers an extension, such as CONDSTORE."""
        return extension in self._imap.capabilities

    def folders(self) -> list[replies.Listed]:
        """All folders."""
        uses = self.can("SPECIAL-USE") and self.can("LIST-EXTENDED")
        with _translated("LIST"):
            answer, pieces = self._imap.list('""', '"*" RETURN (SPECIAL-USE)' if uses else '"*"')
        if answer != "OK":
            raise ConnectionLost("LIST")
        return replies.listed(cast("Sequence[replies.Piece]", pieces))

    def status(self, folder: replies.Listed) -> dict[str, int]:
        """MESSAGES, UIDNEXT and UIDVALIDITY without opening the folder, as far as told. Raises FolderGone."""
        with _translated("STATUS"):
            answer, pieces = self._imap.status(_quoted(folder.wire), "(MESSAGES UIDNEXT UIDVALIDITY)")
        if answer != "OK":
            raise FolderGone
        return replies.status(cast("Sequence[replies.Piece]", pieces))

    def open(self, folder: replies.Listed) -> Opened:
        """Open a folder for reading only. Raises FolderGone."""
        with _translated("EXAMINE"):
            answer, pieces = self._imap.select(_quoted(folder.wire), readonly=True)
            validity, modseq = (_number(self._imap, word) for word in ("UIDVALIDITY", "HIGHESTMODSEQ"))
            self._news()
        if answer != "OK":
            if b"Unsafe Login" in b" ".join(piece for piece in pieces if isinstance(piece, bytes)):
                raise ConfigError(
                    "The provider calls this an unsafe login and shows no folder; allow IMAP clients in the settings "
                    "of the mailbox (163, 126, yeah.net: 客户端授权), and use its authorisation code as password."
                )
            raise FolderGone
        # Without UIDVALIDITY the server has no lasting UIDs (RFC 3501 section 6.3.1): one value stands for all time.
        return Opened(validity or 0, modseq if self._tells_removals else None)

    def vanished(self, modseq: int) -> list[tuple[int, int]]:
        """UIDs, first and last, that are gone from the open folder since HIGHESTMODSEQ was ``modseq`` (QRESYNC)."""
        self._imap.response("VANISHED")
        self._uid("FETCH", "1:*", "(UID)", f"(CHANGEDSINCE {modseq} VANISHED)")
        told = self._imap.response("VANISHED")[1]
        return [span for text in told if isinstance(text, bytes) for span in replies.vanished(text)]

    def search(self, above: int, since: date | None) -> list[int]:
        """UIDs above ``above`` in the open folder, ascending; of messages that arrived on ``since`` or later."""
        criteria = [f"UID {above + 1}:*"]
        if since is not None:
            # The server counts days in its own zone, so a day more is asked for and what is too old is left out later.
            day = date.fromordinal(max(since.toordinal() - 1, 1))
            criteria.append(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}")
        pieces = self._uid("SEARCH", *criteria)
        # "900:*" of a folder whose highest is 200 gives 200: the range is read backwards (RFC 3501 section 6.4.8).
        return [uid for uid in replies.numbers(pieces) if uid > above]

    def sizes(self, uids: Sequence[int]) -> dict[int, Found]:
        """Size and arrival of messages; those that are gone are left out."""
        told = replies.fetched(self._uid("FETCH", replies.ranges(uids), "(UID RFC822.SIZE INTERNALDATE)"))
        return {
            uid: Found(int(size), replies.internal_date(values.get("INTERNALDATE")))
            for uid, values in told.items()
            if isinstance(size := values.get("RFC822.SIZE"), bytes) and size.isdigit()
        }

    def bodies(self, uids: Sequence[int], expected: int, *, first: int | None = None) -> dict[int, bytes]:
        """The bytes of messages, of each the ``first`` ones only when given; ``expected`` is the largest of them."""
        item = "BODY.PEEK[]" if first is None else f"BODY.PEEK[]<0.{first}>"
        self._imap.largest_literal = expected + _SLACK
        told = replies.fetched(self._uid("FETCH", replies.ranges(uids), f"(UID {item})"))
        return {uid: _text(values["BODY[]"]) for uid, values in told.items() if "BODY[]" in values}

    def wait(self, seconds: float) -> bool:
        """Wait in the open folder; whether something changed in it within ``seconds``.

        Without IDLE the server is asked instead (NOOP), every few seconds.
        """
        with _translated("IDLE"):
            if self._news():
                return True
            if self.can("IDLE"):
                return self._idle(min(seconds, _IDLE_AT_MOST))
            time.sleep(min(seconds, _ASK_EVERY))
            self._imap.noop()
            return self._news()

    def _news(self) -> bool:
        # What the server told beside its answers since the folder was opened, or since it was asked last.
        told = [self._imap.response(word)[1] != [None] for word in ("EXISTS", "EXPUNGE", "VANISHED")]
        return any(told)

    def _idle(self, seconds: float) -> bool:
        imap, until, seen = self._imap, time.monotonic() + seconds, False
        self._idles += 1
        tag = b"IDLE%d" % self._idles
        imap.send(tag + b" IDLE\r\n")
        while not (line := imap.readline()).startswith(b"+"):
            seen |= _is_news(line, tag)
        while not seen and (left := until - time.monotonic()) > 0:
            seen = imap.wait(left) and _is_news(imap.readline(), tag)
        imap.send(b"DONE\r\n")
        while not (line := imap.readline()).startswith(tag):
            seen |= _is_news(line, tag)
        return seen

    def _uid(self, command: str, *arguments: str) -> Sequence[replies.Piece]:
        with _translated(command):
            answer, pieces = self._imap.uid(command, *arguments)
        if answer != "OK":
            if any(isinstance(piece, bytes) and _PASSING.search(piece) for piece in pieces):
                raise TransientError(f"{self._settings.host} has given as much as it gives for now; try again later.")
            raise Refused(command)
        return cast("Sequence[replies.Piece]", pieces)

    def _sign_in(self) -> None:
        settings, imap = self._settings, self._imap
        with _translated("sign-in"):
            try:
                if imap.state == "NONAUTH":
                    _authenticate(imap, settings)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise _refused_sign_in(str(error).encode(), settings) from None
            _ask_again_what_is_offered(imap)
            if self.can("ID"):
                # NetEase (163, 126) opens no folder for a client that has not said who it is.
                imap.xatom("ID", '("name" "Ingot" "version" "1" "vendor" "Ingot")')
            if self.can("QRESYNC") and self.can("ENABLE"):
                self._tells_removals = imap.enable("QRESYNC")[0] == "OK"


class Refused(Exception):
    """The server answers NO to a command that is right."""


def _number(imap: Wire, word: str) -> int | None:
    told = imap.response(word)[1]
    last = told[-1] if told else None
    return int(last) if isinstance(last, bytes) and last.isdigit() else None


def _text(value: Any) -> bytes:
    # NIL stands for a message without any byte.
    return value if isinstance(value, bytes) and not isinstance(value, replies.Atom) else b""


def _is_news(line: bytes, tag: bytes) -> bool:
    if line.startswith((b"* BYE", tag + b" BAD", tag + b" NO")):
        raise imaplib.IMAP4.abort("the server ends IDLE")
    return bool(re.match(rb"\* \d+ (EXISTS|EXPUNGE)\b|\* VANISHED\b", line, re.IGNORECASE))


def _quoted(wire: str) -> str:
    if set(wire) & set("\r\n\0"):
        raise FolderGone  # no command can name it
    raw = '"' + wire.replace("\\", "\\\\").replace('"', '\\"') + '"'
    # imaplib sends bytes as they are, and refuses text beyond ASCII, which old servers do use in names.
    return raw if raw.isascii() else cast("str", raw.encode("latin-1"))


def _connected(settings: Settings) -> Wire:
    tls = settings.tls() if settings.security != "none" else None
    with _tls_explained(settings):
        implicit = tls if settings.security == "tls" else None
        imap = Wire(settings.host, settings.port, timeout=settings.timeout, tls=implicit)
        try:
            if settings.security == "starttls" and tls is not None:
                _upgraded(imap, tls)
        except BaseException:
            imap.shutdown()
            raise
        return imap


@contextmanager
def _tls_explained(settings: Settings) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise ConfigError(
            f"The certificate of {settings.host} cannot be trusted, or is made out to another name. Check 'host', or "
            "give the authority that signed it as 'ca_certificate'."
        ) from None
    except ssl.SSLEOFError:
        raise ConnectionLost("connect") from None
    except ssl.SSLError:
        raise ConfigError(
            f"{settings.host}:{settings.port} does not speak TLS. Check 'port' and 'security' (993 tls, 143 starttls)."
        ) from None


def _upgraded(imap: Wire, tls: ssl.SSLContext) -> None:
    # A server that greets a client as signed in cannot be asked for TLS any more: somebody is in between.
    if imap.state != "NONAUTH" or "STARTTLS" not in imap.capabilities:
        raise ConfigError("The server offers no STARTTLS; use 'security' tls with its port (993), or ask its operator.")
    imap.upgrade(tls)
    _ask_again_what_is_offered(imap)


def _ask_again_what_is_offered(imap: Wire) -> None:
    # It may change with TLS and with the sign-in.
    answer, pieces = imap.capability()
    if answer == "OK" and pieces and isinstance(pieces[-1], bytes):
        imap.capabilities = tuple(pieces[-1].decode("ascii", "replace").upper().split())


def _authenticate(imap: Wire, settings: Settings) -> None:
    if settings.access_token is not None:
        told = f"user={settings.user}\1auth=Bearer {settings.access_token}\1\1".encode()
        # A refusal comes as a challenge that has to be answered with nothing.
        answers = iter([told])
        imap.authenticate("XOAUTH2", lambda _: next(answers, b""))
        return
    password = settings.password or ""
    plain = f"\0{settings.user}\0{password}".encode()
    if "AUTH=PLAIN" in imap.capabilities:
        imap.authenticate("PLAIN", lambda _: plain)
    elif "LOGINDISABLED" in imap.capabilities:
        raise ConfigError("The server takes no password on this connection; use 'security' tls or starttls.")
    elif (settings.user + password).isascii():
        # imaplib quotes the password, not the user.
        imap.login(_quoted(settings.user), password)
    else:
        raise ConfigError("The server takes only ASCII in user and password; choose another password for this mailbox.")


def _refused_sign_in(said: bytes, settings: Settings) -> Exception:
    if _PASSING.search(said):
        return TransientError(f"{settings.host} lets nobody more in just now; try again later, or sign in less often.")
    means = "token" if settings.access_token is not None else "password"
    return ConfigError(
        f"{settings.host} refuses user or {means}. Check both, that IMAP is switched on for the mailbox, and whether "
        "the provider wants an authorisation code, an app password or OAuth 2 instead of the password."
    )


@contextmanager
def _translated(command: str) -> Iterator[None]:
    """What imaplib and the socket raise, as ours; their texts may hold anything and are dropped."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise ConnectionLost(command) from None
    except imaplib.IMAP4.error:
        raise Refused(command) from None
    except OSError:
        raise ConnectionLost(command) from None
