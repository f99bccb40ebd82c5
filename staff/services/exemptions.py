"""A unit of one person: the exemption from "nobody signs what they wrote"."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import Actor, condition
from accounts.models import Membership, SoloExemption
from portal.errors import BadInput, NotFound, WrongState
from records.journal import Note, Subject, write
from staff import rules
from staff.services.ground import programme_named, unit_in_reach


@dataclass(frozen=True, slots=True)
class ExemptionInput:
    unit_uid: uuid.UUID
    programme: str
    reason: str


@transaction.atomic
def grant_solo_exemption(data: ExemptionInput, *, by: Actor) -> SoloExemption:
    """From now on the one person of the unit may sign their own report; the reason is kept."""
    reason = rules.given_reason(data.reason)
    unit = unit_in_reach(data.unit_uid, by)
    programme = programme_named(data.programme)
    rules.one_person_only(unit, programme)
    exemption = SoloExemption(unit=unit, programme=programme, reason=reason, granted_by=by.user)
    try:
        with transaction.atomic():
            exemption.save()
    except IntegrityError as error:
        raise BadInput(_("This unit already has the exemption.")) from error
    _in_scope(exemption, by)
    _record("grant_solo", exemption, reason, by)
    return exemption


@transaction.atomic
def end_solo_exemption(data: ExemptionInput, *, by: Actor) -> SoloExemption:
    reason = rules.given_reason(data.reason)
    unit = unit_in_reach(data.unit_uid, by)
    rows = SoloExemption.objects.filter(unit=unit, programme__code=data.programme, ended_at__isnull=True)
    exemption = rows.select_for_update(of=("self",)).select_related("programme").first()
    if exemption is None:
        raise WrongState(_("This unit has no such exemption now. Reload the page to see what happened."))
    _in_scope(exemption, by)
    _end(exemption, reason, by)
    return exemption


def end_when_no_longer_alone(membership: Membership, by: Actor | None) -> None:
    """The exemption ends by itself as soon as the unit has a second person who could sign.

    The caller holds the unit's lock, as granting does, so neither overlooks the other.
    """
    unit, programme = membership.unit, membership.programme
    if membership.role not in rules.WRITES_OR_SIGNS or programme is None:
        return
    rows = SoloExemption.objects.filter(unit=unit, programme=programme, ended_at__isnull=True)
    exemption = rows.select_for_update(of=("self",)).select_related("unit", "programme").first()
    if exemption and rules.writers_and_signers(unit, programme) > 1:
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("Ended by itself: a second person can write or sign here now.")
        _end(exemption, reason, by)


def _end(exemption: SoloExemption, reason: str, by: Actor | None) -> None:
    exemption.ended_at = timezone.now()
    exemption.save(update_fields=["ended_at"])
    _record("end_solo", exemption, reason, by)


def _in_scope(exemption: SoloExemption, by: Actor) -> None:
    reach = condition(rules.PATHS, by, "people.manage")
    if not SoloExemption.objects.filter(reach, pk=exemption.pk).exists():
        raise NotFound


def _record(act: str, exemption: SoloExemption, reason: str, by: Actor | None) -> None:
    unit = exemption.unit
    subject = Subject("unit", unit.uid, unit.name_now, exemption.programme, unit)
    write(f"people.{act}", subject, by=by, note=Note(comment=reason))
