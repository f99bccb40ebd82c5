"""When each pass of the machinery last ran: one row for each, written by the pass itself."""

from __future__ import annotations

import datetime as dt
import functools
import logging
import threading
import time
from collections.abc import Callable, Mapping

from django.db import DatabaseError, InterfaceError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.errors import type_text
from records.models import PassRecord
from units.calendar import one_reading

log = logging.getLogger(__name__)

LABELS: Mapping[str, type_text] = {
    "records.dispatch": _("deliver notices"),
    "records.send_mail": _("send mails"),
    "records.run_jobs": _("do long jobs"),
    "records.seal_events": _("seal events"),
    "records.send_webhooks": _("send webhooks"),
    "records.send_failing_webhooks": _("send webhooks again that failed"),
    "records.send_digests": _("send daily digests"),
    "records.clear_deliveries": _("delete old webhook deliveries"),
    "records.clear_imports": _("delete the rows of old lists"),
    "records.forget_answers": _("forget the API's stored answers"),
    "reporting.send_reminders": _("remind of what is due"),
    "reporting.send_task_reminders": _("remind of tasks"),
    "staff.tell_failing_mail": _("tell administrators of mail that does not arrive"),
    "staff.tell_expiring_tokens": _("tell of tokens that end soon"),
    "indicators.audit_rollups": _("hold roll-ups against the figures they are made of"),
    "indicators.keep_positions": _("judge targets anew whose day has come"),
    "portal.clear_sessions": _("delete old sessions"),
}
"""What each pass does, in words; one without words shows its name."""

Pass = Callable[[], int]
WRITTEN_EVERY = 60.0
"""Seconds: a pass that comes round every ten and finds nothing writes that it was here once in a minute."""
LONGEST_ERROR = 300

_written: dict[str, float] = {}
_guard = threading.Lock()


def recorded(name: str) -> Callable[[Pass], Pass]:
    """Around the body of a pass; what it returns is how much it did. Errors are written down and raised again.

    `name` is the task's. Working days are read once in the whole pass.
    """

    def around(body: Pass) -> Pass:
        @functools.wraps(body)
        def run() -> int:
            begun = timezone.now()
            due = _is_due(name)
            if due:
                _write(name, begun_at=begun)
            try:
                with one_reading():
                    count = body()
            except Exception as error:
                _write_failure(name, begun, error)
                raise
            if due or count:
                _write_end(name, begun, count)
            return count

        return run

    return around


def label(name: str) -> type_text:
    return LABELS.get(name, name)


def forget() -> None:
    """Write at the next pass of each name, whenever the last was written: for tests."""
    with _guard:
        _written.clear()


def _is_due(name: str) -> bool:
    now = time.monotonic()
    with _guard:
        if now - _written.get(name, -WRITTEN_EVERY) < WRITTEN_EVERY:
            return False
        _written[name] = now
    return True


def _write(name: str, **values: object) -> None:
    if not PassRecord.objects.filter(name=name).update(**values):
        PassRecord.objects.get_or_create(name=name)
        PassRecord.objects.filter(name=name).update(**values)


def _write_end(name: str, begun: dt.datetime, count: int) -> None:
    now = timezone.now()
    worked = {"worked_at": now, "count": count} if count else {}
    _write(name, begun_at=begun, ended_at=now, runs=F("runs") + 1, **worked)


def _write_failure(name: str, begun: dt.datetime, error: Exception) -> None:
    """The pass has failed anyway: when even this cannot be written, its own error is the one to see."""
    words = f"{type(error).__name__}: {error}".replace("\x00", "")[:LONGEST_ERROR]
    now = timezone.now()
    try:
        _write(
            name, begun_at=begun, ended_at=now, failed_at=now, error=words,
            runs=F("runs") + 1, failures=F("failures") + 1,
        )  # fmt: skip
    except (DatabaseError, InterfaceError):
        log.warning("a failed pass could not be written down", extra={"pass": name}, exc_info=True)
