"""Overview, desk, lists and copies: what a number says is what its link shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from reporting import tiles
from reporting.models import Cycle, Due, Report
from reporting.services.exemptions import ExemptionInput, exempt
from reporting.workflow import perform
from tests.conftest import Hire, SignIn
from tests.steps import Three, lead_to, request_for
from units.calendar import end_of
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def sichuan(sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Three:
    return Three(sichuan_drafter, sichuan_lead, ndrc_reviewer)


def overview_of(client: Client) -> Any:
    answer = client.get(reverse("reporting:overview"))
    assert answer.status_code == 200
    return answer.context


def rows_behind(client: Client, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200
    if url == reverse("desk"):
        return len(answer.context["todo"])
    return int(answer.context["page_obj"].paginator.count)


def numbers(client: Client) -> dict[str, int]:
    """Each sentence's address with its number, once it is sure that as many rows stand there."""
    sentences = overview_of(client)["sentences"]
    found = {s["url"]: s["number"] for s in sentences}
    assert len(found) == len(sentences)
    assert {url: rows_behind(client, url) for url in found} == found
    return {url.rpartition("state=")[2] + ("+" if "capacity=pilot" in url else ""): n for url, n in found.items()}


def test_every_sentence_of_ndrc_leads_to_the_rows_it_counts(
    luzhou_report: Report, sichuan_report: Report, three: Three, sichuan: Three, signed_in: SignIn
) -> None:
    client = signed_in(sichuan.reviewer)
    before = numbers(client)
    assert before["missing"] > 30
    assert before["in_force+"] == 0
    lead_to(luzhou_report, "accepted", three)
    lead_to(sichuan_report, "submitted", sichuan)
    after = numbers(client)
    assert after["missing"] == before["missing"] - 1
    assert after["missing+"] == before["missing+"] - 1
    assert (after["in_force+"], after[reverse("desk")]) == (1, 1)


def test_every_sentence_of_sichuan_leads_to_the_rows_it_counts(
    luzhou_report: Report, sichuan_report: Report, three: Three, signed_in: SignIn
) -> None:
    client = signed_in(three.reviewer)
    before = numbers(client)
    assert set(before) == {"missing+", "in_force+", reverse("desk")}, "no unit compiles for Sichuan: no sentence"
    lead_to(luzhou_report, "received", three)
    waiting = numbers(client)
    assert (waiting["missing+"], waiting[reverse("desk")]) == (before["missing+"] - 1, 1)
    for name in ("accept", "correct"):
        perform(luzhou_report, request_for(name), by=three.for_act(name))
    assert numbers(client)["in_force+"] == 1, "while it is corrected the accepted version counts"


def test_only_who_reviews_is_told_what_waits(
    luzhou_report: Report, three: Three, auditor: Actor, hire: Hire, signed_in: SignIn
) -> None:
    lead_to(luzhou_report, "submitted", three)
    for actor in (auditor, hire("sichuan.viewer", "drc-510000", Role.VIEWER), three.drafter):
        assert reverse("desk") not in numbers(signed_in(actor))


def test_a_list_names_the_receiver_the_address_asks_for(
    sichuan_report: Report, sichuan: Three, signed_in: SignIn
) -> None:
    receiver = sichuan_report.due.receiver
    answer = signed_in(sichuan.reviewer).get(reverse("reporting:reports"), {"receiver": str(receiver.uid)})
    assert receiver.name in answer.context["result"]
    assert f'value="{receiver.uid}"' in answer.content.decode(), "kept when the other filters change"


def test_the_map_is_drawn_where_provinces_send(
    luzhou_cycle: Cycle, ndrc_reviewer: Actor, sichuan_reviewer: Actor, luzhou_reviewer: Actor, signed_in: SignIn
) -> None:
    Programme.objects.filter(code="national").update(code="another")
    drawn = ["tiles" in overview_of(signed_in(a)) for a in (ndrc_reviewer, sichuan_reviewer, luzhou_reviewer)]
    assert drawn == [True, False, False]
    assert not tiles.fits([])


