"""How mail comes to a person: their own choice, and what their next digest would hold now."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import MailRhythm, User
from portal.errors import BadInput, Finding, NotFound
from records import digests
from records.journal import Note, Subject, write
from records.letters import Letter, digest_letter
from records.models import Digest

LISTED = 10


@dataclass(frozen=True, slots=True)
class PreferencesInput:
    """`mail_rhythm` is a value of accounts.models.MailRhythm."""

    mail_rhythm: str


@dataclass(frozen=True, slots=True)
class NextDigest:
    """What would be mailed on a day if nothing more were told and nothing read until then; no letter: nothing."""

    day: dt.date
    number: int
    letter: Letter | None


@transaction.atomic
def set_preferences(data: PreferencesInput, *, by: Actor) -> User:
    """Choose for oneself. What was told before keeps its way: nothing is lost by a change, and nothing comes twice.

    Raises BadInput where there is no such choice.
    """
    if data.mail_rhythm not in MailRhythm.values:
        text = _("Choose one of the two: at once, or once a day.")
        raise BadInput(text, findings=(Finding("unknown_choice", text, "mail_rhythm"),))
    person = User.objects.select_for_update().get(pk=by.user.pk)
    if person.mail_rhythm != data.mail_rhythm:
        person.mail_rhythm = data.mail_rhythm
        person.save(update_fields=["mail_rhythm"])
        subject = Subject("person", person.uid, person.name, by.programme, by.unit)
        write("people.set_mail_rhythm", subject, by=by, note=Note(outcome=data.mail_rhythm))
    return person


def next_digest(user: User) -> NextDigest:
    """In the active language, as its reader will see it."""
    day = digests.next_day(user)
    notices = list(digests.waiting().filter(user=user).order_by("created_at", "id"))
    return NextDigest(day, len(notices), digest_letter(day, notices) if notices else None)


def past_digests(user: User) -> QuerySet[Digest]:
    """One's own, the newest first, with how much was in each (`number`)."""
    rows = Digest.objects.filter(user=user).select_related("message").annotate(number=Count("notices"))
    return rows.order_by("-day")[:LISTED]


def letter_of_digest(digest: Digest) -> Letter:
    return digest_letter(digest.day, list(digest.notices.order_by("created_at", "id")))


def own_digest(uid: uuid.UUID, *, by: Actor) -> Digest:
    found = Digest.objects.filter(user=by.user, uid=uid).select_related("message").first()
    if found is None:
        raise NotFound
    return found
