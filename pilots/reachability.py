"""Who cannot be reached: people whose mail is refused, offices on the routes with nobody to write or to sign.

Only looks; `records.outbox` writes down when a mail server refuses a person's mail, and when it takes one again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, Role, SoloExemption
from pilots.models import Route
from records.models import MailFailure
from units.models import Programme, Unit


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A programme an office sends reports in, with nobody active to write them, or nobody to sign."""

    programme: Programme
    no_drafter: bool
    no_lead: bool

    @property
    def words(self) -> str:
        if self.no_drafter and self.no_lead:
            text = _("%(programme)s: nobody is there to write or to sign, and nobody is reminded.")
        elif self.no_drafter:
            text = _("%(programme)s: no drafter is there to write, and reminders reach nobody.")
        else:
            text = _("%(programme)s: no lead is there to sign.")
        return text % {"programme": self.programme}


@dataclass(frozen=True, slots=True)
class Unreached:
    """How many people and offices of the whole portal cannot be reached."""

    people: int
    offices_without_drafter: int
    offices_without_lead: int


def refused_mail(units: Iterable[Unit]) -> QuerySet[MailFailure]:
    """The people with a role at one of the units whose mail is refused now, the longest first."""
    here = Membership.objects.current().filter(unit__in=list(units), user=OuterRef("user"))
    return _refused().filter(Exists(here)).select_related("user").order_by("since", "pk")


def vacancies(unit: Unit) -> list[Vacancy]:
    """By programme; one statement. Where one person may write and sign, no lead is missed."""
    rows = (
        _senders()
        .filter(sender=unit)
        .select_related("programme")
        .order_by("programme_id", "pk")
        .distinct("programme_id")
    )
    found = [Vacancy(row.programme, row.no_drafter, row.no_lead) for row in rows]
    return [vacancy for vacancy in found if vacancy.no_drafter or vacancy.no_lead]


def unreached() -> Unreached:
    """Three counts, for whoever looks after the machinery."""
    senders = _senders().order_by().values("programme", "sender").distinct()
    return Unreached(
        _refused().filter(user__is_active=True).count(),
        senders.filter(no_drafter=True).count(),
        senders.filter(no_lead=True).count(),
    )


def _refused() -> QuerySet[MailFailure]:
    return MailFailure.objects.filter(ended_at__isnull=True)


def _senders() -> QuerySet[Any]:
    """The routes, with `no_drafter` and `no_lead`."""
    at_work = Membership.objects.current().filter(unit=OuterRef("sender"), programme=OuterRef("programme"))
    alone = SoloExemption.objects.filter(
        unit=OuterRef("sender"), programme=OuterRef("programme"), ended_at__isnull=True
    )
    return Route.objects.filter(sender__closed_on__isnull=True).annotate(
        no_drafter=~Exists(at_work.holding(Role.DRAFTER)),
        no_lead=~Exists(at_work.holding(Role.LEAD)) & ~Exists(alone),
    )
