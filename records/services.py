"""Acts on one's own notices."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership
from portal.errors import NotFound
from records.models import Notice


def mark_read(uid: uuid.UUID, *, by: Actor) -> Notice:
    """Marked once; doing it again changes nothing."""
    notice = Notice.objects.filter(user=by.user, uid=uid).first()
    if notice is None:
        raise NotFound
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())
    return notice


def mark_all_read(*, by: Actor) -> int:
    return Notice.objects.filter(user=by.user, read_at__isnull=True).update(read_at=timezone.now())


def hat_for(notice: Notice, *, by: Actor, finds: Callable[[Actor], bool]) -> Membership | None:
    """The hat to read a notice under: the one worn if it leads there, else one of the programme, the unit's first."""
    others = Membership.objects.current().filter(user=by.user).exclude(pk=by.hat.pk)
    hats = [by.hat, *others.select_related("unit", "programme")]
    if notice.programme_id is not None:
        hats = [hat for hat in hats if hat.programme_id in {notice.programme_id, None}]
    hats.sort(key=lambda hat: (hat != by.hat, hat.unit_id != by.hat.unit_id))
    return next((hat for hat in hats if finds(replace(by, hat=hat))), None)
