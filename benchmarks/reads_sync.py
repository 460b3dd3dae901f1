"""Takes records in for some seconds, for ``benchmarks.reads``: ``python -m benchmarks.reads_sync DIR SECONDS``.

As webhooks do: each record in a transaction of its own, and a resolution of what waits every hundred. Says ``landing``
once it has begun.
"""

import sys
import time
from pathlib import Path

from api.wiring import open_services
from audit.actions import Action
from benchmarks.reads_data import customer
from sync.entry import Entry

_FIRST = 10_000_000


def main(folder: str, seconds: str) -> None:
    """Take records in until the time is over."""
    with open_services(Path(folder)) as services:
        print("landing", flush=True)
        ends, number = time.monotonic() + float(seconds), _FIRST
        while time.monotonic() < ends:
            number += 1
            entry = Entry("crm", "people", str(number), customer(number))
            services.entries.take(entry, actor="system:benchmark", action=Action.RECORD_ENTERED, delivery=False)
            if number % 100 == 0:
                services.worker.run_one()


if __name__ == "__main__":
    main(*sys.argv[1:])
