"""A job's sign of life: while the work is in its own transaction, another connection tells how far it is."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from types import TracebackType
from typing import Self

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from records.jobs.kinds import Progress
from records.models import Job

log = logging.getLogger(__name__)

BEAT_EVERY = dt.timedelta(seconds=2)


class Pulse:
    """While it is open, a thread writes the progress every two seconds, and reads whether to stop.

    Its connection is its own (a thread's), so what it writes is seen at once by everybody. A job that is done before
    the first beat costs nothing.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pulse-{progress.job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.wait(BEAT_EVERY.total_seconds()):
                if self.progress.is_stuck:
                    # Its work neither ends nor asks: no more signs of life, so that somebody else may begin it anew.
                    log.error("a job goes on beyond its time", extra={"job": str(self.progress.job.uid)})
                    self.progress.stopped.set()
                    return
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        progress, job = self.progress, self.progress.job
        try:
            ours = Job.objects.open().filter(pk=job.pk, attempts=job.attempts)
            seen = ours.update(beat_at=timezone.now(), done=progress.done, total=progress.total)
            if not seen:
                # Not there at all: the row is not committed yet, as in a test.
                gone = Job.objects.filter(pk=job.pk).exists()
            else:
                gone = ours.filter(cancel_asked_at__isnull=False).exists()
        except (DatabaseError, InterfaceError):  # the second: a connection that is gone already
            log.warning("a job's sign of life could not be written", extra={"job": str(job.uid)}, exc_info=True)
            connection.close()
            return
        if gone:
            progress.stopped.set()