def test_wrong_filters_are_refused_with_the_filter(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client = signed_in(three.reviewer)
    for query in ("state=bogus", "cycle=abc", "capacity=both", "receiver=x", "cycle=abc&state=overdue"):
        answer = client.get(f"{reverse('reporting:reports')}?{query}")
        assert answer.status_code == 400
        assert not answer.context["page_obj"].object_list
        body = answer.content.decode()
        assert 'class="field-error"' in body or "receiver" in query
        assert 'class="empty"' in body


@pytest.mark.parametrize("name", ["reporting:reports", "pilots:pilots", "history", "notices"])
@pytest.mark.parametrize("page", ["zz", "9999", "0", "-1"])
def test_a_page_that_does_not_exist_is_not_found(
    name: str, page: str, luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    client = signed_in(three.reviewer)
    assert client.get(reverse(name), {"page": page}).status_code == 404
    assert client.get(reverse(name), {"page": ""}).status_code == 200


def test_the_desk_says_when_it_does_not_show_all(
    running_cycle: Cycle, ndrc_reviewer: Actor, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = Report.objects.filter(due__receiver=ndrc_reviewer.unit)
    received.update(status="submitted")
    client = signed_in(ndrc_reviewer)
    assert client.get(reverse("desk")).context["desk"].left_out == 0
    monkeypatch.setattr("reporting.desk.MOST", 5)
    answer = client.get(reverse("desk"))
    desk = answer.context["desk"]
    assert (desk.shown, desk.total) == (5, received.count())
    assert f'<a href="{reverse("reporting:reports")}">' in answer.content.decode().partition("<main")[2]


def test_clerks_find_copies_on_their_desk(
    sichuan_report: Report, sichuan: Three, department_clerk: Actor, signed_in: SignIn
) -> None:
    client = signed_in(department_clerk)
    body = client.get(reverse("desk")).content.decode()
    assert f'href="{reverse("reporting:copies")}"' in body.partition('id="desk-copies"')[2]
    lead_to(sichuan_report, "accepted", sichuan)
    (copy,) = client.get(reverse("desk")).context["copies"]
    assert reverse("reporting:copy", args=[copy.uid]) in client.get(reverse("desk")).content.decode()


def test_an_empty_desk_speaks_to_the_role(
    running_cycle: Cycle, unit_admin: Actor, system_admin: Actor, auditor: Actor, department_clerk: Actor,
    stranger: Actor, signed_in: SignIn,
) -> None:  # fmt: skip
    said = {}
    for actor in (unit_admin, system_admin, auditor, department_clerk, stranger):
        desk = signed_in(actor).get(reverse("desk"))
        said[actor.hat.role] = (desk.context["empty"]["text"], desk.context["empty"]["url"])
        assert desk.context["empty"]["url"] in desk.content.decode()
    assert said["unit_admin"] == said["system_admin"]
    assert said["unit_admin"][1] == reverse("staff:people")
    assert said["auditor"][1] == reverse("reporting:overview")
    assert len(set(said.values())) == 4


def test_only_the_version_in_force_is_copied(
    sichuan_report: Report, sichuan: Three, department_clerk: Actor, signed_in: SignIn
) -> None:
    lead_to(sichuan_report, "accepted", sichuan)
    perform(sichuan_report, request_for("correct"), by=sichuan.drafter)
    clerk, author = signed_in(department_clerk), signed_in(sichuan.drafter)
    first = reverse("reporting:version", args=[sichuan_report.uid, 1])
    assert author.get(first).context["superseded_by"] is None
    lead_to(sichuan_report, "accepted", sichuan)
    copies = clerk.get(reverse("reporting:copies")).context["page_obj"].object_list
    assert [version.number for version in copies] == [2]
    second = reverse("reporting:version", args=[sichuan_report.uid, 2])
    page = author.get(first)
    assert page.context["superseded_by"].number == 2
    assert f'href="{second}"' in page.content.decode()
    assert author.get(second).context["superseded_by"] is None


def test_the_map_says_who_is_exempt(sichuan_report: Report, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    exempt(sichuan_report.uid, ExemptionInput("机构改革（虚构）"), by=ndrc_reviewer)
    shown = overview_of(signed_in(ndrc_reviewer))
    assert next(tile["state"] for tile in shown["tiles"] if tile["code"] == "51") == "exempt"
    assert ("exempt", "免报") in [(state, str(word)) for state, word in shown["legend"]]


def test_on_the_day_before_a_day_off_nothing_is_due_today(luzhou_report: Report, three: Three) -> None:
    saturday = dt.date(2026, 6, 27)
    Due.objects.filter(pk=luzhou_report.due_id).update(due_on=saturday, due_end=end_of(saturday))
    report = Report.objects.for_lists().get(pk=luzhou_report.pk)
    for day, words in ((26, "还剩 0 个工作日"), (27, "今天到期")):
        with time_machine.travel(dt.datetime(2026, 6, day, 2, tzinfo=dt.UTC)):
            shown = render_to_string("reporting/_due.html", {"report": report})
            assert words in shown, day
