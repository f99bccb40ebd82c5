"""The API's rooms for reports: the whole journey, and how it refuses."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from records.models import Event
from reporting.models import Report, ReportStatus
from tests.conftest import BACKEND, PASSWORD, Advance, SignIn, Write
from tests.steps import Three, lead_to

JSON = "application/json"
PROBLEM = "application/problem+json"


class Person:
    """Somebody who knows only the API."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, name: str, *args: Any, status: int = 200, **query: Any) -> Any:
        response = self.client.get(reverse(f"api:{name}", args=args), query)
        assert response.status_code == status, response.content
        return response.json()

    def post(self, name: str, *args: Any, status: int = 200, **data: Any) -> Any:
        response = self.client.post(reverse(f"api:{name}", args=args), data, content_type=JSON)
        assert response.status_code == status, response.content
        return response.json()

    def act(self, report: Report, name: str, status: int = 200, **data: Any) -> Any:
        """As a careful client does: look, see that it is offered, act on what was seen."""
        seen = self.client.get(reverse("api:report", args=[report.uid]))
        assert name in {action["name"] for action in seen.json()["actions"]}
        response = self.client.post(
            reverse("api:act", args=[report.uid, name]),
            data,
            content_type=JSON,
            headers={"If-Match": seen.headers["ETag"]},
        )
        assert response.status_code == status, response.content
        return response.json()

    def write(self, report: Report, words: str) -> None:
        for section in self.get("report", report.uid)["sections"]:
            response = self.client.put(
                reverse("api:section", args=[report.uid, section["code"]]),
                {"html": section["html"] + f"<p>{words}</p>"},
                content_type=JSON,
                headers={"If-Match": f'"{section["revision"]}"'},
            )
            assert response.status_code == 200, response.content
            assert response.headers["ETag"] == f'"{response.json()["revision"]}"'
        if self.get("report", report.uid)["declared"]:
            self.declare(report)

    def declare(self, report: Report) -> None:
        """Every red line is kept."""
        seen = self.get("report-declarations", report.uid)
        response = self.client.put(
            reverse("api:report-declarations", args=[report.uid]),
            {"red_lines": [{"code": row["code"], "answer": "kept"} for row in seen["red_lines"]]},
            content_type=JSON,
            headers={"If-Match": f'"{seen["revision"]}"'},
        )
        assert response.status_code == 200, response.content


def test_the_whole_journey_by_api_only(
    luzhou_report: Report,
    sichuan_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_reviewer: Actor,
    sichuan_drafter: Actor,
    sichuan_lead: Actor,
    ndrc_reviewer: Actor,
    signed_in: SignIn,
) -> None:
    writer, lead, province = (Person(signed_in(a)) for a in (luzhou_drafter, luzhou_lead, sichuan_reviewer))
    compiler, head, nation = (Person(signed_in(a)) for a in (sichuan_drafter, sichuan_lead, ndrc_reviewer))
    assert writer.get("desk")["todo"][0]["report"]["uid"] == str(luzhou_report.uid)

    writer.write(luzhou_report, "泸州推进情况")
    writer.act(luzhou_report, "send_for_signing")
    lead.act(luzhou_report, "sign")
    assert writer.act(luzhou_report, "submit")["versions"][0]["receipt_number"]
    province.act(luzhou_report, "receive")
    fourth = province.get("report", luzhou_report.uid)["sections"][3]["code"]
    due_on = str(dt.date(2026, 7, 1))
    back = province.act(luzhou_report, "return", comment="写具体", due_on=due_on, remarks={fourth: "缺例子"})
    assert (back["state"], back["due_on"]) == ("returned", due_on)
    assert [s["remark"] for s in writer.get("report", luzhou_report.uid)["sections"]].index("缺例子") == 3

    writer.write(luzhou_report, "例子")
    writer.act(luzhou_report, "send_for_signing")
    lead.act(luzhou_report, "sign")
    writer.act(luzhou_report, "submit")
    province.act(luzhou_report, "receive")
    province.act(luzhou_report, "accept")

    basis = compiler.get("basis", sichuan_report.uid)["rows"]
    ready = [row["due"]["uid"] for row in basis if row["can_be_taken_in"]]
    assert ready == [str(luzhou_report.due.uid)]
    after = compiler.post("basis", sichuan_report.uid, dues=ready)["rows"]
    assert [(row["standing"], row["used"] is None) for row in after] == [("accepted", False)]
    compiler.write(sichuan_report, "四川汇总")
    compiler.act(sichuan_report, "send_for_signing")
    head.act(sichuan_report, "sign")
    compiler.act(sichuan_report, "submit")
    nation.act(sichuan_report, "receive")
    done = nation.act(sichuan_report, "accept")

    assert done["state"] == "accepted"
    version = nation.get("version", sichuan_report.uid, 1)
    assert len(version["sha256"]) == 64
    assert "泸州推进情况" in version["sections"][0]["html"]
    assert [row["standing"] for row in version["basis"]] == ["accepted"]
    acts = [event["act"] for event in nation.get("report-events", sichuan_report.uid)["results"]]
    assert acts[0] == "report.accept"
    assert "report.take_in" not in acts, "what happens inside the office stays there"
    inside = compiler.get("report-events", sichuan_report.uid)["results"]
    assert "report.take_in" in [event["act"] for event in inside]


