"""A real HTTP server for webhooks: it remembers what came and answers as it was told to."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Answering = Callable[["_Handler"], None]


@dataclass
class Came:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answer` may be a status, or a function that writes the answer itself."""

    port: int = 0
    answer: int | Answering = 200
    came: list[Came] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/in"

    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.came]


class _Handler(http.server.BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.came.append(Came(self.path, headers, body))
        self.receiver.arrived.set()
        answer = self.receiver.answer
        if callable(answer):
            answer(self)
            return
        self.send_response(answer)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST

    def log_message(self, *args: Any) -> None:
        """Nothing into the tests' output."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *args: Any) -> None:
        """A client that hung up is what some tests are about."""


@contextmanager
def receiving(
    answer: int | Answering = 200, *, tls: Path | None = None, asked: list[str | None] | None = None
) -> Iterator[Receiver]:
    """`tls` is a file with certificate and key; `asked` gets the names the clients asked for (SNI)."""
    receiver = Receiver(answer=answer)
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        if asked is not None:
            context.sni_callback = lambda _socket, name, _context: asked.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
