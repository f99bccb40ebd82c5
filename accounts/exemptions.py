"""The exemption of a unit of one person, and what it lets that person do."""

from __future__ import annotations

from accounts.models import Membership, Role, SoloExemption
from units.models import Programme, Unit


def signs_own_work(unit: Unit, programme: Programme) -> bool:
    """Whether whoever wrote may sign there: the exemption holds while the unit really is one person.

    Its drafters and leads are counted together.
    """
    place = {"unit": unit, "programme": programme}
    if not SoloExemption.objects.filter(**place, ended_at__isnull=True).exists():
        return False
    hats = Membership.objects.current().holding(Role.DRAFTER, Role.LEAD).filter(**place)
    return hats.values("user").distinct().count() == 1
