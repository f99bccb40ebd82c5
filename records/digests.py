"""One mail a day for whoever chose it: everything told since the last one that they have not read in the portal.

A notice goes by mail once: by its own mail, queued with it for whoever had chosen "at once" when it was told, or in
the digest it names. So a digest asks nobody what they choose now: it takes what is in no mail yet. After a change to
"at once" one last digest brings what was told before; after a change to "daily" nothing that was mailed comes again.
What was read in the portal before the digest is made is not repeated in it.
"""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from records import topics
from records.letters import PRESSING
from records.locks import Lock, held
from records.models import Digest, Notice, OutboxMessage
from records.outbox import TASKS, nudge_after_commit
from units.calendar import OFFICE_TIME, calendars, office_day

BATCH = 500
"""People in one transaction."""
HOUR = dt.time(9)
"""From when on digests are made, in office time; what is told later is for the next working day."""


def make_digests(now: dt.datetime | None = None) -> int:
    """Queue the digests of today, if it is a working day and nine o'clock has passed; returns how many.

    Safe twice, in parallel and late: a digest is a row for a person and a day, written with its mail and the marks on
    its notices. After days without a pass there is one digest with everything since.
    """
    now = now or timezone.now()
    day = office_day(now)
    if now < opening(day) or not calendars().nation.is_working(day):
        return 0
    made = 0
    while (batch := _make_batch(now, day)) is not None:
        made += batch
    return made


def opening(day: dt.date) -> dt.datetime:
    """The instant from which the digests of a day are made."""
    return dt.datetime.combine(day, HOUR, OFFICE_TIME)


def waiting() -> models.QuerySet[Notice]:
    """The notices that are in no mail yet and not read either."""
    return Notice.objects.filter(read_at__isnull=True, digest__isnull=True, with_mail=False)


def next_day(user: User, now: dt.datetime | None = None) -> dt.date:
    """The day of the next digest of a person, if nothing pressing is told before."""
    now = now or timezone.now()
    day, nation = office_day(now), calendars().nation
    if not nation.is_working(day):
        return nation.next_working(day)
    owed = now < opening(day) or _expecting(day).filter(pk=user.pk).exists()
    return day if owed else nation.after(day, 1)


def _expecting(day: dt.date) -> models.QuerySet[User]:
    """Who has none of this day yet, and was told something before it opened, or something pressing since."""
    pressing = Q(topic__startswith=PRESSING[0])
    for prefix in PRESSING[1:]:
        pressing |= Q(topic__startswith=prefix)
    told = waiting().filter(Q(created_at__lt=opening(day)) | pressing, user=OuterRef("pk"))
    had = Digest.objects.filter(day=day, user=OuterRef("pk"))
    return User.objects.filter(Exists(told), ~Exists(had), is_active=True)


@transaction.atomic
def _make_batch(now: dt.datetime, day: dt.date) -> int | None:
    """Six statements, for one person as for five hundred; None when nobody is left, or another pass is at work."""
    if not held(Lock.DIGESTS):
        return None
    people = list(_expecting(day).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not people:
        return None
    # What somebody marks as read at this very moment is passed over: nobody waits for anybody.
    rows = waiting().filter(user__in=people).order_by("pk").select_for_update(skip_locked=True, no_key=True)
    taken = dict(rows.values_list("pk", "user"))
    readers = sorted(set(taken.values()))
    messages = OutboxMessage.objects.bulk_create(_message(user, day, now) for user in readers)
    Digest.objects.bulk_create(
        Digest(user_id=message.recipient_id, day=day, message=message, created_at=now) for message in messages
    )
    its_digest = Digest.objects.filter(user=OuterRef("user"), day=day).values("pk")[:1]
    Notice.objects.filter(pk__in=taken).update(digest=Subquery(its_digest))
    nudge_after_commit(TASKS[OutboxMessage.Channel.MAIL])
    return len(messages) or None


def _message(user: int, day: dt.date, now: dt.datetime) -> OutboxMessage:
    """Its words are made when it is sent, of the notices that name its digest."""
    return OutboxMessage(
        channel=OutboxMessage.Channel.MAIL,
        topic=topics.DIGEST,
        recipient_id=user,
        params={"day": day.isoformat()},
        created_at=now,
        not_before=now,
    )