def test_what_each_may_read(
    luzhou_report: Report,
    luzhou_drafter: Actor,
    sichuan_reviewer: Actor,
    ndrc_reviewer: Actor,
    stranger: Actor,
    signed_in: SignIn,
    write_all_sections: Write,
) -> None:
    write_all_sections(luzhou_report, luzhou_drafter)
    assert Person(signed_in(luzhou_drafter)).get("report", luzhou_report.uid)["sections"][0]["html"]
    for above in (sichuan_reviewer, ndrc_reviewer):
        seen = Person(signed_in(above)).get("report", luzhou_report.uid)
        assert (seen["sections"], seen["versions"], seen["actions"]) == ([], [], [])
    foreign = Person(signed_in(stranger))
    for name in ("report", "versions", "report-events"):
        assert foreign.get(name, luzhou_report.uid, status=404)["code"] == "not_found"
    foreign.get("version", luzhou_report.uid, 1, status=404)
    foreign.get("basis", luzhou_report.uid, status=403)


def test_a_second_writer_is_told_and_both_texts_are_kept(
    luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn, write_all_sections: Write
) -> None:
    write_all_sections(luzhou_report, luzhou_drafter)
    section = luzhou_report.sections.select_related("section").all()[0]
    address = reverse("api:section", args=[luzhou_report.uid, section.section.code])
    client = signed_in(luzhou_drafter)
    body = {"html": "<p>我的</p>"}
    late = client.put(address, body, content_type=JSON, headers={"If-Match": '"0"'})
    assert (late.status_code, late.headers["Content-Type"]) == (409, PROBLEM)
    found = late.json()
    assert (found["theirs_html"], found["mine_html"], found["revision"]) == (section.html, "<p>我的</p>", 1)
    blind = client.put(address, body, content_type=JSON)
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    for odd in ("seven", "-1", "1.5", '"' + "9" * 5000 + '"', "٣x"):
        assert client.put(address, body, content_type=JSON, headers={"If-Match": odd}).status_code == 400
    good = client.put(address, body, content_type=JSON, headers={"If-Match": '"1"'})
    assert (good.status_code, good.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("[" * 100_000, 400),
        ('{"html": NaN}', 400),
        ("{}", 400),
        ('{"html": null}', 400),
        ('{"html": {"a": 1}}', 400),
        (b'{"html": "\xff\xfe"}', 400),
        ('{"html": "\\ud800 <p>\\u202e</p>"}', 200),
        ('{"html": "' + "x" * 5_000_000 + '"}', 413),
    ],
    ids=lambda value: str(value)[:20],
)
def test_bad_bodies_are_refused_in_words(
    body: Any, status: int, luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    code = luzhou_report.due.cycle.template.sections.all()[0].code
    response = signed_in(luzhou_drafter).generic(
        "PUT",
        reverse("api:section", args=[luzhou_report.uid, code]),
        body,
        content_type=JSON,
        headers={"If-Match": '"0"'},
    )
    assert response.status_code == status, response.content
    if status != 200:
        assert response.headers["Content-Type"] == PROBLEM
        assert response.json()["detail"]
        assert not luzhou_report.sections.exists()


def test_bad_words_in_acts_and_filters(
    luzhou_report: Report, luzhou_lead: Actor, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    person = Person(signed_in(luzhou_drafter))
    words: list[dict[str, Any]] = [{"comment": []}, {"comment": "\x00"}, {"comment": "\ud800"}]
    for data in (*words, {"due_on": "soon"}, {"remarks": "x"}):
        found = person.post("act", luzhou_report.uid, "send_for_signing", status=400, **data)
        assert found["findings"][0]["target"]
    blind = person.post("act", luzhou_report.uid, "send_for_signing", status=428)
    assert blind["detail"]
    empty = person.act(luzhou_report, "send_for_signing", status=422)
    assert {finding["code"] for finding in empty["findings"]} == {"section_empty", "red_line_open"}
    for query in ({"cycle": "x"}, {"cycle": str(uuid.uuid4())}, {"state": "lost"}, {"q": "\x00"}):
        assert person.get("reports", status=400, **query)["findings"]
    person.get("reports", status=404, page="9999")
    person.get("reports", status=404, page="x")
    for size in ("x", "0", "201"):
        assert person.get("reports", status=400, page_size=size)["findings"][0]["target"] == "page_size"
    assert person.get("reports", status=400, stat="draft")["findings"][0]["code"] == "unknown_parameter"
    assert person.client.delete(reverse("api:report", args=[luzhou_report.uid])).status_code == 405
    assert person.client.options(reverse("api:report", args=[luzhou_report.uid])).status_code == 405
    form = person.client.post(reverse("api:act", args=[luzhou_report.uid, "sign"]), {"comment": "x"})
    assert (form.status_code, form.headers["Content-Type"]) == (415, PROBLEM)
    html = person.client.get(reverse("api:reports"), headers={"accept": "text/html"})
    assert html.status_code == 406


def test_basis_takes_only_what_is_there(
    sichuan_report: Report, luzhou_report: Report, sichuan_drafter: Actor, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    person = Person(signed_in(sichuan_drafter))
    for dues in ([], [str(luzhou_report.due.uid)], [str(uuid.uuid4())], ["x"], "x", [None]):
        person.post("basis", sichuan_report.uid, dues=dues, status=400)
    assert not Event.objects.about("report", sichuan_report.uid).exists()
    Person(signed_in(luzhou_drafter)).get("basis", sichuan_report.uid, status=404)


def test_strangers_to_the_house(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    address = reverse("api:report", args=[luzhou_report.uid])
    unknown = Client().get(address)
    assert (unknown.status_code, unknown.headers["Content-Type"]) == (401, PROBLEM)
    assert unknown.json()["code"] == "not_signed_in"
    for lost in ("/api/v1/nothing/", "/api/v1/reports/not-a-uid/"):
        astray = Client().get(lost)
        assert (astray.status_code, astray.headers["Content-Type"]) == (404, PROBLEM)
    assert Client().get("/nothing/").headers["Content-Type"].startswith("text/html")
    careless = Client(enforce_csrf_checks=True)
    careless.force_login(luzhou_drafter.user, backend=BACKEND)
    act = reverse("api:act", args=[luzhou_report.uid, "send_for_signing"])
    refused = careless.post(act, {}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    luzhou_drafter.hat.ended_at = luzhou_drafter.hat.started_at
    luzhou_drafter.hat.save()
    assert careless.get(address).status_code == 403


def test_the_csrf_token_opens_the_door(luzhou_report: Report, luzhou_drafter: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("account_login"))
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    form = {"login": luzhou_drafter.user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(reverse("account_login"), form).status_code == 302
    code = luzhou_report.due.cycle.template.sections.all()[0].code
    response = client.put(
        reverse("api:section", args=[luzhou_report.uid, code]),
        {"html": "<p>好</p>"},
        content_type=JSON,
        headers={"If-Match": '"0"', "X-CSRFToken": client.cookies[settings.CSRF_COOKIE_NAME].value},
    )
    assert response.status_code == 200, response.content


def test_labels_are_in_the_readers_language(luzhou_report: Report, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    address = reverse("api:report", args=[luzhou_report.uid])
    english = signed_in(luzhou_drafter).get(address, headers={"accept-language": "en"}).json()
    assert (english["state"], english["state_label"]) == ("not_started", "not started")
    assert english["unit"]["name"] != luzhou_report.due.unit.name_now
    chinese = signed_in(luzhou_drafter).get(address).json()
    assert chinese["unit"]["name"] == luzhou_report.due.unit.name_now


def test_overview_says_what_the_page_says(
    running_cycle: Any,
    luzhou_report: Report,
    sichuan_reviewer: Actor,
    auditor: Actor,
    signed_in: SignIn,
    luzhou_drafter: Actor,
) -> None:
    for actor in (sichuan_reviewer, auditor):
        client = signed_in(actor)
        page = client.get(reverse("reporting:overview"), {"cycle": str(running_cycle.uid)}).context["overview"]
        found = Person(client).get("overview", running_cycle.uid)
        for part in ("pilots", "senders"):
            counts = getattr(page, part)
            assert found[part] == {name: getattr(counts, name) for name in found[part]}
        assert len(found["rows"]) == len(page.rows)
    Person(signed_in(auditor)).get("overview", uuid.uuid4(), status=404)
    assert Person(signed_in(luzhou_drafter)).get("cycles")["results"][0]["uid"] == str(running_cycle.uid)


def test_copies_are_for_reviewing_departments(
    sichuan_report: Report,
    sichuan_drafter: Actor,
    sichuan_lead: Actor,
    ndrc_reviewer: Actor,
    department_clerk: Actor,
    write_all_sections: Write,
    advance: Advance,
    signed_in: SignIn,
) -> None:
    clerk = Person(signed_in(department_clerk))
    assert clerk.get("copies")["count"] == 0
    write_all_sections(sichuan_report, sichuan_drafter)
    advance(
        sichuan_report,
        ("send_for_signing", sichuan_drafter),
        ("sign", sichuan_lead),
        ("submit", sichuan_drafter),
        ("receive", ndrc_reviewer),
        ("accept", ndrc_reviewer),
    )
    copy = clerk.get("copies")["results"][0]
    assert len(clerk.get("copy", copy["uid"])["sections"]) == 5
    clerk.get("copy", uuid.uuid4(), status=404)
    clerk.get("report", sichuan_report.uid, status=403)
    assert Report.objects.get(pk=sichuan_report.pk).status == ReportStatus.ACCEPTED


@pytest.mark.parametrize(("name", "most"), [("reports", 10), ("cycles", 8), ("desk", 8), ("events", 8)])
def test_lists_ask_few_questions(
    name: str,
    most: int,
    running_cycle: Any,
    auditor: Actor,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    person = Person(signed_in(auditor))
    person.get(name)
    with django_assert_max_num_queries(most):
        found = person.get(name, **({} if name == "desk" else {"page_size": 20}))
    if name == "reports":
        assert len(found["results"]) == 20


def test_one_report_asks_few_questions(
    luzhou_report: Report,
    luzhou_drafter: Actor,
    signed_in: SignIn,
    write_all_sections: Write,
    django_assert_max_num_queries: Any,
) -> None:
    write_all_sections(luzhou_report, luzhou_drafter)
    person = Person(signed_in(luzhou_drafter))
    with django_assert_max_num_queries(20):
        person.get("report", luzhou_report.uid)


def test_a_list_carries_the_accepted_texts_when_asked(
    luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    lead_to(luzhou_report, "accepted", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    person = Person(signed_in(sichuan_reviewer))
    plain = person.get("reports", state="accepted")["results"]
    assert "accepted" not in plain[0]
    found = person.get("reports", embed="accepted", ordering="unit,-due_on")["results"]
    texts = {row["uid"]: row["accepted"] for row in found}
    of_luzhou = texts.pop(str(luzhou_report.uid))
    assert set(texts.values()) == {None}
    assert of_luzhou["sections"][0]["code"] == "progress"
    assert of_luzhou["sections"][0]["html"] == luzhou_report.versions.get().sections.get(section__code="progress").html
    for query in ({"embed": "secrets"}, {"ordering": "password"}):
        assert person.get("reports", status=400, **query)["findings"]
