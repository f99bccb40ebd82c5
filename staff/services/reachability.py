"""Administrators are told that mail does not reach somebody of their unit: once, until it does again."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Role, User
from records.models import MailFailure
from records.outbox import Message, tell
from units.models import Unit

BATCH = 200


@transaction.atomic
def tell_failing() -> int:
    """One notice for each failure and administrator; returns how many failures were told of.

    Safe twice, late and in parallel: the row that says "told" is locked, and written with the notices.
    """
    untold = MailFailure.objects.filter(ended_at__isnull=True, told_at__isnull=True, user__is_active=True)
    rows = untold.select_for_update(skip_locked=True, of=("self",)).select_related("user").order_by("pk")
    failures = list(rows[:BATCH])
    hats = Membership.objects.current().filter(user__in=[row.user_id for row in failures])
    units_of: dict[int, dict[int, Unit]] = {}
    for hat in hats.select_related("unit"):
        units_of.setdefault(hat.user_id, {})[hat.unit_id] = hat.unit
    administrators = _administrators({unit for units in units_of.values() for unit in units})
    for failure in failures:
        _tell(failure, units_of.get(failure.user_id, {}).values(), administrators)
    MailFailure.objects.filter(pk__in=[row.pk for row in failures]).update(told_at=timezone.now())
    return len(failures)


def _administrators(units: Iterable[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    for hat in Membership.objects.current().holding(Role.UNIT_ADMIN).filter(unit__in=units).select_related("user"):
        people = found.setdefault(hat.unit_id, [])
        if hat.user not in people:
            people.append(hat.user)
    return found


def _tell(failure: MailFailure, units: Iterable[Unit], administrators: dict[int, list[User]]) -> None:
    """Nobody is told twice of one failure, whatever they administer; whoever it concerns sees it on their own page."""
    told = {failure.user_id}
    for unit in units:
        for person in administrators.get(unit.pk, []):
            if person.pk in told:
                continue
            told.add(person.pk)
            with translation.override(person.language or settings.LANGUAGE_CODE):
                params = {"person": failure.user.name, "unit": unit.name, "error": failure.error}
            path = reverse("staff:unit", args=[unit.uid])
            tell([person], Message("people.mail_failing", params, path=path))
