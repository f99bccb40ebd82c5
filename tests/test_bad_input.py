"""Wrong values at every door: an answer below 500 with a sentence, in both languages, and nothing half-saved."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from accounts.access import Actor
from accounts.models import Membership, User
from records.models import Event, OutboxMessage
from reporting.models import Report, ReportSection, ReportVersion, SectionRemark
from reporting.texts import LONGEST_SECTION
from tests.steps import Three, lead_to

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]

WORD = (
    '<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--><p class="MsoNormal" style="mso-margin-top-alt:auto">'
    'Aus Word<o:p>&nbsp;</o:p></p><span lang="EN-US" style="font-family:SimSun">数字</span>'
)
TEXTS: Mapping[str, str] = {
    "NUL": "a\x00b",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x85",
    "only controls": "\x00\x01\x02",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "\u200f\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c\u2066x\u2069",
    "lone surrogate": "a\ud800b",
    "beyond the first plane": "𠮷野家",
    "Word": WORD,
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "broken mark-up": "<p><table><<<tr></b>" * 50,
    "format directives": "%(who)s %s %d {0} {{ x }} {% now %}",
    "quotes": "'; DROP TABLE reporting_report; --\"\\",
    "long": "长" * 300_000,
    "blank": " \t\u3000\u200b\n",
    "replacement": "\ufffd\ufeff\uffff",
}
NUMBERS = ("", "-1", "1.5", "abc", str(2**31), str(2**63), str(2**64), "9" * 400, "٣", "½", "1e5", "\x00", "NaN", " 1x")
DAYS = (
    "", "2026-13-01", "2026-02-30", "0000-00-00", "1900-01-01", "9999-12-31", "10000-01-01", "tomorrow", "\x00",
    "1" * 9999,
)  # fmt: skip
QUERIES = (
    "page=9999", "page=0", "page=-1", "page=abc", f"page={2**63}", "page=" + "9" * 5000, "cycle=xxx",
    f"cycle={uuid.UUID(int=0)}", "state=zzz", "q=%00", "q=%01%02", "q=" + "a" * 3000, "q=%FF%FE", "q=%F0%9F%91%A9",
    "q=%25&state=overdue", "batch=zzz", f"batch={2**63}", "batch=-1", "region=%00", "province=%00", "province=999999",
    "category=%00", "act=%00", "act=zzz", "unit=%00", "since=%00", "since=2026-99-99", "until=9999-12-31",
    "since=0001-01-01", "until=0001-01-01", "view=%00", "view=zzz", "show=%00", "show=zzz", "administrators=zzz",
    "page=1&page=2", "q=1&q=2", "%00=%00", "cycle=%00", "state=%00", "page_size=zzz", "page_size=-1",
    f"page_size={2**63}", "cursor=zzz", "cursor=%00", "on=zzz", "on=%00", "code=%00", "level=%00", "name=%00",
)  # fmt: skip
LISTS = (
    "desk", "history", "notices", "pilots:pilots", "pilots:programmes", "reporting:reports", "reporting:overview",
    "api:reports", "api:events", "api:notices", "api:pilots", "api:divisions", "api:units", "api:cycles", "api:copies",
    "api:desk", "api:programmes", "dashboards:overview", "dashboards:pilots", "dashboards:meeting-pack",
    "api:positions", "reporting:copies", "staff:people",
)  # fmt: skip


def everything() -> list[int]:
    """What a refused request must not have added to."""
    models: tuple[Any, ...] = (
        Event, OutboxMessage, Membership, User, ReportVersion, SectionRemark, ReportSection,
    )  # fmt: skip
    return [model.objects.count() for model in models] + [sum(Report.objects.values_list("version", flat=True))]


def refused(answer: Any, what: object) -> None:
    """A refusal that says something to its reader."""
    assert 400 <= answer.status_code < 500, (what, answer.status_code)
    assert answer.content.strip(), what


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def cast(three: Three, auditor: Actor, department_clerk: Actor, unit_admin: Actor, signed_in: SignIn) -> list[Client]:
    """Between them they may see every list."""
    return [signed_in(actor) for actor in (three.reviewer, auditor, department_clerk, unit_admin)]


@pytest.mark.parametrize("name", LISTS)
def test_no_query_brings_a_list_down(name: str, cast: list[Client], luzhou_report: Report) -> None:
    client = next(client for client in cast if client.get(reverse(name)).status_code == 200)
    for query in QUERIES:
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code < 500, query


NO_PAGE = ("page=9999", "page=0", "page=-1", "page=abc", f"page={2**63}", "page=" + "9" * 5000, "page=%00")
NO_FILTER: Mapping[str, tuple[str, ...]] = {
    "reporting:reports": (
        "state=zzz", "state=%00", "cycle=xxx", f"cycle={uuid.UUID(int=0)}", "cycle=%00", "capacity=zzz",
        "receiver=zzz", f"receiver={uuid.UUID(int=0)}", "q=%00",
    ),
    "pilots:pilots": (
        "region=mars", "region=%00", "batch=zzz", f"batch={2**63}", "province=999999", "province=%00", "category=zzz",
        "q=%00",
    ),
    "history": ("act=zzz", "act=%00", "since=yesterday", "until=2026-99-99", "unit=%00"),
    "reporting:overview": ("cycle=xxx",),
}  # fmt: skip


@pytest.mark.parametrize("name", ["reporting:reports", "pilots:pilots", "history", "notices", "reporting:copies"])
def test_a_page_that_does_not_exist_is_refused(name: str, cast: list[Client], luzhou_report: Report) -> None:
    client = next(client for client in cast if client.get(reverse(name)).status_code == 200)
    for query in NO_PAGE:
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 404, query
        refused(answer, query)


@pytest.mark.parametrize("name", NO_FILTER)
def test_a_filter_nobody_knows_is_refused(name: str, cast: list[Client], luzhou_report: Report) -> None:
    client = next(client for client in cast if client.get(reverse(name)).status_code == 200)
    for query in NO_FILTER[name]:
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 400, query
        refused(answer, query)


@pytest.mark.parametrize(("page", "room"), [("reporting:reports", "api:reports"), ("pilots:pilots", "api:pilots")])
def test_pages_and_api_refuse_the_same_queries(page: str, room: str, cast: list[Client], luzhou_report: Report) -> None:
    room_class: Any = resolve(reverse(room)).func
    both = set(room_class.cls().known_parameters()) - {"page_size", "ordering", "embed"}
    for query in (*QUERIES, *NO_FILTER[page], *NO_PAGE):
        names = [part.partition("=")[0] for part in query.split("&")]
        if not set(names) <= both or len(names) > len(set(names)):
            continue  # words of one face only: pages overlook what the API refuses
        answers = [cast[0].get(f"{reverse(name)}?{query}").status_code for name in (page, room)]
        assert answers[0] == answers[1], query


def test_no_query_brings_a_report_down(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    lead_to(luzhou_report, "returned", three)
    client = signed_in(three.drafter)
    for name, query in itertools.product(("report", "edit", "compile"), QUERIES):
        answer = client.get(f"{reverse(f'reporting:{name}', args=[luzhou_report.uid])}?{query}")
        assert answer.status_code in {200, 404}, (name, query)


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_is_stored_or_refused_by_autosave(
    kind: str, luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    url = reverse("reporting:section", args=[luzhou_report.uid, "progress"])
    answer = signed_in(three.drafter).post(url, {"html": _wire(TEXTS[kind]), "revision": "0"})
    stored = ReportSection.objects.filter(report=luzhou_report).first()
    if answer.status_code == 200:
        assert stored
        assert "\x00" not in stored.html
        assert not any(bad in stored.html for bad in ("<script", "onerror", "style=", "mso", "o:p", "\u202e"))
    else:
        refused(answer, kind)
        assert stored is None
    assert (answer.status_code == 200) == (len(TEXTS[kind]) <= LONGEST_SECTION)


def _wire(text: str) -> str:
    """As a browser sends it: a lone surrogate cannot travel, U+FFFD does instead."""
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_is_stored_or_refused_by_the_plain_form(
    kind: str, luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    url = reverse("reporting:edit", args=[luzhou_report.uid])
    typed = {"text_progress": _wire(TEXTS[kind]), "text_progress_revision": "0"}
    answer = signed_in(three.drafter).post(url, typed)
    assert answer.status_code == 302 or 400 <= answer.status_code < 500
    stored = ReportSection.objects.filter(report=luzhou_report).first()
    assert stored is None or "<script" not in stored.html


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_is_stored_or_refused_as_a_reason(
    kind: str, luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    report = lead_to(luzhou_report, "received", three)
    url = reverse("reporting:act", args=[report.uid, "return"])
    data = {"version": report.version, "comment": _wire(TEXTS[kind]), "due_on": "2026-07-01"}
    data |= {"remark_progress": _wire(TEXTS[kind])}
    before = everything()
    answer = signed_in(three.reviewer).post(url, data)
    if answer.status_code == 302:
        version = ReportVersion.objects.get(report=report)
        assert version.comment
        assert "\x00" not in version.comment
    else:
        refused(answer, kind)
        assert everything() == before


@pytest.mark.parametrize("revision", NUMBERS)
def test_a_wrong_revision_is_refused(revision: str, luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    url = reverse("reporting:section", args=[luzhou_report.uid, "progress"])
    before = everything()
    refused(signed_in(three.drafter).post(url, {"html": "<p>x</p>", "revision": revision}), revision)
    assert everything() == before


@pytest.mark.parametrize("version", NUMBERS)
def test_a_wrong_version_is_refused(version: str, luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    report = lead_to(luzhou_report, "draft", three)
    before = everything()
    url = reverse("reporting:act", args=[report.uid, "send_for_signing"])
    refused(signed_in(three.drafter).post(url, {"version": version}), version)
    assert everything() == before


@pytest.mark.parametrize("day", [day for day in DAYS if day])
def test_a_wrong_due_date_is_refused(day: str, luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    report = lead_to(luzhou_report, "received", three)
    before = everything()
    url = reverse("reporting:act", args=[report.uid, "return"])
    answer = signed_in(three.reviewer).post(url, {"version": report.version, "comment": "Reason", "due_on": day})
    refused(answer, day)
    assert everything() == before


@pytest.mark.parametrize("name", ["zzz", "submit", "accept", "delete", "x" * 200, "-", "return"])
def test_an_act_that_is_not_possible_is_refused(
    name: str, luzhou_report: Report, three: Three, signed_in: SignIn
) -> None:
    report = lead_to(luzhou_report, "draft", three)
    before = everything()
    url = reverse("reporting:act", args=[report.uid, name])
    refused(signed_in(three.drafter).post(url, {"version": report.version, "comment": "Reason", "due_on": "x"}), name)
    assert everything() == before


def test_bodies_that_are_no_form(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    report = lead_to(luzhou_report, "draft", three)
    client, before = signed_in(three.drafter), everything()
    addresses = [
        reverse("reporting:section", args=[report.uid, "progress"]),
        reverse("reporting:act", args=[report.uid, "send_for_signing"]),
        reverse("reporting:compile", args=[report.uid]),
    ]
    bodies = {
        "application/json": [b"{", b"[]", b"\xff"],
        "text/plain": [b"x"],
        "application/x-www-form-urlencoded": [
            b"html=%FF%FE&revision=%FF",
            b"\xff\xfe=\x00",
            b"&" * 3000,
            b"a=1&" * 3000,
        ],
        "multipart/form-data; boundary=x": [b"--x", b"--x\r\n\r\n--x--", b"\xff" * 100],
        "multipart/form-data": [b"--x"],
        "no/such; charset=zzz": [b"x"],
    }
    for url, (kind, several) in itertools.product(addresses, bodies.items()):
        for body in several:
            refused(client.generic("POST", url, body, content_type=kind), (url, kind, body[:20]))
    assert everything() == before


def test_ten_megabytes_are_refused(luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client, much = signed_in(three.drafter), "长" * 3_500_000
    before = everything()
    section = reverse("reporting:section", args=[luzhou_report.uid, "progress"])
    edit = reverse("reporting:edit", args=[luzhou_report.uid])
    refused(client.post(section, {"html": much, "revision": "0"}), "autosave")
    refused(client.post(edit, {"text_progress": much, "text_progress_revision": "0"}), "form")
    body = f"html={much}&revision=0"
    refused(client.post(section, body, content_type="application/x-www-form-urlencoded"), "body")
    assert everything() == before


@pytest.mark.parametrize("value", ["", "zzz", "\x00", str(uuid.UUID(int=0)), "1" * 10_000, "{}", "é"])
def test_a_wrong_choice_of_reports_or_hat_is_refused(
    value: str, sichuan_report: Report, sichuan_drafter: Actor, signed_in: SignIn
) -> None:
    client = signed_in(sichuan_drafter)
    before = everything()
    refused(client.post(reverse("reporting:compile", args=[sichuan_report.uid]), {"due": value}), "compile")
    refused(client.post(reverse("hat"), {"membership": value}), "hat")
    assert everything() == before


INVITATION = {
    "email": "neu@office.example", "name": "Neu", "phone": "0830-1234567", "role": "drafter", "programme": "national",
    "language": "en",
}  # fmt: skip
WRONG: Mapping[str, tuple[str, ...]] = {
    "email": ("", "x", "a@b", "a\x00@b.example", "a" * 99 + "@b.example", "a@b.example\nBcc: c@d.example", "é@\u202eb"),
    "name": ("", "  ", "a\x00b", "x" * 5000, "a\nb", "a\u202eb", "\x07"),
    "phone": ("abc", "\x00", "1" * 500, "+", "12"),
    "role": ("", "zzz", "auditor", "system_admin", "\x00"),
    "programme": ("", "zzz", "luzhou", "\x00", "1"),
    "language": ("", "zzz", "\x00", "fr"),
}  # fmt: skip


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_invitation_is_refused(field: str, unit_admin: Actor, signed_in: SignIn) -> None:
    client, before = signed_in(unit_admin), everything()
    url = reverse("staff:invite", args=[unit_admin.unit.uid])
    for value in WRONG[field]:
        refused(client.post(url, {**INVITATION, field: value}), value)
    assert everything() == before


def test_every_door_for_people_refuses_nonsense(unit_admin: Actor, three: Three, signed_in: SignIn) -> None:
    client, before = signed_in(unit_admin), everything()
    person, hat, unit = three.drafter.user.uid, three.drafter.hat.uid, unit_admin.unit.uid
    doors = {
        "staff:exemption-grant": unit, "staff:exemption-end": unit, "staff:person-deactivate": person,
        "staff:person-reactivate": person, "staff:membership-move": hat, "staff:membership-end": hat,
    }  # fmt: skip
    values = ("", "\x00", "x" * 5000, "zzz\u202e")
    for (name, uid), value in itertools.product(doors.items(), values):
        given = dict.fromkeys(("reason", "role", "programme", "unit"), value)
        if value == "zzz\u202e" and name in {"staff:person-deactivate", "staff:membership-end"}:
            continue  # a reason of any words is enough there
        refused(client.post(reverse(name, args=[uid]), given), (name, value))
    assert everything() == before


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_speaks_both_languages(language: str, luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client = signed_in(three.drafter)
    url = reverse("reporting:section", args=[luzhou_report.uid, "progress"])
    how: dict[str, Any] = {"headers": {"accept-language": language}}
    long = client.post(url, {"html": "x" * (LONGEST_SECTION + 1), "revision": "0"}, **how).json()
    assert long["findings"][0]["message"] == long["detail"]
    assert long["title"]
    missing = client.get(reverse("reporting:report", args=[uuid.UUID(int=0)]), **how)
    assert missing.status_code == 404
    assert f'lang="{language}'.lower() in missing.content.decode().lower()
    act = reverse("reporting:act", args=[luzhou_report.uid, "send_for_signing"])
    empty = client.post(act, {"version": luzhou_report.version}, **how)
    assert empty.status_code == 422
    assert empty.context["problems"]


API_BODIES = (b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"html": null}', b'{"html": 1}', b'{"html": []}',
              b'{"html": "a\\u0000b\\ud800"}', b"[" * 100_000, b'{"dues": "x"}', b'{"dues": [1]}',
              b'{"comment": {}}', b'{"due_on": "x"}', b'{"remarks": []}', b'{"remarks": {"zzz": 1}}')  # fmt: skip


@pytest.mark.parametrize("etag", ['"0"', '"-1"', '"zzz"', f'"{2**63}"', f'"{"9" * 5000}"', '"٣"', "", "*"])
def test_the_api_refuses_or_stores_cleanly(etag: str, luzhou_report: Report, three: Three, signed_in: SignIn) -> None:
    client = signed_in(three.drafter)
    doors = {
        "put": [reverse("api:section", args=[luzhou_report.uid, code]) for code in ("progress", "zzz")],
        "post": [
            reverse("api:act", args=[luzhou_report.uid, "send_for_signing"]),
            reverse("api:act", args=[luzhou_report.uid, "zzz"]),
            reverse("api:basis", args=[luzhou_report.uid]),
        ],
    }
    for method, urls in doors.items():
        for url, body in itertools.product(urls, API_BODIES):
            send: Callable[..., Any] = getattr(client, method)
            answer = send(url, body, content_type="application/json", headers={"if-match": etag})
            assert answer.status_code < 500, (url, body[:30])
    html = ReportSection.objects.filter(report=luzhou_report).values_list("html", flat=True)
    assert all("\x00" not in text for text in html)


PERIOD = {
    "year": "2027", "kind": "mid_year", "opens_on": "2027-06-01", "pilots_due_on": "2027-06-30",
    "compilers_due_on": "2027-07-20", "date_source": "Ours",
}  # fmt: skip


@pytest.mark.parametrize("field", PERIOD)
def test_a_wrong_period_is_not_opened(field: str, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, before = signed_in(ndrc_reviewer), everything()
    values = {"year": NUMBERS, "kind": ("", "zzz", "\x00"), "date_source": ("", "\x00", "  ")}.get(field, DAYS)
    for value in values:
        if field == "date_source" or value not in {"1900-01-01", "9999-12-31", "٣"}:
            refused(client.post(reverse("reporting:open-cycle"), {**PERIOD, field: value}), value)
    assert everything() == before
