"""Calendar subscriptions of people: made within a hat, revoked by their owner, recognised by their address.

The address holds `pf_<prefix>_<secret>`: as with API tokens the prefix finds the row and may be shown, and only the
SHA-256 of the secret is kept. What a subscription shows is decided when it is asked, by what its hat may see then.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor, require
from accounts.models import User
from accounts.personal import line_of_text
from accounts.tokens import USE_NOTED_EVERY, fresh, is_secret
from portal.errors import BadInput, Finding, NotFound, RuleBroken, WrongState
from records import answers
from records.journal import Note, Subject, write
from reporting.models import CalendarFeed, DueScope

BRAND = "pf"
TEXT = re.compile(r"pf_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")
MOST_USABLE = 20
LONGEST_NAME = 80
REVOKE = ("revoke", gettext_lazy("Revoke"))


@dataclass(frozen=True, slots=True)
class FeedInput:
    """What the subscription is for, and whose due dates it shows."""

    name: str
    scope: str = DueScope.OWN


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """The row, and the secret part of its address, which is shown this once."""

    feed: CalendarFeed
    text: str


def own(by: Actor) -> QuerySet[CalendarFeed]:
    """A person's own subscriptions, whatever the hat."""
    rows = CalendarFeed.objects.filter(hat__user=by.user)
    return rows.select_related("hat__user", "hat__unit", "hat__programme")


def seen(uid: uuid.UUID, by: Actor) -> CalendarFeed:
    feed = own(by).filter(uid=uid).first()
    if feed is None:
        raise NotFound
    return feed


@transaction.atomic
def create(data: FeedInput, *, by: Actor) -> MadeFeed:
    """A subscription for the hat worn, in the language the person reads."""
    require(by, "feed.manage")
    name = line_of_text(data.name, "name", LONGEST_NAME)
    if data.scope not in DueScope.values:
        text = _("Choose what is shown: %(scopes)s.") % {"scopes": ", ".join(DueScope.values)}
        raise BadInput(text, findings=(Finding("bad_scope", text, "scope"),))
    _not_too_many(by.user)
    made = fresh(BRAND)
    feed = CalendarFeed.objects.create(
        hat=by.hat, name=name, scope=data.scope, prefix=made.prefix, secret_sha256=made.secret_sha256,
        language=by.user.language or translation.get_language() or settings.LANGUAGE_CODE,
    )  # fmt: skip
    write("feed.create", _subject(feed), by=by, note=Note(data={"scope": feed.scope}))
    return MadeFeed(feed, made.text)


def create_once(data: FeedInput, form: uuid.UUID, *, by: Actor) -> MadeFeed | None:
    """As `create`; None when this very form was sent before. What is kept of it does not hold the address."""
    return answers.once(by.hat, form, lambda: create(data, by=by))


def _not_too_many(person: User) -> None:
    """The person's row is locked, so that two requests at once do not both find room."""
    User.objects.select_for_update().get(pk=person.pk)
    usable = CalendarFeed.objects.filter(_usable(), hat__user=person).count()
    if usable >= MOST_USABLE:
        text = _("You have %(number)d subscriptions already. Revoke those that are no longer needed.")
        text %= {"number": usable}
        raise RuleBroken(text, findings=(Finding("too_many_feeds", text),))


def _usable() -> Q:
    return Q(revoked_at__isnull=True, hat__ended_at__isnull=True, hat__user__is_active=True)


@transaction.atomic
def revoke(uid: uuid.UUID, *, by: Actor) -> CalendarFeed:
    """From now on its address answers 404. The row stays, so that history still says what it was."""
    feed = own(by).select_for_update(of=("self",)).filter(uid=uid).first()
    if feed is None:
        raise NotFound
    if feed.revoked_at is not None:
        raise WrongState(_("This subscription has been revoked already."))
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])
    write("feed.revoke", _subject(feed), by=by)
    return feed


def acts(feed: CalendarFeed) -> list[tuple[str, Any]]:
    """What its owner may do with it: draws the button, and fills the API's `actions`."""
    return [REVOKE] if feed.is_usable else []


def recognise(text: str) -> CalendarFeed | None:
    """The subscription of an address, with its hat; None when it opens nothing (any more). Writes nothing."""
    match = TEXT.fullmatch(text)
    if match is None:
        return None
    prefix, secret = match.groups()
    rows = CalendarFeed.objects.select_related("hat__user", "hat__unit", "hat__programme")
    feed = rows.filter(prefix=prefix).first()
    if not is_secret(secret, feed.secret_sha256 if feed else None) or feed is None or not feed.is_usable:
        return None
    return feed if reader_of(feed).can("report.view") else None


def reader_of(feed: CalendarFeed) -> Actor:
    return Actor(feed.hat.user, feed.hat, f"calendar {feed.prefix}")


def note_use(feed: CalendarFeed, address: str, at: dt.datetime) -> None:
    """When it was last asked and from where: written at most once a minute, whoever else is writing it."""
    if feed.last_used_at is None or feed.last_used_at <= at - USE_NOTED_EVERY:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
        rows = CalendarFeed.objects.filter(unnoted, pk=feed.pk)
        rows.update(last_used_at=at, last_used_from=address[:45])


def address_of(text: str) -> str:
    """Where a calendar program finds it."""
    return f"{settings.BASE_URL}{reverse('reporting:calendar-feed', args=[text])}"


def _subject(feed: CalendarFeed) -> Subject:
    return Subject("feed", feed.uid, str(feed), feed.hat.programme, feed.hat.unit)
