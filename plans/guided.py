"""Reading implementation and action plans: who finds which, and what waits for whom."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.access import Actor
from plans.guided_workflow import GUIDED
from plans.models import GuidedPlan, GuidedStatus
from portal.errors import NotFound
from records.models import Event

VIEW = "plan.view"
S = GuidedStatus


def listed_for(by: Actor) -> QuerySet[GuidedPlan]:
    """One's own, those one receives, those below: the newest first."""
    rows = GuidedPlan.objects.visible_to(by, VIEW).select_related("programme", "pilot_area", "unit", "receiver", "file")
    found: QuerySet[GuidedPlan] = rows.order_by("-begun_at", "-id")
    return found


def reach_guided(uid: uuid.UUID, by: Actor, action: str = VIEW) -> GuidedPlan:
    """One of them. Raises NotFound."""
    found: GuidedPlan | None = GUIDED.rows().visible_to(by, action).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def shows_document(guided: GuidedPlan, by: Actor) -> bool:
    """Its own office sees it always; the others what was sent, not while it is being changed."""
    return guided.unit_id == by.hat.unit_id or guided.status in (S.SUBMITTED, S.AGREED)


def events_of(guided: GuidedPlan, by: Actor) -> QuerySet[Event]:
    """What happened to it, the newest first, as far as the reader may know."""
    rows = Event.objects.about("guided_plan", guided.uid)
    if guided.unit_id != by.hat.unit_id:
        rows = rows.known_beyond_the_unit()
    return rows.order_by("-at", "-id")
