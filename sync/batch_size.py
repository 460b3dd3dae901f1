"""How many records the next transaction of a landing takes, by how long the last one worked.

Whoever else writes waits for a transaction of a sync, so it is short by time, not by count: the same rows take a busy
machine many times as long as an idle one. Small transactions cost more a record (1,000 rows a fifth more processor time
than 3,072, these a tenth more than 8,192, as each writes most pages of the index of ids anew), so they are only made
while somebody waits. Pure.
"""

# What the statements may take. The commit comes on top: it is the disk's, and fewer rows would not shorten it by much.
AIM_SECONDS = 0.02
LEAST, MOST = 250, 8_192
LEAST_ALONE = MOST
FIRST = 3_072


def next_size(size: int, rows: int, seconds: float, *, waited_for: bool) -> int:
    """Records for the next batch, after one of ``rows`` whose statements took ``seconds``; ``size`` was allowed.

    ``waited_for`` says that others wait to write. At most twice and at least half of ``size``: one transaction that was
    held up, or was nearly empty, tells little. A batch that was not half full tells only when it was too slow.
    """
    fits = int(rows * AIM_SECONDS / max(seconds, 1e-6))
    if rows < size // 2 and fits >= rows:
        return size
    least = LEAST if waited_for else LEAST_ALONE
    return max(LEAST, min(MOST, size * 2, max(size // 2, fits, least)))
