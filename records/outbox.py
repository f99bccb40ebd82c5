"""Out of the portal: services write rows here, the dispatcher claims and delivers them.

A notice is delivered in the transaction that marks its row, so it arrives exactly once whatever dies.
A mail is sent before its row is marked: at least once, always with the same Message-ID.
Whoever chose mail at once gets each notice also as a mail, queued with it; the others find it in their digest.
The two go out by passes of their own, so that a mail server that does not answer holds up nothing else.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import partial
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import MailRhythm, Membership, User
from records import topics
from records.letters import letter_of
from records.locks import Lock, held
from records.models import MailFailure, Notice, OutboxMessage
from units.calendar import OFFICE_TIME
from units.models import Programme, Unit

log = logging.getLogger(__name__)

BATCH = 100
MAX_ATTEMPTS = 12
LONGEST_WAIT = dt.timedelta(hours=1)
SERVER_WAIT = dt.timedelta(seconds=30)
"""How long a mail steps aside when the server does not answer: another is tried by the next pass."""
PATIENCE = dt.timedelta(days=5)
FAILING_AFTER = 3
"""Refused so often, a mail shows that its reader cannot be reached."""
CLOSING, PERMANENT = 421, 500
TASKS = {OutboxMessage.Channel.NOTICE: "records.dispatch", OutboxMessage.Channel.MAIL: "records.send_mail"}


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
    """Queue one message for each person, in the caller's transaction; nudge the channels' tasks after commit.

    A notice goes with a mail of its own to whoever chose mail at once. Returns how many people are told.
    """
    topics.check(message.topic)
    people, notice, mail = list(recipients), OutboxMessage.Channel.NOTICE, OutboxMessage.Channel.MAIL
    at_once = [person for person in people if channel == notice and person.mail_rhythm == MailRhythm.AT_ONCE]
    now = at or timezone.now()
    rows = [_row(channel, person, message, now, with_mail=person in at_once) for person in people]
    rows += [_row(mail, person, message, now) for person in at_once]
    OutboxMessage.objects.bulk_create(rows)
    for used in dict.fromkeys(row.channel for row in rows):
        nudge_after_commit(TASKS[OutboxMessage.Channel(used)])
    return len(people)


def _row(channel: str, person: User, message: Message, now: dt.datetime, *, with_mail: bool = False) -> OutboxMessage:
    return OutboxMessage(
        channel=channel,
        topic=message.topic,
        recipient=person,
        programme=message.programme,
        params=dict(message.params),
        path=message.path,
        with_mail=with_mail,
        created_at=now,
        not_before=now,
    )


def people_of(unit: Unit, programme: Programme | None, roles: Iterable[str]) -> list[User]:
    """The active people who hold one of the roles at a unit, each once."""
    hats = Membership.objects.current().holding(*roles).filter(unit=unit)
    if programme is not None:
        hats = hats.filter(programme=programme)
    return list(User.objects.filter(pk__in=hats.values("user")).order_by("id"))


def nudge_after_commit(task: str) -> None:
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


def send_again(person: User, since: dt.datetime, *, without: Iterable[str]) -> int:
    """The mails that did not reach a person start anew, but those topics, which are given up; how many start."""
    now = timezone.now()
    rows = OutboxMessage.objects.filter(channel=OutboxMessage.Channel.MAIL, recipient=person, sent_at__isnull=True)
    rows.filter(topic__in=list(without), given_up_at__isnull=True).update(given_up_at=now)
    rows = rows.exclude(topic__in=list(without)).filter(
        models.Q(given_up_at__isnull=True) | models.Q(given_up_at__gte=since)
    )
    return rows.update(given_up_at=None, attempts=0, not_before=now)


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
            with_mail=row.with_mail,
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


class Unaddressed(Exception):
    """Nobody to send it to: the person has no mail address."""


REFUSALS = (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError, Unaddressed)
"""The server answers, only this mail it does not take."""


@transaction.atomic
def _deliver_mail() -> _Outcome:
    """One mail: claim, send, mark. NOTHING also when another pass is at work: it goes on."""
    if not held(Lock.MAIL):
        return _Outcome.NOTHING
    row = _waiting(OutboxMessage.Channel.MAIL).select_related("recipient").first()
    if row is None:
        return _Outcome.NOTHING
    try:
        _send(row)
    except Exception as error:  # whatever is wrong with these words, the other mails are to go out
        if _is_server_trouble(error):
            _wait_for_server(row, error)
            return _Outcome.NO_SERVER
        _postpone(row, error)
        return _Outcome.POSTPONED
    row.attempts += 1
    row.sent_at = timezone.now()
    row.path = ""  # it may be a one-time link, which nobody needs here any more
    row.save(update_fields=["attempts", "sent_at", "path"])
    MailFailure.objects.filter(user=row.recipient_id, ended_at__isnull=True).update(ended_at=row.sent_at)
    return _Outcome.SENT


def _is_server_trouble(error: Exception) -> bool:
    """Whether no mail would go out now: no server, no connection, no sign-in. Every SMTPException is an OSError."""
    codes = _codes(error)
    return (bool(codes) and codes <= {CLOSING}) or (isinstance(error, OSError) and not isinstance(error, REFUSALS))


def _codes(error: Exception) -> set[int]:
    """What the server answered about this mail, one code for each recipient."""
    if isinstance(error, SMTPRecipientsRefused):
        return {code for code, _text in error.recipients.values()}
    return {error.smtp_code} if isinstance(error, SMTPDataError) else set()


def _wait_for_server(row: OutboxMessage, error: Exception) -> None:
    """Not this mail's fault: it is not counted, it never leads to giving up, and the wait stays short."""
    row.last_error = _named(error)
    row.not_before = timezone.now() + SERVER_WAIT
    row.save(update_fields=["last_error", "not_before"])
    log.warning("mail server out of reach", extra={"outbox_row": str(row.uid)})


