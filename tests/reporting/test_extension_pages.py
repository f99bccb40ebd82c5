"""More time on pages and by the API: the same rows and events, and what each reader is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from records.models import Event, OutboxMessage
from records.workflow import Request
from reporting.extension_workflow import perform as decide
from reporting.models import BlanketExtension, Cycle, Due, Extension, Report
from reporting.services.exemptions import ExemptionInput, exempt
from reporting.services.extensions import ExtensionInput, extend, request_extension
from tests.conftest import SignIn
from tests.steps import Three, lead_to
from units.models import Division

pytestmark = pytest.mark.django_db
REASON = "汛期抢险，推迟报送。"
LATER = dt.date(2026, 7, 10)
MORE = {"due_on": str(LATER), "reason": REASON}
JSON = "application/json"


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


def asked(report: Report, by: Actor) -> Extension:
    return request_extension(report.uid, ExtensionInput(LATER, REASON), by=by)


def traces(report: Report) -> dict[str, Any]:
    """What an act leaves behind, without keys, uids and instants."""
    columns = ("due_on_before", "asked_due_on", "reason", "granted_due_on", "comment", "requested_by", "decided_by")
    events = Event.objects.exclude(subject_kind="account").order_by("pk")
    return {
        "due": Due.objects.filter(pk=report.due_id).values_list("due_on", "due_time", "due_end", "exempt_reason")[0],
        "extensions": list(Extension.objects.order_by("pk").values_list("status", "version", *columns)),
        "blankets": list(BlanketExtension.objects.values_list("count", "due_on", "reason", "region", "unit")),
        "events": [(e.act, e.outcome, e.comment, e.user_id, e.unit_id, e.receiver_id, sorted(e.data)) for e in events],
        "messages": list(OutboxMessage.objects.order_by("pk").values_list("topic", "recipient", "params", "path")),
    }


def both(report: Report, page: Callable[[], Any], api: Callable[[], Any]) -> tuple[list[int], list[dict[str, Any]]]:
    statuses, left = [], []
    for face in (page, api):
        with transaction.atomic():
            statuses.append(face().status_code)
            left.append(traces(report))
            transaction.set_rollback(True)
    return statuses, left


def by_version(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


@pytest.mark.parametrize("who", ["drafter", "lead", "reviewer"])
def test_more_time_is_asked_for_and_given_alike(
    who: str, luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    client = signed_in(getattr(three, who))
    uid = luzhou_report.uid
    statuses, (page, api) = both(
        luzhou_report,
        lambda: client.post(reverse("reporting:extend", args=[uid]), MORE),
        lambda: client.post(reverse("api:report-extensions", args=[uid]), MORE, content_type=JSON),
    )
    assert statuses == [302, 201]
    assert page == api
    assert page["extensions"][0][0] == ("granted" if who == "reviewer" else "requested")


@pytest.mark.parametrize(
    ("name", "who", "data"),
    [
        ("grant", "reviewer", {"comment": "同意", "due_on": "2026-07-03"}),
        ("grant", "reviewer", {}),
        ("refuse", "reviewer", {"comment": "全省统一汇总"}),
        ("withdraw", "lead", {}),
    ],
)
def test_decisions_are_alike(
    name: str, who: str, data: dict[str, str], luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    row, client = asked(luzhou_report, three.drafter), signed_in(getattr(three, who))
    path = [row.uid, name]
    statuses, (page, api) = both(
        luzhou_report,
        lambda: client.post(reverse("reporting:extension-act", args=path), {"version": 0, **data}),
        lambda: client.post(reverse("api:extension-act", args=path), data, content_type=JSON, headers=by_version(0)),
    )
    assert statuses == [302, 200]
    assert page == api
    assert page["events"][-1][0] == f"due.extension_{name}"


def test_refusals_are_alike(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    row, client = asked(luzhou_report, three.drafter), signed_in(three.reviewer)
    before = traces(luzhou_report)
    for name, version, data, status in (
        ("refuse", 0, {}, 400),
        ("grant", 1, {}, 409),
        ("grant", 0, {"due_on": "2026-06-01"}, 422),
        ("withdraw", 0, {}, 404),
        ("nonsense", 0, {}, 404),
    ):
        page, room = (reverse(f"{face}:extension-act", args=[row.uid, name]) for face in ("reporting", "api"))
        statuses, left = both(
            luzhou_report,
            partial(client.post, page, {"version": version, **data}),
            partial(client.post, room, data, content_type=JSON, headers=by_version(version)),
        )
        assert (name, statuses) == (name, [status, status])
        assert left == [before, before]


def test_exemptions_are_alike(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client, uid = signed_in(three.reviewer), [luzhou_report.uid]
    reason = {"reason": REASON}
    for page_name, room, act in (
        ("reporting:exempt", "api:report-exemption", "due.exempt"),
        ("reporting:exempt-end", "api:report-exemption-end", "due.exempt_end"),
    ):
        statuses, (page, api) = both(
            luzhou_report,
            partial(client.post, reverse(page_name, args=uid), reason),
            partial(client.post, reverse(room, args=uid), reason, content_type=JSON),
        )
        assert statuses == [302, 200]
        assert page == api
        assert page["events"][-1][0] == act
        if act == "due.exempt":
            exempt(luzhou_report.uid, ExemptionInput(REASON), by=three.reviewer)


def test_a_region_is_extended_alike(
    running_cycle: Cycle, luzhou_report: Report, ndrc_reviewer: Actor, luzhou_lead: Actor, signed_in: SignIn
) -> None:
    sichuan, client = Division.objects.get(code_now="510000"), signed_in(ndrc_reviewer)
    data = {"region": str(sichuan.uid), "due_on": "2026-07-31", "reason": REASON}
    statuses, (page, api) = both(
        luzhou_report,
        lambda: client.post(reverse("reporting:blanket", args=[running_cycle.uid]), data),
        lambda: client.post(reverse("api:blanket-extensions", args=[running_cycle.uid]), data, content_type=JSON),
    )
    assert statuses == [302, 201]
    assert page == api
    assert page["blankets"][0][0] == 2


def test_the_preview_of_a_region(running_cycle: Cycle, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    sichuan, client = Division.objects.get(code_now="510000"), signed_in(ndrc_reviewer)
    page, room = (reverse(name, args=[running_cycle.uid]) for name in ("reporting:blanket", "api:blanket-extensions"))
    assert client.get(page).status_code == 200
    shown = client.get(page, {"region": str(sichuan.uid), "due_on": "2026-07-31"})
    assert "泸州市2026年年中报告" in shown.content.decode()
    found = client.get(room, {"region": str(sichuan.uid), "due_on": "2026-07-31"}).json()
    assert (found["count"], len(found["moved"]), found["left_out"], found["is_late_for_giver"]) == (2, 2, [], False)
    assert sum(day["count"] for day in found["days"]) == 2
    everybody = client.get(room, {"due_on": "2026-07-31"}).json()
    assert everybody["count"] == Due.objects.filter(cycle=running_cycle).count()
    for wrong in ({}, {"due_on": "soon"}, {"due_on": "2026-02-30"}, {"due_on": "2026-07-31", "region": "x"},
                  {"due_on": "2020-01-01"}, {"due_on": "2026-07-31", "region": str(running_cycle.uid)}):  # fmt: skip
        assert client.get(room, wrong).status_code == 400, wrong
        if wrong:
            assert client.get(page, wrong).status_code in {200, 400}, wrong


def buttons(client: Client, report: Report) -> tuple[set[str], set[str]]:
    """The acts about the date: on the report's page, and as the API names them."""
    text = client.get(reverse("reporting:report", args=[report.uid])).content.decode()
    pages = {
        name
        for name in ("extend", "exempt", "exempt-end")
        if f'href="{reverse(f"reporting:{name}", args=[report.uid])}"' in text
    }
    return pages, {act["name"] for act in client.get(reverse("api:report", args=[report.uid])).json()["date_actions"]}


