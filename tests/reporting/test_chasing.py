"""Chasing what is owed: who may, whom it reaches, how often; the log of calls; by page and by API the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Role
from portal.errors import BadInput, Forbidden, NotFound, RuleBroken
from records.models import Event, OutboxMessage
from reporting.models import Chase, Cycle, DeadlinePolicy, Due, Report
from reporting.overview import overview
from reporting.services.chasing import CallInput, Chased, ChaseInput, chase, record_call
from tests.conftest import MONDAY_MORNING, Hire, SignIn
from tests.steps import Three, lead_to
from units.calendar import today

pytestmark = pytest.mark.django_db
NOTE = "请尽快报送"


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def chased(by: Actor, *reports: Report, note: str = NOTE) -> Chased:
    return chase(ChaseInput([report.uid for report in reports], note), by=by)


def refused(by: Actor, *reports: Report) -> list[str]:
    with pytest.raises(RuleBroken) as found:
        chased(by, *reports)
    return [finding.code for finding in found.value.findings]


@pytest.fixture
def neighbour(luzhou_report: Report) -> Report:
    """Another pilot area's report to Sichuan, where nobody has a role."""
    rows = Report.objects.filter(due__cycle=luzhou_report.due.cycle, due__capacity=luzhou_report.due.capacity)
    found = rows.exclude(pk=luzhou_report.pk).order_by("pk").for_lists()[0]
    due = luzhou_report.due
    Due.objects.filter(pk=found.due_id).update(receiver=due.receiver, chain=due.chain)
    return rows.for_lists().get(pk=found.pk)


def test_a_chase_is_a_row_an_event_and_a_notice_to_who_writes_and_who_signs(
    luzhou_report: Report, three: Three
) -> None:
    (row,) = chased(three.reviewer, luzhou_report).rows
    assert (row.means, row.unit, row.by, row.note) == ("message", three.reviewer.unit, three.reviewer.user, NOTE)
    event = Event.objects.get(act="due.chase")
    assert (event.subject_uid, event.comment, event.receiver) == (luzhou_report.uid, NOTE, three.reviewer.unit)
    told = OutboxMessage.objects.filter(topic="due.chased")
    assert {message.recipient for message in told} == {three.drafter.user, three.lead.user}
    assert {message.path for message in told} == {f"/reports/{luzhou_report.uid}/"}
    assert Due.objects.get(pk=row.due_id).due_on == luzhou_report.due.due_on


def test_the_same_report_is_left_alone_for_a_while(luzhou_report: Report, three: Three) -> None:
    hours = DeadlinePolicy.objects.get(programme=luzhou_report.due.cycle.programme).chase_again_hours
    chased(three.reviewer, luzhou_report)
    with pytest.raises(RuleBroken) as found:
        chased(three.reviewer, luzhou_report)
    (finding,) = found.value.findings
    assert finding.code == "too_soon"
    assert "2026-06-16 10:0" in str(finding)
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(hours=hours, minutes=1)):
        assert len(chased(three.reviewer, luzhou_report).rows) == 1
    assert Chase.objects.count() == 2


def test_a_call_does_not_count_as_a_chase(luzhou_report: Report, three: Three) -> None:
    record_call(CallInput(luzhou_report.uid, "某科长（虚构）"), by=three.reviewer)
    assert chased(three.reviewer, luzhou_report).rows


def test_of_many_those_that_cannot_be_chased_are_named_and_the_others_go(
    luzhou_report: Report, neighbour: Report, three: Three
) -> None:
    done = chased(three.reviewer, luzhou_report, neighbour)
    assert [row.due_id for row in done.rows] == [luzhou_report.due_id]
    assert [(row.report, row.code) for row in done.passed_over] == [(neighbour, "nobody")]
    assert refused(three.reviewer, luzhou_report, neighbour) in (
        ["too_soon", "nobody"], ["nobody", "too_soon"],
    )  # fmt: skip


@pytest.mark.parametrize("state", ["submitted", "received", "accepted"])
def test_who_has_reported_is_not_chased(state: str, luzhou_report: Report, three: Three) -> None:
    lead_to(luzhou_report, state, three)
    assert refused(three.reviewer, luzhou_report) == ["not_owed"]


def test_neither_the_exempt_nor_before_the_opening(luzhou_report: Report, three: Three) -> None:
    Due.objects.filter(pk=luzhou_report.due_id).update(exempted_at=timezone.now())
    assert refused(three.reviewer, luzhou_report) == ["not_owed"]
    Due.objects.filter(pk=luzhou_report.due_id).update(exempted_at=None)
    Cycle.objects.filter(pk=luzhou_report.due.cycle_id).update(opens_on=today() + dt.timedelta(days=1))
    assert refused(three.reviewer, luzhou_report) == ["not_open"]
    assert not Chase.objects.exists()


