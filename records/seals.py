"""`seal()`: canonical JSON → SHA-256, chained per subject. The one place where anything is hashed for proof.

Canonical: schema number inside, keys sorted, text in NFC, decimals and dates as strings, no white space.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from records.locks import Lock, held
from records.models import Event, Seal

SCHEMA = 1


def canonical(value: Mapping[str, Any]) -> str:
    """The one text form of a value. Floats are refused: figures are decimals."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date() | uuid.UUID():
            return str(value)
        case Mapping():
            return {unicodedata.normalize("NFC", str(key)): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def digest(previous: str, body: str) -> str:
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def seal(kind: str, uid: uuid.UUID, content: Mapping[str, Any], *, at: dt.datetime | None = None) -> Seal:
    """Seal one state of a subject. The caller holds the subject's row lock, so numbers cannot collide."""
    return seal_after(newest_seal(kind, uid), kind, uid, content, at=at)


def newest_seal(kind: str, uid: uuid.UUID) -> Seal | None:
    """The one the next seal of the subject follows; None before the first."""
    return Seal.objects.filter(subject_kind=kind, subject_uid=uid).order_by("-number").first()


def seal_after(
    last: Seal | None, kind: str, uid: uuid.UUID, content: Mapping[str, Any], *, at: dt.datetime | None = None
) -> Seal:
    """As `seal`, where the newest seal was read already, under the same lock."""
    row = unsaved_seal(kind, uid, content, after=last, at=at)
    row.save(force_insert=True)
    return row


def unsaved_seal(
    kind: str,
    uid: uuid.UUID,
    content: Mapping[str, Any],
    *,
    after: Seal | None = None,
    at: dt.datetime | None = None,
) -> Seal:
    """The seal that follows `after`, not stored yet: whoever loads history stores many at once."""
    body = canonical({"schema": SCHEMA, "kind": kind, "uid": uid, "content": content})
    previous = after.sha256 if after else ""
    return Seal(
        subject_kind=kind,
        subject_uid=uid,
        number=after.number + 1 if after else 1,
        schema=SCHEMA,
        body=body,
        previous_sha256=previous,
        sha256=digest(previous, body),
        sealed_at=at or timezone.now(),
    )


def broken_seals() -> list[Seal]:
    """Every seal whose body or place in its chain does not hold any more."""
    broken: list[Seal] = []
    previous: dict[tuple[str, uuid.UUID], str] = {}
    for row in Seal.objects.order_by("subject_kind", "subject_uid", "number").iterator():
        key = (row.subject_kind, row.subject_uid)
        expected = previous.get(key, "")
        if row.previous_sha256 != expected or row.sha256 != digest(expected, row.body):
            broken.append(row)
        previous[key] = row.sha256
    return broken


def _event_body(event: Event) -> str:
    return canonical(
        {
            "uid": event.uid,
            "at": event.at,
            "act": event.act,
            "user": event.user_id,
            "user_name": event.user_name,
            "role": event.role,
            "acting_unit": [event.acting_unit_id, event.acting_unit_name],
            "programme": event.programme_id,
            "unit": event.unit_id,
            "receiver": event.receiver_id,
            "origin": event.origin,
            "subject": [event.subject_kind, event.subject_uid, event.subject_label],
            "outcome": event.outcome,
            "comment": event.comment,
            "data": event.data,
        }
    )


@transaction.atomic
def seal_events(limit: int = 1000) -> int:
    """Chain the events not yet chained, at most `limit`; returns how many. Late committers come next time.

    One pass at a time: whoever comes second leaves at once.
    """
    if not held(Lock.SEALING):
        return 0
    last = Event.objects.filter(chain_number__isnull=False).order_by("-chain_number").first()
    number, previous = (last.chain_number or 0, last.hash) if last else (0, "")
    waiting = list(Event.objects.filter(chain_number__isnull=True).order_by("id")[:limit])
    for event in waiting:
        number += 1
        event.chain_number, event.previous_hash = number, previous
        event.hash = previous = digest(previous, _event_body(event))
    _store_chain(waiting)
    return len(waiting)


def _store_chain(events: list[Event]) -> None:
    """One statement: `bulk_update` writes a CASE for each row, and takes seconds for a full pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_event AS event"
            " SET chain_number = link.number, previous_hash = link.previous, hash = link.hash"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS link (id, number, previous, hash)"
            " WHERE event.id = link.id",
            [
                [event.pk for event in events],
                [event.chain_number for event in events],
                [event.previous_hash for event in events],
                [event.hash for event in events],
            ],
        )


def broken_events() -> list[Event]:
    """Every chained event that was changed, or whose predecessor is gone."""
    broken, previous, number = [], "", 0
    for event in Event.objects.filter(chain_number__isnull=False).order_by("chain_number").iterator():
        number += 1
        if (event.chain_number, event.previous_hash) != (number, previous) or event.hash != digest(
            previous, _event_body(event)
        ):
            broken.append(event)
        previous, number = event.hash, event.chain_number or number
    return broken
