"""The engine: one transaction for state, event and effects; what fails leaves nothing behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from portal.errors import BadInput, Finding, NotFound, RuleBroken
from records.models import Event
from records.workflow import LONGEST_COMMENT, Act, Request, Transition, Workflow, available, perform
from reporting.models import Report
from reporting.workflow import REPORT

pytestmark = pytest.mark.django_db
Make = Callable[..., Workflow[Report]]


@pytest.fixture
def one_act() -> Make:
    """A table of a single transition, changed as asked."""

    def make(**changes: object) -> Workflow[Report]:
        base = Transition("go", "go", frozenset({"draft"}), "signing", "report.edit")
        table: Workflow[Report] = Workflow(
            kind="report",
            rows=REPORT.rows,
            transitions=(dataclasses.replace(base, **changes),),  # type: ignore[arg-type]
        )
        return table

    return make


def state(report: Report) -> tuple[str, int, int]:
    stored = Report.objects.get(pk=report.pk)
    return stored.status, stored.version, Event.objects.count()


def test_state_version_and_event_go_together(one_act: Make, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    events = Event.objects.count()
    done = perform(one_act(), luzhou_report.pk, Request("go", " words \x00"), by=luzhou_drafter)
    assert state(luzhou_report) == ("signing", done.version, events + 1) == ("signing", 1, events + 1)
    event = Event.objects.order_by("-id")[0]
    assert (event.act, event.outcome, event.comment) == ("report.go", "draft → signing", "words")
    assert (event.user_name, event.role, event.acting_unit) == (
        luzhou_drafter.user.name,
        "drafter",
        luzhou_drafter.unit,
    )
    assert event.origin == luzhou_drafter.origin


def test_an_effect_that_fails_takes_everything_back(
    one_act: Make, luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    def fails(report: Report, act: Act) -> None:
        raise RuntimeError("broken")

    before = state(luzhou_report)
    with pytest.raises(RuntimeError):
        perform(one_act(effect=fails), luzhou_report.pk, Request("go"), by=luzhou_drafter)
    assert state(luzhou_report) == before


def test_all_rules_speak_at_once(one_act: Make, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    def says(code: str) -> Callable[[Report, Act], Iterator[Finding]]:
        def rule(report: Report, act: Act) -> Iterator[Finding]:
            yield Finding(code, f"{code}!", code)

        return rule

    before = state(luzhou_report)
    with pytest.raises(RuleBroken) as refused:
        perform(one_act(rules=(says("a"), says("b"))), luzhou_report.pk, Request("go"), by=luzhou_drafter)
    assert [finding.code for finding in refused.value.findings] == ["a", "b"]
    assert state(luzhou_report) == before


def test_what_an_effect_returns_is_in_the_event(one_act: Make, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    def effect(report: Report, act: Act) -> Mapping[str, object]:
        return {"given": act.data["x"], "status": report.status}

    perform(one_act(effect=effect), luzhou_report.pk, Request("go", data={"x": 1}), by=luzhou_drafter)
    assert Event.objects.order_by("-id")[0].data == {"given": 1, "status": "signing"}


def test_a_row_that_leaves_the_writer_s_reach_is_taken_back(
    one_act: Make, luzhou_report: Report, luzhou_drafter: Actor, stranger: Actor
) -> None:
    def moved(report: Report, act: Act) -> None:
        report.due.unit = stranger.unit
        report.due.save()

    before = state(luzhou_report)
    with pytest.raises(NotFound):
        perform(one_act(effect=moved), luzhou_report.pk, Request("go"), by=luzhou_drafter)
    assert state(luzhou_report) == before
    assert Report.objects.get(pk=luzhou_report.pk).due.unit == luzhou_drafter.unit


@pytest.mark.parametrize("comment", ["x" * (LONGEST_COMMENT + 1), ""])
def test_a_comment_has_bounds(comment: str, one_act: Make, luzhou_report: Report, luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        perform(one_act(needs_comment=True), luzhou_report.pk, Request("go", comment), by=luzhou_drafter)
    assert refused.value.findings[0].target == "comment"


def test_an_action_nobody_listed_is_a_programming_error(
    one_act: Make, luzhou_report: Report, luzhou_drafter: Actor
) -> None:
    with pytest.raises(ImproperlyConfigured):
        available(one_act(action="no.such"), luzhou_report, luzhou_drafter)


def test_buttons_cost_one_statement_for_each_action(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert [t.name for t in available(REPORT, luzhou_report, luzhou_drafter)] == ["send_for_signing"]
    assert len(captured) == 1
    luzhou_report.status = "returned to sender"
    with CaptureQueriesContext(connection) as captured:
        assert available(REPORT, luzhou_report, luzhou_drafter) == []
    assert len(captured) == 0


@pytest.mark.parametrize("pk", [0, -1, 2**31])
def test_a_row_that_does_not_exist_is_not_found(pk: int, luzhou_drafter: Actor) -> None:
    with pytest.raises(NotFound):
        perform(REPORT, pk, Request("send_for_signing"), by=luzhou_drafter)