def test_the_page_and_the_api_offer_the_same(
    luzhou_report: Report, three: Three, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    drafter, reviewer, above = (signed_in(by) for by in (three.drafter, three.reviewer, ndrc_reviewer))
    assert buttons(drafter, luzhou_report) == ({"extend"}, {"ask"})
    assert buttons(reviewer, luzhou_report) == ({"extend", "exempt"}, {"give", "exempt"})
    assert buttons(above, luzhou_report) == (set(), set())
    row = asked(luzhou_report, three.drafter)
    assert buttons(drafter, luzhou_report) == (set(), set())
    decide(row, Request("refuse", "不行"), by=three.reviewer)
    exempt(luzhou_report.uid, ExemptionInput(REASON), by=three.reviewer)
    assert buttons(drafter, luzhou_report) == (set(), set())
    assert buttons(reviewer, luzhou_report) == ({"exempt-end"}, {"end_exemption"})


def test_a_page_for_what_is_not_possible_leads_back(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    lead_to(luzhou_report, "submitted", three)
    for by, name in ((three.drafter, "extend"), (three.reviewer, "extend"), (three.reviewer, "exempt-end")):
        client = signed_in(by)
        found = client.get(reverse(f"reporting:{name}", args=[luzhou_report.uid]))
        assert (found.status_code, found["Location"]) == (302, reverse("reporting:report", args=[luzhou_report.uid]))
    refused = signed_in(three.drafter).post(reverse("reporting:extend", args=[luzhou_report.uid]), MORE)
    assert refused.status_code == 409
    assert REASON in refused.content.decode()


def test_the_reviewer_decides_from_the_desk_and_the_sender_reads_the_answer(
    luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    row = asked(luzhou_report, three.drafter)
    reviewer, drafter = signed_in(three.reviewer), signed_in(three.drafter)
    desk = reviewer.get(reverse("desk")).content.decode()
    assert reverse("reporting:extension", args=[row.uid]) in desk
    assert reviewer.get(reverse("api:desk")).json()["todo"][0]["extension"] == str(row.uid)
    assert (
        reverse("reporting:extension", args=[row.uid])
        in drafter.get(reverse("reporting:report", args=[luzhou_report.uid])).content.decode()
    )
    decide(row, Request("refuse", "全省统一汇总"), by=three.reviewer)
    assert "全省统一汇总" in drafter.get(reverse("desk")).content.decode()
    assert "全省统一汇总" in drafter.get(reverse("reporting:report", args=[luzhou_report.uid])).content.decode()
    assert reviewer.get(reverse("api:desk")).json()["todo"] == []


def test_a_request_about_a_returned_report_stands_with_what_is_to_do(
    luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    lead_to(luzhou_report, "returned", three)
    row = asked(Report.objects.get(pk=luzhou_report.pk), three.drafter)
    found = signed_in(three.reviewer).get(reverse("api:desk")).json()
    assert [task["extension"] for task in found["todo"]] == [str(row.uid)]
    assert found["returned"] == []


def test_the_list_and_its_filters(
    luzhou_report: Report, sichuan_report: Report, three: Three, ndrc_reviewer: Actor, stranger: Actor,
    running_cycle: Cycle, signed_in: SignIn,
) -> None:  # fmt: skip
    row = asked(luzhou_report, three.drafter)
    given = extend(sichuan_report.uid, ExtensionInput(dt.date(2026, 8, 3), REASON), by=ndrc_reviewer)
    client = signed_in(three.reviewer)
    page, room = reverse("reporting:extensions"), reverse("api:extensions")
    for query, expected in (
        ({}, [given, row]),
        ({"which": "mine"}, [given]),
        ({"which": "to_decide"}, [row]),
        ({"state": "granted"}, [given]),
        ({"cycle": str(running_cycle.uid), "state": "requested"}, [row]),
    ):
        assert [found["uid"] for found in client.get(room, query).json()["results"]] == [str(e.uid) for e in expected]
        text = client.get(page, query).content.decode()
        assert all((str(e.uid) in text) == (e in expected) for e in (row, given)), query
    assert (
        client.get(page, {"state": "nonsense"}).status_code
        == client.get(room, {"state": "nonsense"}).status_code
        == 400
    )
    assert signed_in(stranger).get(room).json()["results"] == []


def test_exempt_reports_are_not_expected_and_say_so(
    luzhou_report: Report, three: Three, running_cycle: Cycle, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = signed_in(ndrc_reviewer)
    room = reverse("api:overview", args=[running_cycle.uid])
    before = client.get(room).json()["pilots"]
    exempt(luzhou_report.uid, ExemptionInput("机构改革免报"), by=three.reviewer)
    after = client.get(room).json()["pilots"]
    assert (after["expected"], after["missing"]) == (before["expected"] - 1, before["missing"] - 1)
    assert after["submitted"] == before["submitted"]
    listed = client.get(reverse("api:reports"), {"state": "exempt"}).json()["results"]
    assert [(row["uid"], row["is_exempt"], row["is_owed"]) for row in listed] == [(str(luzhou_report.uid), True, False)]
    page = signed_in(three.drafter).get(reverse("reporting:report", args=[luzhou_report.uid])).content.decode()
    assert "机构改革免报" in page
    assert signed_in(three.drafter).get(reverse("api:desk")).json()["todo"] == []


def test_the_page_of_a_return_is_filled_in_by_rule(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    lead_to(luzhou_report, "received", three)
    Due.objects.filter(pk=luzhou_report.due_id).update(due_on=dt.date(2026, 6, 16))
    client = signed_in(three.reviewer)
    form = client.get(reverse("reporting:act", args=[luzhou_report.uid, "return"])).content.decode()
    assert 'value="2026-06-23"' in form
    version = Report.objects.get(pk=luzhou_report.pk).version
    data = {"version": version, "comment": "请补充"}
    page, room = (reverse(f"{face}:act", args=[luzhou_report.uid, "return"]) for face in ("reporting", "api"))
    statuses, (by_page, by_api) = both(
        luzhou_report,
        lambda: client.post(page, {**data, "due_on": "2026-06-23"}),
        lambda: client.post(room, {"comment": "请补充"}, content_type=JSON, headers=by_version(version)),
    )
    assert statuses == [302, 200]
    assert by_page == by_api
