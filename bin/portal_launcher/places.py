"""Where things are: the checkout, its virtual environment, and one data folder per portal."""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .speech import Problem

ROOM_NEEDED = 1024**3
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")
# Both address forms (postgres:// and unix://) carry these characters unchanged.
PLAIN_PATH = re.compile(r"/[A-Za-z0-9/._-]+")
SKIPPED_FOLDERS = {"__pycache__", "node_modules", ".git"}


@dataclass(frozen=True)
class Place:
    """One portal: the code it runs and the folder that holds its data."""

    repo: Path
    var: Path
    port: int
    mode: str

    @property
    def venv(self) -> Path:
        return self.repo / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.var / "logs"

    def program(self, name: str) -> str:
        return str(self.venv / "bin" / name)


def find_place(mode: str, below: str = "") -> Place:
    """Read PORT and PORTAL_VAR; `below` keeps tests and checks away from the demo's data."""
    repo = Path(__file__).resolve().parents[2]
    var = Path(os.environ.get("PORTAL_VAR") or repo / "var").expanduser()
    # Relative to the caller's own folder, as every other command understands a path.
    return Place(repo=repo, var=(Path.cwd() / var / below).resolve(), port=read_port(os.environ), mode=mode)


def read_port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Problem(f"PORT is {text!r}, which is not a port number.", "Set it to a number from 1 to 65535.")
    return int(text)


def prepare_var(place: Place) -> None:
    place.var.mkdir(parents=True, exist_ok=True)
    if place.var.stat().st_uid == os.geteuid():
        place.var.chmod(stat.S_IRWXU)
    place.logs.mkdir(exist_ok=True)


def check_room(folder: Path, needed: int = ROOM_NEEDED) -> None:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise Problem(
            f"Too little room on the disk of {existing}: {free >> 20} MB free, {needed >> 20} MB needed.",
            "Free some space, or set PORTAL_VAR to a folder on a larger disk.",
        )


def reserve_port(port: int) -> socket.socket:
    """Hold the port while everything starts, so that a second start is told at once.

    Gunicorn listens with SO_REUSEPORT: without this, two portals would silently share one port.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Problem(f"This user may not use port {port}.", "Choose one above 1023: PORT=8001.") from None
        except OSError:
            raise Problem(
                f"Port {port} on 127.0.0.1 is taken by another program.",
                f"Stop that program, or choose another port: PORT={port + 1} bin/portal run",
            ) from None
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        holder.bind(("127.0.0.1", port))
    except OSError:
        # Only closing connections of another program are in the way. Tried last: two sockets that both
        # allow reuse do not notice each other until one of them listens.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", port))
    return holder


@contextmanager
def only_one(place: Place) -> Iterator[None]:
    """One launcher per data folder: two would fight over the same database."""
    path = place.var / "launcher.lock"
    with path.open("a+", encoding="ascii") as handle:
        if not _try_lock(handle):
            handle.seek(0)
            raise Problem(
                f"A portal is already running on {place.var} (process {handle.read().strip() or 'unknown'}).",
                "Use that one, stop it, or give this one its own folder: PORTAL_VAR=/other/folder PORT=8001",
            )
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield
        handle.truncate(0)


def is_running(place: Place) -> bool:
    path = place.var / "launcher.lock"
    if not path.exists():
        return False
    with path.open("a", encoding="ascii") as handle:
        return not _try_lock(handle)


def _try_lock(handle: "IO[str]") -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def socket_folder(place: Place) -> Path:
    """A folder short and plain enough for a unix socket's address; in the data folder if possible."""
    inside = place.var / "run"
    if fits_socket(inside):
        inside.mkdir(exist_ok=True)
        inside.chmod(stat.S_IRWXU)
        return inside
    tag = hashlib.sha256(os.fsencode(place.var)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"portal-{os.geteuid()}-{tag}"
    if not fits_socket(short):
        short = Path("/tmp") / short.name  # noqa: S108 - made 0700 and its owner checked below
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or (os.geteuid() != 0 and found.st_uid != os.geteuid()):
        raise Problem(
            f"The path {place.var} is too long for a socket, and {short} belongs to somebody else.",
            "Set PORTAL_VAR to a folder with a shorter path.",
        )
    short.chmod(stat.S_IRWXU)
    return short


def leave_socket_folder(place: Place) -> None:
    """After a proper stop nothing is left outside the data folder."""
    folder = socket_folder(place)
    if not folder.is_relative_to(place.var):
        shutil.rmtree(folder, ignore_errors=True)


def fits_socket(folder: Path) -> bool:
    text = str(folder)
    return len(os.fsencode(text)) + LONGEST_SOCKET_NAME <= SOCKET_PATH_LIMIT and bool(PLAIN_PATH.fullmatch(text))


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """One hash over the names and contents of files and whole folders; a missing one counts as such."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(_files(path)):
            digest.update(os.fsencode(file.relative_to(path.parent)) + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    digest.update("\0".join(more).encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, inner, names in os.walk(path):
        inner[:] = [name for name in inner if name not in SKIPPED_FOLDERS]
        yield from (Path(folder) / name for name in names if not name.endswith((".pyc", ".mo")))


class Memory:
    """Which steps are done, each by its fingerprint, so that a second start takes seconds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        self.done: dict[str, str] = found if isinstance(found, dict) else {}

    def has(self, name: str, print_: str) -> bool:
        return self.done.get(name) == print_

    def note(self, name: str, print_: str) -> None:
        self.done[name] = print_
        write_private(self.path, json.dumps(self.done, indent=1))

    def forget(self) -> None:
        self.done.clear()
        self.path.unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Written whole or not at all, and readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def keep_secrets(place: Place) -> dict[str, str]:
    """The demo's own secrets: made once, kept beside its data, never in the checkout's files."""
    path = place.var / "secrets.json"
    if path.exists():
        try:
            kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise Problem(
                f"{path} is damaged.", "Restore it from a backup; without it phone numbers stay sealed."
            ) from None
        return kept
    made = {"PORTAL_SECRET_KEY": secrets.token_urlsafe(64), "PORTAL_FIELD_KEY": secrets.token_urlsafe(48)}
    write_private(path, json.dumps(made, indent=1))
    return made
