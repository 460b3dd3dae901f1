"""Which process holds a job, told so that another process on the same machine can see that it has ended.

A lease alone makes everybody wait for its end after a crash. On the same machine the operating system knows better.
"""

import os
import socket
from pathlib import Path

_PARTS = 3


def own_identity() -> str:
    """``host|process id|start time``: the start time tells a reused process id apart."""
    return f"{socket.gethostname()}|{os.getpid()}|{_started(os.getpid())}"


def has_ended(identity: str) -> bool:
    """Whether that process certainly runs no more. Of other machines nothing is certain."""
    parts = identity.split("|")
    if len(parts) != _PARTS or parts[0] != socket.gethostname() or not parts[1].isdecimal():
        return False
    process = int(parts[1])
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return bool(parts[2]) and _started(process) != parts[2]


def _started(process: int) -> str:
    """Start time of a process in clock ticks since boot (proc(5), stat, field 22); empty where that is not told."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    # The second field is a name in brackets that may hold anything.
    return stat.rpartition(")")[2].split()[19]
