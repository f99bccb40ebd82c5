"""Role × status × transition of plans, change requests and guided plans: buttons and engine agree with these tables.

Written out by hand from N4 and N11, as tests/test_workflow_matrix.py is for reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.access import Actor
from plans import change_workflow, guided_workflow, plan_workflow
from plans.models import (
    ChangeRequest,
    ChangeStatus,
    GuidedPlan,
    GuidedStatus,
    Plan,
    PlanEdition,
    PlanStatus,
    Task,
)
from portal.errors import BadInput, NotFound, Stale, WrongState
from records.models import Event, OutboxMessage, Seal
from records.workflow import Request, Workflow
from tests.plans.flow_cast import change_to, guided_to, plan_to
from tests.test_workflow_matrix import NO_REASONS, company, refused_as

__all__ = ["company"]

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Table:
    """One table by hand, and what stands behind it. `sealed`: the reviewer finds it from its first submission on."""

    workflow: Workflow[Any]
    states: Any
    module: Any
    lead_to: Callable[..., Any]
    may: Mapping[str, Mapping[str, str]]
    targets: Mapping[str, str]
    reasoned: frozenset[str]


TABLES = {
    "plan": Table(
        plan_workflow.PLAN, PlanStatus, plan_workflow, plan_to,
        {
            #            the pilot's drafter              the pilot's lead              the receiver's reviewer
            "draft":     {"drafter": "send_for_signing"},
            "signing":   {"drafter": "take_back",         "lead": "submit send_back"},
            "submitted": {                                "lead": "recall",             "reviewer": "approve return"},
            "returned":  {"drafter": "send_for_signing"},
            "approved":  {},
        },
        {"send_for_signing": "signing", "take_back": "draft", "submit": "submitted", "send_back": "draft",
         "recall": "draft", "approve": "approved", "return": "returned"},
        frozenset({"send_back", "return"}),
    ),
    "plan_change": Table(
        change_workflow.CHANGE, ChangeStatus, change_workflow, change_to,
        {
            "draft":     {"drafter": "send_for_signing withdraw"},
            "signing":   {"drafter": "take_back",         "lead": "submit send_back"},
            "submitted": {                                "lead": "recall",      "reviewer": "approve return refuse"},
            "returned":  {"drafter": "send_for_signing withdraw"},
            "approved":  {},
            "refused":   {},
            "withdrawn": {},
        },
        {"send_for_signing": "signing", "take_back": "draft", "withdraw": "withdrawn", "submit": "submitted",
         "send_back": "draft", "recall": "draft", "approve": "approved", "return": "returned", "refuse": "refused"},
        frozenset({"send_back", "return", "refuse"}),
    ),
    "guided_plan": Table(
        guided_workflow.GUIDED, GuidedStatus, guided_workflow, guided_to,
        {
            "draft":     {"drafter": "withdraw",          "lead": "submit"},
            "submitted": {                                "lead": "recall",             "reviewer": "agree return"},
            "returned":  {"drafter": "withdraw",          "lead": "submit"},
            "agreed":    {},
            "withdrawn": {},
        },
        {"submit": "submitted", "recall": "draft", "agree": "agreed", "return": "returned", "withdraw": "withdrawn"},
        frozenset({"agree", "return"}),
    ),
}  # fmt: skip
STATES = [(kind, status) for kind, table in TABLES.items() for status in table.may]
STEPS = [
    (kind, status, part, name)
    for kind, table in TABLES.items()
    for status, parts in table.may.items()
    for part, names in parts.items()
    for name in names.split()
]


@pytest.fixture
def led(company: dict[str, Actor]) -> Callable[[str, str], Any]:
    return lambda kind, status: TABLES[kind].lead_to(status, company)


def left() -> tuple[Any, ...]:
    """What an act would leave behind."""
    rows = [
        tuple(model._default_manager.order_by("pk").values_list("pk", "status", "version", "decided_by"))
        for model in (Plan, ChangeRequest, GuidedPlan)
    ]
    tasks = tuple(Task.objects.order_by("pk").values_list("pk", "revision", "due_on", "ended_at"))
    return (*rows, tasks, *(model.objects.count() for model in (Event, OutboxMessage, Seal, PlanEdition)))


def is_found(row: Any, part: str) -> bool:
    """The receiver finds what was sent once."""
    return part != "reviewer" or bool(row.submitted_at)


@pytest.mark.parametrize("kind", TABLES)
def test_the_table_in_code_is_this_table(kind: str) -> None:
    table = TABLES[kind]
    assert set(table.states.values) == set(table.may)
    assert {t.name: t.target for t in table.workflow.transitions} == table.targets
    assert {t.name for t in table.workflow.transitions if t.needs_comment} == table.reasoned
    for transition in table.workflow.transitions:
        sources = {s for k, s, _part, name in STEPS if (k, name) == (kind, transition.name)}
        assert transition.sources == sources, transition.name


@pytest.mark.parametrize(("kind", "status"), STATES)
def test_buttons_and_engine_are_those_of_the_table(
    kind: str, status: str, led: Callable[..., Any], company: Mapping[str, Actor]
) -> None:
    table, row = TABLES[kind], led(kind, status)
    assert row.status == status
    before = left()
    for part, actor in company.items():
        may = set(table.may[status].get(part, "").split())
        assert {t.name for t in table.module.available(row, actor)} == may, part
        ever = {name for k, _s, p, name in STEPS if (k, p) == (kind, part)}
        for name in set(table.targets) - may:
            with refused_as(WrongState if name in ever and is_found(row, part) else NotFound, (part, name)):
                table.module.perform(row, Request(name, "理由"), by=actor)
    assert left() == before


@pytest.mark.parametrize(("kind", "status", "part", "name"), STEPS)
def test_what_is_allowed_leads_where_the_table_says_with_one_event(
    kind: str, status: str, part: str, name: str, led: Callable[..., Any], company: Mapping[str, Actor]
) -> None:
    table, row = TABLES[kind], led(kind, status)
    events, before = Event.objects.count(), left()
    with pytest.raises(Stale):
        table.module.perform(row, Request(name, "理由", row.version + 1), by=company[part])
    assert left() == before
    done = table.module.perform(row, Request(name, "理由", row.version), by=company[part])
    assert (done.status, done.version) == (table.targets[name], row.version + 1)
    assert Event.objects.count() == events + 1
    newest = Event.objects.about(kind, row.uid).order_by("-id")[0]
    assert (newest.act, newest.outcome) == (f"{kind}.{name}", f"{status} → {table.targets[name]}")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in TABLES for name in sorted(TABLES[kind].reasoned)])
def test_a_reason_is_asked_for_where_one_is_compulsory(
    kind: str, name: str, led: Callable[..., Any], company: Mapping[str, Actor]
) -> None:
    status, part = next((s, p) for k, s, p, n in STEPS if (k, n) == (kind, name))
    row = led(kind, status)
    for comment in NO_REASONS:
        with refused_as(BadInput, comment) as refused:
            TABLES[kind].module.perform(row, Request(name, comment), by=company[part])
        assert refused.value.findings[0].target == "comment", repr(comment)
