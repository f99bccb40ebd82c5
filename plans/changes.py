"""Reading change requests and editions: who finds which, what of them is shown, what waits for whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.change_rows import edit_of, items_of, name_of, with_head
from plans.change_workflow import CHANGE
from plans.models import CHANGE_OPEN, ChangeItem, ChangeRequest, ChangeStatus, Plan, PlanEdition, Task
from plans.plan_content import Difference, differences
from portal.errors import NotFound, bad
from records.models import Event, StoredFile

VIEW = "plan.view"
SHOWN = (ChangeStatus.SUBMITTED, ChangeStatus.APPROVED, ChangeStatus.REFUSED)
"""States in which the rows are those of the newest seal: what others than the writers see."""


def listed_for(by: Actor, plan: Plan | None = None) -> QuerySet[ChangeRequest]:
    """The requests within reach, the newest first, with how many rows each has (`rows`)."""
    rows = ChangeRequest.objects.visible_to(by, VIEW).select_related("plan__pilot_area", "plan__unit", "plan__receiver")
    if plan is not None:
        rows = rows.filter(plan=plan)
    found: QuerySet[ChangeRequest] = rows.annotate(rows=Count("items")).order_by("-begun_at", "-id")
    return found


def reach_change(uid: uuid.UUID, by: Actor, action: str = VIEW) -> ChangeRequest:
    """One of them. Raises NotFound."""
    found: ChangeRequest | None = CHANGE.rows().visible_to(by, action).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def shows_rows(change: ChangeRequest, by: Actor) -> bool:
    """Its own office sees the rows always; the others as they were sealed, not while they are being changed."""
    return change.plan.unit_id == by.hat.unit_id or change.status in SHOWN


def rows_shown(change: ChangeRequest, by: Actor) -> list[ChangeItem]:
    """The rows this reader sees, in their order."""
    return items_of(change) if shows_rows(change, by) else []


def open_change(plan: Plan) -> ChangeRequest | None:
    """The request under way, whoever sees it."""
    found: ChangeRequest | None = plan.changes.filter(status__in=CHANGE_OPEN).first()
    return found


def change_to_write(plan: Plan, by: Actor) -> ChangeRequest | None:
    """The open request of the plan, where this hat writes in it."""
    found: ChangeRequest | None = (
        ChangeRequest.objects.visible_to(by, "plan.edit").filter(plan=plan, status__in=CHANGE_OPEN).first()
    )
    return found


def may_propose(plan: Plan, by: Actor) -> bool:
    """Whether this hat can propose a change now: the plan is approved, and no request of it is on its way already."""
    if not plan.is_approved or not Plan.objects.visible_to(by, "plan.edit").filter(pk=plan.pk).exists():
        return False
    change = open_change(plan)
    return change is None or change.is_editable


def original_wanted(change: ChangeRequest, by: Actor) -> StoredFile:
    """The original file a request brings. Raises NotFound where there is none this reader sees."""
    head = next((i for i in rows_shown(change, by) if i.task_id is None and i.wanted.get("original")), None)
    file = StoredFile.objects.filter(uid=head.wanted["original"]).first() if head else None
    if file is None:
        raise NotFound
    return file


def events_of(change: ChangeRequest, by: Actor) -> QuerySet[Event]:
    """What happened to it, the newest first, as far as the reader may know."""
    rows = Event.objects.about("plan_change", change.uid)
    if change.plan.unit_id != by.hat.unit_id:
        rows = rows.known_beyond_the_unit()
    return rows.order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Parent:
    """A row another can be put under: of the plan, or one the request adds."""

    uid: str
    level: str
    name: str


def parents_for(plan: Plan, change: ChangeRequest | None) -> list[Parent]:
    """Goals and tasks there will be, in the order of the tree; those the request adds last."""
    rows = Task.objects.filter(plan=plan).current().exclude(level="measure").order_by("path", "id")
    items = items_of(change) if change is not None else []
    ended = {item.task_id for item in items if item.kind == ChangeItem.Kind.END}
    found = [Parent(str(row.uid), row.level, str(row)) for row in rows if row.pk not in ended]
    added = [item for item in items if item.kind == ChangeItem.Kind.ADD and item.wanted["level"] != "measure"]
    return [*found, *(Parent(item.wanted["uid"], item.wanted["level"], name_of(item)) for item in added)]


def plan_as_wanted(change: ChangeRequest) -> Plan:
    """The plan with the dates the request wants; for forms."""
    return with_head(change.plan, [edit_of(item) for item in items_of(change)])


def editions_of(plan: Plan) -> QuerySet[PlanEdition]:
    """The approved wordings, the newest first, without their content."""
    rows = PlanEdition.objects.filter(plan=plan).select_related("seal", "change", "approved_by").defer("content")
    found: QuerySet[PlanEdition] = rows.order_by("-number")
    return found


def reach_edition(plan: Plan, number: int) -> PlanEdition:
    """One wording with its content. Raises NotFound."""
    rows = PlanEdition.objects.filter(plan=plan, number=number).select_related("seal", "change", "approved_by")
    found: PlanEdition | None = rows.first()
    if found is None:
        raise NotFound
    return found


def differences_between(edition: PlanEdition, since: int) -> list[Difference]:
    """What is otherwise in an edition than in an earlier one. Raises BadInput (`from`)."""
    older = PlanEdition.objects.filter(plan=edition.plan_id, number=since).first()
    if older is None or since >= edition.number:
        raise bad("no_such_edition", _("Choose an earlier edition of this plan."), "from")
    return differences(older.content, edition.content)
