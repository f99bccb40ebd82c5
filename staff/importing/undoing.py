"""The way back for a list of people or roles: a role that began is ended, one that ended goes on; nothing is lost.

Whoever has signed in since, or acted, stands in the way. Somebody whom the list made and who never came is deleted
with the invitation, so that the mail address is free again; the events stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import Membership, User
from portal.errors import Finding, RuleBroken
from records.importing.kinds import Given, Stored
from records.journal import Note
from records.models import Event, MailFailure, Notice, OutboxMessage
from staff.services.ground import end, inform, record

INVITATIONS = ("people.invited", "people.added")
"""What the list itself has told people."""


def take_back(stored: Sequence[Stored], given: Given) -> None:
    """In the engine's transaction. Raises RuleBroken, with everybody who stands in the way."""
    made = {row.object.pk: row.object for row in stored if isinstance(row.object, User) and row.before is None}
    begun = _memberships(stored, made=True)
    ended = _memberships(stored, made=False)
    findings = [*_came_since(begun), *_busy(made.values(), begun)]
    if findings:
        words = _("This list cannot be undone any more: people have begun to use what it gave them.")
        raise RuleBroken(words, findings=tuple(findings))
    for membership in begun:
        if membership.ended_at is None:
            _end(membership, given.by, tell=membership.user_id not in made)
        given.step()
    _delete(made.values(), begun)
    for membership in ended:
        _restore(membership, given.by)
        given.step()


def _memberships(stored: Sequence[Stored], *, made: bool) -> list[Membership]:
    """The list's memberships with their people and offices, locked, in the reverse order."""
    pks = [row.object.pk for row in stored if isinstance(row.object, Membership) and (row.before is None) == made]
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "unit", "programme")
    return list(rows.filter(pk__in=pks).order_by("-pk"))


def _came_since(begun: Iterable[Membership]) -> list[Finding]:
    """Who signed in, or did something, after the role began; one statement."""
    rows = list(begun)
    last: dict[int, list[Membership]] = defaultdict(list)
    for membership in rows:
        last[membership.user_id].append(membership)
    acts = Event.objects.filter(user__in=last).order_by("user_id", "-at").distinct("user_id")
    acted = dict(acts.values_list("user_id", "at"))
    findings = []
    for user, memberships in last.items():
        person, since = memberships[0].user, min(membership.started_at for membership in memberships)
        came = [at for at in (person.last_login, acted.get(user)) if at]
        if came and max(came) >= since:
            words = _("%(name)s has signed in or acted since.") % {"name": person.name}
            findings.append(Finding("acted_since", words, str(person.uid)))
    return findings


def _busy(made: Iterable[User], begun: Iterable[Membership]) -> list[Finding]:
    """People whom the list made and on whom more stands than the list's own; three statements."""
    people = {person.pk: person for person in made}
    others = Membership.objects.filter(user__in=people).exclude(pk__in=[row.pk for row in begun])
    told = OutboxMessage.objects.filter(recipient__in=people).exclude(topic__in=INVITATIONS)
    busy = {*others.values_list("user", flat=True), *told.values_list("recipient", flat=True)}
    busy |= {pk for pk, person in people.items() if person.has_usable_password()}
    return [
        Finding(
            "in_use",
            _("%(name)s has set a password, holds another role or was told of other things since.")
            % {"name": people[pk].name},
            str(people[pk].uid),
        )
        for pk in sorted(busy)
    ]


def _end(membership: Membership, by: Actor, *, tell: bool) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The list this role came with was undone.")
    end(membership)
    record("end", membership, by=by, note=Note(outcome=membership.role, comment=reason))
    if tell:
        inform("ended", membership, by=by, comment=reason)


def _delete(made: Iterable[User], begun: Iterable[Membership]) -> None:
    """The people whom the list made, with what was on its way to them."""
    pks = [person.pk for person in made]
    MailFailure.objects.filter(user__in=pks).delete()
    Notice.objects.filter(user__in=pks).delete()
    OutboxMessage.objects.filter(recipient__in=pks).delete()
    try:
        Membership.objects.filter(pk__in=[row.pk for row in begun], user__in=pks).delete()
        User.objects.filter(pk__in=pks).delete()
    except ProtectedError as error:
        raise RuleBroken(_("Other things stand on the people of this list by now.")) from error


def _restore(membership: Membership, by: Actor) -> None:
    """The same row goes on, if nothing that began since contradicts it."""
    if membership.ended_at is None:
        return
    membership.ended_at = None
    try:
        with transaction.atomic():
            membership.save(update_fields=["ended_at"])
    except IntegrityError as error:
        words = _("%(name)s has got a role since with which the old one does not go together.")
        raise RuleBroken(words % {"name": membership.user.name}) from error
    record("restore", membership, by=by, note=Note(outcome=membership.role))
    inform("added", membership, by=by)
