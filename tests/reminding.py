"""Processes that remind, deliver and send over and over, to be killed; and a mail server that takes or refuses.

`python -m tests.reminding FILE`: a nursery. Each line on standard input starts one more process; its id is answered.
FILE holds the moment the processes take for now, so that days pass when the test says so. They end with the nursery.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import socketserver
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

import django


def main() -> None:
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nursery, clock = os.getpid(), Path(sys.argv[1])
    _say("ready")
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            _work(nursery, clock)
        _say(str(child))


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _work(nursery: int, clock: Path) -> None:
    from django.db import connection

    from records.outbox import dispatch_waiting
    from reporting.reminders import remind

    connection.close()
    while os.getppid() == nursery:
        if not remind(dt.datetime.fromisoformat(clock.read_text())) + dispatch_waiting():
            time.sleep(0.02)
    os._exit(0)


class MailServer:
    """On loopback: keeps what it takes while `refuses` is False, and hangs up at once while it is True."""

    def __init__(self) -> None:
        self.refuses = False
        self.letters: list[str] = []
        self.refused = 0
        office = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if office.refuses:
                    office.refused += 1
                    self.wfile.write(b"421 closed for the hour\r\n")
                    return
                self.wfile.write(b"220 ready\r\n")
                self._converse()

            def _converse(self) -> None:
                while line := self.rfile.readline():
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        office.letters.append(self._letter())
                    self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                    if verb == b"QUIT":
                        return

            def _letter(self) -> str:
                lines = iter(self.rfile.readline, b".\r\n")
                return b"".join(lines).decode()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> MailServer:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


if __name__ == "__main__":
    main()
