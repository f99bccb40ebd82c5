"""Annual plans of departments: drawn from the schedule, filled in, approved; role × state × act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from accounts.access import Actor
from accounts.models import Role
from plans.annual import listed_annual, not_taken_in, year_of
from plans.annual_drawing import span_of
from plans.annual_workflow import ANNUAL, available, perform
from plans.models import AnnualPlan, Plan, Task, TaskState
from plans.services.annual import AnnualInput, AnnualRowInput, begin, discard, draw, save_rows
from portal.errors import BadInput, NotFound, PortalError, RuleBroken, Stale, WrongState
from records.models import Event, OutboxMessage
from records.workflow import Request
from tests.plans.duty_cast import BUREAU, an_annual, answered, bureau
from tests.plans.plan_cast import A, B, a_plan, task_of

pytestmark = pytest.mark.django_db
MAY: Mapping[tuple[str, str], Mapping[str, str]] = {
    # the bureau's own                the bureau's lead            the pilot's lead
    ("bureau", "draft"): {"bureau lead": "submit"},
    ("bureau", "submitted"): {"bureau lead": "recall", "lead": "approve return"},
    ("bureau", "returned"): {"bureau lead": "submit"},
    ("bureau", "approved"): {"lead": "reopen"},
    # kept by the pilot's office: its drafter sends, its lead approves
    ("pilot", "draft"): {"drafter": "send"},
    ("pilot", "submitted"): {"drafter": "take_back", "lead": "approve return"},
    ("pilot", "returned"): {"drafter": "send"},
    ("pilot", "approved"): {"lead": "reopen"},
}
TARGETS = {
    "submit": "submitted", "recall": "draft", "send": "submitted", "take_back": "draft", "approve": "approved",
    "return": "returned", "reopen": "returned",
}  # fmt: skip
WAY = {"draft": (), "submitted": ("send",), "returned": ("send", "return"), "approved": ("send", "approve")}


@pytest.fixture
def people(luzhou_drafter: Actor, luzhou_lead: Actor, hire: Callable[..., Actor]) -> dict[str, Actor]:
    return {
        "drafter": luzhou_drafter,
        "lead": luzhou_lead,
        "bureau drafter": hire("bureau-drafter", BUREAU, Role.DRAFTER),
        "bureau lead": hire("bureau-lead", BUREAU, Role.LEAD),
        "reviewer": hire("annual-reviewer", "drc-510000", Role.REVIEWER),
        "stranger": hire("annual-stranger", "drc-440000", Role.REVIEWER),
    }


@pytest.fixture
def plan(people: dict[str, Actor]) -> Plan:
    found = a_plan()
    answered(found, people["drafter"])
    return found


def led(plan: Plan, people: Mapping[str, Actor], keeper: str, status: str) -> AnnualPlan:
    """An annual plan led to a state by the real acts."""
    row = an_annual(plan, people["bureau drafter" if keeper == "bureau" else "drafter"])
    sender = {"bureau": ("submit", "bureau lead"), "pilot": ("send", "drafter")}[keeper]
    for name in WAY[status]:
        act, who = sender if name == "send" else (name, "lead")
        perform(row, Request(act, "理由"), by=people[who])
    return ANNUAL.rows().get(pk=row.pk)


@pytest.mark.parametrize(("keeper", "status"), list(MAY))
def test_buttons_and_engine_are_those_of_the_table(
    keeper: str, status: str, plan: Plan, people: dict[str, Actor]
) -> None:
    row = led(plan, people, keeper, status)
    assert row.status == status
    for part, actor in people.items():
        may = set(MAY[keeper, status].get(part, "").split())
        assert {act.name for act in available(row, actor)} == may, part
        for name in set(TARGETS) - may:
            with pytest.raises((WrongState, NotFound)):
                perform(row, Request(name, "理由"), by=actor)


@pytest.mark.parametrize(
    ("keeper", "status", "part", "name"),
    [(*key, part, name) for key, parts in MAY.items() for part, names in parts.items() for name in names.split()],
)
def test_what_is_allowed_leads_where_the_table_says_with_one_event(
    keeper: str, status: str, part: str, name: str, plan: Plan, people: dict[str, Actor]
) -> None:
    row = led(plan, people, keeper, status)
    with pytest.raises(Stale):
        perform(row, Request(name, "理由", row.version + 1), by=people[part])
    done = perform(row, Request(name, "理由", row.version), by=people[part])
    event = Event.objects.about("annual_plan", row.uid).order_by("-id")[0]
    assert (done.status, event.act) == (TARGETS[name], f"annual.{name}")
    told = OutboxMessage.objects.filter(topic__startswith="annual.").order_by("-id").first()
    assert told is not None
    assert told.recipient != people[part].user


def test_the_year_is_what_the_department_leads_and_the_schedule_has(plan: Plan, people: dict[str, Actor]) -> None:
    row = begin(plan.uid, AnnualInput(2026, bureau().uid), by=people["bureau drafter"])
    found = [(one.task.name, one.percent) for one in row.rows.select_related("task").order_by("task__path")]
    assert found == [(A, 100), (B, 100)]
    assert (row.unit, row.receiver, row.name) == (bureau(), plan.unit, bureau().name_now)
    assert row.chain == [plan.unit_id, *plan.chain]


@pytest.mark.parametrize(
    ("begins", "finish", "state", "year", "found"),
    [
        ("2026-03-01", "2027-02-28", "not_started", 2026, (False, False)),
        ("2026-03-01", "2027-02-28", "not_started", 2027, (True, False)),
        ("2026-03-01", "2026-05-31", "under_way", 2027, (True, True)),
        ("2026-03-01", "2026-05-31", "done", 2027, None),
        ("2027-01-01", "2027-02-28", "not_started", 2026, None),
        ("2026-12-31", "2027-02-28", "not_started", 2026, (False, False)),
        ("2026-03-01", "2026-05-31", "stopped", 2026, None),
    ],
)
def test_a_span_touches_a_year_or_is_left_over(
    begins: str, finish: str, state: str, year: int, found: tuple[bool, bool] | None, plan: Plan
) -> None:
    task = Task(
        plan=plan, is_leaf=True, begins_on=dt.date.fromisoformat(begins), finish_by=dt.date.fromisoformat(finish),
        state=TaskState(state), done_on=dt.date(2026, 6, 1) if state == "done" else None,
    )  # fmt: skip
    drawn = span_of(plan, task, year)
    assert found == (None if drawn is None else (drawn.ends_this_year, drawn.is_left_over))


def test_what_is_taken_out_can_be_drawn_in_again(plan: Plan, people: dict[str, Actor]) -> None:
    by = people["bureau drafter"]
    row = an_annual(plan, by)
    save_rows(row.uid, [AnnualRowInput(task_of(plan, A).uid, revision=1, keep=False)], by=by)
    assert [one.task.name for one in not_taken_in(row)] == [A]
    draw(row.uid, by=by)
    assert row.rows.count() == 2
    assert not_taken_in(row) == []


def test_bad_cells_are_named_and_nothing_is_stored(plan: Plan, people: dict[str, Actor]) -> None:
    row = an_annual(plan, people["bureau drafter"])
    first, other = task_of(plan, A).uid, task_of(plan, "清理（虚构）").uid
    rows = [AnnualRowInput(first, "改", 101, 1), AnnualRowInput(other, "不归我", 50, 0)]
    with pytest.raises(BadInput) as error:
        save_rows(row.uid, rows, by=people["bureau drafter"])
    assert [found.target for found in error.value.findings] == [f"{first}:percent", f"{other}:task"]
    with pytest.raises(Stale) as stale:
        save_rows(row.uid, [AnnualRowInput(first, "改", 90, 0)], by=people["bureau drafter"])
    assert stale.value.extra["rows"][0]["requirement"] == "完成主体工程（虚构）"
    assert set(row.rows.values_list("percent", flat=True)) == {100}


def test_a_year_without_demands_or_persons_is_not_sent(plan: Plan, people: dict[str, Actor]) -> None:
    plan.tasks.filter(name_zh="供水任务（虚构）").get().duties.filter(tier="person").update(
        ended_at=dt.datetime.now(dt.UTC)
    )
    row = begin(plan.uid, AnnualInput(2026, bureau().uid), by=people["bureau drafter"])
    with pytest.raises(RuleBroken) as error:
        perform(row, Request("submit"), by=people["bureau lead"])
    codes = [found.code for found in error.value.findings]
    assert codes == ["requirement_missing", "requirement_missing", "person_missing", "person_missing"]


def test_nobody_signs_or_approves_what_they_wrote(
    plan: Plan, people: dict[str, Actor], hire: Callable[..., Actor]
) -> None:
    row = an_annual(plan, people["bureau drafter"])
    both = hire("bureau-drafter", BUREAU, Role.LEAD)
    assert both.user == people["bureau drafter"].user
    with pytest.raises(RuleBroken, match=r"."):
        perform(row, Request("submit"), by=both)
    own = led(plan, people, "pilot", "submitted")
    leads_too = hire("luzhou-drafter", "lgo-510500", Role.LEAD)
    if leads_too.user == people["drafter"].user:
        with pytest.raises(RuleBroken):
            perform(own, Request("approve"), by=leads_too)


@pytest.mark.parametrize(
    ("year", "department", "error"),
    [(2025, True, BadInput), (2027, True, BadInput), (2026, False, BadInput), (2026, True, None)],
)
def test_what_cannot_be_begun(
    year: int, department: bool, error: type[PortalError] | None, plan: Plan, people: dict[str, Actor]
) -> None:
    data = AnnualInput(year, bureau().uid if department else None, "" if department else "没有的局")
    if error is not None:
        with pytest.raises(error):
            begin(plan.uid, data, by=people["drafter"])
        return
    begin(plan.uid, data, by=people["drafter"])
    with pytest.raises(WrongState):
        begin(plan.uid, data, by=people["bureau drafter"])
    for part in ("lead", "stranger", "reviewer"):
        with pytest.raises(NotFound):
            begin(plan.uid, data, by=people[part])


def test_a_draft_nobody_saw_is_deleted_and_one_that_was_sent_stays(plan: Plan, people: dict[str, Actor]) -> None:
    row = an_annual(plan, people["bureau drafter"])
    assert not listed_annual(people["lead"]).exists(), "others see what was sent once"
    discard(row.uid, by=people["bureau drafter"])
    assert [one.name for one in year_of(plan.uid, 2026, people["lead"]).without] == [
        bureau().name_now,
        "公安局（虚构）",
    ]
    sent = led(plan, people, "bureau", "returned")
    assert [one.pk for one in listed_annual(people["reviewer"])] == [sent.pk]
    assert not listed_annual(people["stranger"]).exists()
    with pytest.raises(WrongState):
        discard(sent.uid, by=people["bureau drafter"])
