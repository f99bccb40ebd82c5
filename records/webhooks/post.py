"""One HTTP request to one target: to the address that was checked, no further than that, and never for long."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError

from records.webhooks.addresses import Target, TargetRefused, check, read

TIMEOUT = 10.0
"""Seconds to connect, and to wait for each piece of the answer."""
WHOLE = 20.0
"""Seconds for the whole request: a target that answers byte by byte is cut off then."""
MOST_READ = 4096
"""Bytes of the answer that are read; the rest is never taken in."""
LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the HTTP status (None where there was none), the answer's beginning, or the error."""

    code: int | None = None
    text: str = ""
    error: str = ""
    milliseconds: int = 0

    @property
    def accepted(self) -> bool:
        return self.code is not None and 200 <= self.code < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send it and say what came of it; errors of the network are answers too."""
    started = time.monotonic()
    try:
        target = read(url)
        answer = Answer(*_request(target, check(target), body, headers))
    except TargetRefused as refused:
        answer = Answer(error=f"{refused.code}: {refused.message}")
    except SSLError as untrusted:
        answer = Answer(error=f"TLS: {untrusted}")
    except (HTTPError, OSError, ValueError) as failed:  # ValueError: an answer that cannot be read
        answer = Answer(error=f"{type(failed).__name__}: {failed}")
    error = answer.error or ("" if answer.accepted else f"HTTP {answer.code}")
    spent = int((time.monotonic() - started) * 1000)
    return Answer(answer.code, answer.text, error.replace("\x00", "")[:LONGEST_ERROR], spent)


def _request(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Status and the answer's beginning. A redirect is an answer like any other: it is not followed."""
    with _Deadline(WHOLE) as deadline, _pool(target, address, deadline) as pool:
        response = pool.urlopen(
            "POST",
            target.path,
            body=body,
            headers={**headers, "Host": target.host_header, "User-Agent": "Pilot-Portal-Webhooks/1"},
            redirect=False,
            retries=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        if deadline.passed:  # cut while the headers came; what there is of them is no answer
            response.close()
            raise TimeoutError("no answer within the time for a whole request")
        try:
            text = response.read(MOST_READ, decode_content=False)
        except HTTPError:  # the status is there, and it is what counts
            text = b""
        finally:
            response.close()
        return response.status, text.decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")


@contextmanager
def _pool(target: Target, address: str, deadline: _Deadline) -> Iterator[urllib3.HTTPConnectionPool]:
    """A pool for one request, aimed at the numeric address. Proxies of the environment play no part in it."""
    settings: dict[str, Any] = {"timeout": urllib3.Timeout(connect=TIMEOUT, read=TIMEOUT), "maxsize": 1}
    pool: urllib3.HTTPConnectionPool
    address = f"[{address}]" if ":" in address else address
    if target.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, target.port, server_hostname=target.host, assert_hostname=target.host, **settings
        )
        pool.ConnectionCls = deadline.watched(HTTPSConnection)
    else:
        pool = urllib3.HTTPConnectionPool(address, target.port, **settings)
        pool.ConnectionCls = deadline.watched(HTTPConnection)
    try:
        yield pool
    finally:
        pool.close()


class _Deadline:
    """Cuts the connection when the time is up. Timeouts of the socket only bound the wait for each piece."""

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._handles: list[socket.socket] = []
        self.passed = False

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for handle in self._handles:
            handle.close()

    def _cut(self) -> None:
        self.passed = True
        for handle in self._handles:
            try:
                handle.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself
                continue

    def watched(self, kind: Any) -> Any:
        """The connection class with a second handle on its socket: TLS takes the first one away."""
        handles = self._handles

        class Watched(kind):  # type: ignore[misc]  # one of two classes, chosen by the caller
            def _new_conn(self) -> socket.socket:
                made: socket.socket = super()._new_conn()
                handles.append(made.dup())
                return made

        return Watched