def test_only_the_receiver_chases_and_nobody_above(
    luzhou_report: Report, ndrc_reviewer: Actor, stranger: Actor, luzhou_lead: Actor, sichuan_lead: Actor
) -> None:
    for actor, error in ((ndrc_reviewer, NotFound), (stranger, NotFound), (luzhou_lead, Forbidden)):
        with pytest.raises((error, NotFound)):
            chased(actor, luzhou_report)
        with pytest.raises((error, NotFound)):
            record_call(CallInput(luzhou_report.uid, "某人"), by=actor)
    with pytest.raises(NotFound):
        chased(sichuan_lead, luzhou_report)
    assert not Chase.objects.exists()


def test_one_out_of_reach_stops_all(luzhou_report: Report, sichuan_report: Report, three: Three) -> None:
    with pytest.raises(NotFound):
        chased(three.reviewer, luzhou_report, sichuan_report)
    assert not Chase.objects.exists()


def test_the_sender_reads_that_there_was_a_call_and_what_was_promised(
    luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    given = CallInput(luzhou_report.uid, "某科长（虚构）", today() + dt.timedelta(days=2), "内部记录")
    row = record_call(given, by=three.reviewer)
    assert (row.means, row.spoken_to, row.note) == ("call", "某科长（虚构）", "内部记录")
    event = Event.objects.get(act="due.call")
    assert (event.comment, event.data) == ("", {"promised_on": "2026-06-17"})
    url = reverse("reporting:report", args=[luzhou_report.uid])
    for view in ("text", "history"):
        page = signed_in(three.drafter).get(url, {"view": view}).content.decode()
        assert "某科长" not in page
        assert "内部记录" not in page
    page = signed_in(three.reviewer).get(url).content.decode()
    assert "某科长" in page
    assert "内部记录" in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"spoken_to": " "}, "spoken_to"),
        ({"promised_on": dt.date(2026, 6, 14)}, "promised_on"),
        ({"promised_on": dt.date(2027, 6, 17)}, "promised_on"),
        ({"note": "长" * 2001}, "note"),
    ],
)
def test_what_cannot_have_been_said(more: dict[str, Any], field: str, luzhou_report: Report, three: Three) -> None:
    with pytest.raises(BadInput) as found:
        record_call(CallInput(**{"report": luzhou_report.uid, "spoken_to": "某人", **more}), by=three.reviewer)
    assert [finding.target for finding in found.value.findings] == [field]
    assert not Chase.objects.exists()


def test_the_overview_says_what_was_asked_and_whom_it_reaches(
    luzhou_report: Report, neighbour: Report, three: Three, ndrc_reviewer: Actor
) -> None:
    chased(three.reviewer, luzhou_report)
    record_call(CallInput(luzhou_report.uid, "某人", today()), by=three.reviewer)
    found = {row.report.pk: row.chasing for row in overview(three.reviewer, luzhou_report.due.cycle).rows}
    row = found[luzhou_report.pk]
    assert row
    assert (row.can_chase, row.has_drafter, row.reaches_somebody) == (True, True, True)
    assert row.last and row.promise and row.promise.promised_on == today()
    other = found[neighbour.pk]
    assert other
    assert (other.has_drafter, other.reaches_somebody, other.last) == (False, False, None)
    assert all(
        row.chasing is None or not row.chasing.last for row in overview(ndrc_reviewer, luzhou_report.due.cycle).rows
    )


def test_the_overview_takes_as_many_statements_for_many(
    luzhou_report: Report, three: Three, ndrc_reviewer: Actor, hire: Hire
) -> None:
    few = hire("gd", "drc-440000", Role.REVIEWER)

    def statements(actor: Actor) -> int:
        with CaptureQueriesContext(connection) as captured:
            overview(actor, luzhou_report.due.cycle)
        return len(captured)

    assert statements(ndrc_reviewer) <= statements(few)


def test_a_chase_takes_as_many_statements_for_many(
    luzhou_report: Report, neighbour: Report, three: Three, hire: Hire
) -> None:
    hire("neighbour.drafter", neighbour.due.unit.key, Role.DRAFTER)
    numbers = []
    for reports in ((luzhou_report,), (luzhou_report, neighbour)):
        with transaction.atomic(), CaptureQueriesContext(connection) as captured:
            assert len(chased(three.reviewer, *reports).rows) == len(reports)
            transaction.set_rollback(True)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def traces() -> dict[str, Any]:
    chases = Chase.objects.order_by("pk").values_list("due", "means", "unit", "by", "note", "spoken_to", "promised_on")
    events = Event.objects.filter(act__startswith="due.").order_by("pk")
    told = OutboxMessage.objects.filter(topic="due.chased").order_by("pk")
    return {
        "chases": list(chases),
        "events": list(events.values_list("act", "comment", "data", "user", "unit", "receiver", "subject_uid")),
        "told": list(told.values_list("recipient", "params", "path")),
    }


