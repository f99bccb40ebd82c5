"""The outbox filled by one statement: thousands are told something without being read into Python first.

Raw SQL, because INSERT … SELECT is the point: what is told comes out of the database and goes back into it.
Callers hand over a SELECT of their own room with its values bound; nothing is ever pasted into it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import MailRhythm
from records import topics
from records.models import OutboxMessage
from records.outbox import TASKS, nudge_after_commit

Values = Sequence[Any] | Mapping[str, Any]
NOTICE, MAIL = OutboxMessage.Channel.NOTICE, OutboxMessage.Channel.MAIL

_PUT = """
queued (uid, channel, topic, recipient_id, programme_id, params, path, created_at, not_before, attempts, last_error)
  AS MATERIALIZED ({rows}),
put AS (
  INSERT INTO records_outboxmessage (
    uid, channel, topic, recipient_id, programme_id, params, path,
    created_at, not_before, attempts, last_error, with_mail)
  -- A notice says whether its mail goes with it: if not, the digest takes it.
  SELECT queued.*, queued.channel = 'notice' AND (queued.recipient_id, queued.topic, queued.path) IN (
    SELECT recipient_id, topic, path FROM queued WHERE channel = 'mail')
  FROM queued
  RETURNING channel, topic)
SELECT channel, topic, count(*) FROM put GROUP BY channel, topic
"""
_AS_TOLD = """
SELECT uid, channel, topic, recipient_id, programme_id, params, path, moment.at, moment.at, 0, '' FROM told, moment
"""
_NOTICES = """
SELECT uid, 'notice', topic, recipient_id, programme_id, params, path, moment.at, moment.at, 0, '' FROM told, moment
"""
_MAILS = """
SELECT portal_uuid7(), 'mail', topic, recipient_id, programme_id, params, path, moment.at, moment.at, 0, ''
FROM moment, told JOIN accounts_user person ON person.id = told.recipient_id
WHERE person.mail_rhythm = '{at_once}'
"""


def tell_selected(
    select: str,
    values: Values,
    *,
    channels: Collection[str] = (NOTICE, MAIL),
    at: dt.datetime | None = None,
) -> int:
    """Tell what a SELECT of (uid, recipient_id, topic, programme_id, params jsonb, path) says, in the caller's
    transaction; returns how many messages were queued.

    A notice takes the uid given. A mail goes beside it to whoever chose mail at once, with a uid of its own; the
    others find the notice in their daily mail. The SELECT gives each person a thing once: nothing is sifted here.
    """
    rows = [_NOTICES] if NOTICE in channels else []
    if MAIL in channels:
        rows.append(_MAILS.format(at_once=MailRhythm.AT_ONCE.value))
    return _put("uid, recipient_id, topic, programme_id, params, path", select, values, " UNION ALL ".join(rows), at)


def queue_selected(select: str, values: Values, *, before: str = "", at: dt.datetime | None = None) -> int:
    """The same of a SELECT that says the channel itself: (uid, channel, recipient_id, topic, programme_id, params,
    path), one message for each row. For ledgers that have a row for each channel.

    `before` are queries of its own the SELECT reads from (`name AS (…), …`): one that writes the ledger must stand at
    the top of the statement, PostgreSQL allows it nowhere else.
    """
    return _put("uid, channel, recipient_id, topic, programme_id, params, path", select, values, _AS_TOLD, at, before)


@transaction.atomic
def _put(columns: str, select: str, values: Values, rows: str, at: dt.datetime | None, before: str = "") -> int:
    now = at or timezone.now()
    named = isinstance(values, Mapping)
    moment = "%(queued_at)s" if named else "%s"
    # Materialized: the uid of a row is drawn once, however often the row is read.
    told = f"told ({columns}) AS MATERIALIZED ({select})"
    queries = [f"moment (at) AS (SELECT {moment}::timestamptz)", *([before] if before else []), told]
    bound: Values = {**values, "queued_at": now} if isinstance(values, Mapping) else [now, *values]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(queries)}, {_PUT.format(rows=rows)}", bound)
        counts: list[tuple[str, str, int]] = cursor.fetchall()
    for channel, topic, _number in counts:
        topics.check(topic)
        nudge_after_commit(TASKS[OutboxMessage.Channel(channel)])
    return sum(number for _channel, _topic, number in counts)
