"""`python -m tests.dispatcher`: a nursery of dispatchers, so that a test can kill many of them in little time.

Each line on standard input starts one more process that empties the outbox over and over; its id is answered.
They end with the nursery.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import django


def main() -> None:
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nursery = os.getpid()
    _say("ready")
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            _work(nursery)
        _say(str(child))


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _work(nursery: int) -> None:
    from django.db import connection

    from records.outbox import dispatch_waiting

    connection.close()
    while os.getppid() == nursery:
        if not dispatch_waiting():
            time.sleep(0.005)
    os._exit(0)


if __name__ == "__main__":
    main()
