import sys
import threading

from core.switching import INTERVAL, quick_turns


def test_turns_are_short_until_the_last_one_leaves() -> None:
    before = sys.getswitchinterval()
    entered, leave = threading.Event(), threading.Event()

    def beside() -> None:
        with quick_turns():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=beside)
    with quick_turns():
        thread.start()
        assert entered.wait(10)
        assert sys.getswitchinterval() == min(INTERVAL, before)
    assert sys.getswitchinterval() == min(INTERVAL, before)
    leave.set()
    thread.join()
    assert sys.getswitchinterval() == before
