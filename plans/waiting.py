"""What waits for a person in matters of plans: to write or correct, to sign, to decide. The desk shows it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from pilots.models import PilotArea
from plans.models import (
    AnnualPlan,
    AnnualStatus,
    ChangeRequest,
    ChangeStatus,
    GuidedPlan,
    GuidedStatus,
    Plan,
    PlanStatus,
)

Table = Mapping[str, tuple[str, ...]]
PLANS: Table = {
    "plan.edit": (PlanStatus.DRAFT, PlanStatus.RETURNED),
    "plan.submit": (PlanStatus.SIGNING,),
    "plan.review": (PlanStatus.SUBMITTED,),
}
CHANGES: Table = {
    "plan.edit": (ChangeStatus.DRAFT, ChangeStatus.RETURNED),
    "plan.submit": (ChangeStatus.SIGNING,),
    "plan.review": (ChangeStatus.SUBMITTED,),
}
GUIDED: Table = {
    "plan.edit": (GuidedStatus.RETURNED,),
    "plan.submit": (GuidedStatus.DRAFT, GuidedStatus.RETURNED),
    "plan.review": (GuidedStatus.SUBMITTED,),
}
ANNUAL: Table = {
    "annual.edit": (AnnualStatus.DRAFT, AnnualStatus.RETURNED),
    "annual.approve": (AnnualStatus.SUBMITTED,),
}
"""What waits for whoever holds an action: states, by action."""
SHAPE = ("since", "matter", "uid", "named", "pilot", "status")


class Matter(TextChoices):
    PLAN = "plan", _("plan")
    CHANGE = "change", _("change request")
    GUIDED = "guided", _("implementation or action plan")
    ANNUAL = "annual", _("annual plan")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter: a plan, a request to change one, an implementation or action plan, a department's year."""

    kind: Matter
    uid: uuid.UUID
    title: str
    pilot_area: PilotArea
    status: str
    since: dt.datetime


def asked_of(rows: Any, table: Table, by: Actor) -> Any:
    """Those of a queryset that ask something of this person, by what each state asks of whom."""
    asked = Q(pk__in=[])
    for action, states in table.items():
        if by.can(action):
            asked |= Q(pk__in=rows.visible_to(by, action).filter(status__in=states).order_by().values("pk"))
    return rows.filter(asked)


def changes_waiting(by: Actor) -> QuerySet[ChangeRequest]:
    found: QuerySet[ChangeRequest] = asked_of(ChangeRequest.objects.all(), CHANGES, by)
    return found


def guided_waiting(by: Actor) -> QuerySet[GuidedPlan]:
    found: QuerySet[GuidedPlan] = asked_of(GuidedPlan.objects.all(), GUIDED, by)
    return found


def waiting_rows(by: Actor) -> QuerySet[Any, Any]:
    """All that waits, the oldest first, as rows of SHAPE: one statement. `matters_of` makes them what they are."""
    year = Concat(F("name"), Value(" · "), Cast("year", CharField()), output_field=CharField())
    parts = (
        _shaped(asked_of(Plan.objects.all(), PLANS, by), Matter.PLAN, "title", "pilot_area"),
        _shaped(changes_waiting(by), Matter.CHANGE, "title", "plan__pilot_area"),
        _shaped(guided_waiting(by), Matter.GUIDED, "title", "pilot_area"),
        _shaped(asked_of(AnnualPlan.objects.all(), ANNUAL, by), Matter.ANNUAL, year, "plan__pilot_area"),
    )
    found: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True).order_by("since", "uid")
    return found


def _shaped(rows: QuerySet[Any], kind: Matter, named: str | Concat, pilot: str) -> QuerySet[Any, Any]:
    title = Cast(named, CharField()) if isinstance(named, str) else named
    said = {"since": F("begun_at"), "matter": Value(kind.value, CharField()), "named": title, "pilot": F(pilot)}
    shaped: QuerySet[Any, Any] = rows.order_by().annotate(**said).values_list(*SHAPE)
    return shaped


def matters_of(rows: Iterable[tuple[Any, ...]]) -> list[Waiting]:
    """The rows with their pilot areas: one statement, none without rows."""
    found = list(rows)
    pilots = PilotArea.objects.in_bulk({row[4] for row in found}) if found else {}
    return [
        Waiting(Matter(kind), uid, named, pilots[pilot], status, since)
        for since, kind, uid, named, pilot, status in found
    ]
