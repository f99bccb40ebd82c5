"""A year is planned on the page and by the API the same: shown, carried out as a long job, brought up to date."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from pilots.models import Route
from records.jobs import run_waiting
from records.models import Event, Job, JobState
from reporting.models import Cycle, DeadlinePolicy, Report
from tests.conftest import Hire, SignIn
from tests.reporting.test_planning import LUZHOU, due, reroute
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db
PLAN = "/plan/?year=2027"


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="(\w{64})"', page)
    assert found
    return found[1]


def get(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def page(ndrc_reviewer: Actor, signed_in: SignIn) -> Client:
    return signed_in(ndrc_reviewer)


def test_the_page_shows_a_year_and_makes_it(page: Client, programme: Programme) -> None:
    seen = get(page, PLAN)
    assert "98" in seen
    listed = get(page, reverse("reporting:plan-list", args=[2027, "mid_year"]) + "?page=2")
    assert "98" in listed
    answer = page.post("/plan/", {"year": 2027, "digest": digest_on(seen)})
    job = Job.objects.get(kind="plan")
    assert answer.headers["Location"] == reverse("job", args=[job.uid])
    assert not Cycle.objects.filter(year=2027).exists()
    assert run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result["add"]) == (JobState.DONE, 196, 196, 196)
    assert Report.objects.filter(due__cycle__year=2027).count() == 196
    assert "digest" not in get(page, PLAN)
    assert page.post("/plan/", {"year": 2027, "digest": "0" * 64}).status_code == 409


def test_the_api_does_the_same(page: Client, programme: Programme) -> None:
    plan = page.get("/api/v1/plans/2027/").json()
    assert [period["counts"]["add"] for period in plan["periods"]] == [98, 98]
    stale = page.post("/api/v1/plans/2027/generate/", {"digest": "0" * 64}, content_type="application/json")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    given = {"digest": plan["digest"]}
    answer = page.post("/api/v1/plans/2027/generate/", given, content_type="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "plan")
    again = page.post("/api/v1/plans/2027/generate/", given, content_type="application/json")
    assert again.status_code == 409
    run_waiting()
    assert Event.objects.filter(act="cycle.plan").count() == 2


def test_a_cycle_is_brought_up_to_date_on_both(page: Client, programme: Programme, running_cycle: Cycle) -> None:
    DeadlinePolicy.objects.filter(programme=programme).update(least_fill_days=0)
    before = due(running_cycle).receiver
    url = reverse("reporting:cycle-plan", args=[running_cycle.uid])
    reroute(running_cycle)
    seen = get(page, url)
    assert before.name in seen
    assert page.post(url, {"digest": "0" * 64}).status_code == 409
    assert page.post(url, {"digest": digest_on(seen)}).status_code == 302
    assert due(running_cycle).receiver_id != before.pk
    Route.objects.filter(programme=programme, sender__key=LUZHOU).update(receiver=before)
    room = f"/api/v1/cycles/{running_cycle.uid}/plan/"
    shown = page.get(room).json()
    assert [(row["outcome"], row["unit"]["uid"]) for row in shown["rows"] if row["outcome"] != "same"] == [
        ("move", str(Unit.objects.get(key=LUZHOU).uid))
    ]
    assert page.post(room, {"digest": shown["digest"]}, content_type="application/json").json()["has_work"] is False
    assert due(running_cycle).receiver == before
    first, second = Event.objects.filter(act="cycle.regenerate").order_by("id")
    assert first.data == second.data


def test_senders_read_why_they_have_so_little_time(
    running_cycle: Cycle, luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    Cycle.objects.filter(pk=running_cycle.pk).update(hurry_reason="上级会议提前（虚构）", burden_hours="6.5")
    for name in ("reporting:report", "reporting:edit"):
        seen = get(signed_in(luzhou_drafter), reverse(name, args=[luzhou_report.uid]))
        assert "上级会议提前" in seen
        assert "6.5" in seen


def test_what_cannot_be_is_said_in_a_sentence(page: Client, programme: Programme) -> None:
    assert page.get("/plan/?year=1999").status_code == 400
    Route.objects.create(
        programme=programme, sender=programme.owner, receiver=Unit.objects.get(key="drc-510000"), capacity="compiler"
    )
    answer = page.get(PLAN)
    assert answer.status_code == 400
    assert "→" in answer.content.decode()


def test_a_lead_may_hurry_and_a_reviewer_may_not(
    page: Client, programme: Programme, hire: Hire, signed_in: SignIn
) -> None:
    DeadlinePolicy.objects.filter(programme=programme).update(least_fill_days=60)
    seen = get(page, PLAN)
    assert "hurry_reason" not in seen
    assert page.post("/plan/", {"year": 2027, "digest": digest_on(seen)}).status_code == 400
    lead = signed_in(hire("ndrc.lead", "ndrc", "lead"))
    given = {
        "year": 2027,
        "digest": digest_on(get(lead, PLAN)),
        "hurry_reason": "试点提速（虚构）",
        "burden_hours": "4",
    }
    assert lead.post("/plan/", {**given, "burden_hours": ""}).status_code == 400
    assert lead.post("/plan/", given).status_code == 302
    run_waiting()
    assert set(Cycle.objects.filter(year=2027).values_list("hurry_reason", flat=True)) == {"试点提速（虚构）"}
