"""Doing what was asked for: claim a job, do its work in one transaction, say how it went.

The mark that a job is done is part of the work's own transaction, and holds only for the try that made it: whatever
dies, and whoever comes twice, the work happens once or not at all.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import errors as database_errors
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import Actor, require
from accounts.models import Membership
from portal.errors import PortalError, RuleBroken
from records.jobs.kinds import Cancelled, JobKind, Progress, TookTooLong, kind_named
from records.jobs.pulse import BEAT_EVERY, Pulse
from records.locks import Lock, take
from records.models import Job
from records.outbox import Message, tell
from units.calendar import one_reading

log = logging.getLogger(__name__)

SILENT = dt.timedelta(minutes=2)
"""A running job that shows no sign of life for so long is anybody's again."""
MOST_TRIES = 3
MOST_AT_A_PASS = 20
LONGEST_PASS = 45.0
"""Seconds after which a pass begins no further job: the next one goes on. With the longest job below Celery's limit."""

assert SILENT > 10 * BEAT_EVERY  # noqa: S101 - a slow disk is no death


def run_waiting(limit: int = MOST_AT_A_PASS) -> int:
    """One waiting job after the other; returns how many were done, failed or cancelled here."""
    ends = time.monotonic() + LONGEST_PASS
    ran = 0
    while ran < limit and time.monotonic() < ends:
        job = _claim()
        if job is None:
            break
        _attend_to(job)
        ran += 1
    return ran


@transaction.atomic
def _claim() -> Job | None:
    """The oldest job nobody is at work on, marked as ours. None where as many run already as may at once."""
    take(Lock.JOB_CLAIM)
    now = timezone.now()
    dead = Q(beat_at__lte=now - SILENT)
    rows = Job.objects.open()
    if rows.filter(claimed_at__isnull=False).exclude(dead).count() >= settings.JOBS_AT_ONCE:
        return None
    free = rows.filter(Q(claimed_at__isnull=True) | dead).order_by("id")
    job: Job | None = free.select_for_update(skip_locked=True, of=("self",)).first()
    if job is None or not rows.filter(pk=job.pk, attempts=job.attempts).update(
        claimed_at=now, beat_at=now, attempts=F("attempts") + 1, done=0, total=0
    ):
        return None
    job.refresh_from_db()
    return job


def _attend_to(job: Job) -> None:
    """Do it, or say why not, in its asker's language. Raises only what the database itself raises."""
    hat = Membership.objects.select_related("user", "unit", "programme").get(pk=job.hat_id)
    job.hat = hat
    kind = kind_named(job.kind)
    progress = Progress(job, Actor(hat.user, hat, job.origin), kind.longest if kind else SILENT)
    with translation.override(hat.user.language or settings.LANGUAGE_CODE), one_reading():
        try:
            _work(kind, progress)
        except Cancelled:
            _ended(job, progress, cancelled_at=timezone.now())
        except PortalError as error:
            _refused(job, kind, progress, error)
        except SoftTimeLimitExceeded:  # of a worker with processes
            _refused(job, kind, progress, TookTooLong())
        except (OperationalError, InterfaceError) as error:
            _interrupted(job, kind, progress, error)
        except Exception:
            _failed(job, progress, _unexpected(job))


def _work(kind: JobKind | None, progress: Progress) -> None:
    job = progress.job
    if kind is None:
        raise RuleBroken(_("Work of this kind is not done here any more."))
    if job.cancel_asked_at is not None:
        raise Cancelled
    if not Membership.objects.current().filter(pk=job.hat_id).exists():
        raise RuleBroken(_("The role under which it was asked for has ended. Nothing was done."))
    require(progress.actor, kind.action)
    if job.attempts > (MOST_TRIES if kind.repeatable else 1):
        raise RuleBroken(_("Its worker stopped in the middle of it. Nothing was stored. Tell your administrator."))
    with Pulse(progress) as pulse, transaction.atomic():
        result = dict(kind.run(progress))
        pulse.end()  # before this transaction locks the row it writes to
        _done(job, progress, result)


def _done(job: Job, progress: Progress, result: Mapping[str, Any]) -> None:
    """Part of the work: if somebody has cancelled it, or another worker has it, all of it is rolled back."""
    path = str(result.get("path", job.path))
    ours = Job.objects.open().filter(pk=job.pk, attempts=job.attempts, cancel_asked_at__isnull=True)
    marked = ours.update(
        done_at=timezone.now(), result=result, path=path, done=progress.total or progress.done, total=progress.total
    )
    if not marked:
        raise Cancelled
    _tell(job, "job.done", {"job": job.label})


def _refused(job: Job, kind: JobKind | None, progress: Progress, error: PortalError) -> None:
    if _failed(job, progress, _sentence(error)) and kind is not None and kind.on_failure is not None:
        try:
            kind.on_failure(progress, error)
        except PortalError:
            log.warning("what follows a refused job was refused too", extra={"job": str(job.uid)}, exc_info=True)


def _interrupted(job: Job, kind: JobKind | None, progress: Progress, error: Exception) -> None:
    """The database stopped it: for its length, then so be it; for another reason, then it is done again."""
    connection.close_if_unusable_or_obsolete()  # cut outside a transaction, nobody else has noticed yet
    if isinstance(error.__cause__, database_errors.QueryCanceled):
        _refused(job, kind, progress, TookTooLong())
    elif job.attempts < MOST_TRIES and kind is not None and kind.repeatable:
        log.warning("a job was interrupted and waits again", extra={"job": str(job.uid)}, exc_info=True)
        Job.objects.open().filter(pk=job.pk, attempts=job.attempts).update(claimed_at=None, beat_at=None)
    else:
        _failed(job, progress, _unexpected(job))


def _unexpected(job: Job) -> str:
    """Inside an `except`: what went wrong goes to the log, a reference to it to the asker."""
    reference = uuid.uuid4().hex[:12]
    log.exception("a job failed", extra={"job": str(job.uid), "kind": job.kind, "reference": reference})
    return _(
        "Something went wrong on our side; nothing was stored. Try again; if it fails again, tell your administrator "
        "this reference: %(reference)s."
    ) % {"reference": reference}


@transaction.atomic
def _failed(job: Job, progress: Progress, error: str) -> bool:
    if not _ended(job, progress, failed_at=timezone.now(), error=error):
        return False
    _tell(job, "job.failed", {"job": job.label, "error": error})
    return True


def _ended(job: Job, progress: Progress, **values: Any) -> bool:
    """Mark it, if this try is still the one that counts and nothing else has ended it."""
    rows = Job.objects.open().filter(pk=job.pk, attempts=job.attempts)
    return bool(rows.update(**values, done=progress.done, total=progress.total))


def _sentence(error: PortalError) -> str:
    said = [str(finding) for finding in error.findings]
    return " ".join([str(error.message)] if error.message else said) or str(error)


def _tell(job: Job, topic: str, params: Mapping[str, str]) -> None:
    tell([job.hat.user], Message(topic, params, f"/jobs/{job.uid}/", job.programme))
