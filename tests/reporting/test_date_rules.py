"""Setting rules for dates: who may, what is refused and how, what an own rule falls back to; policy and ladder."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from accounts.access import Actor
from pilots.models import Capacity
from portal.errors import BadInput, NotFound, PortalError, Stale, WrongState
from records.models import Event
from reporting.deadlines.facts import RuleFacts
from reporting.deadlines.rulebook import Dates, RuleBook
from reporting.models import CycleKind, DateFunction, DateRule, DeadlinePolicy, OnNonWorking, ReminderStep
from reporting.services.date_rules import NewRule, RuleChange, RuleEnd, change_rule, end_rule, new_rule
from reporting.services.ladders import (
    LadderInput,
    PolicyInput,
    StepInput,
    ladder_of,
    set_ladder,
    set_policy,
)
from units.calendar import calendars
from units.models import CalendarDay, Programme

pytestmark = pytest.mark.django_db
MID, PILOT, COMPILER = CycleKind.MID_YEAR, Capacity.PILOT, Capacity.COMPILER
DAY = dt.date.fromisoformat
FACTS = RuleFacts(DateFunction.FIXED_DATE, "发展规划司会议纪要（测试）", month=6, day=25)


def rule_of(programme: Programme, kind: str = MID, capacity: str = PILOT) -> DateRule:
    return DateRule.objects.get(programme=programme, setter=programme.owner, kind=kind, capacity=capacity)


def changed(rule: DateRule, facts: RuleFacts, by: Actor, **more: Any) -> DateRule:
    return change_rule(RuleChange(rule.uid, rule.version, facts, **more), by=by)


def targets(refused: pytest.ExceptionInfo[Any]) -> dict[str, str]:
    """What was refused, by field; each sentence exists in both languages."""
    for finding in refused.value.findings:
        sentences = set()
        for language in ("zh-hans", "en"):
            with translation.override(language):
                sentences.add(str(finding.message))
        assert all(sentence.strip() for sentence in sentences)
    return {finding.target: finding.code for finding in refused.value.findings}


def test_the_defaults_are_ours_and_give_the_dates_of_every_year(programme: Programme) -> None:
    book = RuleBook.of(programme)
    assert all(rule.is_ours for rule in book.rules.values())
    assert book.dates(MID, 2026) == Dates(DAY("2026-05-31"), DAY("2026-06-30"), DAY("2026-07-21"))
    assert book.dates(MID, 2024).pilots_due_on == DAY("2024-07-01")
    assert book.dates(CycleKind.YEAR_END, 2018) == Dates(DAY("2018-11-17"), DAY("2018-12-17"), DAY("2019-01-08"))


def test_the_owner_changes_a_rule_and_all_that_count_from_it_follow(programme: Programme, ndrc_reviewer: Actor) -> None:
    rule = changed(rule_of(programme), replace(FACTS, time_of_day=dt.time(18), zone="Asia/Urumqi"), ndrc_reviewer)
    assert (rule.is_ours, rule.version, rule.day) == (False, 1, 25)
    book = RuleBook.of(programme)
    moment = book.moment(book.rule_for(0, MID, PILOT), 2026, calendars().nation)
    assert (moment.day, moment.time) == (DAY("2026-06-25"), dt.time(20))
    assert moment.end == dt.datetime(2026, 6, 25, 12, tzinfo=dt.UTC)
    assert book.dates(MID, 2026).compilers_due_on == DAY("2026-07-16")
    event = Event.objects.get(act="dates.rule_set")
    assert (event.unit, event.data["before"]["day"], event.data["after"]["day"]) == (programme.owner, 30, 25)


def test_a_rule_saved_as_it_stands_is_no_act(programme: Programme, ndrc_reviewer: Actor) -> None:
    rule = changed(rule_of(programme), FACTS, ndrc_reviewer)
    assert changed(rule, FACTS, ndrc_reviewer).version == 1
    assert Event.objects.filter(act="dates.rule_set").count() == 1


REFUSED: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"month": 6, "day": 31}, {"day": "impossible_date"}),
    ({"month": 2, "day": 30}, {"day": "impossible_date"}),
    ({"month": 13}, {"month": "out_of_range"}),
    ({"day": None}, {"day": "missing"}),
    ({"weekday": 2}, {"weekday": "not_used"}),
    ({"function": "every_blue_moon"}, {"function": "unknown_function"}),
    (
        {"function": "nth_weekday", "day": None, "weekday": 4, "nth": 5},
        {"nth": "impossible_date"},
    ),
    ({"function": "after_due", "month": None, "day": None}, {"after": "missing", "working_days": "missing"}),
    ({"zone": "Asia/Beijing", "time_of_day": dt.time(18)}, {"zone": "unknown_zone"}),
    ({"zone": "Asia/Urumqi"}, {"zone": "zone_without_time"}),
    ({"time_of_day": dt.time()}, {"time_of_day": "midnight"}),
    ({"time_of_day": dt.time(18, 0, 30)}, {"time_of_day": "not_minutes"}),
    ({"on_non_working": "after_holiday"}, {"after_holiday_days": "missing"}),
    ({"after_holiday_days": 2}, {"after_holiday_days": "not_used"}),
    ({"on_non_working": "sometimes"}, {"on_non_working": "unknown_policy"}),
    ({"year_offset": 5}, {"year_offset": "out_of_range"}),
    ({"source": "  "}, {"source": "no_source"}),
    ({"source": "门户默认值；通知未规定具体日期（要求 C.1）"}, {"source": "no_source"}),
    ({"source": "x" * 501}, {"source": "too_long"}),
]


@pytest.mark.parametrize(("facts", "found"), REFUSED, ids=lambda part: next(iter(part.values()), "") or "none")
def test_what_cannot_be_is_refused_at_its_field(
    programme: Programme, ndrc_reviewer: Actor, facts: dict[str, Any], found: dict[str, str]
) -> None:
    with pytest.raises(BadInput) as refused:
        changed(rule_of(programme), replace(FACTS, **facts), ndrc_reviewer)
    assert targets(refused) == found
    assert not Event.objects.filter(act="dates.rule_set").exists()


def after(rule: DateRule, days: int) -> RuleFacts:
    return RuleFacts(DateFunction.AFTER_DUE, "测试", after=rule.uid, working_days=days)


def test_a_circle_is_named(programme: Programme, ndrc_reviewer: Actor) -> None:
    compilers = rule_of(programme, capacity=COMPILER)
    with translation.override("en"), pytest.raises(BadInput) as refused:
        changed(rule_of(programme), after(compilers, -15), ndrc_reviewer)
    assert targets(refused) == {"after": "circular"}
    sentence = str(refused.value.findings[0].message)
    assert sentence.count("→") == 2
    assert "as pilot area" in sentence
    assert "as compiler" in sentence


def test_a_rule_counts_only_from_rules_in_reach(
    programme: Programme, luzhou_programme: Programme, ndrc_reviewer: Actor
) -> None:
    for uid in (rule_of(luzhou_programme).uid, uuid.uuid4()):
        with pytest.raises(BadInput) as refused:
            changed(rule_of(programme), replace(after(rule_of(programme), 5), after=uid), ndrc_reviewer)
        assert targets(refused) == {"after": "not_this_programme"}


def test_compilers_are_never_due_before_pilot_areas(programme: Programme, ndrc_reviewer: Actor) -> None:
    facts = replace(FACTS, month=6, day=10, on_non_working=OnNonWorking.KEEP)
    with pytest.raises(BadInput) as refused:
        changed(rule_of(programme, capacity=COMPILER), facts, ndrc_reviewer)
    assert targets(refused) == {"day": "out_of_order"}


def test_only_the_owner_and_receivers_set_rules(
    programme: Programme, luzhou_drafter: Actor, sichuan_reviewer: Actor, luzhou_reviewer: Actor, stranger: Actor
) -> None:
    for actor in (luzhou_drafter, stranger, luzhou_reviewer, sichuan_reviewer):
        with pytest.raises(NotFound):
            changed(rule_of(programme), FACTS, actor)
    with pytest.raises(NotFound):
        new_rule(NewRule(MID, PILOT, FACTS), by=luzhou_drafter)
    with pytest.raises(BadInput) as refused:
        new_rule(NewRule(MID, COMPILER, FACTS), by=sichuan_reviewer)
    assert targets(refused) == {"capacity": "no_senders"}


def test_a_writer_who_saw_an_older_rule_is_told(programme: Programme, ndrc_reviewer: Actor) -> None:
    with pytest.raises(Stale) as refused:
        change_rule(RuleChange(rule_of(programme).uid, 7, FACTS), by=ndrc_reviewer)
    assert refused.value.extra == {"version": 0}


def test_a_receivers_own_rule_counts_for_its_senders_until_it_ends(
    programme: Programme, sichuan_reviewer: Actor, ndrc_reviewer: Actor
) -> None:
    unit = sichuan_reviewer.hat.unit_id
    rule = new_rule(NewRule(MID, PILOT, FACTS), by=sichuan_reviewer)
    book = RuleBook.of(programme)
    assert book.rule_for(unit, MID, PILOT) == rule
    assert book.rule_for(unit, MID, COMPILER) == rule_of(programme, capacity=COMPILER)
    assert book.own_rules() == [rule]
    assert book.dates(MID, 2026).pilots_due_on == DAY("2026-06-30")
    with pytest.raises(WrongState):
        new_rule(NewRule(MID, PILOT, FACTS), by=sichuan_reviewer)
    with pytest.raises(NotFound):
        end_rule(RuleEnd(rule.uid, rule.version), by=ndrc_reviewer)
    end_rule(RuleEnd(rule.uid, rule.version), by=sichuan_reviewer)
    assert RuleBook.of(programme).rule_for(unit, MID, PILOT) == rule_of(programme)
    assert Event.objects.get(act="dates.rule_end").data["before"]["day"] == 25


def test_an_own_rule_may_count_back_from_what_the_office_owes(programme: Programme, sichuan_reviewer: Actor) -> None:
    rule = new_rule(NewRule(MID, PILOT, after(rule_of(programme, capacity=COMPILER), -10)), by=sichuan_reviewer)
    assert RuleBook.of(programme).moment(rule, 2026, calendars().nation).day == DAY("2026-07-07")


def test_never_later_than_what_it_owes_itself(programme: Programme, sichuan_reviewer: Actor) -> None:
    with translation.override("en"), pytest.raises(BadInput) as refused:
        new_rule(NewRule(MID, PILOT, replace(FACTS, month=7, day=22)), by=sichuan_reviewer)
    assert targets(refused) == {"day": "later_than_owed"}
    sentence = str(refused.value.findings[0].message)
    assert "Jul 22, 2026" in sentence
    assert "Jul 21, 2026" in sentence


def test_a_year_that_does_not_fit_is_found_before_it_comes(programme: Programme, sichuan_reviewer: Actor) -> None:
    """21 July is a day off in 2029 first: then the second working day after it is later than what is owed."""
    facts = replace(FACTS, month=7, day=21, on_non_working=OnNonWorking.AFTER_HOLIDAY, after_holiday_days=2)
    assert RuleBook.of(programme).dates(MID, 2026).compilers_due_on == DAY("2026-07-21")
    with translation.override("en"), pytest.raises(BadInput) as refused:
        new_rule(NewRule(MID, PILOT, facts), by=sichuan_reviewer)
    assert str(refused.value.findings[0].message).startswith("In 2029 ")


def test_never_before_the_period_opens(programme: Programme, sichuan_reviewer: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        new_rule(NewRule(MID, PILOT, replace(FACTS, month=5, day=29)), by=sichuan_reviewer)
    assert targets(refused) == {"day": "before_opening"}


def test_a_closure_of_a_sender_counts_too(programme: Programme, sichuan_reviewer: Actor, luzhou_drafter: Actor) -> None:
    """Its own date moves past its closure: then the rule gives it more than the receiver has."""
    for day in range(20, 25):
        CalendarDay.objects.create(unit=luzhou_drafter.unit, day=dt.date(2026, 7, day), is_working=False, source="测试")
    with translation.override("en"), pytest.raises(BadInput) as refused:
        new_rule(NewRule(MID, PILOT, replace(FACTS, month=7, day=20)), by=sichuan_reviewer)
    assert "Jul 27, 2026" in str(refused.value.findings[0].message)


def test_the_owner_sees_whose_own_rule_stands_in_the_way_and_may_end_it(
    programme: Programme, sichuan_reviewer: Actor, ndrc_reviewer: Actor
) -> None:
    own = new_rule(NewRule(MID, PILOT, replace(FACTS, month=7, day=10)), by=sichuan_reviewer)
    shorter = after(rule_of(programme), 5)
    with pytest.raises(BadInput) as refused:
        changed(rule_of(programme, capacity=COMPILER), shorter, ndrc_reviewer)
    assert targets(refused) == {"end_own_rules": "own_rule_too_late"}
    changed(rule_of(programme, capacity=COMPILER), shorter, ndrc_reviewer, end_own_rules=True)
    assert not DateRule.objects.filter(pk=own.pk).exists()
    ended = Event.objects.get(act="dates.rule_end")
    assert (ended.unit, ended.user) == (sichuan_reviewer.unit, ndrc_reviewer.user)


def test_a_rule_others_count_from_does_not_end(programme: Programme, sichuan_reviewer: Actor) -> None:
    first = new_rule(NewRule(MID, PILOT, FACTS), by=sichuan_reviewer)
    facts = replace(after(first, 120), year_offset=0)
    new_rule(NewRule(CycleKind.YEAR_END, PILOT, facts), by=sichuan_reviewer)
    with pytest.raises(WrongState):
        end_rule(RuleEnd(first.uid, first.version), by=sichuan_reviewer)


def test_the_owners_rule_does_not_end(programme: Programme, ndrc_reviewer: Actor) -> None:
    with pytest.raises(WrongState):
        end_rule(RuleEnd(rule_of(programme).uid, 0), by=ndrc_reviewer)


def test_without_rules_or_policy_a_sentence_says_what_is_missing(programme: Programme) -> None:
    DeadlinePolicy.objects.all().delete()
    book = RuleBook.of(programme)
    with pytest.raises(BadInput, match=r"\w"):
        book.dates(MID, 2026)
    with pytest.raises(BadInput, match=r"\w"):
        RuleBook(programme, {}, None).dates(MID, 2026)


def test_a_return_is_due_by_the_senders_calendar(programme: Programme, luzhou_drafter: Actor) -> None:
    book, unit = RuleBook.of(programme), luzhou_drafter.unit
    assert book.return_day(DAY("2026-06-15"), unit.pk) == DAY("2026-06-23")
    CalendarDay.objects.create(unit=unit, day=DAY("2026-06-16"), is_working=False, source="测试")
    assert book.return_day(DAY("2026-06-15"), unit.pk) == DAY("2026-06-24")
    assert book.return_day(DAY("2026-06-15"), programme.owner_id) == DAY("2026-06-23")


POLICY = PolicyInput(0, 45, 12, 7, 48, dt.time(9), "测试")


def test_the_owner_sets_the_policy(programme: Programme, ndrc_reviewer: Actor, sichuan_reviewer: Actor) -> None:
    policy = set_policy(POLICY, by=ndrc_reviewer)
    assert (policy.version, policy.is_ours, policy.open_days_before) == (1, False, 45)
    assert Event.objects.get(act="dates.policy_set").data["before"]["open_days_before"] == "30"
    assert RuleBook.of(programme).dates(MID, 2026).opens_on == DAY("2026-05-16")
    with pytest.raises(NotFound):
        set_policy(POLICY, by=sichuan_reviewer)
    with pytest.raises(Stale):
        set_policy(POLICY, by=ndrc_reviewer)


POLICIES_REFUSED = [
    ({"open_days_before": 0}, {"open_days_before": "out_of_range"}),
    ({"open_days_before": 7}, {"least_fill_days": "too_little_time"}),
    ({"least_fill_days": 40}, {"least_fill_days": "too_little_time"}),
    ({"return_days": 61}, {"return_days": "out_of_range"}),
    ({"send_at": dt.time(9, 0, 1)}, {"send_at": "not_minutes"}),
    ({"source": ""}, {"source": "no_source"}),
]


@pytest.mark.parametrize(("facts", "found"), POLICIES_REFUSED)
def test_a_policy_that_cannot_be_is_refused(ndrc_reviewer: Actor, facts: dict[str, Any], found: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        set_policy(replace(POLICY, **facts), by=ndrc_reviewer)
    assert targets(refused) == found


def test_a_later_opening_may_not_pass_an_own_rule(ndrc_reviewer: Actor, sichuan_reviewer: Actor) -> None:
    new_rule(NewRule(MID, PILOT, replace(FACTS, month=6, day=5)), by=sichuan_reviewer)
    with pytest.raises(BadInput) as refused:
        set_policy(replace(POLICY, open_days_before=20, least_fill_days=5), by=ndrc_reviewer)
    assert targets(refused) == {"open_days_before": "before_opening"}


STEPS = (StepInput("due", -5, "drafters"), StepInput("due", 7, "receiver"))


def test_the_ladder_is_edited_as_a_whole_and_nothing_is_deleted(programme: Programme, ndrc_reviewer: Actor) -> None:
    before = ladder_of(programme)
    ladder = set_ladder(LadderInput(before.version, STEPS), by=ndrc_reviewer)
    assert [(step.anchor, step.offset, step.audience, step.is_ours) for step in ladder.steps] == [
        ("due", -5, "drafters", False),
        ("due", 7, "receiver", True),
    ]
    assert ReminderStep.objects.filter(programme=programme).count() == len(before.steps) + 1
    assert ladder.version > before.version
    assert len(Event.objects.get(act="dates.ladder_set").data["retired"]) == len(before.steps) - 1
    with pytest.raises(Stale):
        set_ladder(LadderInput(before.version, STEPS), by=ndrc_reviewer)
    same = set_ladder(LadderInput(ladder.version, STEPS), by=ndrc_reviewer)
    assert (same.version, Event.objects.filter(act="dates.ladder_set").count()) == (ladder.version, 1)


def test_a_retired_step_comes_back_as_a_new_one(programme: Programme, ndrc_reviewer: Actor) -> None:
    empty = set_ladder(LadderInput(ladder_of(programme).version, ()), by=ndrc_reviewer)
    assert [finding.code for finding in empty.warnings] == ["nobody_reminded_before"]
    again = set_ladder(LadderInput(empty.version, STEPS), by=ndrc_reviewer)
    assert (len(again.steps), again.warnings) == (2, [])
    assert not any(step.is_ours for step in again.steps)


STEPS_REFUSED = [
    (StepInput("due", -61, "drafters"), {"steps.0.offset": "out_of_range"}),
    (StepInput("due", 0, "receiver"), {"steps.0.offset": "receiver_too_early"}),
    (StepInput("opening", 3, "receiver"), {"steps.0.offset": "receiver_too_early"}),
    (StepInput("opening", -1, "drafters"), {"steps.0.offset": "before_opening"}),
    (StepInput("noon", 0, "drafters"), {"steps.0.anchor": "invalid"}),
    (StepInput("due", 0, "everybody"), {"steps.0.audience": "invalid"}),
]


@pytest.mark.parametrize(("step", "found"), STEPS_REFUSED)
def test_a_step_that_cannot_be_is_refused(
    programme: Programme, ndrc_reviewer: Actor, step: StepInput, found: dict[str, str]
) -> None:
    with pytest.raises(BadInput) as refused:
        set_ladder(LadderInput(ladder_of(programme).version, (step,)), by=ndrc_reviewer)
    assert targets(refused) == found
    with pytest.raises(BadInput) as refused:
        set_ladder(LadderInput(ladder_of(programme).version, (*STEPS, STEPS[0])), by=ndrc_reviewer)
    assert targets(refused) == {"steps.2.offset": "twice"}


def test_only_the_owner_edits_the_ladder(programme: Programme, sichuan_reviewer: Actor) -> None:
    with pytest.raises(PortalError):
        set_ladder(LadderInput(ladder_of(programme).version, STEPS), by=sichuan_reviewer)
