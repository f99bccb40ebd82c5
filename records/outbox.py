"""Out of the portal: services write rows here, the dispatcher claims and delivers them.

A notice is delivered in the transaction that marks its row, so it arrives exactly once whatever dies.
A mail is sent before its row is marked: at least once, always with the same Message-ID.
The two go out by passes of their own, so that a mail server that does not answer holds up nothing else.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, models, transaction
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import Membership, User
from records import topics
from records.models import Notice, OutboxMessage
from units.models import Programme, Unit

log = logging.getLogger(__name__)

BATCH = 100
MAX_ATTEMPTS = 12
LONGEST_WAIT = dt.timedelta(hours=1)
TASKS = {OutboxMessage.Channel.NOTICE: "records.dispatch", OutboxMessage.Channel.MAIL: "records.send_mail"}
_MAIL_LOCK = 7_014_201_602
"""Advisory lock of the mail pass: one at a time, so that a dead mail server occupies one worker thread only."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell: `topic` is a key of `records.topics`, `params` its plain-text values, `path` where to look."""

    topic: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    programme: Programme | None = None


def tell(
    recipients: Iterable[User],
    message: Message,
    *,
    channel: str = OutboxMessage.Channel.NOTICE,
    at: dt.datetime | None = None,
) -> int:
    """Queue one message for each person, in the caller's transaction; nudge the channel's task after commit."""
    topics.check(message.topic)
    now = at or timezone.now()
    rows = OutboxMessage.objects.bulk_create(
        OutboxMessage(
            channel=channel,
            topic=message.topic,
            recipient=person,
            programme=message.programme,
            params=dict(message.params),
            path=message.path,
            created_at=now,
            not_before=now,
        )
        for person in recipients
    )
    if rows:
        _nudge_after_commit(TASKS[OutboxMessage.Channel(channel)])
    return len(rows)


def people_of(unit: Unit, programme: Programme | None, roles: Iterable[str]) -> list[User]:
    """The active people who hold one of the roles at a unit, each once."""
    hats = Membership.objects.current().holding(*roles).filter(unit=unit)
    if programme is not None:
        hats = hats.filter(programme=programme)
    return list(User.objects.filter(pk__in=hats.values("user")).order_by("id"))


def _nudge_after_commit(task: str) -> None:
    """Once for each task, however many messages the transaction queues."""
    hooks = [hook[1] for hook in transaction.get_connection().run_on_commit]
    if not any(isinstance(hook, partial) and hook.func is _nudge and hook.args == (task,) for hook in hooks):
        transaction.on_commit(partial(_nudge, task), robust=True)


def _nudge(task: str) -> None:
    """Wake the task; beat comes round anyway, so a broker that is down costs seconds, never a message."""
    try:
        current_app.send_task(task, retry=False)
    except OperationalError:
        log.warning("broker out of reach; the outbox waits for the next pass")


def dispatch_waiting(limit: int = BATCH) -> int:
    """Both passes after one another, for whoever has no workers; returns how many messages went out."""
    return deliver_notices(limit) + send_mail(limit)


def send_mail(limit: int = BATCH) -> int:
    """One pass over the waiting mails; returns how many were sent.

    A mail that cannot be written waits and the next one is tried. A server that does not answer ends the pass.
    """
    sent = 0
    for _number in range(limit):
        outcome = _deliver_mail()
        if outcome in (_Outcome.NOTHING, _Outcome.NO_SERVER):
            break
        sent += outcome is _Outcome.SENT
    return sent


def _waiting(channel: str) -> models.QuerySet[OutboxMessage]:
    """What may go out now, oldest first, locked; rows another dispatcher holds are passed over."""
    return (
        OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(channel=channel, sent_at__isnull=True, given_up_at__isnull=True, not_before__lte=timezone.now())
        .order_by("id")
    )


@transaction.atomic
def deliver_notices(limit: int = BATCH) -> int:
    """Notices together, in the transaction that marks their rows: all of them arrive once, or none yet.

    Safe twice and in parallel: each pass claims by row lock what no other holds.
    """
    rows = list(_waiting(OutboxMessage.Channel.NOTICE)[:limit])
    Notice.objects.bulk_create(
        Notice(
            message=row,
            user_id=row.recipient_id,
            programme_id=row.programme_id,
            topic=row.topic,
            params=row.params,
            path=row.path,
            created_at=row.created_at,
        )
        for row in rows
    )
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
        sent_at=timezone.now(), attempts=models.F("attempts") + 1
    )
    return len(rows)


class _Outcome(enum.Enum):
    SENT = enum.auto()
    POSTPONED = enum.auto()
    NO_SERVER = enum.auto()
    NOTHING = enum.auto()


@transaction.atomic
def _deliver_mail() -> _Outcome:
    """One mail: claim, send, mark. NOTHING also when another pass is at work: it goes on."""
    if not _mail_is_ours():
        return _Outcome.NOTHING
    row = _waiting(OutboxMessage.Channel.MAIL).select_related("recipient").first()
    if row is None:
        return _Outcome.NOTHING
    row.attempts += 1
    try:
        _send(row)
    except (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError) as error:
        _postpone(row, error)  # the server answers, only this mail it does not take
        return _Outcome.POSTPONED
    except OSError as error:  # every other SMTPException is one
        _postpone(row, error)
        return _Outcome.NO_SERVER
    except Exception as error:  # whatever is wrong with these words, the other mails are to go out
        _postpone(row, error)
        return _Outcome.POSTPONED
    row.sent_at = timezone.now()
    row.path = ""  # it may be a one-time link, which nobody needs here any more
    row.save(update_fields=["attempts", "sent_at", "path"])
    return _Outcome.SENT


def _mail_is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_MAIL_LOCK])
        found: tuple[bool] = cursor.fetchone()
    return found[0]


def _postpone(row: OutboxMessage, error: Exception) -> None:
    """Twice the wait each time, up to an hour; after the last attempt the row says that it was given up."""
    row.last_error = f"{type(error).__name__}: {error}".replace("\x00", "")[:300]
    wait = min(dt.timedelta(seconds=15 * 2**row.attempts), LONGEST_WAIT)
    row.not_before = timezone.now() + wait
    if row.attempts >= MAX_ATTEMPTS:
        row.given_up_at = timezone.now()
    row.save(update_fields=["attempts", "last_error", "not_before", "given_up_at"])
    log.warning("delivery failed", extra={"outbox_row": str(row.uid), "attempts": row.attempts})


def _send(row: OutboxMessage) -> None:
    with translation.override(row.recipient.language or settings.LANGUAGE_CODE):
        words = topics.words(row.topic, row.params)
        link = f"\n\n{settings.BASE_URL}{row.path}" if row.path else ""
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        EmailMessage(
            # A line break in what people typed must not end the header.
            subject=" ".join(words.title.split()),
            body=f"{words.body}{link}",
            to=[row.recipient.email],
            headers={"Message-ID": f"<{row.uid}@{host}>"},
        ).send()
