"""Who answers for what: from above, gaps, one at a time; and who may say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.access import Actor
from accounts.models import Role
from plans.duties import duties_of, duties_of_task, gaps_of, recipients
from plans.models import Duty, Plan, Task, Tier
from plans.services.duties import DutyInput, Holder, give, name_tier, release, settle_tier
from portal.errors import BadInput, NotFound, WrongState
from records.models import Event, OutboxMessage
from tests.plans.duty_cast import BUREAU, GOAL, WATER, answered, bureau, named
from tests.plans.plan_cast import A, B, a_plan, task_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db: None) -> Plan:
    return a_plan()


def who(task: Task, tier: Tier) -> list[tuple[str, str]]:
    """Who answers, and the row it comes from ('' its own)."""
    found = duties_of(task.plan)[task.pk].get(tier, [])
    assert [str(one.duty) for one in found] == [str(one.duty) for one in duties_of_task(task).get(tier, [])]
    return [(one.duty.who, one.inherited_from.name if one.inherited_from else "") for one in found]


def test_a_duty_holds_for_the_parts_until_they_have_their_own(plan: Plan, luzhou_drafter: Actor) -> None:
    named(task_of(plan, GOAL), Tier.PERSON, luzhou_drafter, name="甲")
    assert who(task_of(plan, A), Tier.PERSON) == [("甲", GOAL)]
    named(task_of(plan, WATER), Tier.PERSON, luzhou_drafter, name="乙")
    named(task_of(plan, B), Tier.PERSON, luzhou_drafter, name="丙")
    named(task_of(plan, B), Tier.PERSON, luzhou_drafter, name="丁")
    assert who(task_of(plan, A), Tier.PERSON) == [("乙", WATER)]
    assert who(task_of(plan, B), Tier.PERSON) == [("丙", ""), ("丁", "")]
    assert who(task_of(plan, GOAL), Tier.PERSON) == [("甲", "")]


def test_gaps_are_the_compulsory_tiers_of_leaves(plan: Plan, luzhou_drafter: Actor) -> None:
    assert len(gaps_of(plan)) == 4 * 4
    answered(plan, luzhou_drafter)
    assert gaps_of(plan) == []
    release(Duty.objects.get(tier=Tier.LEAD, unit=bureau()).uid, by=luzhou_drafter)
    assert [(gap.task.name, gap.tier) for gap in gaps_of(plan)] == [(A, Tier.LEAD), (B, Tier.LEAD)]


def test_one_lead_at_a_time_and_the_one_before_is_released(plan: Plan, luzhou_drafter: Actor) -> None:
    task = task_of(plan, A)
    first = named(task, Tier.LEAD, luzhou_drafter, unit=bureau().uid)
    named(task, Tier.LEAD, luzhou_drafter, name="水务局（虚构）")
    first.refresh_from_db()
    assert first.ended_at is not None
    assert who(task, Tier.LEAD) == [("水务局（虚构）", "")]
    acts = Event.objects.about("plan", plan.uid).filter(act__startswith="duty.").order_by("id")
    assert [event.act for event in acts] == ["duty.give", "duty.release", "duty.give"]
    assert {event.receiver for event in acts} == {None}, "who answers is the pilot's own matter"


def test_settling_a_tier_keeps_who_stays_and_none_falls_back_to_the_row_above(
    plan: Plan, luzhou_drafter: Actor
) -> None:
    task = task_of(plan, A)
    named(task_of(plan, WATER), Tier.SUPPORT, luzhou_drafter, name="上级（虚构）")
    stays, goes = (named(task, Tier.SUPPORT, luzhou_drafter, name=name) for name in ("留", "走"))
    found = name_tier(task, "support", ["留", bureau().name_now, "新"], by=luzhou_drafter)
    assert [found[0].pk, found[1].unit, found[2].name] == [stays.pk, bureau(), "新"]
    goes.refresh_from_db()
    assert goes.ended_at is not None
    settle_tier(task.uid, "support", [], by=luzhou_drafter)
    assert who(task, Tier.SUPPORT) == [("上级（虚构）", WATER)]


@pytest.mark.parametrize(
    ("tier", "holder", "field"),
    [
        ("boss", {"name": "甲"}, "tier"),
        ("person", {}, "person"),
        ("lead", {}, "unit"),
        ("person", {"unit": BUREAU}, "unit"),
        ("lead", {"unit": "drc-440000"}, "unit"),
        ("lead", {"name": "甲" * 121}, "name"),
        ("lead", {"name": "甲", "unit": BUREAU}, "unit"),
    ],
)
def test_what_cannot_be_said_names_the_field(
    tier: str, holder: dict[str, str], field: str, plan: Plan, luzhou_drafter: Actor
) -> None:
    given: dict[str, object] = dict(holder)
    if "unit" in holder:
        given["unit"] = type(bureau()).objects.get(key=holder["unit"]).uid
    with pytest.raises(BadInput) as error:
        give(task_of(plan, A).uid, DutyInput(tier, Holder(**given)), by=luzhou_drafter)  # type: ignore[arg-type]
    assert [finding.target for finding in error.value.findings] == [field]


def test_the_same_twice_and_a_second_release_are_refused(plan: Plan, luzhou_drafter: Actor) -> None:
    duty = named(task_of(plan, A), Tier.DEPUTY, luzhou_drafter, name="甲")
    with pytest.raises(BadInput):
        named(task_of(plan, A), Tier.DEPUTY, luzhou_drafter, name="甲")
    release(duty.uid, by=luzhou_drafter)
    with pytest.raises(WrongState):
        release(duty.uid, by=luzhou_drafter)


def test_others_do_not_say_who_answers(
    plan: Plan, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, stranger: Actor
) -> None:
    duty = named(task_of(plan, A), Tier.DEPUTY, luzhou_drafter, name="甲")
    for actor in (luzhou_lead, sichuan_reviewer, stranger):
        with pytest.raises(NotFound):
            named(task_of(plan, A), Tier.DEPUTY, actor, name="乙")
        with pytest.raises(NotFound):
            release(duty.uid, by=actor)


def test_whoever_has_an_account_is_told_and_found_for_reminders_also_from_above(
    plan: Plan, luzhou_drafter: Actor, hire: Callable[..., Actor], django_assert_num_queries: Callable[..., Any]
) -> None:
    clerk = hire("bureau-drafter", BUREAU, Role.DRAFTER)
    named(task_of(plan, GOAL), Tier.PERSON, luzhou_drafter, person=clerk.user.uid)
    named(task_of(plan, B), Tier.PERSON, luzhou_drafter, name="无账号（虚构）")
    told = OutboxMessage.objects.get(topic="duty.given", channel="notice")
    assert told.recipient == clerk.user
    leaves = plan.tasks.filter(is_leaf=True)
    with django_assert_num_queries(1):
        found = set(recipients(leaves.values("pk")))
    assert found == {(task.pk, clerk.user.pk) for task in leaves if task.name != B}
    assert recipients([task_of(plan, A).pk]).get() == (task_of(plan, A).pk, clerk.user.pk)
