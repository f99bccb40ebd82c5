"""Children of the launcher: none of them may outlive it, however it ends."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .speech import Problem, say

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20 * 1024 * 1024
LAST_WORDS = 12

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """How a program is run: behind a prefix, or as another user. PostgreSQL refuses to run as root."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None


@dataclass(frozen=True)
class Program:
    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    cwd: Path
    stop_with: signal.Signals = signal.SIGTERM
    # What the kernel sends it when the launcher itself is killed.
    orphaned_with: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    identity: Identity = Identity()


@dataclass
class Child:
    program: Program
    process: "subprocess.Popen[bytes]"


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        # The launcher may have died between fork and prctl: then no signal would ever come.
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def run_quietly(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    identity: Identity | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run to the end and hand back what it printed; the caller decides whether that is a problem."""
    identity = identity or Identity()
    return subprocess.run(
        [*identity.prefix, *argv],
        env=dict(env) if env is not None else None,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
        user=identity.uid,
        group=identity.gid,
        extra_groups=[] if identity.uid is not None else None,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def run_visibly(argv: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> int:
    """Run in the foreground with the terminal's own input and output; its exit code comes back."""
    process = subprocess.Popen(argv, env=dict(env), cwd=cwd, preexec_fn=die_with_parent(signal.SIGTERM))
    try:
        return process.wait()
    except BaseException:
        # Ctrl-C reached the child too; give it the time to end by itself before insisting.
        _end(process, signal.SIGTERM, 10.0)
        raise


def last_words(log: Path, count: int = LAST_WORDS) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"    | {line}" for line in lines[-count:])


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


class Family:
    """The long-running children, stopped in the reverse of the order in which they were started."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, program: Program) -> Child:
        program.log.parent.mkdir(parents=True, exist_ok=True)
        if program.log.exists() and program.log.stat().st_size > LOG_LIMIT:
            program.log.replace(program.log.with_suffix(".log.1"))
        with program.log.open("ab") as log:
            process = subprocess.Popen(
                [*program.identity.prefix, *program.argv],
                env=dict(program.env),
                cwd=program.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C then reaches the launcher alone, which keeps order.
                start_new_session=True,
                user=program.identity.uid,
                group=program.identity.gid,
                extra_groups=[] if program.identity.uid is not None else None,
                preexec_fn=die_with_parent(program.orphaned_with),
            )
        child = Child(program, process)
        self.children.append(child)
        return child

    def check(self) -> None:
        """Complain about the first child that has ended although nobody asked it to."""
        for child in self.children:
            code = child.process.poll()
            if code is None:
                continue
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            raise Problem(
                f"{child.program.name} {how}; everything else is being stopped.",
                "Read the end of its log, put it right and start again.\n" + last_words(child.program.log),
                log=child.program.log,
            )

    def watch(self) -> None:
        while True:
            self.check()
            time.sleep(0.4)

    def stop(self) -> None:
        for child in reversed(self.children):
            if child.process.poll() is None:
                _end(child.process, child.program.stop_with, child.program.patience, group=True)
            else:
                _kill_group(child.process.pid)
        if self.children:
            say("  Stopped: " + ", ".join(child.program.name for child in reversed(self.children)) + ".")
        self.children.clear()


def _end(process: "subprocess.Popen[bytes]", polite: signal.Signals, patience: float, *, group: bool = False) -> None:
    try:
        process.send_signal(polite)
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if group:
        _kill_group(process.pid)


def _kill_group(pid: int) -> None:
    """What a child left in its own session goes with it."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
