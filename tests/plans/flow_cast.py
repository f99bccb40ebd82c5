"""Change requests and guided plans for tests, led to a state by the real acts. Everything in them is made up."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from accounts.access import Actor
from pilots.models import PilotArea
from plans.change_workflow import CHANGE
from plans.change_workflow import perform as perform_change
from plans.guided_workflow import GUIDED
from plans.guided_workflow import perform as perform_guided
from plans.models import ChangeItem, ChangeRequest, GuidedPlan, Plan
from plans.plan_workflow import PLAN
from plans.plan_workflow import perform as perform_plan
from plans.services.changes import ChangeInput, RowInput, begin_change, put_row
from plans.services.guided import GuidedInput, begin_guided
from records.files import Incoming
from records.workflow import Request
from tests.indicators.figure_cast import luzhou
from tests.plans.plan_cast import B, a_plan, task_of
from units.keys import new_uid

SEALED_AT = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
PDF = Incoming("实施方案（虚构）.pdf", b"%PDF-1.7\nmade up\n%%EOF\n")
SIGNED = (("send_for_signing", "drafter"), ("submit", "lead"))
PLAN_WAY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "draft": (),
    "signing": SIGNED[:1],
    "submitted": SIGNED,
    "returned": (*SIGNED, ("return", "reviewer")),
    "approved": (*SIGNED, ("approve", "reviewer")),
}
CHANGE_WAY: Mapping[str, tuple[tuple[str, str], ...]] = {
    **PLAN_WAY,
    "refused": (*SIGNED, ("refuse", "reviewer")),
    "withdrawn": (("withdraw", "drafter"),),
}
GUIDED_WAY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "draft": (),
    "submitted": (("submit", "lead"),),
    "returned": (("submit", "lead"), ("return", "reviewer")),
    "agreed": (("submit", "lead"), ("agree", "reviewer")),
    "withdrawn": (("withdraw", "drafter"),),
}


def office_file(body: str = "word/document.xml", *more: str) -> bytes:
    """An Office file as far as its list of parts goes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", body, *more):
            archive.writestr(name, "<x/>")
    return stream.getvalue()


def a_change(by: Actor, plan: Plan | None = None, **wanted: Any) -> ChangeRequest:
    """A request about task B of an approved plan: another due date, unless other fields are given."""
    plan = plan or a_plan()
    change = begin_change(plan.uid, ChangeInput("调整铺管期限（虚构）", "汛期影响（虚构）"), by=by)
    row = RowInput(ChangeItem.Kind.CHANGE, task_of(plan, B).uid, wanted or {"due_on": "2026-08-15"})
    put_row(change.uid, row, change.version, by=by)
    return CHANGE.rows().get(pk=change.pk)


def a_guided(by: Actor, file: Incoming | None = PDF) -> GuidedPlan:
    """An implementation plan of Luzhou's national pilot area."""
    given = GuidedInput("implementation", "泸州市试点实施方案（虚构）", 2026, "请提出意见")
    return begin_guided(luzhou().uid, given, file, by=by)


def plan_to(status: str, three: Mapping[str, Actor]) -> Plan:
    plan = a_plan("draft")
    for name, part in PLAN_WAY[status]:
        perform_plan(plan, Request(name, "理由"), by=three[part])
    return PLAN.rows().get(pk=plan.pk)


def change_to(status: str, three: Mapping[str, Actor]) -> ChangeRequest:
    change = a_change(three["drafter"])
    for name, part in CHANGE_WAY[status]:
        perform_change(change, Request(name, "理由"), by=three[part])
    return CHANGE.rows().get(pk=change.pk)


def guided_to(status: str, three: Mapping[str, Actor]) -> GuidedPlan:
    guided = a_guided(three["drafter"])
    for name, part in GUIDED_WAY[status]:
        perform_guided(guided, Request(name, "理由"), by=three[part])
    return GUIDED.rows().get(pk=guided.pk)


def flow_world(pilot: PilotArea, by: Actor) -> dict[str, Any]:
    """For the access matrix: a change request and a guided plan of the pilot area's approved plan, both returned."""
    plan = Plan.objects.filter(pilot_area=pilot, status="approved").first() or a_plan(pilot=pilot)
    change = ChangeRequest.objects.create(
        plan=plan, title="调整（虚构）", reason="理由（虚构）", based_on=plan.edition, status="returned",
        begun_by=by.user, seal=plan.seal, submitted_at=SEALED_AT,
    )  # fmt: skip
    row = change.items.create(
        kind="add", wanted={"uid": str(new_uid()), "level": "goal", "parent": None, "name_zh": "新目标（虚构）"}
    )
    guided = a_guided(by)
    GuidedPlan.objects.filter(pk=guided.pk).update(status="returned", submitted_at=SEALED_AT, opinion="请补充")
    return {"plan-changes": change.uid, "row": row.uid, "guided-plans": guided.uid}
