"""A round of contacts by page and by API: the same rows, the same events, the same words."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from records.models import Event, OutboxMessage
from reporting.models import Cycle, CycleKind, Report, VersionContact, VersionGroup
from tests.conftest import Hire, SignIn
from tests.pilots.contact_cast import NUMBERS, a_contact, pilot_of
from tests.reporting.round_cast import LUZHOU, a_round, contact_report, fill, fill_everything, send
from tests.steps import Three
from units.models import Programme

pytestmark = pytest.mark.django_db
FIELDS = {"year": 2026, "opens_on": "2026-06-15", "due_on": "2026-07-06", "date_source": "测试"}
CYCLE = ("programme", "year", "number", "occasion", "opens_on", "compilers_due_on", "date_source", "contact_form")
WAY = ("send_for_signing", "sign", "submit", "receive", "accept")


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


@pytest.fixture
def owed(programme: Programme) -> Report:
    return contact_report(a_round(programme))


def opened() -> dict[str, Any]:
    """What opening a round leaves behind, without keys."""
    cycle = Cycle.objects.filter(kind=CycleKind.CONTACTS)
    return {
        "cycle": list(cycle.values_list(*CYCLE)),
        "dues": list(cycle.values_list("dues__unit", "dues__due_on", "dues__receiver").order_by("dues__unit")),
        "events": list(Event.objects.filter(act="cycle.open").values_list("user", "data", "unit", "subject_label")),
        "told": sorted(OutboxMessage.objects.values_list("topic", "recipient")),
    }


def test_page_and_api_open_the_same(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, left = signed_in(ndrc_reviewer), []
    assert client.get(reverse("reporting:open-contact-round")).status_code == 200
    page, api = reverse("reporting:open-contact-round"), reverse("api:open-contact-round")
    for ask, status in (
        (partial(client.post, page, FIELDS), 302),
        (partial(client.post, api, FIELDS, content_type="application/json"), 201),
    ):
        with transaction.atomic():
            assert ask().status_code == status
            left.append(opened())
            transaction.set_rollback(True)
    assert left[0] == left[1]
    assert left[0]["events"][0][1]["dues"] == len(left[0]["dues"])


def test_what_cannot_be_is_said_at_its_field(programme: Programme, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    wrong = {**FIELDS, "due_on": "2026-06-01"}
    page = client.post(reverse("reporting:open-contact-round"), wrong)
    assert page.status_code == 400
    assert page.context["form"].errors["due_on"]
    answer = client.post(reverse("api:open-contact-round"), wrong, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["findings"][0]["target"] == "due_on"


def act(face: str, client: Client, report: Report, name: str) -> int:
    version = Report.objects.get(pk=report.pk).version
    if face == "page":
        return client.post(reverse("reporting:act", args=[report.uid, name]), {"version": version}).status_code
    url = reverse("api:act", args=[report.uid, name])
    return client.post(url, {}, content_type="application/json", headers={"If-Match": f'"{version}"'}).status_code


def sent(report: Report) -> dict[str, Any]:
    events = Event.objects.about("report", report.uid).order_by("pk")
    return {
        "versions": list(report.versions.values_list("number", "outcome", "receipt_number", "seal__sha256")),
        "contacts": list(VersionContact.objects.values_list("pilot_area", "kind", "contact")),
        "groups": list(VersionGroup.objects.values_list("pilot_area", "name", "members__member")),
        "events": list(events.values_list("act", "outcome", "data", "user")),
    }


def test_the_way_of_a_sheet_by_both_faces(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor, signed_in: SignIn, time_machine: Any
) -> None:
    fill_everything(luzhou_drafter, luzhou_lead)
    time_machine.move_to("2026-06-16T10:00:00+08:00", tick=False)
    left = []
    for face, done in (("page", 302), ("api", 200)):
        with transaction.atomic():
            for name in WAY:
                assert act(face, signed_in(sichuan.for_act(name)), owed, name) == done
            left.append(sent(owed))
            transaction.set_rollback(True)
    assert left[0] == left[1]
    assert [version[1] for version in left[0]["versions"]] == ["accepted"]


def test_by_api_alone_from_the_register_to_the_second_sending(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor, signed_in: SignIn
) -> None:
    fill_everything(luzhou_drafter, luzhou_lead)
    for name in WAY:
        assert act("api", signed_in(sichuan.for_act(name)), owed, name) == 200
    a_contact(luzhou_drafter, pilot_of(LUZHOU), name="赵某（虚构）", seen=1)
    client = signed_in(sichuan.drafter)
    desk = client.get(reverse("api:desk")).json()
    (task,) = desk["todo"]
    again = Report.objects.get(uid=task["report"]["uid"])
    found = client.get(reverse("api:report-contacts", args=[again.uid]), {"compare": "last"}).json()
    assert [(row["what"], row["before"], row["now"]) for row in found["changes"]] == [
        ("liaison", "王某（虚构）", "赵某（虚构）")
    ]
    for name in WAY:
        assert act("api", signed_in(sichuan.for_act(name)), again, name) == 200
    detail = signed_in(sichuan.reviewer).get(reverse("api:report", args=[again.uid])).json()
    assert (detail["state"], detail["cycle"]["kind"], detail["shown_version"]) == ("accepted", "contacts", 1)


def test_the_api_shows_no_number_in_full(
    owed: Report, sichuan: Three, luzhou_drafter: Actor, luzhou_lead: Actor, signed_in: SignIn
) -> None:
    fill_everything(luzhou_drafter, luzhou_lead)
    send(owed, "accepted", sichuan)
    client = signed_in(sichuan.reviewer)
    rooms = (
        reverse("api:report", args=[owed.uid]),
        reverse("api:report-contacts", args=[owed.uid]),
        reverse("api:version", args=[owed.uid, 1]),
        reverse("reporting:report", args=[owed.uid]),
        reverse("reporting:version", args=[owed.uid, 1]),
    )
    for room in rooms:
        answer = client.get(room)
        assert answer.status_code == 200
        assert "王某（虚构）" in answer.content.decode()
        assert not any(number in answer.content.decode() for number in NUMBERS)


@pytest.mark.parametrize("view", ["text", "changes", "last", "history"])
def test_every_view_of_a_report_of_contacts(
    view: str, owed: Report, sichuan: Three, luzhou_drafter: Actor, signed_in: SignIn, programme: Programme
) -> None:
    fill(pilot_of(LUZHOU), luzhou_drafter)
    send(owed, "accepted", sichuan)
    a_contact(luzhou_drafter, pilot_of(LUZHOU), name="赵某（虚构）", seen=1)
    again = Report.objects.exclude(pk=owed.pk).get(due__unit=owed.due.unit)
    answer = signed_in(sichuan.drafter).get(reverse("reporting:report", args=[again.uid]), {"view": view})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ("赵某（虚构）" in text) == (view in {"text", "last"})
    assert ("<del>王某（虚构）</del>" in text) == (view == "last")
    assert "泸州" in text, "the reason it is asked again"


def test_the_editor_has_the_table_and_the_remarks_only(owed: Report, sichuan: Three, signed_in: SignIn) -> None:
    client = signed_in(sichuan.drafter)
    answer = client.get(reverse("reporting:edit", args=[owed.uid]))
    assert [section["code"] for section in answer.context["sections"]] == ["remarks"]
    assert reverse("pilots:pilot-contacts", args=[pilot_of(LUZHOU).uid]) in answer.content.decode()
    assert client.get(reverse("reporting:compile", args=[owed.uid])).status_code == 404


def test_the_overview_begins_with_reports(
    running_cycle: Cycle, owed: Report, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = signed_in(ndrc_reviewer)
    assert client.get(reverse("reporting:overview")).context["cycle"] == running_cycle
    of_round = client.get(reverse("reporting:overview"), {"cycle": str(owed.due.cycle.uid)})
    assert of_round.status_code == 200
    assert of_round.context["left_out"]
    assert "reporting/_round.html" in {template.name for template in of_round.templates}
    listed = client.get(reverse("reporting:reports"), {"kind": "contacts"})
    assert {row.due.cycle_id for row in listed.context["page_obj"].object_list} == {owed.due.cycle_id}


def test_the_pages_ask_the_same_however_many_pilot_areas(
    programme: Programme, ndrc_reviewer: Actor, sichuan: Three, signed_in: SignIn, hire: Hire
) -> None:
    cycle = a_round(programme)
    drafter, lead = (hire(f"shaanxi.{role}", "drc-610000", role) for role in (Role.DRAFTER, Role.LEAD))
    shaanxi = Three(drafter, lead, ndrc_reviewer)
    one, many = contact_report(cycle), contact_report(cycle, "drc-610000")
    counts = []
    for report, three in ((one, sichuan), (many, shaanxi)):
        send(report, "accepted", three)
        client = signed_in(three.drafter)
        for name in ("reporting:report", "api:report", "reporting:report-contacts", "api:report-contacts"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(reverse(name, args=[report.uid])).status_code == 200
            counts.append((name, len(queries)))
    assert counts[:4] == counts[4:]
