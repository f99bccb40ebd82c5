"""What the launcher says: one calm line per step, and problems in plain words."""

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Problem(Exception):
    """Something the person at the keyboard can put right: what is wrong, and what to do."""

    def __init__(self, what: str, remedy: str, *, log: Path | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.log = log

    def sentence(self) -> str:
        lines = [self.what, self.remedy]
        if self.log is not None:
            lines.append(f"Its log: {self.log}")
        return "\n  ".join(lines)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print the step's name and the seconds it took once it is done."""
    began = time.monotonic()
    yield
    say(f"  {title:<34} {time.monotonic() - began:5.1f} s")


def explain_os_error(error: OSError) -> Problem:
    """The few operating-system errors that an operator meets, in words."""
    where = str(error.filename or "the data folder")
    if error.errno == errno.ENOSPC:
        return Problem(f"The disk is full: nothing more can be written at {where}.", "Free some space and start again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(
            f"This user may not write to {where}.",
            "Run as the owner of that folder, or set PORTAL_VAR to a folder of your own.",
        )
    return Problem(f"The operating system refused: {error}.", "Put that right and start again.")
