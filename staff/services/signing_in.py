"""Sign-in, sign-out and passwords as events. They belong to no programme: no history page ranks people by log-ins."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.access import Actor
from accounts.models import Membership, User
from records.journal import Note, Subject, write
from records.models import OutboxMessage
from records.outbox import Message, tell

NOBODY = uuid.UUID(int=0)


def note(act: str, person: User, origin: str) -> None:
    """One event about a person's own account, under their first hat when they have one."""
    hats = Membership.objects.current().filter(user=person).select_related("unit", "programme")
    hat = hats.first()
    by = Actor(user=person, hat=hat, origin=origin) if hat else None
    write(
        f"account.{act}",
        Subject("person", person.uid, person.name),
        by=by,
        note=Note(data={} if by else {"origin": origin}),
    )


def note_failure(email: str, origin: str) -> None:
    """Somebody was refused. What was typed is not kept: a password may have slipped into the wrong field."""
    person = User.objects.filter(email__iexact=email.replace("\x00", "").strip()).first()
    subject = Subject("person", person.uid if person else NOBODY, person.name if person else "—")
    write("account.sign_in_failed", subject, by=None, note=Note(data={"origin": origin}))


@transaction.atomic
def send_reset_link(person: User, path: str, origin: str) -> None:
    """The link goes out by the outbox, like every other mail."""
    tell([person], Message("people.password_reset", path=path), channel=OutboxMessage.Channel.MAIL)
    note("password_reset_asked", person, origin)
