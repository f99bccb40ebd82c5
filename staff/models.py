"""What one person handed to another: kept as it was listed at that moment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, Reach, ScopedQuerySet, condition, units_for
from accounts.models import User
from units.keys import PublicKey
from units.models import Programme, Unit


class HandOverQuerySet(ScopedQuerySet["HandOver"]):
    def readable(self, by: Actor) -> HandOverQuerySet:
        """For the unit's administrators and the auditors, and for the successor while they work there.

        A pack names reports, which the system administrator does not see: only those they made themselves.
        """
        own = condition(HandOver.ACCESS, by, "desk.view") & models.Q(successor=by.user)
        if Reach.EVERYWHERE in units_for(by, "people.view"):
            return self.filter(own | models.Q(done_by=by.user))
        return self.filter(own | condition(HandOver.ACCESS, by, "people.view"))

    def for_lists(self) -> HandOverQuerySet:
        return self.select_related("unit", "programme", "person", "successor", "done_by")


class HandOver(PublicKey):
    """One person's work at a unit, in one programme, given to a successor. Never changed afterwards.

    `pack` holds what was listed then, as codes, uids and names (`staff.packs`); words are made when it is read.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="hand_overs")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="hand_overs")
    successor = models.ForeignKey(User, models.PROTECT, related_name="taken_over")
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("handed over"), default=timezone.now)
    note = models.TextField(_("note"))
    pack = models.JSONField()

    ACCESS = AccessPaths(programme="programme", unit="unit")
    objects: ClassVar = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(successor=models.F("person")),
                name="hand_over_to_somebody_else",
                violation_error_message=_("Choose somebody else as successor."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.successor}"
