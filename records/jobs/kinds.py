"""What a job is made of: a kind, which names the work, and the progress the work tells of."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from portal.errors import PortalError, type_text
from records.models import Job

LONGEST = dt.timedelta(minutes=8)
"""A job's own time limit. Below Celery's (nine minutes), which only processes obey, and below its redelivery."""


class Cancelled(Exception):
    """The asker wants it no more; or another worker has it, and this one is to leave nothing behind."""


class TookTooLong(PortalError):
    """The work has not ended within its time."""

    code = "took_too_long"
    status = 504
    title = _("It took too long and was stopped; nothing was stored. Try again, or do it in smaller parts.")


class Progress:
    """What running work knows and says: for whom it works, its input, how far it is.

    `step` is cheap (no statement): call it for every row. Somebody else writes the figures down, outside the work's
    transaction.
    """

    def __init__(self, job: Job, actor: Actor, longest: dt.timedelta = LONGEST) -> None:
        self.job, self.actor = job, actor
        self.params: Mapping[str, Any] = job.params
        self.total = self.done = 0
        self.stopped = threading.Event()
        """Set when the asker cancels, or another worker has taken the job over."""
        self._ends = time.monotonic() + longest.total_seconds()

    @property
    def is_stuck(self) -> bool:
        """It should have ended a minute ago."""
        return time.monotonic() > self._ends + 60

    def begin(self, total: int) -> None:
        """How many steps there are. Raises as `step` does."""
        self.total, self.done = total, 0
        self.step(0)

    def step(self, n: int = 1) -> None:
        """So many more are done. Raises Cancelled, TookTooLong: let them pass, the work is rolled back."""
        self.done += n
        if self.stopped.is_set():
            raise Cancelled
        if time.monotonic() > self._ends:
            raise TookTooLong


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work. `action` is asked of the asker when it is asked for, and again when it runs.

    `run` works within one transaction, together with the mark that it is done: it happens once or not at all, and
    may be begun again when its worker was killed. `repeatable=False`: it does something outside the database, and is
    not begun a second time. What `run` returns is kept as the result; `path` in it is where the outcome is to be
    seen. `words` says a result in a sentence. `check` refuses who may not ask for this very work, beyond the action.
    `on_failure` is called after a refusal, when the work is rolled back.
    """

    name: str
    label: type_text
    action: str
    run: Callable[[Progress], Mapping[str, Any]]
    words: Callable[[Mapping[str, Any]], type_text] | None = None
    check: Callable[[Mapping[str, Any], Actor], object] | None = None
    on_failure: Callable[[Progress, PortalError], None] | None = None
    repeatable: bool = True
    longest: dt.timedelta = LONGEST


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Called once for each kind, when its room is ready."""
    _kinds[kind.name] = kind


def kind_named(name: str) -> JobKind | None:
    return _kinds.get(name)