def _postpone(row: OutboxMessage, error: Exception) -> None:
    """Twice the wait each time, up to an hour; after the last attempt the row says that it was given up.

    What the server refuses only for now (4yz) is tried for days, as RFC 5321 4.5.4.1 asks.
    """
    now = timezone.now()
    row.attempts += 1
    row.last_error = _named(error)
    row.not_before = now + min(dt.timedelta(seconds=15 * 2 ** min(row.attempts, 12)), LONGEST_WAIT)
    codes = _codes(error)
    for_now = bool(codes) and max(codes) < PERMANENT and now - row.created_at < PATIENCE
    if row.attempts >= MAX_ATTEMPTS and not for_now:
        row.given_up_at = now
    row.save(update_fields=["attempts", "last_error", "not_before", "given_up_at"])
    if isinstance(error, REFUSALS) and (row.given_up_at or row.attempts >= FAILING_AFTER):
        _note_failure(row, _answer(error), now)
    log.warning("delivery failed", extra={"outbox_row": str(row.uid), "attempts": row.attempts})


def _note_failure(row: OutboxMessage, answer: str, now: dt.datetime) -> None:
    """Mail does not reach this person: one row until it does again."""
    running = MailFailure.objects.filter(user=row.recipient_id, ended_at__isnull=True)
    if not running.update(error=answer):
        MailFailure.objects.create(user=row.recipient, since=now, error=answer)


def _answer(error: Exception) -> str:
    """The mail server's own words, as an administrator can pass them on."""
    if isinstance(error, SMTPRecipientsRefused):
        said: list[tuple[int, bytes | str]] = list(error.recipients.values())
    elif isinstance(error, SMTPDataError):
        said = [(error.smtp_code, error.smtp_error)]
    else:
        return _plain(str(error))
    return _plain("; ".join(f"{code} {_decoded(text)}" for code, text in said))


def _decoded(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _plain(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:300]


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:300]


def _send(row: OutboxMessage) -> None:
    if not row.recipient.email:
        raise Unaddressed("no mail address")
    with translation.override(row.recipient.language or settings.LANGUAGE_CODE):
        letter = letter_of(row)
        host = urlsplit(settings.BASE_URL).hostname or "localhost"
        EmailMessage(
            subject=letter.subject,
            body=letter.body,
            to=[row.recipient.email],
            headers={
                "Message-ID": f"<{row.uid}@{host}>",
                "Date": format_datetime(timezone.now().astimezone(OFFICE_TIME)),
            },
        ).send()
