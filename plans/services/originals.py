"""The file a plan was approved with: brought while the plan is written, and by change request afterwards."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.access import Actor
from plans.models import ChangeItem, ChangeRequest, Plan, PlanWriter
from plans.services.changes import RowInput, put_row
from plans.services.tasks import editable
from portal.errors import NotFound
from records.files import Incoming, store
from records.journal import Note, write

EDIT = "plan.edit"


@transaction.atomic
def bring_original(plan_uid: uuid.UUID, file: Incoming, *, by: Actor, at: dt.datetime | None = None) -> Plan:
    """The original file of a plan that is being written; the one before stays on record.

    Raises NotFound, WrongState (approved: propose a change), BadInput, TooLarge.
    """
    plan, now = editable(plan_uid, by), at or timezone.now()
    plan.original = store(file, by=by, programme=plan.programme, at=now)
    plan.save(update_fields=["original"])
    PlanWriter.objects.bulk_create([PlanWriter(plan=plan, user=by.user)], ignore_conflicts=True)
    note = Note(outcome=plan.original.name, data={"sha256": plan.original.sha256, "size": plan.original.size})
    write("plan.original", plan.as_subject(internal=True), by=by, at=now, note=note)
    return plan


@transaction.atomic
def propose_original(
    change_uid: uuid.UUID, file: Incoming, version: int, *, by: Actor, at: dt.datetime | None = None
) -> ChangeItem:
    """Another original file as part of a change request: beside what the request says of the plan's head already.

    Raises NotFound, WrongState, Stale, BadInput, TooLarge.
    """
    rows = ChangeRequest.objects.visible_to(by, EDIT).select_related("plan__programme")
    change = rows.filter(uid=change_uid).first()
    if change is None:
        raise NotFound
    stored = store(file, by=by, programme=change.plan.programme, at=at)
    head = change.items.filter(kind=ChangeItem.Kind.CHANGE, task__isnull=True).first()
    wanted = {**(head.wanted if head else {}), "original": str(stored.uid)}
    return put_row(change_uid, RowInput(ChangeItem.Kind.CHANGE, None, wanted), version, by=by, at=at)
