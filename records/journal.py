"""Writing down an act. Callers are services and the transition engine, inside the act's own transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.access import Actor
from records.models import Event
from records.subjects import Subject

__all__ = ["NOTHING_MORE", "Note", "Subject", "unsaved", "write"]


@dataclass(frozen=True, slots=True)
class Note:
    """What else the event says: the outcome, the words given, and data for those who look closely."""

    outcome: str = ""
    comment: str = ""
    data: dict[str, Any] = field(default_factory=dict)


NOTHING_MORE = Note()


def write(
    act: str, subject: Subject, *, by: Actor | None, note: Note = NOTHING_MORE, at: dt.datetime | None = None
) -> Event:
    """One event. `by=None` is the portal itself; `at` is given only when history is loaded."""
    event = unsaved(act, subject, by=by, note=note, at=at)
    event.save(force_insert=True)
    return event


def unsaved(
    act: str, subject: Subject, *, by: Actor | None, note: Note = NOTHING_MORE, at: dt.datetime | None = None
) -> Event:
    """The event, not stored yet: whoever loads history stores many at once."""
    return Event(
        at=at or timezone.now(),
        act=act,
        user=by.user if by else None,
        user_name=by.user.name if by else "",
        role=by.hat.role if by else "",
        acting_unit=by.unit if by else None,
        acting_unit_name=by.unit.name_now if by else "",
        origin=by.origin if by else "",
        programme=subject.programme,
        subject_kind=subject.kind,
        subject_uid=subject.uid,
        subject_label=subject.label[:300],
        unit=subject.unit,
        receiver=subject.receiver,
        outcome=note.outcome,
        comment=note.comment,
        data=note.data,
    )