def both(*faces: Callable[[], Any]) -> tuple[list[int], list[dict[str, Any]]]:
    statuses, left = [], []
    for face in faces:
        with transaction.atomic():
            statuses.append(face().status_code)
            left.append(traces())
            transaction.set_rollback(True)
    return statuses, left


def by_page(client: Client, about: Report, **form: Any) -> Any:
    return client.post(reverse("reporting:chase", args=[about.due.cycle.uid]), form)


def by_api(client: Client, reports: list[Report], note: str = NOTE) -> Any:
    body = {"reports": [str(report.uid) for report in reports], "note": note}
    return client.post(reverse("api:chases"), body, content_type="application/json")


def test_both_faces_chase_alike(luzhou_report: Report, neighbour: Report, three: Three, signed_in: SignIn) -> None:
    client = signed_in(three.reviewer)
    cases = (([luzhou_report], [302, 200]), ([luzhou_report, neighbour], [200, 200]), ([neighbour], [422, 422]))
    for reports, expected in cases:
        form = {"report": [str(report.uid) for report in reports], "note": NOTE, "which": "chosen"}
        statuses, (page, api) = both(partial(by_page, client, luzhou_report, **form), partial(by_api, client, reports))
        assert statuses == expected
        assert page == api
        assert len(page["chases"]) == (expected[0] != 422)


def test_what_was_written_is_shown_where_nobody_was_chosen(
    luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    page = by_page(signed_in(three.reviewer), luzhou_report, note=NOTE)
    assert page.status_code == 400
    assert NOTE in page.content.decode()


def test_both_faces_record_a_call_alike(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client, at = signed_in(three.reviewer), [luzhou_report.uid]
    form = {"spoken_to": "某科长（虚构）", "promised_on": "2026-06-20", "note": "周五前"}
    statuses, (page, api) = both(
        partial(client.post, reverse("reporting:call", args=at), form),
        partial(client.post, reverse("api:report-calls", args=at), form, content_type="application/json"),
    )
    assert (statuses, page) == ([302, 201], api)
    assert len(page["chases"]) == 1


def test_all_overdue_are_chased_without_choosing(
    luzhou_report: Report, neighbour: Report, three: Three, signed_in: SignIn
) -> None:
    client = signed_in(three.reviewer)
    assert by_page(client, luzhou_report, which="overdue").status_code == 400
    with time_machine.travel(MONDAY_MORNING + dt.timedelta(days=20)):
        page = by_page(signed_in(three.reviewer), luzhou_report, which="overdue")
    assert page.status_code == 200
    assert [row.due_id for row in page.context["done"].rows] == [luzhou_report.due_id]
    assert [row.report for row in page.context["done"].passed_over] == [neighbour]


def test_the_page_offers_only_what_can_be_chased(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    url, client = reverse("reporting:overview"), signed_in(three.reviewer)
    box = f'name="report" value="{luzhou_report.uid}"'
    assert box in client.get(url).content.decode()
    assert box not in signed_in(three.drafter).get(url).content.decode()
    lead_to(luzhou_report, "submitted", three)
    assert box not in client.get(url).content.decode()


def test_the_api_lists_and_filters(
    luzhou_report: Report, neighbour: Report, three: Three, signed_in: SignIn, ndrc_reviewer: Actor
) -> None:
    client, url = signed_in(three.reviewer), reverse("api:chases")
    chased(three.reviewer, luzhou_report)
    record_call(CallInput(luzhou_report.uid, "某人"), by=three.reviewer)
    rows = client.get(url, {"report": str(luzhou_report.uid)}).json()["results"]
    assert [(row["means"], row["report"]["uid"]) for row in rows] == [
        ("call", str(luzhou_report.uid)), ("message", str(luzhou_report.uid)),
    ]  # fmt: skip
    assert client.get(url, {"means": "call", "cycle": str(luzhou_report.due.cycle.uid)}).json()["count"] == 1
    assert client.get(url, {"report": str(neighbour.uid)}).json()["count"] == 0
    assert signed_in(ndrc_reviewer).get(url).json()["count"] == 0
    entry = client.get(reverse("api:overview", args=[luzhou_report.due.cycle.uid])).json()["rows"]
    assert any(row["chasing"]["last_at"] for row in entry)
