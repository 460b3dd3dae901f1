import re
import subprocess
import sys

from core.clock import random_id

_SPLIT = """
import os
from core.clock import random_id
random_id("x")
read, write = os.pipe()
child = os.fork()
told = random_id("x")
if child == 0:
    os.write(write, told.encode())
    os._exit(0)
os.waitpid(child, 0)
print(told, os.read(read, 100).decode())
"""


def test_ids_are_128_random_bits_and_none_comes_twice() -> None:
    ids = [random_id("x") for _ in range(2_000)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("x_[0-9a-f]{32}", one) for one in ids)


def test_a_process_that_is_split_off_gives_out_ids_of_its_own() -> None:
    out = subprocess.run([sys.executable, "-c", _SPLIT], capture_output=True, text=True, check=True, timeout=60).stdout
    ours, theirs = out.split()
    assert ours != theirs
